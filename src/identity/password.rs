//! Passwords at rest: argon2id, PHC strings (RFC 9106).
//!
//! Hashing takes tens of milliseconds: call it on the heavy pool (`App::heavy`).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::base::Secret;
use crate::base::id::random_bytes;

/// 19 MiB, two passes, one lane: the parameters in force.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The PHC string of `password` under a fresh 16-byte salt; `None` only when
/// memory for it cannot be had.
#[must_use]
pub fn hash(password: &Secret) -> Option<String> {
    let salt = random_bytes::<16>();
    let made: PasswordHash =
        hasher().hash_password_with_salt(password.expose().as_bytes(), &salt).ok()?;
    Some(made.to_string())
}

/// Whether `password` is the one in `stored`. With no `stored` (an unknown ID) it
/// takes as long and says no, so that the time does not tell who exists.
#[must_use]
pub fn verify(password: &Secret, stored: Option<&str>) -> bool {
    let known = stored.unwrap_or(NOBODYS);
    let matches = hasher().verify_password(password.expose().as_bytes(), known).is_ok();
    matches && stored.is_some()
}

/// Whether `stored` was made with other parameters than those in force.
#[must_use]
pub fn is_outdated(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|parsed| {
        let now = Params::DEFAULT;
        Params::try_from(&parsed)
            .map_or(true, |then| then.m_cost() != now.m_cost() || then.t_cost() != now.t_cost())
    })
}

/// A hash of random bytes that nobody kept.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2VraXNob25vYm9keXM$\
                       b1ZyVqkJ2uQ4mCq3nqX5o0d7mJm0Yw1o8c5T1l9yq2A";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_only_it() {
        let stored = hash(&Secret::from("Abcde1#x")).expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&Secret::from("Abcde1#x"), Some(&stored)));
        assert!(!verify(&Secret::from("abcde1#x"), Some(&stored)));
        assert!(!verify(&Secret::from("Abcde1#x"), None));
        assert!(!is_outdated(&stored));
        assert!(is_outdated(&stored.replace("m=19456", "m=8192")));
    }

    #[test]
    fn nobodys_hash_is_well_formed_so_that_it_takes_its_time() {
        assert!(PasswordHash::new(NOBODYS).is_ok());
    }
}
