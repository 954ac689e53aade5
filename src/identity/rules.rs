//! What the fields of people and contracts may hold (R004-26..34). Pure.

use super::policy::Measure;
use crate::base::text;

/// Why a value cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing was typed.
    Missing,
    /// Not exactly eight half-width digits (R004-30).
    ContractNo,
    /// Not 6 to 12 half-width letters and digits, both present (R004-26).
    LoginId,
    /// The ID is somebody's already (R004-35).
    LoginIdTaken,
    /// Not `min` to `max` characters.
    PasswordLength(usize, usize),
    /// Fewer characters of this kind than asked for (R001-07..10).
    PasswordFew(Measure, i64),
    /// Fewer kinds of characters than asked for (R002-27).
    PasswordClasses(i64),
    /// A character outside half-width letters, digits and symbols.
    PasswordCharacters,
    /// The login ID stands in it.
    PasswordHoldsLoginId,
    /// The same as the one in force.
    PasswordUnchanged,
    /// One of so many before the one in force (R001-13).
    PasswordReused(i64),
    /// The second entry differs from the first (R004-33).
    PasswordRepeat,
    /// Not full-width, or over 20 characters (R004-31).
    UserName,
    /// No address, over 50 characters, or not half-width (R004-32).
    Email,
    /// A mobile carrier's address (R004-18).
    EmailCarrier,
    /// The second entry differs from the first (R004-33).
    EmailRepeat,
    /// Not the code that was sent, or not digits at all.
    Code,
    /// Not a day of the calendar.
    Date,
}

/// Ends of mail domains of Japanese mobile carriers, one a line.
const CARRIER_DOMAINS: &str = include_str!("../../config/carrier-domains.txt");

/// The most characters a user name may have.
const NAME_LENGTH: usize = 20;
/// The most characters a mail address may have.
const EMAIL_LENGTH: usize = 50;

/// A contract number: eight half-width digits; blanks around it are dropped.
pub fn contract_no(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let digits = typed.len() == 8 && typed.bytes().all(|b| b.is_ascii_digit());
    if digits { Ok(typed.to_owned()) } else { Err(Mistake::ContractNo) }
}

/// A login ID: 6 to 12 half-width letters and digits, both present, case kept.
pub fn login_id(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let good = (6..=12).contains(&typed.len())
        && typed.bytes().all(|b| b.is_ascii_alphanumeric())
        && typed.bytes().any(|b| b.is_ascii_alphabetic())
        && typed.bytes().any(|b| b.is_ascii_digit());
    if good { Ok(typed.to_owned()) } else { Err(Mistake::LoginId) }
}

/// A user name: 1 to 20 full-width characters.
pub fn user_name(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let good = typed.chars().count() <= NAME_LENGTH && text::is_full_width(typed);
    if good { Ok(typed.to_owned()) } else { Err(Mistake::UserName) }
}

/// A mail address: at most 50 half-width characters, not a mobile carrier's.
pub fn email(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let good = typed.len() <= EMAIL_LENGTH
        && typed.bytes().all(|b| b.is_ascii_graphic())
        && typed.parse::<lettre::Address>().is_ok()
        && typed.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    if !good {
        return Err(Mistake::Email);
    }
    if is_carrier(typed) { Err(Mistake::EmailCarrier) } else { Ok(typed.to_owned()) }
}

/// A code sent by mail: half- or full-width digits, blanks dropped.
pub fn code(typed: &str) -> Result<String, Mistake> {
    let plain: String = text::nfkc(typed).chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Err(Mistake::Missing);
    }
    let digits = plain.len() <= 10 && plain.bytes().all(|b| b.is_ascii_digit());
    if digits { Ok(plain) } else { Err(Mistake::Code) }
}

fn filled(typed: &str) -> Result<&str, Mistake> {
    match typed.trim() {
        "" => Err(Mistake::Missing),
        typed => Ok(typed),
    }
}

/// Compares on label borders: `x.docomo.ne.jp` is the carrier's, `mydocomo.ne.jp` is not.
fn is_carrier(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    CARRIER_DOMAINS
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .any(|carrier| {
            domain == carrier
                || domain.strip_suffix(carrier).is_some_and(|rest| rest.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_number_is_eight_digits() {
        // R004-30
        assert_eq!(contract_no(" 15000000 "), Ok("15000000".to_owned()));
        for wrong in ["1500000", "150000000", "1500000a", "１５００００００"] {
            assert_eq!(contract_no(wrong), Err(Mistake::ContractNo), "{wrong}");
        }
        assert_eq!(contract_no("  "), Err(Mistake::Missing));
    }

    #[test]
    fn a_login_id_holds_letters_and_digits_and_keeps_its_case() {
        // RX-01, R004-26 at its edges: 5, 6, 12 and 13 characters
        assert_eq!(login_id("Taro67"), Ok("Taro67".to_owned()));
        assert_eq!(login_id("abcdefghijk1"), Ok("abcdefghijk1".to_owned()));
        for wrong in
            ["abc12", "abcdefghijkl1", "abcdef", "123456", "taro_67", "ｔａｒｏ６７", "taro 67"]
        {
            assert_eq!(login_id(wrong), Err(Mistake::LoginId), "{wrong}");
        }
    }

    #[test]
    fn a_user_name_is_at_most_twenty_full_width_characters() {
        // R004-31
        assert_eq!(user_name("労金　太郎"), Ok("労金　太郎".to_owned()));
        assert!(user_name(&"あ".repeat(20)).is_ok());
        for wrong in ["あ".repeat(21), "Taro".into(), "ﾛｳｷﾝ".into(), "労金 太郎".into()]
        {
            assert_eq!(user_name(&wrong), Err(Mistake::UserName), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_short_half_width_and_no_mobile_carriers() {
        // R004-32, R004-18
        assert!(email("hanako@union.example.jp").is_ok());
        assert!(email(&format!("{}@example.jp", "a".repeat(39))).is_ok());
        let long = format!("{}@example.jp", "a".repeat(40));
        for wrong in ["hanako", "a@b", "はな@example.jp", "a b@example.jp", &long, "a@@example.jp"]
        {
            assert_eq!(email(wrong), Err(Mistake::Email), "{wrong}");
        }
        for carrier in ["a@docomo.ne.jp", "a@x.ezweb.ne.jp", "a@SoftBank.ne.jp"] {
            assert_eq!(email(carrier), Err(Mistake::EmailCarrier), "{carrier}");
        }
        assert!(email("a@mydocomo.ne.jp").is_ok());
    }

    #[test]
    fn a_code_may_be_pasted_with_blanks_or_full_width() {
        assert_eq!(code(" １２３ 456\n"), Ok("123456".to_owned()));
        assert_eq!(code("12345a"), Err(Mistake::Code));
        assert_eq!(code(" "), Err(Mistake::Missing));
    }
}
