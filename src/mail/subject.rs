//! A subject as it travels: plain ASCII as it is, all else in encoded words (RFC 2047).
//!
//! The whole text is encoded, blanks too: between an encoded word and a plain one readers
//! disagree about which blanks count.

use std::error::Error;

use data_encoding::BASE64;
use lettre::message::header::{Header, HeaderName, HeaderValue};

/// Bytes of text in one encoded word. RFC 2047 §2 allows 75 characters a word and 76 a line;
/// the first line begins with the header's name.
const FIRST: usize = 36;
const FURTHER: usize = 45;
/// Plain ASCII up to here needs no folding.
const PLAIN: usize = 60;

/// The `Subject` header.
#[derive(Clone, Debug)]
pub(super) struct Subject(String);

impl Subject {
    /// With a blank for each control character: nothing in it can end a line.
    pub(super) fn new(text: &str) -> Self {
        Self(text.replace(char::is_control, " "))
    }
}

impl Header for Subject {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Subject")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self::new(text))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), encoded(&self.0))
    }
}

fn encoded(text: &str) -> String {
    let is_plain =
        text.is_ascii() && text.len() <= PLAIN && !text.contains("=?") && text.trim() == text;
    if is_plain {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let most = if words.is_empty() { FIRST } else { FURTHER };
        let (word, after) = rest.split_at(rest.floor_char_boundary(most));
        words.push(format!("=?utf-8?b?{}?=", BASE64.encode(word.as_bytes())));
        rest = after;
    }
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_subjects_are_folded_between_characters() {
        let text = "パスワードリセット用認証番号のお知らせ-ヒューマンリソシア マイページ".repeat(3);
        let folded = encoded(&text);
        let mut read = Vec::new();
        for (number, line) in folded.split("\r\n").enumerate() {
            let name = if number == 0 { "Subject: ".len() } else { 0 };
            assert!(name + line.len() <= 76, "{line}");
            let word = line.trim_start().strip_prefix("=?utf-8?b?").expect("a word");
            let word = word.strip_suffix("?=").expect("its end");
            let bytes = BASE64.decode(word.as_bytes()).expect("base64");
            read.push(String::from_utf8(bytes).expect("whole characters"));
        }
        assert_eq!(read.concat(), text);
    }

    #[test]
    fn plain_words_stay_and_control_characters_go() {
        assert_eq!(encoded("Hello, world"), "Hello, world");
        assert!(encoded("=?utf-8?b?44GC?=").starts_with("=?utf-8?b?PT91"));
        assert_eq!(Subject::new("a\r\nBcc: x").0, "a  Bcc: x");
    }
}
