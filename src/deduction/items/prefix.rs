//! Texts that begin alike, as a range.

/// The first text behind all that begin with `prefix`, in the order of code points; `None`
/// when there is none.
pub fn after_all_with(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // There are no characters between U+D7FF and U+E000.
        let next = if last == '\u{D7FF}' { 0xE000 } else { u32::from(last) + 1 };
        if let Some(next) = char::from_u32(next) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_its_next() {
        for (prefix, next) in [
            ("10", Some("11")),
            ("ヤマ", Some("ヤミ")),
            ("\u{D7FF}", Some("\u{E000}")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{10FFFF}", None),
        ] {
            assert_eq!(after_all_with(prefix).as_deref(), next, "{prefix:?}");
        }
    }
}
