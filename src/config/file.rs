//! The configuration file: reading it, and the example that shows every key.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;

use super::keys::{KEYS, Kind};
use super::values::{Problem, USUAL_FILE};

/// The table in `file`, or in the usual file if that is there.
pub(super) fn load(file: Option<&Path>) -> Result<Option<(String, toml::Table)>, Problem> {
    let path = file.unwrap_or(Path::new(USUAL_FILE));
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && file.is_none() => return Ok(None),
        Err(error) => {
            let hint = "check the path and who may read it";
            return Err(Problem::new(name, format!("cannot be read: {error}"), hint));
        }
    };
    match toml::from_str(&text) {
        Ok(table) => Ok(Some((name, table))),
        Err(error) => {
            let line = error.span().map_or(0, |at| text[..at.start].matches('\n').count() + 1);
            let what = format!("line {line}: {}", error.message());
            let hint = "`sekisho config example` prints a file that is well formed";
            Err(Problem::new(name, what, hint))
        }
    }
}

/// A complete configuration file: every key with its default and meaning.
#[must_use]
pub fn example() -> String {
    let mut out = String::from(
        "# Every setting of Sekisho with its default. Each can also be set from the\n\
         # environment: server.listen is SEKISHO_SERVER__LISTEN.\n",
    );
    let mut section = "";
    for key in KEYS {
        let (of, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if of != section {
            section = of;
            _ = write!(out, "\n[{of}]\n");
        }
        _ = writeln!(out, "# {}{}", key.doc, allowed(key.kind));
        _ = writeln!(out, "{name} = {}", key.default);
    }
    out
}

fn allowed(kind: Kind) -> String {
    match kind {
        Kind::Number(low, high) => format!(" ({low} to {high})"),
        Kind::OneOf(words) if words.len() > 1 => format!(" ({})", words.join(" | ")),
        _ => String::new(),
    }
}
