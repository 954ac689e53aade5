//! What the pages of a contract's people say.

use crate::base::Moment;
use crate::base::date::jst_seconds;
use crate::identity::changes::Standing;
use crate::identity::rights::{Function, Mode};
use crate::identity::terms::LoginKind;
use crate::identity::users::Kind;

pub const LIST_TITLE: &str = "契約ユーザー情報照会";
pub const EDIT_TITLE: &str = "契約ユーザー情報変更";
pub const ADD_TITLE: &str = "契約ユーザー情報登録";
pub const ADDED_TITLE: &str = "登録完了";

pub const LOGIN_ID: &str = "ユーザーID";
pub const NAME: &str = "ユーザー名";
pub const PASSWORD: &str = "パスワード";
pub const TEMPORARY: &str = "パスワード（仮）";
pub const EMAIL: &str = "メールアドレス";
pub const STATE: &str = "ユーザー状態";
pub const FUNCTIONS: &str = "ユーザー別機能制限";
pub const CHOOSE: &str = "一覧から選んでください。";

/// R004-35, and who has it is not said.
pub const ID_TAKEN: &str = "入力されたユーザーIDはすでに登録済です。別のIDを入力してください。";
/// Where the address is the ID.
pub const EMAIL_TAKEN: &str =
    "入力されたメールアドレスはすでに登録済です。別のメールアドレスを入力してください。";
/// R004-26.
pub const LOGIN_ID_RULE: &str = "半角英数混在6~12桁。英字は、大文字と小文字を区別します。";
/// R004-31.
pub const NAME_RULE: &str = "全角20文字以内";
/// R002-30.
pub const DISPLAY_NAME_RULE: &str = "256文字以内";
/// R002-05.
pub const ADDRESS_RULE: &str = "半角64文字以内。このメールアドレスが、ユーザーIDになります。";
/// R004-32.
pub const EMAIL_RULE: &str = "半角英数50桁以内。携帯電話のメールアドレスは使えません。";

/// What ユーザー名 may be.
pub const fn name_rule(login: LoginKind) -> &'static str {
    match login {
        LoginKind::UserId => NAME_RULE,
        LoginKind::Email => DISPLAY_NAME_RULE,
    }
}

/// What メールアドレス may be.
pub const fn email_rule(login: LoginKind) -> &'static str {
    match login {
        LoginKind::UserId => EMAIL_RULE,
        LoginKind::Email => ADDRESS_RULE,
    }
}

pub const ADDED: &str = "契約ユーザーを登録しました。";
pub const ADDED_INVITED: &str =
    "契約ユーザーを登録し、「アカウント登録のお知らせ」のメールをご本人へ送りました。";
pub const INVITE: &str = "登録のお知らせ";
pub const UPDATED_INVITED: &str = "「アカウント登録のお知らせ」のメールをご本人へ送りました。前に送ったメールの内容は、もう使えません。";
pub const TO_ADDED: &str = "登録した方の画面へ";
pub const UPDATED: &str = "契約ユーザー情報を更新しました。";
pub const UPDATED_PASSWORD: &str = "契約ユーザー情報を更新しました。新しい仮のパスワードを、ご本人に直接お伝えください。\
     ご本人は、次のログインのときにパスワードを変更します。";
pub const UNCHANGED: &str = "変更する項目が入力されていないため、何も変えていません。";
pub const STALE: &str = "この画面を開いたあとに、ほかの画面でこの方の情報が更新されました。\
     いまの登録内容を確かめて、もう一度「更新」を押してください。";
pub const TO_LIST: &str = "契約ユーザー情報照会へ";
pub const NOBODY_ELSE: &str =
    "一般ユーザーは、まだ登録されていません。「登録へ」から登録できます。";

/// The eleventh is refused (R004-24).
pub fn full(most: i64) -> String {
    format!(
        "ご契約で登録できるのは、マスターユーザーを含めて{most}人までです。\
         すでに{most}人が登録されているため、登録できません。\
         使わなくなった方を削除すると、登録できます。"
    )
}

/// How many more there may be.
pub fn room(most: i64, taken: i64) -> String {
    format!("登録できる人数：マスターユーザーを含めて{most}人（あと{}人）", (most - taken).max(0))
}

/// 権限 (R004-41); `contract_kind`: 会員, 事業主, ….
pub fn right(kind: Kind, contract_kind: &str) -> String {
    let whose = match contract_kind {
        "employer" => "事業主",
        "client" => "企業",
        "office" => "社労士",
        _ => "会員",
    };
    match kind {
        Kind::Master => format!("{whose}(マスター)"),
        Kind::General => format!("{whose}(一般)"),
        Kind::Employee => "従業員".to_owned(),
        Kind::Operator => "運営者".to_owned(),
    }
}

/// ユーザー状態 (R004-42).
pub const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "正常",
        Standing::Locked => "ロック中",
        Standing::Closed => "閉塞",
    }
}

/// What is restricted (R004-40).
pub const fn function(function: Function) -> &'static str {
    match function {
        Function::Rokin => "労金控除",
        Function::Ledger => "賃控元帳",
        Function::BulkSaving => "一斉積立",
        Function::Zaikei => "財形貯蓄",
        Function::Invoice => "請求書",
    }
}

/// How far it is open (R004-39).
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Show => "表示",
        Mode::Hide => "非表示",
        Mode::View => "閲覧のみ",
    }
}

/// 「2012/10/25 13:23:30」 (R004-85).
pub fn when(at: Option<Moment>) -> String {
    at.map(jst_seconds).unwrap_or_default()
}
