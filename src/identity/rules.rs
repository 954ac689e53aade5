//! What the fields of people and contracts may hold (R004-26..34). Pure.

use crate::base::{Secret, text};

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
    /// Not upper, lower, digit and symbol together (R004-27).
    PasswordClasses,
    /// A character outside half-width letters, digits and symbols.
    PasswordCharacters,
    /// The login ID stands in it.
    PasswordHoldsLoginId,
    /// The same as the one in force.
    PasswordUnchanged,
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

/// What a password must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRule {
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
}

/// Passwords and temporary passwords: 8 to 12, all four classes (R004-27, R004-29).
pub const PASSWORD: PasswordRule = PasswordRule { min: 8, max: 12 };
/// Initial passwords of contracts: exactly 8, all four classes (R004-28).
pub const INITIAL_PASSWORD: PasswordRule = PasswordRule { min: 8, max: 8 };

impl PasswordRule {
    /// Whether `password` obeys; `login_id` must not stand in it.
    pub fn check(self, password: &Secret, login_id: Option<&str>) -> Result<(), Mistake> {
        let typed = password.expose();
        if typed.is_empty() {
            return Err(Mistake::Missing);
        }
        if !typed.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Mistake::PasswordCharacters);
        }
        if !(self.min..=self.max).contains(&typed.len()) {
            return Err(Mistake::PasswordLength(self.min, self.max));
        }
        let classes: [fn(&u8) -> bool; 4] = [
            u8::is_ascii_uppercase,
            u8::is_ascii_lowercase,
            u8::is_ascii_digit,
            u8::is_ascii_punctuation,
        ];
        if !classes.iter().all(|class| typed.bytes().any(|b| class(&b))) {
            return Err(Mistake::PasswordClasses);
        }
        match login_id {
            Some(id) if !id.is_empty() && typed.contains(id) => Err(Mistake::PasswordHoldsLoginId),
            _ => Ok(()),
        }
    }
}

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
        // R004-26 at its edges: 5, 6, 12 and 13 characters
        assert_eq!(login_id("Taro67"), Ok("Taro67".to_owned()));
        assert_eq!(login_id("abcdefghijk1"), Ok("abcdefghijk1".to_owned()));
        for wrong in
            ["abc12", "abcdefghijkl1", "abcdef", "123456", "taro_67", "ｔａｒｏ６７", "taro 67"]
        {
            assert_eq!(login_id(wrong), Err(Mistake::LoginId), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_8_to_12_of_all_four_classes() {
        // R004-27, R004-29 at their edges: 7, 8, 12 and 13 characters, 3 and 4 classes
        let check = |typed: &str| PASSWORD.check(&Secret::from(typed), Some("taro6789"));
        assert_eq!(check("Abcde1#x"), Ok(()));
        assert_eq!(check("Abcdefgh12#x"), Ok(()));
        assert_eq!(check("Abcde1#"), Err(Mistake::PasswordLength(8, 12)));
        assert_eq!(check("Abcdefgh12#xy"), Err(Mistake::PasswordLength(8, 12)));
        for three in ["abcdef1#", "ABCDEF1#", "Abcdefg#", "Abcdefg1"] {
            assert_eq!(check(three), Err(Mistake::PasswordClasses), "{three}");
        }
        for other in ["Abcde1# x", "Ａbcde1#x", "Abcde1#あ"] {
            assert_eq!(check(other), Err(Mistake::PasswordCharacters), "{other}");
        }
        let with_id = PASSWORD.check(&Secret::from("A#taro67"), Some("taro67"));
        assert_eq!(with_id, Err(Mistake::PasswordHoldsLoginId));
        assert_eq!(check(""), Err(Mistake::Missing));
    }

    #[test]
    fn an_initial_password_is_exactly_eight() {
        // R004-28: 7 and 9 are refused
        let check = |typed: &str| INITIAL_PASSWORD.check(&Secret::from(typed), None);
        assert_eq!(check("Abcde1#x"), Ok(()));
        assert_eq!(check("Abcde1#"), Err(Mistake::PasswordLength(8, 8)));
        assert_eq!(check("Abcde1#xy"), Err(Mistake::PasswordLength(8, 8)));
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
