//! The grammar of HTTP/1 messages, without its leniences (RFC 9112).

use axum::http::{StatusCode, Uri};

/// Most fields a header may have; hyper's own bound.
const MAX_FIELDS: usize = 100;

/// What a look at the bytes of a header found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// It ends after so many bytes.
    Whole(usize),
    /// Its end has not come.
    Partial,
    /// A line of it ends in a bare LF or holds a bare CR, or it begins empty.
    Malformed,
}

/// Looks for the end of the header that `bytes` begin with; the first `seen` of
/// them were looked at before.
pub(super) fn scan_head(bytes: &[u8], seen: usize) -> Scan {
    // The last byte seen may have been a CR whose LF comes only now.
    for at in seen.saturating_sub(1)..bytes.len() {
        match bytes[at] {
            b'\n' if at < 2 || bytes[at - 1] != b'\r' => return Scan::Malformed,
            b'\n' if bytes[..at - 1].ends_with(b"\r\n") => return Scan::Whole(at + 1),
            b'\r' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => {
                return Scan::Malformed;
            }
            _ => {}
        }
    }
    Scan::Partial
}

/// How much follows a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes; also none.
    Length(u64),
    /// Chunks (RFC 9112 §7.1).
    Chunked,
}

/// Checks a whole header, as `scan_head` found it; says what follows, or the
/// status to refuse it with.
pub(super) fn parse_head(head: &[u8], uri_bytes: usize) -> Result<Framing, StatusCode> {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    let mut lines = lines(head);
    let is_1_1 = parse_request_line(lines.next().unwrap_or(b""), uri_bytes)?;
    let mut length = None;
    let mut is_chunked = false;
    for (number, line) in lines.enumerate() {
        if number >= MAX_FIELDS {
            return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
        let (name, value) = parse_field(line).ok_or(BAD)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            if length.is_some() {
                return Err(BAD);
            }
            length = Some(parse_length(value).ok_or(BAD)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if is_chunked || !is_1_1 || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(BAD);
            }
            is_chunked = true;
        }
    }
    match (length, is_chunked) {
        (Some(_), true) => Err(BAD),
        (None, true) => Ok(Framing::Chunked),
        (length, false) => Ok(Framing::Length(length.unwrap_or(0))),
    }
}

/// The lines of `head`, which ends in an empty one; the scan made sure that LF
/// stands only after CR.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| !line.is_empty())
}

/// `METHOD SP target SP HTTP/1.x`; says whether x is 1.
fn parse_request_line(line: &[u8], uri_bytes: usize) -> Result<bool, StatusCode> {
    let mut words = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(StatusCode::BAD_REQUEST);
    };
    if target.len() > uri_bytes {
        return Err(StatusCode::URI_TOO_LONG);
    }
    let is_method = (1..=16).contains(&method.len())
        && method.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-');
    let is_target = target.iter().all(|byte| matches!(byte, 0x21..=0x7e) && *byte != b'#')
        && Uri::try_from(target).is_ok();
    match version {
        b"HTTP/1.1" if is_method && is_target => Ok(true),
        b"HTTP/1.0" if is_method && is_target => Ok(false),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// `name: value`; a line that begins with a space (obs-fold) has no name.
fn parse_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let is_name = !name.is_empty() && name.iter().copied().all(is_token);
    let is_value = value.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..));
    (is_name && is_value).then_some((name, value))
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Digits only: no sign, no list, no white space, no more than fit.
fn parse_length(value: &[u8]) -> Option<u64> {
    let is_plain = (1..=18).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    is_plain.then(|| std::str::from_utf8(value).ok()?.parse().ok())?
}

/// A reader's place in a body of chunks. Chunk extensions and trailers are refused:
/// nobody honest sends them, and readers differ in where they end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chunks(Place);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a size, after so many digits.
    Size(u64, u8),
    /// Before the LF that ends the line of a size.
    SizeLf(u64),
    /// In the data.
    Content(u64),
    /// Before the CR after the data.
    ContentCr,
    /// Before the LF after the data.
    ContentLf,
    /// Before the CR that ends the body.
    LastCr,
    /// Before the LF that ends the body.
    LastLf,
}

impl Default for Place {
    fn default() -> Self {
        Self::Size(0, 0)
    }
}

/// How a body of chunks ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// As it should.
    Well,
    /// With a byte that cannot stand there.
    Badly,
}

impl Chunks {
    /// Goes through `bytes`; says how many belong to the body and whether it ended.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, Option<Ended>) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if let Place::Content(left) = self.0 {
                let here = u64::try_from(bytes.len() - at).unwrap_or(u64::MAX).min(left);
                at += usize::try_from(here).unwrap_or(0);
                self.0 = match left - here {
                    0 => Place::ContentCr,
                    more => Place::Content(more),
                };
                continue;
            }
            if (self.0, byte) == (Place::LastLf, b'\n') {
                return (at + 1, Some(Ended::Well));
            }
            let Some(next) = self.step(byte) else { return (at, Some(Ended::Badly)) };
            self.0 = next;
            at += 1;
        }
        (at, None)
    }

    /// The place after `byte`, which is not data; `None` when it cannot stand here.
    fn step(self, byte: u8) -> Option<Place> {
        match (self.0, byte) {
            (Place::Size(size, digits @ 0..15), _) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16)?;
                Some(Place::Size(size * 16 + u64::from(digit), digits + 1))
            }
            (Place::Size(size, 1..), b'\r') => Some(Place::SizeLf(size)),
            (Place::SizeLf(0), b'\n') => Some(Place::LastCr),
            (Place::SizeLf(size), b'\n') => Some(Place::Content(size)),
            (Place::ContentCr, b'\r') => Some(Place::ContentLf),
            (Place::ContentLf, b'\n') => Some(Place::Size(0, 0)),
            (Place::LastCr, b'\r') => Some(Place::LastLf),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(head: &str) -> Result<Framing, u16> {
        match scan_head(head.as_bytes(), 0) {
            Scan::Whole(length) => {
                parse_head(&head.as_bytes()[..length], 64).map_err(|status| status.as_u16())
            }
            Scan::Partial => Err(0),
            Scan::Malformed => Err(400),
        }
    }

    fn with(fields: &str) -> Result<Framing, u16> {
        verdict(&format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"))
    }

    #[test]
    fn the_end_of_a_message_follows_from_its_header() {
        assert_eq!(with(""), Ok(Framing::Length(0)));
        assert_eq!(with("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(with("content-length:\t007 \r\n"), Ok(Framing::Length(7)));
        assert_eq!(with("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
        assert_eq!(verdict("GET /a?b HTTP/1.0\r\n\r\n"), Ok(Framing::Length(0)));
    }

    #[test]
    fn a_disputable_end_is_refused() {
        for fields in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 5 5\r\n",
            "Content-Length:\r\n",
            "Content-Length: 9999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding:\u{b}chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            " Transfer-Encoding: chunked\r\n",
            "X: a\r\n b\r\n",
            "X: a\r\n\tb\r\n",
            "X\r\n",
            ": x\r\n",
            "X: a\nY: b\r\n",
            "X: a\rY: b\r\n",
            "X: a\u{0}\r\n",
            "X Y: a\r\n",
        ] {
            assert_eq!(with(fields), Err(400), "{fields:?}");
        }
        assert_eq!(verdict("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Err(400));
    }

    #[test]
    fn a_request_line_has_three_words() {
        for line in [
            "GET /",
            "GET  / HTTP/1.1",
            " GET / HTTP/1.1",
            "GET / HTTP/1.1 ",
            "get / HTTP/1.1",
            "GET / HTTP/1.2",
            "GET / HTTP/2.0",
            "GET / http/1.1",
            "GET\t/ HTTP/1.1",
            "G@T / HTTP/1.1",
            "GET /a#b HTTP/1.1",
            "GET /\u{e9} HTTP/1.1",
            "GET /a\u{7f} HTTP/1.1",
            "GET a b HTTP/1.1",
            "sekisho-400 / HTTP/1.1",
            "/ HTTP/1.1",
            "PRI * HTTP/2.0",
        ] {
            assert_eq!(verdict(&format!("{line}\r\nHost: a\r\n\r\n")), Err(400), "{line}");
        }
        assert_eq!(verdict("\r\nGET / HTTP/1.1\r\n\r\n"), Err(400));
        assert_eq!(verdict("GET / HTTP/1.1\n\n"), Err(400));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(64));
        assert_eq!(verdict(&long), Err(414));
    }

    #[test]
    fn too_many_fields_are_refused() {
        assert_eq!(with(&"X: y\r\n".repeat(MAX_FIELDS - 1)), Ok(Framing::Length(0)));
        assert_eq!(with(&"X: y\r\n".repeat(MAX_FIELDS)), Err(431));
    }

    #[test]
    fn a_header_is_found_however_it_is_cut() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
        let whole = head.len() - 4;
        for cut in 0..whole {
            assert_eq!(scan_head(&head[..cut], 0), Scan::Partial, "{cut}");
            assert_eq!(scan_head(head, cut), Scan::Whole(whole), "{cut}");
        }
        assert_eq!(scan_head(b"GET / HTTP/1.1\r", 0), Scan::Partial);
        assert_eq!(scan_head(b"GET / HTTP/1.1\rX", 15), Scan::Malformed);
    }

    fn chunks(body: &[u8]) -> (usize, Option<Ended>) {
        let whole = Chunks::default().take(body);
        // Cut anywhere, the answer is the same.
        for cut in 0..whole.0 {
            let mut chunks = Chunks::default();
            let (first, ended) = chunks.take(&body[..cut]);
            assert_eq!((first, ended), (cut, None));
            let (second, ended) = chunks.take(&body[cut..]);
            assert_eq!((first + second, ended), whole);
        }
        whole
    }

    #[test]
    fn chunks_end_where_they_say() {
        assert_eq!(chunks(b"0\r\n\r\nGET"), (5, Some(Ended::Well)));
        assert_eq!(chunks(b"3\r\nabc\r\n00\r\n\r\n"), (14, Some(Ended::Well)));
        assert_eq!(chunks(b"1a\r\nabc"), (7, None));
    }

    #[test]
    fn chunks_that_readers_differ_about_are_refused() {
        for body in [
            &b"3;x=y\r\nabc\r\n"[..],
            b"3\nabc\r\n",
            b"3 \r\nabc",
            b" 3\r\nabc",
            b"+3\r\nabc",
            b"0x3\r\nabc",
            b"\r\n",
            b"3\r\nabcd\r\n",
            b"3\r\nabc\n0\r\n\r\n",
            b"0\r\nX: y\r\n\r\n",
            b"0\r\n\n",
            b"fffffffffffffffff\r\n",
        ] {
            assert_eq!(chunks(body).1, Some(Ended::Badly), "{:?}", body.escape_ascii());
        }
    }
}
