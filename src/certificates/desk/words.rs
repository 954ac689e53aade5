//! The sentences and labels of the desk.

pub use crate::audit::words::{action, actor};
use crate::base::Moment;
use crate::base::date::{Day, jst, jst_minutes_ja};
use crate::certificates::state::State;
use crate::identity::paper::Kind;
use crate::pki::crl::Reason;

/// The list of certificates.
pub const CERTIFICATES: &str = "電子証明書管理";
/// One of them.
pub const CERTIFICATE: &str = "電子証明書の詳細";
/// The page that asks before it revokes.
pub const REVOKE: &str = "電子証明書の失効";
/// The list of requests.
pub const REQUESTS: &str = "依頼書";
/// One of them.
pub const REQUEST: &str = "依頼書の詳細";
/// The page that records one.
pub const NEW_REQUEST: &str = "依頼書の記録";
/// The paper's own name.
pub const FORM_NAME: &str = "ログインID/パスワード初期化・電子証明書失効等依頼書";

/// The paper by which a customer decides on a 初期パスワード (R004-103).
pub const PASSWORD_FORM_NAME: &str = "初期パスワード届出書";

pub const USER_ID: &str = "ユーザーID";
pub const CONTRACT_NO: &str = "契約番号";
pub const SERIAL: &str = "シリアル番号";
pub const STATE: &str = "状態";
pub const WITHIN: &str = "有効期限まで";
pub const ENDS: &str = "有効期限";
pub const ISSUED: &str = "発行日";
pub const REASON: &str = "失効の理由";
pub const NOTE: &str = "メモ";
pub const PAPER: &str = "依頼書";
pub const RECEIVED_ON: &str = "受付日";
pub const REQUESTED_BY: &str = "依頼者名";
pub const REQUEST_REASON: &str = "依頼書に書かれた理由";
pub const KIND: &str = "依頼の種類";

/// Nothing was issued yet.
pub const NONE: &str = "電子証明書はまだ発行されていません。";
/// Nothing fits.
pub const NONE_FOUND: &str =
    "条件に合う電子証明書はありません。条件を変えて、もう一度検索してください。";
/// No request was recorded yet.
pub const NO_REQUESTS: &str = "依頼書はまだ記録されていません。";
/// No request fits.
pub const NO_REQUESTS_FOUND: &str =
    "条件に合う依頼書はありません。条件を変えて、もう一度検索してください。";
/// The way out of it.
pub const CLEAR: &str = "条件をすべて外す";
/// The way on when a page is not there any more.
pub const TO_FIRST: &str = "一覧の先頭へ";

pub const NO_SEARCH: &str = "60文字以内で、改行などを含めずに入力してください。";
pub const NO_NAME: &str = "60文字以内で入力してください。";
pub const NO_TEXT: &str = "500文字以内で入力してください。";
pub const CHOOSE_REASON: &str = "失効の理由を選んでください。";
pub const CHOOSE_PAPER: &str = "依頼書があるかどうかを選んでください。";
pub const CHOOSE_KIND: &str = "依頼の種類を選んでください。";
pub const NOTE_NEEDED: &str =
    "依頼書がないときは、急ぐ理由と、誰からどのように連絡を受けたかを入力してください。";
pub const USER_NEEDED: &str = "電子証明書の失効では、対象のユーザーIDを入力してください。";
/// The button that revokes on a request.
pub const CARRY_OUT: &str = "この依頼書で失効する";
pub const NO_CONTRACT: &str = "この契約番号の契約はありません。";
pub const NO_USER: &str = "この契約に、このユーザーIDの利用者はいません。";
pub const NOT_YET: &str = "受付日は、今日までの日付を入力してください。";

/// What the operator may choose from, in the words of an office (RFC 5280 §5.3.1).
pub const REASONS: [(Reason, &str); 6] = [
    (Reason::Superseded, "PCの交換・入れ替え、ファイルが見つからない"),
    (Reason::KeyCompromise, "PCまたはファイルの紛失・盗難（他人に使われるおそれ）"),
    (Reason::AffiliationChanged, "異動・担当の変更"),
    (Reason::CessationOfOperation, "退職・利用の終了"),
    (Reason::PrivilegeWithdrawn, "利用の資格がなくなった"),
    (Reason::Unspecified, "その他（メモに書いてください）"),
];

/// The label of a stored reason: also of those that nobody may choose here.
pub fn reason(name: &str) -> &str {
    match name.parse::<Reason>() {
        Ok(Reason::Unspecified) => "その他",
        Ok(Reason::CaCompromise) => "認証局の事故",
        Ok(Reason::AaCompromise) => "属性認証局の事故",
        Ok(Reason::CertificateHold) => "一時停止",
        Ok(stored) => {
            let known = REASONS.iter().find(|(reason, _)| *reason == stored);
            known.map_or(name, |(_, label)| *label)
        }
        Err(_) => name,
    }
}

/// The button that revokes, on a request, the one of several certificates whose last day
/// is `last`.
pub fn carry_out_on(last: Day) -> String {
    format!("{}まで有効の電子証明書を失効する", last.ja())
}

/// 「有効」.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Active => "有効",
        State::Retiring => "更新中",
        State::Superseded => "更新済み",
        State::Expired => "期限切れ",
        State::Revoked => "失効",
    }
}

/// The colour of a state's badge.
pub const fn state_class(state: State) -> &'static str {
    match state {
        State::Active => "state state-good",
        State::Retiring => "state state-warn",
        State::Revoked => "state state-bad",
        State::Superseded | State::Expired => "state",
    }
}

/// What a state means, beside its badge.
pub const fn state_note(state: State) -> &'static str {
    match state {
        State::Active => "この電子証明書でログインできます。",
        State::Retiring => {
            "新しい電子証明書が発行されています。新しいほうを最初に使うまで（または有効期限まで）使えます。"
        }
        State::Superseded => "新しい電子証明書に切り替わったため、使えません。",
        State::Expired => "有効期限が過ぎたため、使えません。",
        State::Revoked => "失効しているため、使えません。",
    }
}

/// The states to choose from.
pub const STATES: &[(&str, &str)] = &[
    ("", "すべて"),
    ("active", "有効"),
    ("retiring", "更新中"),
    ("superseded", "更新済み"),
    ("expired", "期限切れ"),
    ("revoked", "失効"),
];

/// The times to choose from.
pub const WITHINS: &[(&str, &str)] = &[
    ("", "すべて"),
    ("7", "7日以内"),
    ("14", "14日以内"),
    ("30", "30日以内"),
    ("60", "60日以内"),
    ("90", "90日以内"),
];

/// Whether requests are done, to choose from.
pub const DONES: &[(&str, &str)] = &[("", "すべて"), ("no", "未処理"), ("yes", "処理済み")];

/// What a request asks for.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::CertRevoke => "電子証明書の失効",
        Kind::InitReset => "ログインID・パスワードの初期化",
        Kind::Unblock => "閉塞の解除",
        Kind::InitialPassword => "初期パスワードの届出",
        Kind::ContractNoReissue => "契約番号の再通知",
    }
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "revoked" => Some(Ok("電子証明書を失効しました。この電子証明書では、もう利用できません。")),
        "recorded" => Some(Ok("依頼書を記録しました。")),
        "done" => Some(Ok("処理済みにしました。")),
        "reset" => Some(Ok(
            "利用者を削除し、処理済みにしました。契約番号と初期パスワードで、もう一度初期登録ができます。",
        )),
        "unblocked" => Some(Ok("ロック・閉塞を解除し、処理済みにしました。")),
        "ended" => Some(Err("この電子証明書はすでに使えない状態のため、何も変えていません。")),
        "done-before" => Some(Err("この依頼書はすでに処理済みのため、何も変えていません。")),
        "none" => Some(Err("失効する電子証明書がなかったため、何も変えていません。")),
        _ => None,
    }
}

/// 「2026年11月21日 14:05」.
pub fn when(at: Moment) -> String {
    jst_minutes_ja(at)
}

/// The same, or a dash.
pub fn when_or_nothing(at: Option<Moment>) -> String {
    at.map_or_else(|| "－".to_owned(), when)
}

/// To the second, as validity needs it.
pub fn to_the_second(at: Moment) -> String {
    format!("{}:{:02}", when(at), jst(at).second())
}

/// A mail about the end.
pub fn notice(kind: &str, days: i64) -> String {
    match kind {
        "ending" => format!("有効期限の{days}日前のお知らせ"),
        _ => "有効期限が過ぎたお知らせ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_words_of_its_own() {
        for one in State::ALL {
            let found = STATES.iter().find(|(word, _)| *word == one.word());
            assert_eq!(found.map(|(_, label)| *label), Some(state(one)));
        }
    }

    #[test]
    fn reasons_are_read_back_in_the_words_of_an_office() {
        assert_eq!(reason("cessationOfOperation"), "退職・利用の終了");
        assert_eq!(reason("unspecified"), "その他");
        for name in Reason::names() {
            assert!(!reason(name).is_ascii(), "{name}");
        }
    }
}
