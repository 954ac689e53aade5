//! Where passwords come from: a file, standard input, or a prompt.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use super::Failure;
use crate::base::Secret;

/// Longest password that is read.
const MOST_BYTES: u64 = 1_024;

/// Reads the password called `what`. Its last line end is dropped.
pub fn read(what: &str, file: Option<&Path>) -> Result<Secret, Failure> {
    if let Some(path) = file {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::new(format!("{} cannot be read: {error}", path.display()))
                .hint("name a file that holds the password alone")
        })?;
        return Ok(trimmed(&text));
    }
    if io::stdin().is_terminal() {
        return prompt(what);
    }
    let mut text = String::new();
    io::stdin().take(MOST_BYTES).read_to_string(&mut text).map_err(|error| {
        Failure::new(format!("the {what} cannot be read from standard input: {error}"))
            .hint("write it there as one line of text, or name a file that holds it")
    })?;
    match trimmed(&text) {
        empty if empty.is_empty() => Err(Failure::new(format!("no {what} was given"))
            .hint("write it to standard input, or name a file with --password-file")),
        given => Ok(given),
    }
}

fn trimmed(text: &str) -> Secret {
    Secret::from(text.trim_end_matches(['\r', '\n']))
}

fn prompt(what: &str) -> Result<Secret, Failure> {
    let ask = |words: String| {
        rpassword::prompt_password(words)
            .map(Secret::new)
            .map_err(|error| Failure::new(format!("the terminal cannot be read: {error}")))
    };
    let first = ask(format!("{what}: "))?;
    if first.same_as(&ask(format!("{what} again: "))?) {
        Ok(first)
    } else {
        Err(Failure::new("the two entries differ").hint("run the command again"))
    }
}

/// Asks once for the passphrase of the CA keys.
pub fn passphrase() -> Result<Secret, Failure> {
    rpassword::prompt_password("Passphrase of the CA keys: ")
        .map(Secret::new)
        .map_err(|error| Failure::new(format!("the terminal cannot be read: {error}")))
}
