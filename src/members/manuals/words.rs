//! Labels and sentences of manuals.

use super::kinds::Unfit;
use super::store::Manual;
use crate::identity::rights::Role;
use crate::web::upload::size_ja;

/// What people see (R004-157).
pub const SHELF: &str = "マニュアル照会";
/// The page that hands one out.
pub const MANUAL: &str = "マニュアルのダウンロード";
/// The operator's list.
pub const MANUALS: &str = "マニュアル";
/// A new one.
pub const NEW: &str = "マニュアルの新規登録";
/// One that exists.
pub const EDIT: &str = "マニュアルの変更";
/// The page that asks before it withdraws.
pub const WITHDRAW: &str = "マニュアルの取り下げ";

pub const NAME: &str = "マニュアル名";
pub const COMMENT: &str = "コメント";
pub const AUDIENCE: &str = "対象";
pub const ROLE: &str = "担当";
pub const POSITION: &str = "並び順";
pub const FILE: &str = "ファイル";

pub const NONE: &str = "マニュアルはまだありません。『新規登録』から追加できます。";
pub const TO_LIST: &str = "マニュアルの一覧へ";
pub const TO_MANUAL: &str = "マニュアルの最新の内容へ";
pub const CHOOSE_AUDIENCE: &str = "対象を選んでください。";
pub const CHOOSE_ROLE: &str = "担当を選んでください。";
pub const NO_NAME: &str = "マニュアル名は60文字以内で入力してください。";
pub const NO_COMMENT: &str = "コメントは100文字以内で入力してください。";
pub const NO_POSITION: &str = "並び順は1～9999の半角数字で入力してください。";
pub const NO_FILE: &str = "ファイルを選んでください。";

/// Whom a manual may be for (R004-160).
pub const AUDIENCES: [(&str, &str); 5] = [
    ("all", "共通編"),
    ("member", "会員編"),
    ("employer", "事業主編"),
    ("client", "企業編"),
    ("office", "社労士編"),
];

/// The papers that the service itself makes: name, comment, address (R004-159).
pub const OWN: [(&str, &str, &str); 6] = [
    ("【帳票】案内ガイド", "お困りのことから手順と帳票を探せます（画面）", "/help"),
    (
        "【帳票】初期パスワード届出書（会員向け）",
        "印刷して記入する用紙（A4）",
        "/help/initial-password-form/member",
    ),
    (
        "【帳票】初期パスワード届出書（事業主向け）",
        "印刷して記入する用紙（A4）",
        "/help/initial-password-form/employer",
    ),
    ("【帳票】ログインID/パスワード依頼書", "印刷して記入する用紙（A4）", "/help/request-form"),
    ("ルート証明書インストール", "ルート証明書を取り込む手順（画面）", "/help/root"),
    ("電子証明書の取り込み方", "電子証明書をPCに取り込む手順（画面）", "/help/import"),
];

/// An audience's name.
pub fn audience(word: &str) -> &str {
    AUDIENCES.iter().find(|(known, _)| *known == word).map_or(word, |(_, label)| *label)
}

/// The roles to choose from, first: everybody.
pub fn roles() -> Vec<(&'static str, &'static str)> {
    let mut all = vec![("", "すべての方")];
    all.extend(Role::ALL.map(|role| (role.word(), role.ja())));
    all
}

/// 「操作の説明 (PDF:5.1MB)」 (R004-158).
pub fn comment(manual: &Manual) -> String {
    let format = format!("({}:{})", manual.label(), size_ja(manual.size()));
    match manual.comment.as_str() {
        "" => format,
        comment => format!("{comment} {format}"),
    }
}

/// What is wrong with a file.
pub fn unfit(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::Empty => "ファイルの中身がありません。別のファイルを選んでください。",
        Unfit::Name => "登録できるのは、PDF・Excel・Word・ZIP・テキスト（.txt）のファイルです。",
        Unfit::Content => {
            "ファイルの中身が、名前の種類と違います。元のソフトで開けるかどうかを確かめてください。"
        }
    }
}

/// 「20MBまでのファイルを選んでください。」
pub fn too_large(most: usize) -> String {
    format!(
        "ファイルが大きすぎます。{}までのファイルを選んでください。ほかの入力はそのまま残っています。",
        size_ja(most)
    )
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("マニュアルを登録しました。"),
        "changed" => Some("マニュアルを変更しました。"),
        "withdrawn" => Some("マニュアルを取り下げました。"),
        _ => None,
    }
}
