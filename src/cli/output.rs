//! How results are printed: aligned columns for people, JSON for programs.

use serde_json::Value;

use super::Failure;

/// Prints a line.
#[allow(clippy::print_stdout)] // the place where the program prints results
pub fn say(line: impl AsRef<str>) {
    println!("{}", line.as_ref());
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
