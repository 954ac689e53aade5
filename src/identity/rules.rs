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
    /// Not six digits that begin with 28 (R002-29).
    CustomerNo,
    /// Not 1 to 256 characters that can be shown (R002-30).
    DisplayName,
    /// No telephone number.
    Tel,
    /// No address that can be an ID: over 64 characters, or with odd ones in it.
    Address,
    /// No address at all.
    ReplyAddress,
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

/// The most characters of an address that is a login ID: as many as a certificate's
/// common name takes (RFC 5280, upper bounds).
const ADDRESS_LENGTH: usize = 64;
/// The most characters of a 表示名 (R002-30).
const DISPLAY_NAME_LENGTH: usize = 256;

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

/// What a person is known by when they type `typed`: an address in whatever case and width
/// is the same one (R000-70); other IDs keep their case (R004-26).
#[must_use]
pub fn login_key(typed: &str) -> String {
    let plain = text::nfkc(typed.trim());
    if plain.contains('@') { plain.to_ascii_lowercase() } else { typed.trim().to_owned() }
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

/// A mail address that is a login ID: at most 64 characters, in small letters; whoever
/// can receive there may use it, a mobile carrier's too (R002-05). Before the @ stand
/// letters, digits and `.` `_` `-` `+` alone, because IDs stand in addresses of pages and
/// names of files.
pub fn address(typed: &str) -> Result<String, Mistake> {
    let plain = text::nfkc(typed);
    let plain = filled(&plain)?.to_ascii_lowercase();
    let tame = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
    let good = plain.len() <= ADDRESS_LENGTH
        && plain.parse::<lettre::Address>().is_ok()
        && plain.rsplit_once('@').is_some_and(|(name, domain)| {
            name.bytes().all(tame) && domain.bytes().all(tame) && domain.contains('.')
        });
    if good { Ok(plain) } else { Err(Mistake::Address) }
}

/// A mail address that only an answer goes to: at most 254 half-width characters.
pub fn reply_address(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let good = typed.len() <= 254
        && typed.bytes().all(|b| b.is_ascii_graphic())
        && typed.parse::<lettre::Address>().is_ok();
    if good { Ok(typed.to_owned()) } else { Err(Mistake::ReplyAddress) }
}

/// A お客様番号: six digits that begin with 28 (R002-29), however wide.
pub fn customer_no(typed: &str) -> Result<String, Mistake> {
    let plain = text::nfkc(typed);
    let plain = filled(&plain)?;
    let good =
        plain.len() == 6 && plain.starts_with("28") && plain.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(plain.to_owned()) } else { Err(Mistake::CustomerNo) }
}

/// A 表示名: 1 to 256 characters of any script (R002-30); none that only steer how the
/// others are shown.
pub fn display_name(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let good = typed.chars().count() <= DISPLAY_NAME_LENGTH && !typed.contains(steers);
    if good { Ok(typed.to_owned()) } else { Err(Mistake::DisplayName) }
}

/// A 電話番号 as it was written, with or without hyphens (R002-33).
pub fn tel(typed: &str) -> Result<String, Mistake> {
    let typed = filled(typed)?;
    let digits = text::tel_key(typed).len();
    let foreign =
        |c: char| !(c.is_ascii_digit() || c.is_whitespace() || "+-()‐－ー−–.".contains(c));
    let good = (9..=15).contains(&digits) && !text::nfkc(typed).contains(foreign);
    if good { Ok(typed.to_owned()) } else { Err(Mistake::Tel) }
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
    fn an_address_is_the_same_in_whatever_case_and_an_id_is_not() {
        // R000-70, R004-26
        assert_eq!(login_key(" Hanako@Example.JP "), "hanako@example.jp");
        assert_eq!(login_key("ｈanako＠example.jp"), "hanako@example.jp");
        assert_eq!(login_key(" Taro67 "), "Taro67");
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
    fn an_address_that_is_an_id_is_small_and_tame() {
        // R002-04, R002-05: a free or a carrier's address is as good as any
        assert_eq!(address(" Taro.Y+x@Example.JP "), Ok("taro.y+x@example.jp".to_owned()));
        for free in ["taro@gmail.com", "taro@docomo.ne.jp"] {
            assert!(address(free).is_ok(), "{free}");
        }
        let longest = format!("{}@example.jp", "a".repeat(53));
        assert!(address(&longest).is_ok());
        let long = format!("a{longest}");
        for odd in
            ["taro", "a@b", "a/b@x.jp", "a?b@x.jp", "a%b@x.jp", "\"a b\"@x.jp", "@x.jp", &long]
        {
            assert_eq!(address(odd), Err(Mistake::Address), "{odd}");
        }
        assert_eq!(address(""), Err(Mistake::Missing));
    }

    #[test]
    fn a_customer_number_is_six_digits_from_28_on() {
        // R002-29: 5, 6 and 7 digits, 27 and 28
        assert_eq!(customer_no(" ２８１２３４ "), Ok("281234".to_owned()));
        assert_eq!(customer_no("280000"), Ok("280000".to_owned()));
        for wrong in ["28123", "2812345", "271234", "291234", "28123a"] {
            assert_eq!(customer_no(wrong), Err(Mistake::CustomerNo), "{wrong}");
        }
    }

    #[test]
    fn a_display_name_has_1_to_256_characters_of_any_script() {
        // R002-30: 0, 1, 256 and 257
        for good in ["山", "山田 T.", "Ƶоя", "𠮷田👨‍👩‍👧"] {
            assert_eq!(display_name(good), Ok(good.to_owned()));
        }
        assert!(display_name(&"𠮷".repeat(256)).is_ok());
        assert_eq!(display_name(&"𠮷".repeat(257)), Err(Mistake::DisplayName));
        assert_eq!(display_name(" 　"), Err(Mistake::Missing));
        for steering in ["山\u{202e}田", "山\u{0}田", "山\n田"] {
            assert_eq!(display_name(steering), Err(Mistake::DisplayName));
        }
    }

    #[test]
    fn a_telephone_number_may_have_hyphens_or_none() {
        // R002-33
        for good in ["03-5563-7662", "0355637662", "０３（５５６３）７６６２", "+81 3 5563 7662"]
        {
            assert!(tel(good).is_ok(), "{good}");
            assert_eq!(text::tel_key(good), "0355637662");
        }
        for wrong in ["03-556", "内線12", "03-5563-7662 内線1", "0355637662035563"] {
            assert_eq!(tel(wrong), Err(Mistake::Tel), "{wrong}");
        }
    }

    #[test]
    fn a_code_may_be_pasted_with_blanks_or_full_width() {
        assert_eq!(code(" １２３ 456\n"), Ok("123456".to_owned()));
        assert_eq!(code("12345a"), Err(Mistake::Code));
        assert_eq!(code(" "), Err(Mistake::Missing));
    }
}
