//! What is said on the way to a certificate.

use crate::base::Moment;
use crate::base::date::{Day, jst};
use crate::certificates::rules::Refused;
use crate::identity::flows;
use crate::mail::Message;

/// ID and password do not fit together; which of them is not said.
pub const WRONG_PAIR: &str = "ユーザーIDまたはパスワードが違います。大文字と小文字の区別を確かめて、もう一度入力してください。\
     誤りが続いてロックされているときと、閉塞されているときは、正しく入力しても進めません。";

/// 閉塞.
pub const CLOSED: &str = "このユーザーIDは閉塞されています。\
     「ログインID/パスワード初期化・電子証明書失効等依頼書」を提出してください。";

/// The contract's people come with the company's certificate (R003-34).
pub const OF_COMPANY: &str = "お客様のご契約では、会社用の電子証明書（「MNS」で始まるもの）をお使いいただくため、\
     この画面では発行できません。電子証明書は、ご契約の管理をされる方からお受け取りください。";

/// ロック中.
pub fn locked(until: Moment) -> String {
    let from = after(until);
    format!("パスワードの誤りが続いたため、このユーザーIDはロックされています。{from}")
}

/// Too much was wrong from one address; whose it was, is not said.
pub fn waits(until: Moment) -> String {
    let from = after(until);
    format!("入力の誤りが続いたため、いまは受け付けられません。{from}")
}

fn after(until: Moment) -> String {
    let at = jst(until);
    let (hour, minute) = (at.hour(), at.minute());
    let day = Day::of(until).ja();
    format!("{day}{hour}時{minute:02}分を過ぎてから、もう一度お試しください。")
}

/// A valid certificate exists (R004-72, R004-80); the page says what can be done.
pub fn still_valid(refused: Refused) -> String {
    let Refused::StillValid { renewable_from } = refused;
    let day = renewable_from.ja();
    format!("有効な電子証明書がすでに発行されています。更新は{day}からできます。")
}

/// The person was sent enough codes for now.
pub const CODES_EXHAUSTED: &str = "認証コードの送信が続いたため、いまは受け付けられません。\
     1時間ほど待ってから、もう一度お試しください。";

/// The code ran out or was tried too often.
pub const CODE_OVER: &str =
    "この認証コードはもう使えません。「認証コードを再送する」で新しいコードを受け取ってください。";

/// So many codes are enough.
pub const NO_MORE_CODES: &str = "認証コードの再送は5回までです。最初からやり直してください。";

/// The code is not the one.
pub fn wrong_code(left: i64) -> String {
    format!(
        "認証コードが違います。メールに書かれた数字を入力してください（あと{left}回入力できます）。"
    )
}

/// The rule line of the code's field.
pub fn code_rule(digits: usize, minutes: i64) -> String {
    format!("半角数字{digits}桁（{minutes}分間有効）")
}

/// The mail with the code (R004-67).
pub fn code_mail(service: &str, to: &str, name: &str, code: &str, minutes: i64) -> Message {
    Message {
        to: to.to_owned(),
        subject: format!("認証コードのお知らせ-{service}"),
        body: format!(
            "{name} 様\n\n{service}の電子証明書発行に必要な認証コードをお知らせします。\n\n\
             認証コード: {code}\n\n\
             コードが使用できるのは {minutes} 分間のみです。\
             発行の画面にこのコードを入力してください。\n\
             お心当たりがない場合は、このメールは無視できます。コードを他の人に教えないでください。\n"
        ),
    }
}

/// The file comes by itself (R004-70).
pub const STARTS: &str = "電子証明書を発行しました。ファイルのダウンロードが自動で始まります。";

/// The file was fetched.
pub const HANDED_OUT: &str = "電子証明書を発行し、ファイルをお渡ししました。";

/// Why no certificate could be made; the numbers live in `Parcels` for a while.
pub fn failed(reason: u8) -> (&'static str, &'static str) {
    match reason {
        REFUSED => (
            "有効な電子証明書がすでにあるため、発行しませんでした。",
            "PCを替えたときは、電子証明書の失効を取扱店へ依頼してください。",
        ),
        CLOSED_NOW => (
            "お客様または契約のご利用が止められているため、発行しませんでした。",
            "取扱店またはヘルプデスクへお問い合わせください。",
        ),
        COMPANY => (
            "お客様のご契約では、会社用の電子証明書をお使いいただきます。",
            "電子証明書は、ご契約の管理をされる方からお受け取りください。",
        ),
        UNFIT => (
            "登録内容が電子証明書に収まらないため、発行できませんでした。",
            "ユーザー名・メールアドレスの登録内容について、ヘルプデスクへお問い合わせください。",
        ),
        _ => (
            "発行の途中で問題が起きました。電子証明書はまだ発行されていません。",
            "少し待ってから「もう一度発行する」を押してください。",
        ),
    }
}

/// A valid certificate exists.
pub const REFUSED: u8 = 1;
/// Locked or closed meanwhile.
pub const CLOSED_NOW: u8 = 2;
/// What is registered does not fit into a certificate.
pub const UNFIT: u8 = 3;
/// Something of ours failed; again may help.
pub const OURS: u8 = 4;
/// The contract's people come with the company's certificate.
pub const COMPANY: u8 = 5;

/// Forms of the file to choose from: value and label.
pub const FORMATS: &[(&str, &str)] = &[
    ("modern", "Windows 10・11（通常はこちら）"),
    ("compat", "Mac・iPhone・iPad、または古い Windows Server"),
];

const _: () = assert!(flows::MOST_CODES == 5, "NO_MORE_CODES names the number");
