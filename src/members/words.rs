//! Sentences that several of these screens say.

use crate::base::date::{Day, jst};
use crate::base::{Moment, clock::MINUTE_MS};
use crate::identity::policy::Policy;

/// Whom to turn to where only the operator can help.
pub const ASK: &str = "このページの下にあるお問い合わせ先へご連絡ください。";

/// The first whole minute at or after `at` as people are told it at `now`:
/// 「14:05」, with the day when it is another one.
pub fn from_when(at: Moment, now: Moment) -> String {
    let at = at.plus_ms(MINUTE_MS - 1);
    let time = jst(at);
    let clock = format!("{}:{:02}", time.hour(), time.minute());
    let day = Day::of(at);
    if day == Day::of(now) { clock } else { format!("{} {clock}", day.ja()) }
}

/// What a password must be like, in the portal's form (R000-28):
/// 「パスワードは、8文字以上 (英小文字1文字以上、数字1文字以上を含む) です。」
pub fn password_sentence(policy: &Policy) -> String {
    let length = match policy.max_length {
        most if most < Policy::LEAST.max_length => format!("{}～{most}文字", policy.min_length),
        _ => format!("{}文字以上", policy.min_length),
    };
    let kinds = [
        ("英大文字", policy.min_upper),
        ("英小文字", policy.min_lower),
        ("数字", policy.min_digit),
        ("記号", policy.min_symbol),
    ];
    let asked = kinds.iter().filter(|(_, least)| *least > 0);
    let mut parts: Vec<String> =
        asked.map(|(kind, least)| format!("{kind}{least}文字以上")).collect();
    if policy.min_classes > i64::try_from(parts.len()).unwrap_or(i64::MAX) {
        let all = "英大文字・英小文字・数字・記号";
        parts.push(match policy.min_classes {
            4 => format!("{all}のすべて"),
            some => format!("{all}のうち{some}種類以上"),
        });
    }
    if parts.is_empty() {
        return format!("パスワードは、{length}です。");
    }
    format!("パスワードは、{length} ({}を含む) です。", parts.join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    #[test]
    fn the_portals_sentence_is_the_manuals_and_others_say_their_own() {
        // R000-28
        assert_eq!(
            password_sentence(&Preset::Portal.policy()),
            "パスワードは、8文字以上 (英小文字1文字以上、数字1文字以上を含む) です。"
        );
        assert_eq!(
            password_sentence(&Preset::Office.policy()),
            "パスワードは、8文字以上 (英大文字・英小文字・数字・記号のうち3種類以上を含む) です。"
        );
        assert_eq!(
            password_sentence(&Preset::Rokin.policy()),
            "パスワードは、8～12文字 (英大文字・英小文字・数字・記号のすべてを含む) です。"
        );
    }

    #[test]
    fn who_comes_at_the_time_told_is_not_too_early() {
        let now = Moment::parse("2026-11-21T13:05:30+09:00").expect("valid");
        assert_eq!(from_when(now.plus_minutes(60), now), "14:06");
        let sharp = Moment::parse("2026-11-21T14:05:00+09:00").expect("valid");
        assert_eq!(from_when(sharp, now), "14:05");
        let night = Moment::parse("2026-11-21T23:30:00+09:00").expect("valid");
        assert_eq!(from_when(night.plus_minutes(60), night), "2026年11月22日 0:30");
    }
}
