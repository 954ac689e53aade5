//! CA keys on a PKCS#11 token: made there, used there, never read out.
//!
//! A token is opened once in a process, whoever asks for it, and its signatures
//! take turns. What fails is tried once more with a new session and login, for
//! tokens are pulled out and put back. A PIN that was refused is not tried again,
//! and none where one more wrong one would lock the token.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as P11Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use crate::base::Secret;
use crate::base::id::random_bytes;
use crate::base::secret::sha256;
use crate::config;
use crate::pki;
use crate::pki::key::{Signer, signature_der};
use crate::pki::profile::KeyKind;

/// Why a token does not do what it should. No PIN ever stands in it.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The maker's library.
    #[error("the PKCS#11 module {0} cannot be used: {1}")]
    Module(PathBuf, String),
    /// No token of this label; the labels that are there.
    #[error("there is no PKCS#11 token {0:?} ({1})")]
    Absent(String, String),
    /// The file of the PIN.
    #[error("the PIN file {0}: {1}")]
    PinFile(PathBuf, String),
    /// The token does not take the PIN.
    #[error("the PKCS#11 token {0:?} refused the PIN: {1}")]
    Pin(String, &'static str),
    /// One more wrong PIN would lock it.
    #[error("the PKCS#11 token {0:?} would be locked by one more wrong PIN, so none is tried")]
    LastTry(String),
    /// The key is not on it.
    #[error("the key of {1} is not on the PKCS#11 token {0:?}")]
    NoKey(String, String),
    /// Anything else it says.
    #[error("the PKCS#11 token {0:?} failed: {1}")]
    Failed(String, String),
}

/// A token; cheap to clone.
#[derive(Clone)]
pub(super) struct Token(Arc<Opened>);

struct Opened {
    settings: config::Token,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    module: Option<Pkcs11>,
    session: Option<Session>,
    /// SHA-256 of the PIN that was refused.
    refused: Option<[u8; 32]>,
}

const LOCKED: &str = "it is locked";

/// Every token this process has used. A module is process-wide by its standard
/// (PKCS#11 §5.4): a second one of the same would end the first one's sessions.
static TOKENS: Mutex<Vec<Token>> = Mutex::new(Vec::new());

impl Token {
    /// The token of these settings. It is asked when it is needed.
    pub fn of(settings: &config::Token) -> Self {
        let mut tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tokens.iter().find(|token| token.0.settings == *settings) {
            return known.clone();
        }
        let opened = Opened { settings: settings.clone(), state: Mutex::default() };
        let token = Self(Arc::new(opened));
        tokens.push(token.clone());
        token
    }

    /// Makes a key for the CA called `name`: it signs, and cannot be read out.
    pub fn generate(&self, name: &str, kind: KeyKind) -> Result<TokenKey, TokenError> {
        let id = random_bytes::<16>().to_vec();
        let common =
            [Attribute::Token(true), Attribute::Label(label(name)), Attribute::Id(id.clone())];
        let public = [
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(curve(kind).to_vec()),
        ];
        let private = [
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        let point = self.with(|session| {
            let (public, _) = session.generate_key_pair(
                &Mechanism::EccKeyPairGen,
                &[&common[..], &public].concat(),
                &[&common[..], &private].concat(),
            )?;
            point(session, public)
        })?;
        Ok(TokenKey { token: self.clone(), kind, point, id })
    }

    /// The key of the CA called `name`, whose certificate shows this public point.
    pub fn find(&self, name: &str, kind: KeyKind, wanted: &[u8]) -> Result<TokenKey, TokenError> {
        let found = self.with(|session| {
            let class = Attribute::Class(ObjectClass::PUBLIC_KEY);
            for object in session.find_objects(&[class, Attribute::KeyType(KeyType::EC)])? {
                if point(session, object)? == wanted {
                    return id(session, object).map(Some);
                }
            }
            Ok(None)
        })?;
        let absent = || TokenError::NoKey(self.label(), name.to_owned());
        let id = found.ok_or_else(absent)?;
        let key = TokenKey { token: self.clone(), kind, point: wanted.to_vec(), id };
        // The public half alone signs nothing.
        if self.with(|session| private(session, &key.id))?.is_none() {
            return Err(absent());
        }
        Ok(key)
    }

    fn label(&self) -> String {
        self.0.settings.label.clone()
    }

    /// Does `work` in a session that is logged in; once more in a new one if it fails.
    fn with<T>(&self, work: impl Fn(&Session) -> Result<T, P11Error>) -> Result<T, TokenError> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let used = state.session.is_some();
        let first = match &state.session {
            Some(session) => work(session),
            None => work(self.sign_in(&mut state)?),
        };
        let again = match first {
            Err(_) if used => {
                state.session = None;
                work(self.sign_in(&mut state)?)
            }
            other => other,
        };
        again.map_err(|error| {
            state.session = None;
            TokenError::Failed(self.label(), said(&error))
        })
    }

    fn sign_in<'a>(&self, state: &'a mut State) -> Result<&'a Session, TokenError> {
        let failed = |error| TokenError::Failed(self.label(), said(&error));
        let module = self.module(state)?;
        let slot = self.slot(&module)?;
        let pin = self.pin()?;
        let print = sha256(pin.expose().as_bytes());
        if state.refused == Some(print) {
            let why = "it was refused before and is not tried again until the file changes";
            return Err(TokenError::Pin(self.label(), why));
        }
        // Each restart forgets what was refused: the token remembers its count.
        let standing = module.get_token_info(slot).map_err(failed)?;
        if standing.user_pin_locked() {
            return Err(TokenError::Pin(self.label(), LOCKED));
        }
        if standing.user_pin_final_try() {
            return Err(TokenError::LastTry(self.label()));
        }
        let session = module.open_rw_session(slot).map_err(failed)?;
        match session.login(UserType::User, Some(&AuthPin::from(pin.expose().to_owned()))) {
            Ok(()) | Err(P11Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(P11Error::Pkcs11(RvError::PinLocked, _)) => {
                return Err(TokenError::Pin(self.label(), LOCKED));
            }
            Err(P11Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => {
                state.refused = Some(print);
                return Err(TokenError::Pin(self.label(), "it is wrong"));
            }
            Err(error) => return Err(failed(error)),
        }
        state.refused = None;
        Ok(state.session.insert(session))
    }

    fn module(&self, state: &mut State) -> Result<Pkcs11, TokenError> {
        if let Some(module) = &state.module {
            return Ok(module.clone());
        }
        let path = &self.0.settings.module;
        let failed = |why: String| TokenError::Module(path.clone(), why);
        if !path.is_file() {
            return Err(failed("there is no such file".to_owned()));
        }
        let module = Pkcs11::new(path).map_err(|error| failed(said(&error)))?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(P11Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(said(&error))),
        }
        state.module = Some(module.clone());
        Ok(module)
    }

    /// Where the token is now.
    fn slot(&self, module: &Pkcs11) -> Result<Slot, TokenError> {
        let failed = |error| TokenError::Failed(self.label(), said(&error));
        let mut seen = Vec::new();
        for slot in module.get_slots_with_initialized_token().map_err(failed)? {
            let label = module.get_token_info(slot).map_err(failed)?.label().trim_end().to_owned();
            if label == self.0.settings.label {
                return Ok(slot);
            }
            seen.push(format!("{label:?}"));
        }
        let seen = if seen.is_empty() {
            "none is there".to_owned()
        } else {
            format!("there: {}", seen.join(", "))
        };
        Err(TokenError::Absent(self.label(), seen))
    }

    fn pin(&self) -> Result<Secret, TokenError> {
        let path = &self.0.settings.pin_file;
        let failed = |why: String| TokenError::PinFile(path.clone(), why);
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(failed("it is empty".to_owned())),
            pin => Ok(Secret::from(pin)),
        }
    }
}

/// A key on a token.
pub(super) struct TokenKey {
    token: Token,
    kind: KeyKind,
    point: Vec<u8>,
    id: Vec<u8>,
}

impl TokenKey {
    /// What removes the key from its token, for keys that came to nothing.
    pub fn remover(&self) -> impl FnOnce() -> Result<(), TokenError> + use<> {
        let (token, id) = (self.token.clone(), self.id.clone());
        move || {
            token.with(|session| {
                for object in session.find_objects(&[Attribute::Id(id.clone())])? {
                    session.destroy_object(object)?;
                }
                Ok(())
            })
        }
    }
}

impl Signer for TokenKey {
    fn kind(&self) -> KeyKind {
        self.kind
    }

    fn point(&self) -> &[u8] {
        &self.point
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, pki::Error> {
        let hash = digest::digest(
            match self.kind {
                KeyKind::P256 => &digest::SHA256,
                KeyKind::P384 => &digest::SHA384,
            },
            message,
        );
        let raw = self.token.with(|session| match private(session, &self.id)? {
            Some(key) => session.sign(&Mechanism::Ecdsa, key, hash.as_ref()),
            None => Err(P11Error::Pkcs11(
                RvError::KeyHandleInvalid,
                cryptoki::context::Function::FindObjects,
            )),
        });
        signature_der(&raw.map_err(|error| pki::Error::Token(error.to_string()))?)
    }

    fn pkcs8(&self) -> Option<&[u8]> {
        None
    }
}

fn label(name: &str) -> Vec<u8> {
    format!("sekisho {name}").into_bytes()
}

fn private(session: &Session, id: &[u8]) -> Result<Option<ObjectHandle>, P11Error> {
    let class = Attribute::Class(ObjectClass::PRIVATE_KEY);
    Ok(session.find_objects(&[class, Attribute::Id(id.to_vec())])?.into_iter().next())
}

fn id(session: &Session, object: ObjectHandle) -> Result<Vec<u8>, P11Error> {
    let found = session.get_attributes(object, &[AttributeType::Id])?;
    match found.into_iter().next() {
        Some(Attribute::Id(id)) => Ok(id),
        _ => Err(P11Error::InvalidValue),
    }
}

/// The public point; the standard wraps it in an OCTET STRING, some tokens do not.
fn point(session: &Session, object: ObjectHandle) -> Result<Vec<u8>, P11Error> {
    let found = session.get_attributes(object, &[AttributeType::EcPoint])?;
    let Some(Attribute::EcPoint(bytes)) = found.into_iter().next() else {
        return Err(P11Error::InvalidValue);
    };
    Ok(match bytes.as_slice() {
        [0x04, length, 0x04, ..] if usize::from(*length) + 2 == bytes.len() => bytes[2..].to_vec(),
        _ => bytes,
    })
}

/// The curve's object identifier, DER.
fn curve(kind: KeyKind) -> &'static [u8] {
    match kind {
        KeyKind::P256 => &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        KeyKind::P384 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
    }
}

/// The standard's name for what went wrong; its long explanation helps nobody here.
fn said(error: &P11Error) -> String {
    match error {
        P11Error::Pkcs11(rv, function) => format!("{rv:?} from {function:?}"),
        other => other.to_string(),
    }
}
