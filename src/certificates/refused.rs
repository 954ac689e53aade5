//! What a refused person is told: what happened, what to do now, who helps.

use crate::identity::{Bearer, Refusal};
use crate::web::{Again, Face, Frame};

/// Where a person posts to be asked for the certificate again (`gateway::Site`).
pub const RETRY: &str = "/certificate/retry";

/// The page for `refusal`. `bearer` is whose certificate it is, where we issued it;
/// `request_no` and the contact stand in `frame`.
#[must_use]
pub fn face(refusal: Refusal, bearer: Option<&Bearer>, frame: &Frame) -> Face {
    let whose = match bearer {
        Some(Bearer::Person { login_id, .. }) => format!("（ユーザーID: {login_id}）"),
        Some(Bearer::Company { name }) => format!("（{name}）"),
        None => String::new(),
    };
    let of_company = matches!(bearer, Some(Bearer::Company { .. }));
    let words = of_company.then(|| company(refusal)).flatten().unwrap_or_else(|| words(refusal));
    let happened = words.happened.replace("{whose}", &whose);
    let status = axum::http::StatusCode::from_u16(refusal.status())
        .unwrap_or(axum::http::StatusCode::FORBIDDEN);
    let face = Face::new(status, words.title, &happened).steps(words.steps).picture(words.picture);
    let face = words.ways.iter().fold(face, |face, way| {
        let (label, href) = way.link(frame);
        face.way(label, href)
    });
    if CHOSEN_BADLY.contains(&refusal) {
        face.again(choose(frame))
    } else if refusal == Refusal::CertificateAbsent {
        face.again(again(frame))
    } else {
        face
    }
}

/// The certificate is no good, and another one may lie beside it.
const CHOSEN_BADLY: &[Refusal] = &[
    Refusal::CertificateForeign,
    Refusal::CertificateUnknown,
    Refusal::CertificateExpired,
    Refusal::CertificateRevoked,
    Refusal::CertificateSuperseded,
];

fn choose(frame: &Frame) -> Again {
    Again {
        title: "別の電子証明書を選ぶとき",
        lead: "ブラウザの画面を閉じなくても、電子証明書を選び直すことができます。",
        label: "電子証明書を選び直す",
        in_vain: "選び直しましたが、同じ電子証明書が送られてきました。ブラウザの画面をすべて\
                  閉じてから、もう一度開いてください。",
        ..again(frame)
    }
}

fn again(frame: &Frame) -> Again {
    Again {
        title: "電子証明書をいま取り込んだ方",
        lead: "ブラウザの画面を閉じなくても、もう一度確かめることができます。",
        label: "電子証明書を取り込みました。もう一度確かめる",
        in_vain: "もう一度確かめましたが、電子証明書は送られてきませんでした。ブラウザの画面を\
                  すべて閉じてから、もう一度開いてください。同じ画面になるときは、電子証明書の\
                  取り込みと有効期限を確かめてください。",
        post: RETRY,
        next: format!("{}/login", frame.portal_url),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Issue,
    Import,
    First,
    Form,
    Portal,
}

impl Way {
    /// The button's words, and where it leads.
    fn link(self, frame: &Frame) -> (&'static str, String) {
        let (label, base, path) = match self {
            Self::Issue => ("電子証明書発行の画面を開く", &frame.enroll_url, "/certificate"),
            Self::Import => ("取り込み方を見る", &frame.enroll_url, "/help/import"),
            Self::First => ("初めて利用する方", &frame.enroll_url, "/"),
            Self::Form => ("依頼書の様式を開く", &frame.enroll_url, "/help/request-form"),
            Self::Portal => ("トップページを開く", &frame.portal_url, "/"),
        };
        (label, format!("{base}{path}"))
    }
}

struct Words {
    title: &'static str,
    happened: &'static str,
    steps: &'static [&'static str],
    picture: &'static str,
    ways: &'static [Way],
}

const fn say(
    title: &'static str,
    happened: &'static str,
    steps: &'static [&'static str],
    picture: &'static str,
    ways: &'static [Way],
) -> Words {
    Words { title, happened, steps, picture, ways }
}

/// Chrome and Edge do not offer a certificate that has ended, so "absent" has to
/// speak of that too.
const ABSENT: Words = say(
    "電子証明書が確認できません",
    "このPCから、電子証明書が送られてきませんでした。",
    &[
        "電子証明書を取り込んだPCとWindowsのユーザーで開いているか確かめてください。",
        "いま取り込んだばかりのときや、証明書の選択画面で「キャンセル」を押したときは、この画面に「もう一度確かめる」のボタンがあれば、押してください。ボタンがないときや、押しても変わらないときは、ブラウザの画面をすべて閉じてから、もう一度開いてください。",
        "有効期限が過ぎると、ブラウザは電子証明書を送りません。「電子証明書発行」から更新してください。",
        "まだ発行していない方は、初期登録を行ってください。",
    ],
    "refused-absent.svg",
    &[Way::Issue, Way::Import, Way::First],
);

const FOREIGN: Words = say(
    "このサービスの電子証明書ではありません",
    "選ばれた電子証明書は、ほかのサービスのものです。このサービスではログインできません。",
    &[
        "ブラウザの画面を[×]ですべて閉じてください。",
        "もう一度開き、証明書の選択画面でお客様のユーザーIDの電子証明書を選んでください。会社用の電子証明書をお使いの方は、名前が「MNS」で始まるものを選んでください。",
        "一覧に見当たらないときは「その他」を押すと、すべての電子証明書が表示されます。",
        "それでもないときは、お持ちの電子証明書をこのPCに取り込んでください。まだ発行していないときは、「電子証明書発行」の画面から発行してください。",
    ],
    "refused-other-pc.svg",
    &[Way::Import, Way::Issue],
);

const UNKNOWN: Words = say(
    "この電子証明書では利用できません",
    "選ばれた電子証明書は、利用者の電子証明書として登録されていません。",
    &[
        "ブラウザの画面をすべて閉じ、もう一度開いて、お客様のユーザーIDの電子証明書を選んでください。",
        "一覧にないときは、お持ちの電子証明書をこのPCに取り込んでください。まだ発行していないときは、「電子証明書発行」の画面から発行してください。",
        "同じ画面が表示されるときは、下のお問い合わせ先へお問い合わせください。",
    ],
    "refused-other-pc.svg",
    &[Way::Import, Way::Issue],
);

const NOT_YET: Words = say(
    "電子証明書の利用開始日前です",
    "電子証明書{whose}は、まだ利用を開始できる日になっていません。",
    &[
        "PCの日付と時刻が正しいか確かめてください。",
        "正しいのに表示されるときは、下のお問い合わせ先へお問い合わせください。",
    ],
    "refused-expired.svg",
    &[],
);

const EXPIRED: Words = say(
    "電子証明書の有効期限が過ぎています",
    "電子証明書{whose}の有効期限が過ぎたため、ログインできません。",
    &[
        "「電子証明書発行」の画面を開いてください。",
        "ユーザーIDとパスワード、メールで届く認証コードを入力し、新しい電子証明書を発行してください。",
        "新しい電子証明書を取り込み、ブラウザの画面をすべて閉じてから、もう一度開いてください。",
    ],
    "refused-expired.svg",
    &[Way::Issue],
);

const REVOKED: Words = say(
    "この電子証明書は失効しています",
    "電子証明書{whose}は失効の手続きがされているため、利用できません。",
    &[
        "引き続き利用する方は、「電子証明書発行」の画面から新しい電子証明書を発行してください。",
        "失効に心当たりがないときは、すぐに下のお問い合わせ先へお知らせください。",
    ],
    "refused-closed.svg",
    &[Way::Issue],
);

const SUPERSEDED: Words = say(
    "新しい電子証明書に切り替わっています",
    "電子証明書{whose}は、新しい電子証明書に切り替わったため利用できません。",
    &[
        "ブラウザの画面をすべて閉じ、もう一度開いてください。",
        "証明書の選択画面で、有効期限の新しいほうの電子証明書を選んでください。",
        "新しい電子証明書がこのPCにないときは、発行したときのファイルを、このPCに取り込んでください。",
        "ファイルがないときは、「ログインID/パスワード初期化・電子証明書失効等依頼書」を提出してください。失効の手続きが終わると、新しく発行できます。",
    ],
    "refused-other-pc.svg",
    &[Way::Import, Way::Form],
);

const LOCKED: Words = say(
    "ロックされています",
    "パスワードの誤りが続いたため、ログインできない状態（ロック）です{whose}。",
    &[
        "ロックされてからしばらくすると、自動で解除されます。時間をおいて、もう一度お試しください。",
        "パスワードが分からないときは、一般ユーザーの方はマスターユーザーへ、マスターユーザーの方は下のお問い合わせ先へご相談ください。",
    ],
    "refused-closed.svg",
    &[],
);

const CLOSED: Words = say(
    "ご利用が止められています",
    "このユーザー{whose}または契約は、ご利用できない状態です。",
    &[
        "閉塞の解除には「ログインID/パスワード初期化・電子証明書失効等依頼書」の提出が必要です。",
        "お手続きについては、下のお問い合わせ先へお問い合わせください。",
    ],
    "refused-closed.svg",
    &[Way::Form],
);

const WRONG_HOST: Words = say(
    "接続し直してください",
    "ページの場所と接続先が一致しませんでした。",
    &["ブラウザの画面をすべて閉じ、アドレス欄にURLを入力して、もう一度開いてください。"],
    "lost.svg",
    &[Way::Portal],
);

const HOURS: Words = say(
    "ただいまの時間は利用できません",
    "サービスの利用時間外です。",
    &["利用時間内に、もう一度開いてください。"],
    "refused-closed.svg",
    &[],
);

const FORBIDDEN: Words = say(
    "この画面は利用できません",
    "お客様の契約または権限では、この画面を利用できません。",
    &["利用が必要なときは、マスターユーザーまたは下のお問い合わせ先へご相談ください。"],
    "refused-closed.svg",
    &[Way::Portal],
);

/// A company's certificate comes from the operator, not from a page.
const COMPANY_EXPIRED: Words = say(
    "電子証明書の有効期限が過ぎています",
    "会社用の電子証明書{whose}の有効期限が過ぎたため、ログインできません。",
    &[
        "新しい会社用の電子証明書を受け取っているときは、このPCに取り込んでください。",
        "まだのときは、ご契約の管理をされる方から、下のお問い合わせ先へお申し付けください。",
        "取り込んだら、ブラウザの画面を[×]ですべて閉じ、もう一度開いて、新しいほうの電子証明書を選んでください。",
    ],
    "refused-expired.svg",
    &[Way::Import],
);

const COMPANY_REVOKED: Words = say(
    "この電子証明書は失効しています",
    "会社用の電子証明書{whose}は失効の手続きがされているため、利用できません。",
    &[
        "新しい会社用の電子証明書を受け取っているときは、このPCに取り込み、ブラウザの画面を[×]ですべて閉じてから、新しいほうを選んでください。",
        "失効に心当たりがないときは、ご契約の管理をされる方から、すぐに下のお問い合わせ先へお知らせください。",
    ],
    "refused-closed.svg",
    &[Way::Import],
);

/// It ends when the operator revokes it, but a stored one may say so.
const COMPANY_SUPERSEDED: Words = say(
    "新しい電子証明書に切り替わっています",
    "会社用の電子証明書{whose}は、新しい電子証明書に切り替わったため利用できません。",
    &[
        "ブラウザの画面を[×]ですべて閉じ、もう一度開いて、有効期限の新しいほうの電子証明書を選んでください。",
        "新しい電子証明書がこのPCにないときは、受け取った媒体のファイルを、このPCに取り込んでください。",
    ],
    "refused-other-pc.svg",
    &[Way::Import],
);

/// What is said otherwise to those who come with a company's certificate.
fn company(refusal: Refusal) -> Option<&'static Words> {
    match refusal {
        Refusal::CertificateExpired => Some(&COMPANY_EXPIRED),
        Refusal::CertificateRevoked => Some(&COMPANY_REVOKED),
        Refusal::CertificateSuperseded => Some(&COMPANY_SUPERSEDED),
        _ => None,
    }
}

fn words(refusal: Refusal) -> &'static Words {
    match refusal {
        Refusal::CertificateAbsent => &ABSENT,
        Refusal::CertificateForeign => &FOREIGN,
        Refusal::CertificateUnknown => &UNKNOWN,
        Refusal::CertificateNotYetValid => &NOT_YET,
        Refusal::CertificateExpired => &EXPIRED,
        Refusal::CertificateRevoked => &REVOKED,
        Refusal::CertificateSuperseded => &SUPERSEDED,
        Refusal::HolderLocked => &LOCKED,
        Refusal::HolderClosed => &CLOSED,
        Refusal::WrongHost => &WRONG_HOST,
        Refusal::ClosedHours => &HOURS,
        Refusal::Forbidden => &FORBIDDEN,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_refusal_says_something_of_its_own_and_what_to_do() {
        let mut titles = HashSet::new();
        for refusal in Refusal::ALL {
            let said = words(refusal);
            assert!(titles.insert(said.title), "{refusal:?} has another's title");
            assert!(!said.steps.is_empty(), "{refusal:?} names no next step");
        }
    }

    #[test]
    fn nobody_with_a_companys_certificate_is_sent_to_issue_one() {
        let bearer = Bearer::Company { name: "MNS_123456".into() };
        for refusal in Refusal::ALL {
            let Some(said) = company(refusal) else { continue };
            let elsewhere = [Way::Issue, Way::First, Way::Form];
            assert!(!said.ways.iter().any(|way| elsewhere.contains(way)), "{refusal:?}");
            let face = face(refusal, Some(&bearer), &Frame::default());
            assert!(format!("{face:?}").contains("MNS_123456"), "{refusal:?}");
        }
        for refusal in [Refusal::CertificateExpired, Refusal::CertificateRevoked] {
            assert!(company(refusal).is_some(), "{refusal:?}");
        }
    }

    #[test]
    fn whoever_came_with_the_wrong_certificate_is_shown_the_way_to_a_right_one() {
        for refusal in [
            Refusal::CertificateAbsent,
            Refusal::CertificateForeign,
            Refusal::CertificateUnknown,
            Refusal::CertificateSuperseded,
        ] {
            assert!(words(refusal).ways.contains(&Way::Import), "{refusal:?}");
        }
        assert!(SUPERSEDED.steps.concat().contains("依頼書"));
    }

    #[test]
    fn no_refusal_promises_a_number_that_the_settings_may_change() {
        for refusal in Refusal::ALL {
            let said = words(refusal);
            let all = said.happened.to_owned() + &said.steps.concat();
            assert!(!all.contains(|c: char| c.is_ascii_digit()), "{refusal:?}");
        }
    }

    #[test]
    fn the_page_for_another_services_certificate_names_the_right_one() {
        // R003-35, R003-44
        let all = FOREIGN.steps.concat();
        assert!(FOREIGN.happened.contains("ほかのサービス"));
        for word in ["[×]", "「MNS」で始まる"] {
            assert!(all.contains(word), "{word}");
        }
    }

    #[test]
    fn the_absent_page_speaks_of_expiry_import_and_the_wrong_pc() {
        let all = ABSENT.steps.concat();
        for word in ["有効期限", "取り込ん", "PC", "更新"] {
            assert!(all.contains(word), "{word}");
        }
    }
}
