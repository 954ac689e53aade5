//! How results are printed: aligned columns for people, JSON for programs.

use std::io::{self, ErrorKind, Write as _};
use std::sync::OnceLock;

use serde_json::Value;

use super::Failure;

/// Why a line could not be printed, once that has happened.
static LOST: OnceLock<String> = OnceLock::new();

/// Prints a line. What is done stays done when it cannot be printed: `lost` tells.
pub fn say(line: impl AsRef<str>) {
    if let Err(error) = writeln!(io::stdout(), "{}", line.as_ref())
        // Whoever closed the pipe has read enough.
        && error.kind() != ErrorKind::BrokenPipe
    {
        _ = LOST.set(error.to_string());
    }
}

/// The failure of a command whose result did not reach its reader.
pub fn lost() -> Option<Failure> {
    let error = LOST.get()?;
    let failure = Failure::new(format!("the result cannot be printed: {error}"));
    Some(failure.hint("the command itself was carried out"))
}

/// Prints `value` as JSON.
pub fn json(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the result cannot be written: {error}")))?;
    say(text);
    Ok(())
}

/// Prints objects: as a JSON array, or as a table of `columns` with the sentence
/// `empty` when there are none.
pub fn list(
    as_json: bool,
    objects: Vec<Value>,
    columns: &[&str],
    empty: &str,
) -> Result<(), Failure> {
    if as_json {
        return json(&Value::Array(objects));
    }
    if objects.is_empty() {
        say(empty);
        return Ok(());
    }
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|c| (*c).to_owned()).collect()];
    rows.extend(objects.iter().map(|object| columns.iter().map(|c| cell(&object[*c])).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|i| rows.iter().map(|row| width(&row[i])).max().unwrap_or(0))
        .collect();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(text, wide)| format!("{text}{}", " ".repeat(wide - width(text))))
            .collect();
        say(line.join("  ").trim_end());
    }
    Ok(())
}

/// Prints one object: as JSON, or a line a key.
pub fn show(as_json: bool, object: &Value) -> Result<(), Failure> {
    if as_json {
        return json(object);
    }
    let Some(map) = object.as_object() else { return Ok(()) };
    let wide = map.keys().map(String::len).max().unwrap_or(0);
    for (key, value) in map {
        say(format!("{key:wide$}  {}", cell(value)));
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// Columns a terminal takes: two for a full-width character.
fn width(text: &str) -> usize {
    text.chars().map(|c| if crate::base::text::is_half_width(c) { 1 } else { 2 }).sum()
}
