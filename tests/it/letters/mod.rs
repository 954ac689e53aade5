//! Every mail of the product, read by another implementation (Python's `email`): subject and
//! text are those of the template, byte for byte.
//!
//! A new mail is one row of `MADE`, and its source stands in `SOURCES`; a test finds the
//! sources that nobody named.

mod made;
mod wire;

use std::process::Command;
use std::slice::from_ref;

use sekisho::mail::Message;
use serde::Deserialize;

use crate::support::tools::{TempDir, repository, run};

/// A mail as Python reads it.
#[derive(Debug, Deserialize)]
struct Read {
    subject: String,
    from: String,
    from_name: String,
    to: Vec<String>,
    date: String,
    message_id: String,
    r#type: String,
    charset: String,
    body: String,
    headers: Vec<String>,
    defects: Vec<String>,
}

/// Reads raw mails.
fn read(raw: &[String]) -> Vec<Read> {
    let folder = TempDir::new("letters");
    let python = repository().join("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    let mut read = Command::new(python);
    read.arg(repository().join("tests/it/support/read_mail.py"));
    for (number, text) in raw.iter().enumerate() {
        let file = folder.join(format!("{number:03}.eml"));
        std::fs::write(&file, text).expect("written");
        read.arg(file);
    }
    serde_json::from_str(&run(&mut read)).expect("JSON")
}

/// Fails unless `read` is `message`, and nothing but it.
fn same(message: &Message, read: &Read) {
    let case = format!("{message:?}\n{read:?}");
    assert_eq!(read.subject, message.subject, "{case}");
    // A mail's last line ends; between lines stands CRLF (RFC 5322 §2.3).
    let ended = |text: &str| format!("{}\n", text.replace("\r\n", "\n").trim_end_matches('\n'));
    assert_eq!(ended(&read.body), ended(&message.body), "{case}");
    assert_eq!(read.to, from_ref(&message.to), "{case}");
    assert_eq!((&*read.r#type, &*read.charset), ("text/plain", "utf-8"), "{case}");
    assert!(read.defects.is_empty(), "{case}");
    assert!(!read.headers.iter().any(|name| name == "bcc" || name == "cc"), "{case}");
}
