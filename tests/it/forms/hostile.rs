//! What nobody should type.

use super::post::{Body, Sent};

/// Values for one field. One that begins with `%` is sent as it stands, others are encoded.
pub const VALUES: &[&str] = &[
    // SQL
    "' OR '1'='1' --",
    "\"; DROP TABLE users; --",
    "%27%27%27",
    "\\",
    // HTML, scripts, templates
    "<script>alert(7331)</script>",
    "\"><img src=x onerror=alert(7331)>",
    "'><svg/onload=alert(7331)>",
    "javascript:alert(7331)",
    "{{7331*7331}}${7331*7331}<%=7331*7331%>#{7331*7331}",
    // Headers and addresses
    "x\r\nX-Injected: 7331\r\n\r\n<b>7331",
    "taro@example.jp\r\nBcc: 7331@example.net",
    "//7331.example.net/",
    "https://7331.example.net/",
    "../../../../etc/passwd",
    // Characters
    "%00",
    "a%00b",
    "%FF%FE",
    "%ED%A0%80",
    "%C0%AF",
    "%",
    "%zz",
    "\u{202e}gnp.exe",
    "\u{feff}\u{200b}\u{2028}",
    "𠮷野家髙﨑e\u{301}👨\u{200d}👩\u{200d}👧",
    "ＡＢＣ１２３　ｱｲｳ",
    " ",
    "　",
    "",
    // Numbers and days
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999999999",
    "1e309",
    "NaN",
    "0x7331",
    "2026-02-30",
    "9999-12-31",
    "-0001-01-01",
    "99999-01-01",
    "24:00",
];

/// Whole bodies, sent as they stand.
pub const ODD_BODIES: &[&str] =
    &["", "&", "=", "&&==&&", "csrf", "%", "{\"a\":1}", "<?xml version=\"1.0\"?>"];

/// What would have to be seen as it was typed if it was taken for markup.
pub fn marks() -> [&'static str; 8] {
    [
        "<script>alert(7331)",
        "<img src=x onerror",
        "<svg/onload=alert",
        "<b>7331",
        "href=\"javascript:",
        "src=\"javascript:",
        "action=\"javascript:",
        "53743561",
    ]
}

/// A value as it stands in a body or an address.
pub fn encoded(value: &str) -> String {
    if value.contains('%') && !value.contains("<%") {
        return value.to_owned();
    }
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Every field filled with something else at once, also with very much; always the same.
pub fn combinations(good: &[Sent]) -> Vec<Body> {
    let mut state: u64 = 0x5eed_7331;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    let mut bodies: Vec<Body> = (0..12)
        .map(|_| {
            let pairs = good.iter().map(|(name, value)| {
                let keep = name == "csrf" || draw(4) == 0;
                let value =
                    if keep { value.clone() } else { VALUES[draw(VALUES.len())].to_owned() };
                (name.clone(), value)
            });
            Body::of(pairs.collect())
        })
        .collect();
    let long = |length: usize| {
        let long = |name: &str, value: &String| {
            if name == "csrf" { value.clone() } else { "あ".repeat(length) }
        };
        Body::of(good.iter().map(|(name, value)| (name.clone(), long(name, value))).collect())
    };
    bodies.extend([long(300), long(7_000), long(35_000)]);
    bodies
}
