//! Tables as text that spreadsheets read (RFC 4180), in UTF-8 with its mark.

/// The table with `head` and `rows`: a byte order mark, so that Excel reads UTF-8,
/// lines ended by CR LF, every cell guarded by [`cell`].
#[must_use]
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, head.iter().copied());
    for row in rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    text
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, one) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&cell(one));
    }
    text.push_str("\r\n");
}

/// One cell. A text that a spreadsheet would take for a formula gets an apostrophe
/// before it; one with commas, quotes or line ends is quoted.
#[must_use]
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_spreadsheets() {
        let rows = vec![vec!["労金　太郎".to_owned(), "a,\"b\"".to_owned()]];
        assert_eq!(
            table(&["name", "note"], rows),
            "\u{feff}name,note\r\n労金　太郎,\"a,\"\"b\"\"\"\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for wicked in ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(cell(wicked).trim_start_matches('"').starts_with('\''), "{wicked}");
        }
        assert_eq!(cell("=A1,\"x\""), "\"'=A1,\"\"x\"\"\"");
        assert_eq!(cell("a=1"), "a=1");
    }
}
