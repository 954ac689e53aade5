//! A message leaves the house: into a folder, or to an SMTP server.
//!
//! Only the mail job calls this. A message keeps its Message-ID however often it
//! is sent, so that a repeat after a crash can be told from a second message.

mod folder;
mod smtp;
mod subject;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};
use serde::{Deserialize, Serialize};

use crate::base::Moment;
use crate::config;

/// A message to one person, plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Address it goes to.
    pub to: String,
    /// Subject, any characters.
    pub subject: String,
    /// Text, lines ended by `\n`.
    pub body: String,
}

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It may leave later.
    #[error("{0}")]
    Temporary(String),
    /// It never will: the address or the message is refused.
    #[error("{0}")]
    Permanent(String),
}

/// The way out.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Folder(PathBuf),
    Smtp(Box<smtp::Transport>),
    Memory(Memory),
}

/// Keeps messages instead of sending them, for tests.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<(String, Message)>>>);

impl Memory {
    /// What was sent so far: Message-ID and message, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<(String, Message)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer {
    /// The way that `config` names. Reads the SMTP password's file.
    pub fn new(config: &config::Mail, service_name: &str) -> Result<Self, Error> {
        let way = match &config.transport {
            config::Transport::Folder(dir) => Way::Folder(dir.clone()),
            config::Transport::Smtp { host, port, security, login } => {
                Way::Smtp(Box::new(smtp::transport(host, *port, *security, login.as_ref())?))
            }
        };
        Ok(Self { from: sender(&config.from, service_name)?, way })
    }

    /// A way that keeps what is sent.
    pub fn to_memory(memory: Memory) -> Result<Self, Error> {
        Ok(Self { from: sender("sekisho@localhost", "関所")?, way: Way::Memory(memory) })
    }

    /// Sends `message`; `id` is the left part of its Message-ID, written at `now`.
    pub async fn send(&self, id: &str, message: &Message, now: Moment) -> Result<(), Error> {
        let letter = self.letter(id, message, now)?;
        match &self.way {
            Way::Folder(dir) => folder::write(dir, id, now, &letter.formatted()).await,
            Way::Smtp(transport) => smtp::send(transport, letter).await,
            Way::Memory(memory) => {
                let mut sent = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push((id.to_owned(), message.clone()));
                Ok(())
            }
        }
    }

    fn letter(&self, id: &str, message: &Message, now: Moment) -> Result<Letter, Error> {
        let permanent = |what: &str| Error::Permanent(format!("the {what} cannot be written"));
        let to = message.to.parse::<Mailbox>().map_err(|_| permanent("recipient's address"))?;
        let domain = self.from.email.domain();
        Letter::builder()
            .from(self.from.clone())
            .to(to)
            .header(subject::Subject::new(&message.subject))
            .date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(now.unix().unsigned_abs()))
            .message_id(Some(format!("<{id}@{domain}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(message.body.clone())
            .map_err(|_| permanent("message"))
    }
}

fn sender(address: &str, name: &str) -> Result<Mailbox, Error> {
    let email = address
        .parse()
        .map_err(|_| Error::Permanent("mail.from in the configuration is no address".to_owned()))?;
    Ok(Mailbox::new(Some(name.to_owned()), email))
}
