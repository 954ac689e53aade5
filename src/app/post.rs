//! Mails on their way: until they have left they lie in the database, sealed under a key
//! from the data directory, because codes and first passwords stand in them. So they stay
//! sealed when they are given up.

use std::io;

use data_encoding::BASE64;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::factor_key;
use crate::base::{Moment, Secret};
use crate::config::Config;
use crate::db::{Error, Tx};
use crate::identity::seal;
use crate::jobs::{self, Outcome};

/// Queues mails with secrets in them.
#[derive(Clone, Debug)]
pub struct Post(Secret);

impl Post {
    /// With the key of the data directory, which is made if there is none; a server has
    /// one in its `App`.
    pub fn open(config: &Config) -> io::Result<Self> {
        Ok(Self::with(&factor_key::load(&config.data.dir)?))
    }

    /// A key of its own, made from the one in the data directory.
    pub(super) fn with(key: &Secret) -> Self {
        Self(Secret::new(seal::mac(key, "mail", "")))
    }

    /// Queues a job of `kind` in `tx` that mails what `mail` says.
    pub async fn queue(
        &self,
        tx: &mut Tx,
        kind: &str,
        mail: &impl Serialize,
        now: Moment,
    ) -> Result<(), Error> {
        let broken = |why: String| Error::Unavailable(format!("a mail cannot be queued: {why}"));
        let plain = serde_json::to_string(mail).map_err(|error| broken(error.to_string()))?;
        let sealed = seal::seal(&self.0, &Secret::new(plain));
        let sealed = sealed.ok_or_else(|| broken("it cannot be sealed".to_owned()))?;
        jobs::enqueue(tx, kind, &BASE64.encode(&sealed), now).await.map(drop)
    }

    /// What a job mails, or what becomes of the job. A mail without secrets lies open.
    pub fn read<T: DeserializeOwned>(&self, payload: &str) -> Result<T, Outcome> {
        let broken = || Outcome::GiveUp("the mail cannot be read".to_owned());
        if payload.starts_with('{') {
            return serde_json::from_str(payload).map_err(|_| broken());
        }
        let sealed = BASE64.decode(payload.as_bytes()).map_err(|_| broken())?;
        // Another node may have the key that this one lacks.
        let plain = seal::open(&self.0, &sealed).ok_or_else(|| {
            Outcome::Retry(format!("the mail was sealed under another {}", factor_key::FILE))
        })?;
        serde_json::from_str(plain.expose()).map_err(|_| broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::new_token;

    #[test]
    fn an_open_mail_is_read_and_a_foreign_one_waits() {
        let (post, key) = (Post::with(&new_token()), new_token());
        assert!(matches!(post.read::<Vec<i64>>("{"), Err(Outcome::GiveUp(_))));
        let sealed = BASE64.encode(&seal::seal(&key, &"[1]".into()).expect("sealed"));
        assert!(matches!(post.read::<Vec<i64>>(&sealed), Err(Outcome::Retry(_))));
        assert!(matches!(post.read::<Vec<i64>>("?"), Err(Outcome::GiveUp(_))));
    }
}
