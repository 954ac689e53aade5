//! Keys of CAs: in an encrypted file, or on a token.

use zeroize::Zeroizing;

use super::CaError;
use super::folder::{Folder, read};
use super::token::{Token, TokenError};
use crate::base::Secret;
use crate::config::KeyStore;
use crate::pki::key::{CaKey, decrypt_key_pem, public_of};
use crate::pki::profile::KeyKind;
use crate::pki::{self, Authority};

/// Where the key of a CA lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In an encrypted file in the data directory.
    File,
    /// On the PKCS#11 token, as far as the configuration tells.
    Token,
    /// Elsewhere: kept offline.
    Away,
}

impl KeyPlace {
    /// The word for it on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Token => "pkcs11",
            Self::Away => "away",
        }
    }
}

impl Folder {
    /// Where the key of the CA called `name` lies. A file goes before the token.
    #[must_use]
    pub fn key_place(&self, name: &str) -> KeyPlace {
        if self.key_path(name).exists() {
            KeyPlace::File
        } else if self.keys().token.is_some() {
            KeyPlace::Token
        } else {
            KeyPlace::Away
        }
    }

    /// The key of the CA called `name` with this certificate.
    pub(super) fn key_of(&self, name: &str, certificate: &[u8]) -> Result<CaKey, CaError> {
        let path = self.key_path(name);
        let wrong = |error| CaError::Content { path: path.clone(), error };
        let (kind, point) = public_of(certificate).map_err(wrong)?;
        match &self.keys().token {
            Some(token) if !path.exists() => {
                Ok(CaKey::new(Box::new(Token::of(token).find(name, kind, &point)?)))
            }
            _ => {
                let text = Zeroizing::new(read(&path)?);
                let key = decrypt_key_pem(&text, &self.passphrase()?).map_err(wrong)?;
                CaKey::from_pkcs8(&key, kind).map_err(wrong)
            }
        }
    }

    /// What is to be written of a new CA's key, if it can be.
    pub(super) fn key_to_write(
        &self,
        authority: &Authority,
        passphrase: &Secret,
    ) -> Result<Option<Zeroizing<String>>, CaError> {
        match authority.key_pem(passphrase) {
            Ok(text) => Ok(Some(text)),
            Err(pki::Error::KeyStays) => Ok(None),
            Err(error) => Err(CaError::Content { path: self.dir(), error }),
        }
    }
}

type Removal = Box<dyn FnOnce() -> Result<(), TokenError> + Send>;

/// Keys that were made and are not in use yet.
#[derive(Default)]
pub(super) struct Fresh(Vec<Removal>);

impl Fresh {
    /// A new key for the CA called `name`, where the configuration wants it.
    pub fn make(&mut self, folder: &Folder, name: &str, kind: KeyKind) -> Result<CaKey, CaError> {
        match (folder.keys().key_store, &folder.keys().token) {
            (KeyStore::Pkcs11, Some(token)) => {
                let key = Token::of(token).generate(name, kind)?;
                self.0.push(Box::new(key.remover()));
                Ok(CaKey::new(Box::new(key)))
            }
            _ => CaKey::generate(kind)
                .map_err(|error| CaError::Content { path: folder.key_path(name), error }),
        }
    }

    /// Removes them from their token: they came to nothing.
    pub fn forget(self) {
        for remove in self.0 {
            if let Err(error) = remove() {
                tracing::warn!(%error, "a key that came to nothing is left on the token");
            }
        }
    }
}
