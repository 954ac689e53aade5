//! What a signed-in person is told of the certificate they came with: that it ends soon,
//! or that its successor waits.

use crate::base::{Day, Moment};

/// The bar above the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// One or two sentences.
    pub text: String,
    /// What to press, and where it leads.
    pub link: Option<(&'static str, String)>,
}

/// The certificate somebody came with.
#[derive(Clone, Copy, Debug)]
pub struct Presented {
    /// Its last second.
    pub not_after: Moment,
    /// Whether a new one was issued.
    pub retiring: bool,
    /// Whether it is a company's: the operator renews it.
    pub company: bool,
}

/// What is told at `now`, in the last `renewal_days` (R004-81); `enroll_url` is where one
/// renews.
#[must_use]
pub fn ending(
    presented: Presented,
    now: Moment,
    renewal_days: i64,
    enroll_url: &str,
) -> Option<Ending> {
    let last = Day::of(presented.not_after);
    let left = last.days_since(Day::of(now));
    if presented.retiring {
        let text = format!(
            "新しい電子証明書が発行されています。PCに取り込み、ブラウザの画面をすべて閉じてから開き直して、\
             ログインしてください。それまでは、今の電子証明書をお使いになれます（{}まで）。",
            last.ja()
        );
        return Some(Ending {
            text, link: Some(("取り込み方を見る", "/help/import".to_owned()))
        });
    }
    if left > renewal_days {
        return None;
    }
    let text = match left {
        0 => format!("電子証明書の有効期限は本日（{}）までです。", last.ja()),
        _ => format!("電子証明書の有効期限まで、あと{left}日です（{}まで）。", last.ja()),
    };
    if presented.company {
        let text = text + "新しい電子証明書は運営者がお届けします。";
        return Some(Ending { text, link: None });
    }
    let link = Some(("電子証明書を更新する", format!("{enroll_url}/certificate")));
    Some(Ending { text, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(now: &str, retiring: bool, company: bool) -> Option<Ending> {
        let not_after = Moment::parse("2027-11-21T23:59:59+09:00").expect("an instant");
        let now = Moment::parse(now).expect("an instant");
        ending(Presented { not_after, retiring, company }, now, 30, "https://enroll.localhost")
    }

    #[test]
    fn the_days_are_counted_on_the_calendar() {
        // R004-81
        assert_eq!(told("2027-10-21T23:59:59+09:00", false, false), None);
        let first = told("2027-10-22T00:00:00+09:00", false, false).expect("a bar");
        assert_eq!(first.text, "電子証明書の有効期限まで、あと30日です（2027年11月21日まで）。");
        let link = ("電子証明書を更新する", "https://enroll.localhost/certificate".to_owned());
        assert_eq!(first.link, Some(link));
        let last = told("2027-11-21T23:59:59+09:00", false, false).expect("a bar");
        assert_eq!(last.text, "電子証明書の有効期限は本日（2027年11月21日）までです。");
    }

    #[test]
    fn who_has_renewed_is_told_to_import_and_a_company_to_wait() {
        let renewed = told("2027-10-22T00:00:00+09:00", true, false).expect("a bar");
        assert!(renewed.text.starts_with("新しい電子証明書が発行されています。"), "{renewed:?}");
        let company = told("2027-11-09T00:00:00+09:00", false, true).expect("a bar");
        assert!(company.text.contains("あと12日です") && company.link.is_none(), "{company:?}");
    }
}
