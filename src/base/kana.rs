//! カナ氏名 as banks write them, and how two of them are compared.
//!
//! The banks' files know half-width kana of JIS X 0201 without the small ones, without ｦ and
//! without ｰ, figures, capital letters, the space and `( ) - .`; a 濁点 or 半濁点 is a
//! character of its own (全国銀行協会, 付録1 使用文字一覧).

use unicode_normalization::UnicodeNormalization;

use super::text::nfkc;

/// `text` as 全銀 files write it: half-width, small kana as large ones, ー and dashes as `-`,
/// ヲ as ｵ, ヰ and ヱ as ｲ and ｴ, letters as capitals, 濁点 apart. Hiragana is taken for
/// katakana; pieces (カ and a combining 濁点) are as good as ガ. One character takes one column.
///
/// # Errors
/// The first character that has no such form: kanji, other signs, and a 濁点 or 半濁点 behind
/// a character that cannot carry one. Nothing is left out or replaced.
pub fn half_width(text: &str) -> Result<String, char> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        for piece in std::iter::once(c).nfd() {
            let half = half(piece).filter(|half| is_permitted(*half)).ok_or(c)?;
            if !may_follow(half, out.chars().next_back()) {
                return Err(c);
            }
            out.push(half);
        }
    }
    Ok(out)
}

/// Whether names in the banks' files may hold `c`.
#[must_use]
pub const fn is_permitted(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='Z' | ' ' | '(' | ')' | '-' | '.' | 'ｱ'..='ﾟ')
}

/// The key by which the カナ氏名 of an employer's result is compared with ours: what
/// [`half_width`] makes of each character, without spaces. 「ﾔﾏﾀﾞ ﾀﾛｳ」 and 「ヤマダ　タロウ」
/// give the same key, キヨウコ and キョウコ too; カトウ and ガトウ do not. A character without
/// such a form stays, in NFKC.
#[must_use]
pub fn compare_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        for piece in std::iter::once(c).nfd() {
            match half(piece) {
                Some(half) => key.push(half),
                None => key.push_str(&nfkc(piece.encode_utf8(&mut [0; 4]))),
            }
        }
    }
    key.retain(|c| !c.is_whitespace());
    key
}

/// Full-width katakana and what stands for them, place by place.
const FULL: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\
                    ァィゥェォッャュョヮヵヶヰヱヲ";
const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ\
                    ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹｲｴｵ";
/// Half-width kana that the banks do not take, and what stands for them.
const SMALL: &str = "ｦｧｨｩｪｫｬｭｮｯ";
const LARGE: &str = "ｵｱｲｳｴｵﾔﾕﾖﾂ";

/// The half-width form of a character without 濁点; of ASCII the capital.
fn half(c: char) -> Option<char> {
    match c {
        'ー' | 'ｰ' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' => Some('-'),
        '\u{3099}' | '\u{309B}' | 'ﾞ' => Some('ﾞ'),
        '\u{309A}' | '\u{309C}' | 'ﾟ' => Some('ﾟ'),
        '　' => Some(' '),
        ' '..='~' => Some(c.to_ascii_uppercase()),
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).map(|c| c.to_ascii_uppercase()),
        'ｦ'..='ｯ' => twin(c, SMALL, LARGE),
        'ｱ'..='ﾝ' => Some(c),
        'ぁ'..='ゖ' => half(char::from_u32(u32::from(c) + 0x60)?),
        'ァ'..='ヺ' => twin(c, FULL, HALF),
        _ => None,
    }
}

fn twin(c: char, table: &str, instead: &str) -> Option<char> {
    let mut pairs = table.chars().zip(instead.chars());
    pairs.find(|(old, _)| *old == c).map(|(_, new)| new)
}

/// Whether `c` may stand behind `before`: か, さ, た, は行 and う carry a 濁点, は行 a 半濁点.
const fn may_follow(c: char, before: Option<char>) -> bool {
    match c {
        'ﾞ' => matches!(before, Some('ｳ' | 'ｶ'..='ﾄ' | 'ﾊ'..='ﾎ')),
        'ﾟ' => matches!(before, Some('ﾊ'..='ﾎ')),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_banks_write_them() {
        for (text, half) in [
            ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
            ("やまだ たろう", "ﾔﾏﾀﾞ ﾀﾛｳ"),
            ("ヤマタ\u{3099}", "ﾔﾏﾀﾞ"),
            ("ヤマタ゛ハ゜", "ﾔﾏﾀﾞﾊﾟ"),
            ("ｷｮｳｺ", "ｷﾖｳｺ"),
            ("ァィゥェォッャュョヮヵヶ", "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"),
            ("ぁぃぅぇぉっゃゅょゎゕゖ", "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"),
            ("ｧｨｩｪｫｯｬｭｮ", "ｱｲｳｴｵﾂﾔﾕﾖ"),
            ("ヲヰヱをゐゑｦ", "ｵｲｴｵｲｴｵ"),
            ("ヴゔ", "ｳﾞｳﾞ"),
            ("ー‐－-–—―−ｰ", "---------"),
            ("ガギグゲゴザジズゼゾダヂヅデドバビブベボ", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞ"),
            ("パピプペポ", "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ"),
            ("ａbｃ（１２.）", "ABC(12.)"),
            ("カ）サンプル", "ｶ)ｻﾝﾌﾟﾙ"),
            ("ナニヌネノマミムメモヤユヨラリルレロワン", "ﾅﾆﾇﾈﾉﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"),
            ("", ""),
        ] {
            assert_eq!(half_width(text).as_deref(), Ok(half), "{text}");
        }
    }

    #[test]
    fn what_banks_do_not_take_is_named_as_it_was_typed() {
        for (text, c) in [
            ("ヤマダ太郎", '太'),
            ("㈱サンプル", '㈱'),
            ("ジョン・スミス", '・'),
            ("ｼﾞｮﾝ･", '･'),
            ("Ａ，Ｂ", '，'),
            ("O'Hara", '\''),
            ("ア\u{3099}", '\u{3099}'),
            ("ﾞｱ", 'ﾞ'),
            ("カ゜", '゜'),
            ("ヷ", 'ヷ'),
            ("ア\nイ", '\n'),
            ("佐々", '佐'),
            ("ヽ", 'ヽ'),
        ] {
            assert_eq!(half_width(text), Err(c), "{text}");
        }
    }

    #[test]
    fn what_was_written_once_stays() {
        for text in ["ﾔﾏﾀﾞ ﾀﾛｳ", "ｳﾞ-(AB).1", "ﾊﾟ"] {
            assert_eq!(half_width(text).as_deref(), Ok(text));
        }
    }

    // R004-127
    #[test]
    fn the_same_name_has_the_same_key_however_it_is_written() {
        for (ours, theirs) in [
            ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
            ("ヤマダ　タロウ", "ﾔﾏﾀﾞﾀﾛｳ"),
            ("キョウコ", "キヨウコ"),
            ("キョウコ", "ｷﾖｳｺ"),
            ("オーノ", "ｵ-ﾉ"),
            ("オーノ", "オ‐ノ"),
            ("ガトウ", "カ\u{3099}トウ"),
            ("がとう", "ｶﾞﾄｳ"),
            ("ヲノ", "ｵﾉ"),
            ("Ｊｏｈｎ　スミス", "JOHNｽﾐｽ"),
            ("ジョン・スミス", "ｼﾞﾖﾝ･ｽﾐｽ"),
        ] {
            assert_eq!(compare_key(ours), compare_key(theirs), "{ours} {theirs}");
        }
    }

    // R004-127
    #[test]
    fn different_names_have_different_keys() {
        for (ours, theirs) in [
            ("カトウ", "ガトウ"),
            ("ハヤシ", "バヤシ"),
            ("ハ", "パ"),
            ("オオノ", "オノ"),
            ("オーノ", "オオノ"),
            ("ヤマダ　タロウ", "ヤマダ　ジロウ"),
            ("ジ", "ヂ"),
            ("タロウ", "太郎"),
        ] {
            assert_ne!(compare_key(ours), compare_key(theirs), "{ours} {theirs}");
        }
    }
}
