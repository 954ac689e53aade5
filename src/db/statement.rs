//! SQL text, read just far enough: where literals and comments are, which `$N` it uses.

use super::error::Error;
use super::value::{Value, Values};

/// A stretch of SQL text.
enum Piece<'a> {
    Code(&'a str),
    /// `'…'` or `"…"` with its quotes; a doubled quote begins the next piece.
    Quoted(&'a str),
    Comment,
}

/// Words a statement may not begin with: transactions are `Db::begin` and `Tx`.
const NOT_HERE: [&str; 7] = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];

/// Refuses what the two engines would take differently, before either sees it.
pub(super) fn check(sql: &str, values: &Values) -> Result<(), Error> {
    let refuse = |reason: String| Err(Error::query(sql, reason));
    let parts = split(sql);
    let [only] = parts.as_slice() else {
        return refuse(format!("{} statements where one is due", parts.len()));
    };
    let first: String = only.chars().take_while(char::is_ascii_alphabetic).collect();
    if NOT_HERE.contains(&first.to_ascii_uppercase().as_str()) {
        return refuse("transactions begin with Db::begin and end with Tx".to_owned());
    }
    let (highest, given) = (highest(sql), values.all().len());
    if highest != given {
        return refuse(format!("${highest} is its last value, and {given} were given"));
    }
    let nul = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    if let Some(at) = values.all().iter().position(nul) {
        return Err(Error::Nul(at + 1));
    }
    Ok(())
}

/// The same with `?N` for `$N`: SQLite counts `$N` as names, in the order it meets them.
pub(super) fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    for piece in pieces(sql) {
        match piece {
            Piece::Code(code) => {
                for (at, part) in code.split('$').enumerate() {
                    let number = part.starts_with(|c: char| c.is_ascii_digit());
                    out.push_str(match at {
                        0 => "",
                        _ if number => "?",
                        _ => "$",
                    });
                    out.push_str(part);
                }
            }
            Piece::Quoted(text) => out.push_str(text),
            Piece::Comment => out.push(' '),
        }
    }
    out
}

/// The statements of a text, without comments and without their `;`.
pub(super) fn split(sql: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for piece in pieces(sql) {
        let last = parts.len() - 1;
        match piece {
            Piece::Code(code) => {
                let mut stretches = code.split(';');
                parts[last].push_str(stretches.next().unwrap_or_default());
                parts.extend(stretches.map(str::to_owned));
            }
            Piece::Quoted(text) => parts[last].push_str(text),
            Piece::Comment => parts[last].push(' '),
        }
    }
    let parts = parts.iter().map(|part| part.trim());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The largest N of `$N`; 0 without any.
fn highest(sql: &str) -> usize {
    let mut highest = 0;
    for piece in pieces(sql) {
        let Piece::Code(code) = piece else { continue };
        for after in code.split('$').skip(1) {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            highest = highest.max(after[..digits].parse().unwrap_or(0));
        }
    }
    highest
}

fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let code = plain_length(rest);
        let (plain, special) = rest.split_at(code);
        if !plain.is_empty() {
            found.push(Piece::Code(plain));
        }
        let length = special_length(special);
        let (special, after) = special.split_at(length);
        match special.as_bytes().first() {
            None => {}
            Some(b'\'' | b'"') => found.push(Piece::Quoted(special)),
            Some(_) => found.push(Piece::Comment),
        }
        rest = after;
    }
    found
}

/// Bytes before the next quote or comment.
fn plain_length(text: &str) -> usize {
    let starts = ["'", "\"", "--", "/*"];
    starts.iter().filter_map(|start| text.find(start)).min().unwrap_or(text.len())
}

/// Bytes of the quote or comment that the text begins with; one without an end takes all.
fn special_length(text: &str) -> usize {
    let Some(open) = text.get(..1) else { return 0 };
    let (skip, close) = match open {
        "-" => (2, "\n"),
        "/" => (2, "*/"),
        quote => (1, quote),
    };
    text[skip..].find(close).map_or(text.len(), |at| skip + at + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn numbers_are_rewritten_outside_literals_only() {
        let cases = [
            ("SELECT $2, $1", "SELECT ?2, ?1"),
            ("SELECT '$1', \"a$1\", $10", "SELECT '$1', \"a$1\", ?10"),
            ("SELECT 'it''s $1' || $1", "SELECT 'it''s $1' || ?1"),
            ("SELECT 1 -- $1 isn't\n, $1", "SELECT 1  , ?1"),
            ("SELECT /* ' $2 */ $1", "SELECT   ?1"),
            ("SELECT 'open $1", "SELECT 'open $1"),
            ("SELECT '日本$1', $1", "SELECT '日本$1', ?1"),
        ];
        for (text, wanted) in cases {
            assert_eq!(numbered(text), wanted);
        }
    }

    #[test]
    fn statements_end_at_semicolons_that_are_code() {
        let text = "-- one; and\nCREATE TABLE a (b TEXT); -- two;\nINSERT INTO a VALUES (';');\n";
        assert_eq!(split(text), ["CREATE TABLE a (b TEXT)", "INSERT INTO a VALUES (';')"]);
        assert!(split(" ;\n-- nothing\n;").is_empty());
    }

    #[test]
    fn what_the_engines_would_take_differently_is_refused() {
        let refused = |sql: &str, values: Values| check(sql, &values).is_err();
        assert!(!refused("SELECT $2, $1;", params![1, 2]));
        assert!(refused("SELECT $2, $1", params![1]));
        assert!(refused("SELECT $1", params![1, 2]));
        assert!(refused("SELECT 1; SELECT 2", params![]));
        assert!(refused("", params![]));
        assert!(refused("SELECT $1", params!["a\0b"]));
        for word in ["BEGIN", "commit", "/* x */ ROLLBACK TO a", "SAVEPOINT a"] {
            assert!(refused(word, params![]), "{word}");
        }
    }
}
