//! The two encodings of files that offices exchange: UTF-8, and シフトJIS as Windows has it
//! (CP932). Nothing is ever replaced: what cannot be written or read is reported.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

/// How the characters of a file become bytes (R004-138, RX-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8; a file begins with the byte order mark, without which Excel reads CP932.
    Utf8,
    /// Windows code page 932, as WHATWG has it: 髙 and 﨑, ① and ㈱ are in it, 𠮷 is not.
    Cp932,
}

/// A character that the encoding lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {at} ({:?}, U+{:04X}) cannot be written in this encoding", .c, u32::from(*.c))]
pub struct Unencodable {
    /// Its place in the text, in characters, from 0.
    pub at: usize,
    /// The character.
    pub c: char,
}

/// Bytes that are no text of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at} (line {line}): {flaw}")]
pub struct Undecodable {
    /// Offset of the first bad byte in the file, from 0.
    pub at: usize,
    /// The line that it is in, from 1; a CR LF, a LF or a CR alone ends a line.
    pub line: usize,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is wrong with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The file says of itself that it is UTF-16 (「Unicode」 of older editors).
    #[error("the file is UTF-16")]
    Utf16,
    /// Not UTF-8, though what precedes it, or the mark at the beginning, is.
    #[error("not UTF-8")]
    Utf8,
    /// Neither UTF-8 nor CP932; an office's own character (外字) is neither.
    #[error("neither UTF-8 nor CP932")]
    Cp932,
    /// A NUL, which no text holds.
    #[error("a NUL character")]
    Nul,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";
/// So many characters beyond U+07FF in a row of good UTF-8 are no accident of CP932's bytes.
const CERTAINLY_UTF8: usize = 8;

impl Encoding {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Utf8, Self::Cp932];

    /// The word for it in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Cp932 => "cp932",
        }
    }

    /// The encoding that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.word() == word)
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8（BOM付き）",
            Self::Cp932 => "シフトJIS（CP932）",
        }
    }

    /// The bytes that a file begins with.
    #[must_use]
    pub const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => MARK,
            Self::Cp932 => b"",
        }
    }

    /// The bytes of one text (a cell, a line), without the file's mark.
    ///
    /// In CP932 [`kept`](Self::kept) tells which characters get a twin of the same look.
    ///
    /// # Errors
    /// The first character that the encoding lacks; a NUL in both.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unencodable> {
        if let Some(at) = text.chars().position(|c| c == '\0') {
            return Err(Unencodable { at, c: '\0' });
        }
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Cp932 => cp932(text),
        }
    }

    /// `text` as it is read again from a file in this encoding: equal to it in UTF-8. In CP932
    /// `〜 — ‖ −` (as Macs and JIS tables have them) become `～ ― ∥ －` (as Windows has them),
    /// and `¥` (U+00A5) becomes `￥`, which would else be written as a backslash. Whoever looks
    /// for differences between a file and what we hold compares with this.
    #[must_use]
    pub fn kept(self, text: &str) -> Cow<'_, str> {
        if self == Self::Utf8 || !text.chars().any(|c| twin(c) != c) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.chars().map(twin).collect())
    }
}

fn cp932(text: &str) -> Result<Vec<u8>, Unencodable> {
    let text = Encoding::Cp932.kept(text);
    let (bytes, _, failed) = SHIFT_JIS.encode(&text);
    if failed || text.contains(OVERLINE) {
        let lacks = |c: char| c == OVERLINE || SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4])).2;
        if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| lacks(*c)) {
            return Err(Unencodable { at, c });
        }
    }
    Ok(bytes.into_owned())
}

/// The encoder writes it as a tilde.
const OVERLINE: char = '\u{203E}';

/// The character that Windows has in the place of `c`.
const fn twin(c: char) -> char {
    match c {
        '\u{301C}' => '\u{FF5E}',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        '\u{2212}' => '\u{FF0D}',
        '\u{00A5}' => '\u{FFE5}',
        other => other,
    }
}

/// The text of a whole file, and its encoding, found out from the bytes: with the mark it is
/// UTF-8; else UTF-8 if all of it is; else CP932. ASCII alone counts as UTF-8. Two exceptions:
/// good UTF-8 that would be half-width kana, and nothing else beyond ASCII, in CP932 is taken
/// for that (ﾃｱ and ñ are the same bytes); and what begins as Japanese UTF-8 is not taken for
/// CP932 because of one broken character.
///
/// # Errors
/// Bytes that are neither, and NUL characters. Nothing is replaced.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Undecodable> {
    let wrong = |at: usize, flaw| Undecodable { at, line: line_of(bytes, at), flaw };
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(wrong(0, Flaw::Utf16));
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(wrong(at, Flaw::Nul));
    }
    let marked = bytes.starts_with(MARK);
    let start = if marked { MARK.len() } else { 0 };
    match std::str::from_utf8(&bytes[start..]) {
        Ok(text) if marked || !is_kana_only(bytes) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(e) if marked || begins_as_utf8(&bytes[..e.valid_up_to()]) => {
            Err(wrong(start + e.valid_up_to(), Flaw::Utf8))
        }
        _ => match from_cp932(bytes) {
            Ok(text) => Ok((text, Encoding::Cp932)),
            Err(at) => Err(wrong(at, Flaw::Cp932)),
        },
    }
}

/// Whether there is something beyond ASCII, all of it half-width kana in CP932.
fn is_kana_only(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && bytes.iter().all(|b| b.is_ascii() || matches!(b, 0xA1..=0xDF))
}

fn begins_as_utf8(good: &[u8]) -> bool {
    let text = std::str::from_utf8(good).unwrap_or_default();
    text.chars().filter(|c| *c > '\u{7FF}').nth(CERTAINLY_UTF8 - 1).is_some()
}

/// The text, or the offset of the first character that cannot be read.
fn from_cp932(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    match text {
        Some(text) if !text.contains(is_private) => Ok(text),
        _ => Err(first_bad(bytes)),
    }
}

/// An office's own character (外字), which looks different on each PC.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// Character by character: the offset of the first that is none, or nobody else's.
fn first_bad(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let two = matches!(bytes[at], 0x81..=0x9F | 0xE0..=0xFC);
        let end = (at + if two { 2 } else { 1 }).min(bytes.len());
        let one = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes[at..end]);
        if one.is_none_or(|text| text.contains(is_private)) {
            return at;
        }
        at = end;
    }
    at
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    let ends = |i: &usize| match bytes[*i] {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    };
    1 + (0..at.min(bytes.len())).filter(ends).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole file in `encoding`, read again.
    fn again(encoding: Encoding, text: &str) -> (String, Encoding) {
        let mut file = encoding.mark().to_vec();
        file.extend(encoding.encode(text).expect("can be written"));
        let (text, found) = decode(&file).expect("can be read");
        (text.into_owned(), found)
    }

    // RX-10
    #[test]
    fn names_come_back_as_they_were_in_both_encodings() {
        for text in [
            "髙﨑　德子",
            "①㈱Ⅲ№℡",
            "ｶﾞｷﾞｸﾞｹﾞｺﾞ ﾊﾟﾋﾟﾌﾟ ｰ｡｢｣､･",
            "一行目\r\n二行目\n三行目\r終わり",
            "\t「表」\\~ソ能表十予",
            "纊褜鍈銈蓜俉",
            "山田",
        ] {
            for encoding in Encoding::ALL {
                assert_eq!(again(encoding, text), (text.to_owned(), encoding), "{encoding:?}");
            }
        }
        assert_eq!(again(Encoding::Utf8, "𠮷").0, "𠮷");
    }

    // RX-10
    #[test]
    fn what_cp932_lacks_is_reported_with_its_place() {
        for (text, at, c) in [
            ("山田𠮷子", 2, '𠮷'),
            ("〜𠮷", 1, '𠮷'),
            ("a‾", 1, '‾'),
            ("ゔ", 0, 'ゔ'),
            ("ok é", 3, 'é'),
            ("か\u{3099}", 1, '\u{3099}'),
            ("\u{E000}", 0, '\u{E000}'),
            ("a\0", 1, '\0'),
        ] {
            assert_eq!(Encoding::Cp932.encode(text), Err(Unencodable { at, c }), "{text}");
        }
        assert_eq!(Encoding::Utf8.encode("a\0"), Err(Unencodable { at: 1, c: '\0' }));
    }

    #[test]
    fn twins_of_the_same_look_are_written_as_windows_has_them() {
        let (text, _) = again(Encoding::Cp932, "〜—‖−¥");
        assert_eq!(text, "～―∥－￥");
        assert_eq!(Encoding::Cp932.kept("〜—‖−¥"), "～―∥－￥");
        assert_eq!(Encoding::Utf8.kept("〜—‖−¥"), "〜—‖−¥");
        assert_eq!(Encoding::Cp932.encode("\\"), Ok(vec![0x5C]));
        assert_eq!(Encoding::Cp932.encode("¥"), Ok(vec![0x81, 0x8F]));
    }

    #[test]
    fn every_character_there_is_comes_back_or_is_reported() {
        let mut written = 0;
        for c in ('\u{1}'..=char::MAX).filter(|c| *c != '\u{FEFF}') {
            let text = c.to_string();
            let Ok(bytes) = Encoding::Cp932.encode(&text) else { continue };
            written += 1;
            let (back, _) = SHIFT_JIS.decode_without_bom_handling(&bytes);
            assert_eq!(back, Encoding::Cp932.kept(&text), "U+{:04X}", u32::from(c));
            assert_eq!(first_bad(&bytes), bytes.len(), "U+{:04X}", u32::from(c));
        }
        assert!(written > 7_000, "{written}");
    }

    #[test]
    fn the_encoding_is_found_out() {
        let ascii = decode(b"a,b\r\n").expect("read");
        assert_eq!(ascii, ("a,b\r\n".into(), Encoding::Utf8));
        assert_eq!(decode("労金".as_bytes()).expect("read").1, Encoding::Utf8);
        assert_eq!(decode(b"").expect("read"), ("".into(), Encoding::Utf8));
        assert_eq!(decode(MARK).expect("read"), ("".into(), Encoding::Utf8));
        // Both kinds of 髙 that Windows writes.
        assert_eq!(decode(b"\xEE\xE0\xFB\xFC").expect("read"), ("髙髙".into(), Encoding::Cp932));
        // ﾃｱ is good UTF-8 too.
        assert_eq!(decode(b"\xC3\xB1").expect("read"), ("ﾃｱ".into(), Encoding::Cp932));
        // 邊見 begins with three bytes of good UTF-8.
        assert_eq!(decode(b"\xE7\xB2\x8C\xA9").expect("read"), ("邊見".into(), Encoding::Cp932));
    }

    #[test]
    fn bytes_that_are_no_text_are_reported_with_their_line() {
        let broken = "職員番号,カナ氏名\r\n1,\u{3042}".as_bytes();
        let cases: [(&[u8], usize, usize, Flaw); 8] = [
            (b"\xEF\xBB\xBFa\r\n\xE3\x81", 6, 2, Flaw::Utf8),
            (&broken[..broken.len() - 1], 29, 2, Flaw::Utf8),
            (b"a\rb\n\x82\xA0\r\n\x82", 8, 4, Flaw::Cp932),
            (b"a\x80\xFF", 2, 1, Flaw::Cp932),
            (b"\x82\xA0\r\x85\x40", 3, 2, Flaw::Cp932),
            (b"\x82\xA0\xF0\x40", 2, 1, Flaw::Cp932),
            (b"a\nb\0", 3, 2, Flaw::Nul),
            (b"\xFF\xFEa\0", 0, 1, Flaw::Utf16),
        ];
        for (bytes, at, line, flaw) in cases {
            assert_eq!(decode(bytes), Err(Undecodable { at, line, flaw }), "{bytes:x?}");
        }
    }

    #[test]
    fn words_name_their_encoding() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::parse(encoding.word()), Some(encoding));
        }
        assert_eq!(Encoding::parse("euc"), None);
    }
}
