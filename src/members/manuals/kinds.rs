//! Which files are taken, and as what they leave. Pure.

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The end of its name, in lower case.
    pub end: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What its bytes begin with.
    start: Start,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Bytes(&'static [u8]),
    /// Text holds no NUL.
    Text,
}

const ZIP: Start = Start::Bytes(b"PK\x03\x04");
/// Compound files of Office before 2007.
const COMPOUND: Start = Start::Bytes(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);

const fn kind(
    end: &'static str,
    media_type: &'static str,
    label: &'static str,
    start: Start,
) -> Kind {
    Kind { end, media_type, label, start }
}

const KINDS: [Kind; 7] = [
    kind("pdf", "application/pdf", "PDF", Start::Bytes(b"%PDF-")),
    kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", ZIP),
    kind("xls", "application/vnd.ms-excel", "Excel", COMPOUND),
    kind(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word",
        ZIP,
    ),
    kind("doc", "application/msword", "Word", COMPOUND),
    kind("zip", "application/zip", "ZIP", ZIP),
    kind("txt", "text/plain; charset=utf-8", "テキスト", Start::Text),
];

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There is nothing in it.
    Empty,
    /// Its name ends in none of ours.
    Name,
    /// Its bytes are not what its name says.
    Content,
}

/// The kind of the file called `name`.
pub fn of(name: &str, bytes: &[u8]) -> Result<Kind, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    let kind = by_name(name).ok_or(Unfit::Name)?;
    let fits = match kind.start {
        Start::Bytes(start) => bytes.starts_with(start),
        Start::Text => !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok(),
    };
    if fits { Ok(kind) } else { Err(Unfit::Content) }
}

/// The kind that a name ends in.
pub fn by_name(name: &str) -> Option<Kind> {
    let (stem, end) = name.rsplit_once('.')?;
    let end = end.to_ascii_lowercase();
    KINDS.into_iter().find(|kind| kind.end == end && !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says_or_is_not_taken() {
        let label = |name: &str, bytes: &[u8]| of(name, bytes).map(|kind| kind.label);
        assert_eq!(label("基本.PDF", b"%PDF-1.7\n"), Ok("PDF"));
        assert_eq!(label("a.xlsx", b"PK\x03\x04..."), Ok("Excel"));
        assert_eq!(label("a.txt", "こんにちは".as_bytes()), Ok("テキスト"));
        assert_eq!(label("a.pdf", b"<html>"), Err(Unfit::Content));
        assert_eq!(label("a.txt", b"a\0b"), Err(Unfit::Content));
        assert_eq!(label("a.doc", b"PK\x03\x04"), Err(Unfit::Content));
        assert_eq!(label("a.pdf.exe", b"%PDF-"), Err(Unfit::Name));
        assert_eq!(label("pdf", b"%PDF-"), Err(Unfit::Name));
        assert_eq!(label("a.pdf", b""), Err(Unfit::Empty));
    }
}
