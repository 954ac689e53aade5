//! An answer that caches on the way may keep for a while: its headers, and the short
//! answer to somebody who has it already (RFC 9110 §13, RFC 9111, RFC 5019 §6.2).

use axum::body::Bytes;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use time::PrimitiveDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

use crate::base::Moment;
use crate::base::clock::SECOND_MS;
use crate::base::secret::sha256_hex;

/// A cache asks again after this long at the latest: so late may somebody behind it
/// learn of a revocation.
const MAX_AGE_SECONDS: i64 = 600;

/// Signed bytes that are true for a while.
pub(super) struct Fresh {
    /// Media type.
    pub kind: &'static str,
    /// The bytes.
    pub body: Bytes,
    /// When they were signed.
    pub signed_at: Moment,
    /// When they cease to be good.
    pub until: Moment,
    /// What `Expires` says; the end of `max-age` when `None`.
    pub expires: Option<Moment>,
}

impl Fresh {
    /// The answer to a request with these headers.
    pub fn answer(self, asked: &HeaderMap, now: Moment) -> Response {
        let left = (self.until.since_ms(now) / SECOND_MS).clamp(0, MAX_AGE_SECONDS);
        let expires = self.expires.unwrap_or(now.plus_ms(left * SECOND_MS));
        let etag = format!("\"{}\"", &sha256_hex(&self.body)[..32]);
        // The second after, so that two lists of one second never look alike; but never
        // the future (RFC 9110 §8.8.2.1).
        let modified = Moment::from_unix(now.unix().min(self.signed_at.unix() + 1));
        let known = has_it(asked, &etag, modified);
        let headers = [
            (CONTENT_TYPE, self.kind.to_owned()),
            (CACHE_CONTROL, format!("public, max-age={left}, must-revalidate, no-transform")),
            (EXPIRES, http_date(expires)),
            (LAST_MODIFIED, http_date(modified)),
            (ETAG, etag),
        ];
        if known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, self.body).into_response()
    }
}

/// Whether the client says that it has this very state. A tag, if it names one, counts
/// more than a date.
fn has_it(asked: &HeaderMap, etag: &str, modified: Moment) -> bool {
    let text = |name: HeaderName| {
        let all: Vec<_> = asked.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
        (!all.is_empty()).then(|| all.join(","))
    };
    if let Some(tags) = text(IF_NONE_MATCH) {
        let same = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag;
        return tags.split(',').map(str::trim).any(same);
    }
    let since = text(IF_MODIFIED_SINCE).and_then(|date| parse_http_date(&date));
    since.is_some_and(|since| modified <= since)
}

/// The one form of date that is sent today (RFC 9110 §5.6.7).
const HTTP_DATE: StaticFormatDescription = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

fn http_date(at: Moment) -> String {
    at.utc().format(&HTTP_DATE).unwrap_or_default()
}

fn parse_http_date(text: &str) -> Option<Moment> {
    let date = PrimitiveDateTime::parse(text, &HTTP_DATE).ok()?;
    Some(Moment::from_unix(date.assume_utc().unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00.700Z").expect("valid")
    }

    fn ask(signed_at: Moment, asked: &[(HeaderName, &str)]) -> Response {
        let pairs = asked.iter().map(|(name, value)| (name.clone(), value.parse().expect("ASCII")));
        let fresh = Fresh {
            kind: "application/pkix-crl",
            body: Bytes::from_static(b"list"),
            signed_at,
            until: signed_at.plus_minutes(60),
            expires: None,
        };
        fresh.answer(&pairs.collect(), now())
    }

    #[test]
    fn a_cache_keeps_an_answer_ten_minutes_and_never_beyond_its_end() {
        let told = |minutes| {
            let answer = ask(now().plus_minutes(minutes), &[]);
            answer.headers()[CACHE_CONTROL].to_str().expect("ASCII").to_owned()
        };
        assert_eq!(told(0), "public, max-age=600, must-revalidate, no-transform");
        assert!(told(-58).contains("max-age=120,"));
        assert!(told(-61).contains("max-age=0,"));
        let answer = ask(now(), &[]);
        assert_eq!(answer.headers()[EXPIRES], "Sat, 21 Nov 2026 10:10:00 GMT");
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/pkix-crl");
    }

    #[test]
    fn who_has_it_already_is_told_so() {
        let old = now().plus_minutes(-5);
        let tag = ask(old, &[]).headers()[ETAG].to_str().expect("ASCII").to_owned();
        let status = |asked: &[(HeaderName, &str)]| ask(old, asked).status().as_u16();
        assert_eq!(status(&[(IF_NONE_MATCH, &tag)]), 304);
        assert_eq!(status(&[(IF_NONE_MATCH, &format!("\"x\", W/{tag}"))]), 304);
        assert_eq!(status(&[(IF_NONE_MATCH, "*")]), 304);
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "Sat, 21 Nov 2026 09:55:01 GMT")]), 304);
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "Sat, 21 Nov 2026 09:55:00 GMT")]), 200);
        for rubbish in ["yesterday", "", "Sat, 99 Nov 2026 09:55:01 GMT"] {
            assert_eq!(status(&[(IF_MODIFIED_SINCE, rubbish)]), 200, "{rubbish:?}");
        }
        let both =
            [(IF_NONE_MATCH, "\"other\""), (IF_MODIFIED_SINCE, "Sat, 21 Nov 2026 09:59:00 GMT")];
        assert_eq!(status(&both), 200, "the tag counts");
    }

    #[test]
    fn two_lists_of_one_second_are_not_taken_for_one() {
        let modified = ask(now(), &[]).headers()[LAST_MODIFIED].clone();
        assert_eq!(modified, "Sat, 21 Nov 2026 10:00:00 GMT", "not in the future");
        let later = now().plus_ms(2_000);
        let fresh =
            Fresh { kind: "", body: Bytes::new(), signed_at: now(), until: later, expires: None };
        let asked = HeaderMap::from_iter([(IF_MODIFIED_SINCE, modified)]);
        assert_eq!(fresh.answer(&asked, later).status(), StatusCode::OK);
    }
}
