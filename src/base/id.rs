//! Names and random bytes the program makes up itself.

use super::clock::Moment;

/// A new UUIDv7 (RFC 9562 §5.7): sorts by `now`, unguessable in its last 74 bits.
#[must_use]
pub fn new_id(now: Moment) -> String {
    let random: [u8; 10] = random_bytes();
    let ms = u64::try_from(now.ms()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid().to_string()
}

/// The instant that `new_id` was given; `None` when `id` is no UUIDv7.
#[must_use]
pub fn made_at(id: &str) -> Option<Moment> {
    let (seconds, nanos) = uuid::Uuid::try_parse(id).ok()?.get_timestamp()?.to_unix();
    let ms = i64::try_from(seconds).ok()?.checked_mul(1_000)?;
    Some(Moment::from_ms(ms).plus_ms(i64::from(nanos / 1_000_000)))
}

/// `N` bytes from the operating system's generator.
///
/// Ends the process when the generator fails: nothing safe can be done without it.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[allow(clippy::disallowed_methods)] // the one place that asks the system
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// A code of `digits` decimal digits, each equally likely.
#[must_use]
pub fn random_digits(digits: usize) -> String {
    (0..digits).map(|_| char::from(b'0' + below(10))).collect()
}

/// `length` small letters that spell no word: there are no vowels among them.
#[must_use]
pub fn random_letters(length: usize) -> String {
    (0..length).map(|_| char::from(pick(b"bcdfghjkmnpqrstvwxyz"))).collect()
}

/// A password of `length` characters with all four classes in it (upper, lower,
/// digit, symbol), without characters that look alike in print. At least 4 long.
#[must_use]
pub fn random_password(length: usize) -> String {
    const CLASSES: [&[u8]; 4] =
        [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"23456789", b"#$%&+-=?@"];
    let any = CLASSES.concat();
    let mut picked: Vec<u8> = CLASSES.iter().map(|class| pick(class)).collect();
    picked.extend((picked.len()..length).map(|_| pick(&any)));
    for last in (1..picked.len()).rev() {
        picked.swap(last, usize::from(below(u8::try_from(last + 1).unwrap_or(u8::MAX))));
    }
    picked.into_iter().map(char::from).collect()
}

/// A password of five groups of four capital letters and digits, `ACDE-34FG-…`: 94 bits,
/// to be read from paper. No character looks like another in print.
#[must_use]
pub fn random_grouped() -> String {
    let group = || (0..4).map(|_| char::from(pick(PLAIN_TO_READ))).collect();
    let groups: [String; 5] = std::array::from_fn(|_| group());
    groups.join("-")
}

/// Without 0 O, 1 I, 2 Z, 5 S, 8 B.
const PLAIN_TO_READ: &[u8] = b"ACDEFGHJKLMNPQRTUVWXY34679";

fn pick(from: &[u8]) -> u8 {
    from[usize::from(below(u8::try_from(from.len()).unwrap_or(u8::MAX)))]
}

/// A random number below `limit`, without the bias of a plain remainder.
fn below(limit: u8) -> u8 {
    let fair = u8::MAX - u8::MAX % limit;
    loop {
        let [byte] = random_bytes::<1>();
        if byte < fair {
            return byte % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ() {
        let (a, b) = (new_id(Moment::from_unix(1)), new_id(Moment::from_unix(2)));
        assert!(a < b);
        assert_ne!(a, new_id(Moment::from_unix(1)));
    }

    #[test]
    fn codes_have_the_asked_digits() {
        let code = random_digits(6);
        assert_eq!(code.len(), 6);
        assert!(code.bytes().all(|b| b.is_ascii_digit()));
    }

    #[test]
    fn grouped_passwords_have_94_bits_and_no_doubtful_character() {
        let password = random_grouped();
        assert_eq!(password.len(), 5 * 4 + 4);
        assert!(password.split('-').all(|group| group.len() == 4), "{password}");
        assert!(!password.contains(['0', 'O', '1', 'I', '2', 'Z', '5', 'S', '8', 'B']));
        let mut kinds = PLAIN_TO_READ.to_vec();
        kinds.dedup();
        assert_eq!((kinds.len(), PLAIN_TO_READ.len()), (26, 26)); // 26^20 > 2^94
        assert_ne!(password, random_grouped());
    }

    #[test]
    fn made_passwords_hold_all_four_classes() {
        for _ in 0..200 {
            let password = random_password(8);
            assert_eq!(password.len(), 8);
            assert!(password.bytes().any(|b| b.is_ascii_uppercase()));
            assert!(password.bytes().any(|b| b.is_ascii_lowercase()));
            assert!(password.bytes().any(|b| b.is_ascii_digit()));
            assert!(password.bytes().any(|b| b.is_ascii_punctuation()));
        }
    }
}
