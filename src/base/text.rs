//! Japanese text: widths, search keys, what a field may hold.

use unicode_normalization::UnicodeNormalization;

/// Compatibility composition: full-width letters become plain, half-width kana
/// become full, pieces are joined (Unicode NFKC).
#[must_use]
pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// The key by which names are searched and sorted: NFKC, lower case, hiragana as
/// katakana, without spaces. 「ﾔﾏﾀﾞ　たろう」 and 「ヤマダタロウ」 give the same key.
#[must_use]
pub fn name_key(text: &str) -> String {
    nfkc(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .map(to_katakana)
        .collect()
}

/// The spellings under which a name may lie in a column without a key: as it was typed, in
/// half and in full width, all without blanks.
#[must_use]
pub fn spellings(typed: &str) -> [String; 3] {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let half = nfkc(&plain);
    let full = half.chars().map(to_full_width).collect();
    [plain, half, full]
}

fn to_full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        other => other,
    }
}

fn to_katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    }
}

/// The key by which telephone numbers are compared: digits only, +81 as 0, whatever
/// stands between them and however wide it is (R002-33).
#[must_use]
pub fn tel_key(text: &str) -> String {
    let plain = nfkc(text);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match plain.trim().strip_prefix("+81") {
        Some(rest) => format!("0{}", digits(rest).trim_start_matches('0')),
        None => digits(&plain),
    }
}

/// Whether `c` takes one column in office Japanese: ASCII and half-width kana.
#[must_use]
pub fn is_half_width(c: char) -> bool {
    c.is_ascii() || ('｡'..='ﾟ').contains(&c) || c == '¥'
}

/// Whether every character is full-width (全角). The ideographic space counts,
/// control characters do not.
#[must_use]
pub fn is_full_width(text: &str) -> bool {
    text.chars().all(|c| !is_half_width(c) && !c.is_control())
}

/// A pattern for `LIKE … ESCAPE '\'` that finds `needle` anywhere.
#[must_use]
pub fn like_anywhere(needle: &str) -> String {
    let mut out = String::from("%");
    for c in needle.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        assert_eq!(name_key("ﾔﾏﾀﾞ　たろう"), "ヤマダタロウ");
        assert_eq!(name_key("Ｙａｍａｄａ Ｔaro"), "yamadataro");
    }

    #[test]
    fn a_name_is_looked_for_in_every_width() {
        assert_eq!(
            spellings("㈱ＡＢＣ　商事"),
            ["㈱ＡＢＣ商事", "(株)ABC商事", "（株）ＡＢＣ商事"]
        );
        assert_eq!(spellings("ﾔﾏﾀﾞ 1"), ["ﾔﾏﾀﾞ1", "ヤマダ1", "ヤマダ１"]);
    }

    #[test]
    fn widths_follow_the_office() {
        assert!(is_full_width("労金　太郎"));
        assert!(is_full_width("𠮷田"));
        for mixed in ["労金 太郎", "ﾛｳｷﾝ", "abc", "労金\u{0}"] {
            assert!(!is_full_width(mixed), "{mixed}");
        }
    }

    #[test]
    fn wildcards_in_a_search_are_plain_characters() {
        assert_eq!(like_anywhere("50%_\\"), "%50\\%\\_\\\\%");
    }
}
