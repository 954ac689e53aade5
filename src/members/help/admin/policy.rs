//! `AutoSelectCertificateForUrls` of Edge and Chrome: on our portal the browser shows
//! one of our certificates by itself, instead of asking which one.
//!
//! Several entries with the same pattern count together: a certificate that fits any
//! of them is taken. So every generation of our issuing CA has its own.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Facts, Signer};

/// Where Windows keeps the policy of each browser.
const KEYS: [&str; 2] = [
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge\AutoSelectCertificateForUrls",
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome\AutoSelectCertificateForUrls",
];

/// The policy's list: a JSON dictionary as text for every generation, newest first.
pub(super) fn entries(facts: &Facts) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for issuer in facts.issuers.iter().filter_map(principal) {
        let pattern = Value::from(&*facts.portal_url);
        let issuer = Value::from(issuer);
        let entry = format!("{{\"pattern\":{pattern},\"filter\":{{\"ISSUER\":{issuer}}}}}");
        // Generations may share a name: a new key, the same year.
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    all
}

/// The policy as the text of a `.reg` file: lines end in CR LF.
pub(super) fn registry_text(facts: &Facts) -> String {
    let mut text = "Windows Registry Editor Version 5.00\r\n".to_owned();
    for key in KEYS {
        let _ = write!(text, "\r\n[{key}]\r\n");
        for (at, entry) in entries(facts).iter().enumerate() {
            let _ = write!(text, "\"{}\"=\"{}\"\r\n", at + 1, escaped(entry));
        }
    }
    text
}

/// The same as Windows writes such files: UTF-16LE with a byte order mark, so that
/// names outside the code page of the PC survive.
pub(super) fn registry_file(facts: &Facts) -> Vec<u8> {
    let text = format!("\u{feff}{}", registry_text(facts));
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The policy as a file of `policies/managed/`, which browsers read on Linux.
pub(super) fn json_file(facts: &Facts) -> String {
    let policy = json!({ "AutoSelectCertificateForUrls": entries(facts) });
    format!("{policy:#}\n")
}

/// `ISSUER` of a filter; `None` for a name that no filter can express: an empty
/// filter would take every certificate.
fn principal(signer: &Signer) -> Option<Map<String, Value>> {
    let mut names = Map::new();
    if !signer.common_name.is_empty() {
        names.insert("CN".to_owned(), signer.common_name.clone().into());
    }
    if let Some(organisation) = signer.organisation.as_ref().filter(|text| !text.is_empty()) {
        names.insert("O".to_owned(), organisation.clone().into());
    }
    (!names.is_empty()).then_some(names)
}

/// A value between quotes in a `.reg` file. Line breaks cannot be in it: JSON has
/// written them as `\n` already.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::super::samples::wicked;
    use super::*;

    #[test]
    fn every_generation_has_its_entry_newest_first_and_none_stands_twice() {
        let mut facts = wicked();
        assert_eq!(entries(&facts).len(), 2);
        let first: Value = serde_json::from_str(&entries(&facts)[0]).expect("JSON");
        assert_eq!(first["pattern"], "https://portal.example.jp:8443");
        assert_eq!(first["filter"]["ISSUER"]["CN"], "発行 \\ \"2\"");
        facts.issuers[0].common_name = facts.issuers[1].common_name.clone();
        assert_eq!(entries(&facts).len(), 1);
    }

    #[test]
    fn a_name_that_cannot_be_read_opens_the_filter_to_nobody() {
        let mut facts = wicked();
        facts.issuers[0].common_name.clear();
        facts.issuers[0].organisation = None;
        assert_eq!(entries(&facts).len(), 1);
        assert!(!registry_text(&facts).contains("\\\"filter\\\":{}"));
    }

    #[test]
    fn a_registry_value_is_read_back_as_it_was() {
        let text = registry_text(&wicked());
        let values: Vec<String> = text.split("\r\n").filter_map(value).collect();
        let wanted = entries(&wicked());
        assert_eq!(values, [wanted.clone(), wanted].concat());
    }

    /// Reads `"N"="VALUE"` the way regedit does.
    fn value(line: &str) -> Option<String> {
        let (_, quoted) = line.split_once("\"=\"")?;
        let mut chars = quoted.chars();
        let mut value = String::new();
        loop {
            match chars.next().expect("the value is closed") {
                '\\' => value.push(chars.next().expect("something is escaped")),
                '"' => break,
                other => value.push(other),
            }
        }
        assert_eq!(chars.as_str(), "", "something follows the value");
        Some(value)
    }

    #[test]
    fn the_registry_file_is_what_windows_writes_itself() {
        let bytes = registry_file(&wicked());
        assert_eq!(&bytes[..4], [0xFF, 0xFE, b'W', 0]);
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text = String::from_utf16(&units.collect::<Vec<_>>()).expect("UTF-16");
        assert_eq!(text.trim_start_matches('\u{feff}'), registry_text(&wicked()));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }
}
