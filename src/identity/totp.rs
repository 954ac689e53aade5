//! Codes of an app: time-based one-time passwords (RFC 6238) of six digits, SHA-1 and
//! 30 seconds, as every app knows them. Pure.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::base::clock::SECOND_MS;
use crate::base::id::random_bytes;
use crate::base::secret::equal;
use crate::base::{Moment, Secret};

/// How long a code is shown, in seconds (RFC 6238 §5.2).
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Steps before and after the present one whose code is taken, for clocks that differ.
const DRIFT: i64 = 1;

/// A new secret: 160 bits (RFC 4226 §4, R6) in base32, as apps take it.
#[must_use]
pub fn new_secret() -> Secret {
    Secret::new(BASE32_NOPAD.encode(&random_bytes::<20>()))
}

/// The step that `at` lies in.
#[must_use]
pub const fn step_of(at: Moment) -> i64 {
    at.ms().div_euclid(STEP_SECONDS * SECOND_MS)
}

/// The code of `secret` in `step`; `None` when the secret is not base32 (RFC 4226 §5.3).
#[must_use]
pub fn code(secret: &Secret, step: i64) -> Option<String> {
    let bytes = BASE32_NOPAD.decode(secret.expose().as_bytes()).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag.last()? & 0x0f);
    let four: [u8; 4] = tag.get(from..from + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    Some(format!("{number:06}"))
}

/// The step whose code `typed` is at `at`, unless that step or a later one was used
/// already (`last`): a code works once (RFC 6238 §5.2).
#[must_use]
pub fn check(secret: &Secret, typed: &str, at: Moment, last: Option<i64>) -> Option<i64> {
    let now = step_of(at);
    let mut found = None;
    for step in now - DRIFT..=now + DRIFT {
        let right = code(secret, step).is_some_and(|code| equal(code.as_bytes(), typed.as_bytes()));
        if right && last.is_none_or(|last| step > last) {
            found = Some(step);
        }
    }
    found
}

/// What the picture for the app says: whose code it is and the secret. SHA-1, six digits
/// and 30 seconds go without saying, which keeps the picture coarse.
#[must_use]
pub fn uri(issuer: &str, account: &str, secret: &Secret) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (issuer, account) = (encode(issuer), encode(account));
    format!("otpauth://totp/{account}?secret={}&issuer={issuer}", secret.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `12345678901234567890`, the secret of RFC 6238, appendix B.
    fn secret() -> Secret {
        Secret::new(BASE32_NOPAD.encode(b"12345678901234567890"))
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1; the last six of its eight digits
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_of(Moment::from_unix(seconds));
            assert_eq!(code(&secret(), step).as_deref(), Some(expected), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_and_once() {
        let at = Moment::from_unix(1_800_000_000);
        let now = step_of(at);
        let of = |step: i64| code(&secret(), step).expect("a code");
        for step in now - 1..=now + 1 {
            assert_eq!(check(&secret(), &of(step), at, None), Some(step));
            assert_eq!(check(&secret(), &of(step), at, Some(step)), None, "used already");
        }
        assert_eq!(check(&secret(), &of(now - 2), at, None), None);
        assert_eq!(check(&secret(), &of(now + 2), at, None), None);
        assert_eq!(check(&secret(), &of(now - 1), at, Some(now)), None, "an earlier one");
    }

    #[test]
    fn the_picture_names_the_service_and_the_person() {
        let said = uri("関所 A", "a@example.jp", &secret());
        assert!(said.starts_with("otpauth://totp/a%40example%2Ejp?secret="), "{said}");
        assert!(said.ends_with("&issuer=%E9%96%A2%E6%89%80%20A"), "{said}");
        assert_eq!(new_secret().expose().len(), 32);
    }
}
