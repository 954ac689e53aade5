//! Where the CA's keys lie.

use std::path::PathBuf;

use super::values::{Problem, Values};

/// Where the CA's keys lie.
#[derive(Clone, Debug)]
pub struct Ca {
    /// Where new keys go; one that is there stays where it is.
    pub key_store: KeyStore,
    /// The token, where one is set.
    pub token: Option<Token>,
}

/// Where a new key of a CA goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStore {
    /// Into an encrypted file.
    File,
    /// Onto the token, which it never leaves.
    Pkcs11,
}

/// A PKCS#11 token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The maker's library.
    pub module: PathBuf,
    /// The token's label.
    pub label: String,
    /// File with the PIN of its user.
    pub pin_file: PathBuf,
}

const SETTINGS: [&str; 3] = ["ca.pkcs11_module", "ca.pkcs11_token", "ca.pkcs11_pin_file"];

impl Values {
    pub(super) fn ca(&self) -> Ca {
        let on_token = self.text("ca.key_store") == "pkcs11";
        let (module, pin_file) = (self.path(SETTINGS[0]), self.path(SETTINGS[2]));
        let label = Some(self.text(SETTINGS[1])).filter(|label| !label.is_empty());
        Ca {
            key_store: if on_token { KeyStore::Pkcs11 } else { KeyStore::File },
            token: module.zip(pin_file).zip(label).map(|((module, pin_file), label)| Token {
                module,
                label,
                pin_file,
            }),
        }
    }

    /// A token needs all three settings, also while only an older key lies on it.
    pub(super) fn contradictions_of_ca(&self) -> Vec<Problem> {
        let set = |key: &str| !self.text(key).is_empty();
        let wanted = self.text("ca.key_store") == "pkcs11" || SETTINGS.iter().any(|key| set(key));
        let missing = SETTINGS.iter().filter(|key| wanted && !set(key));
        let text = "is empty but a PKCS#11 token is to be used";
        missing.map(|key| Problem::new(*key, text, "set module, token and PIN file")).collect()
    }
}
