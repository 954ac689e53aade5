//! Months and amounts as they are typed. Pure.

use crate::base::Day;
use crate::base::text::nfkc;

/// The largest amount that a field takes, in yen.
pub const MOST_YEN: i64 = 99_999_999;

/// An amount in yen: digits in whatever width, with or without commas and 円.
pub fn yen(typed: &str) -> Option<i64> {
    let plain = nfkc(typed);
    let plain = plain.trim();
    let digits = plain.strip_suffix('円').unwrap_or(plain).trim_end();
    let digits: String = digits.chars().filter(|c| *c != ',').collect();
    let good =
        !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit());
    let amount = good.then(|| digits.parse().ok()).flatten()?;
    (amount <= MOST_YEN).then_some(amount)
}

/// A month, `YYYY-MM`: as a browser's own field sends it, or as people type it
/// (「2026/4」, 「2026年4月」, 「202604」).
pub fn month(typed: &str) -> Option<String> {
    let plain = nfkc(typed.trim()).replace(['/', '年', '.'], "-").replace('月', "");
    let (year, month) = match plain.split_once('-') {
        Some(parts) => parts,
        None if plain.is_ascii() && plain.len() == 6 => plain.split_at(4),
        None => return None,
    };
    let month = month.trim();
    if month.len() > 2 || month.is_empty() {
        return None;
    }
    let month = format!("{}-{month:0>2}", year.trim());
    Day::parse(&format!("{month}-01")).map(|_| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (typed, amount) in [
            ("0", Some(0)),
            ("1,234", Some(1_234)),
            ("１，２３４円", Some(1_234)),
            (" 500 円", Some(500)),
            ("99999999", Some(MOST_YEN)),
            ("100000000", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("円", None),
            ("999999999999999999999999", None),
        ] {
            assert_eq!(yen(typed), amount, "{typed}");
        }
    }

    #[test]
    fn months_are_read_as_people_write_them() {
        for typed in ["2026-04", "2026/4", "２０２６年４月", "202604", " 2026-4 "] {
            assert_eq!(month(typed).as_deref(), Some("2026-04"), "{typed}");
        }
        for typed in ["", "2026", "2026-13", "26-04", "2026-004", "2026-", "令和8年4月", "20264é"]
        {
            assert_eq!(month(typed), None, "{typed}");
        }
    }
}
