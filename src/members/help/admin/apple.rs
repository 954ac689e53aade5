//! A configuration profile for iPhone, iPad and Mac with the root and the issuing CAs
//! (Apple, "Configuration Profile Reference": `com.apple.security.root`, `.pkcs1`).
//!
//! It is not signed: the system says so, and asks before it takes it.

use std::fmt::Write as _;

use data_encoding::BASE64;

use super::{Facts, Signer};
use crate::base::secret::sha256;

/// The profile, XML in UTF-8. The same CAs give the same profile, byte for byte, and
/// a later one with other CAs takes the place of the earlier: its identifier stays.
pub(super) fn profile(facts: &Facts) -> String {
    let identifier = format!("{}.sekisho.certificates", facts.host());
    let mut certificates = payload("com.apple.security.root", &identifier, &facts.root);
    for issuer in &facts.issuers {
        certificates.push_str(&payload("com.apple.security.pkcs1", &identifier, issuer));
    }
    let all: Vec<u8> = std::iter::once(&facts.root)
        .chain(&facts.issuers)
        .flat_map(|signer| sha256(&signer.der))
        .collect();
    let mut text = HEAD.to_owned();
    text.push_str("<dict>\n<key>PayloadContent</key>\n<array>\n");
    text.push_str(&certificates);
    text.push_str("</array>\n");
    line(&mut text, "PayloadDescription", "電子証明書の発行元を確かめるための証明書です。");
    line(&mut text, "PayloadDisplayName", &format!("{} ルート証明書", facts.service));
    line(&mut text, "PayloadIdentifier", &identifier);
    line(&mut text, "PayloadOrganization", &facts.service);
    line(&mut text, "PayloadType", "Configuration");
    line(&mut text, "PayloadUUID", &uuid(&all));
    text.push_str("<key>PayloadVersion</key>\n<integer>1</integer>\n</dict>\n</plist>\n");
    text
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
    \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n";

fn payload(kind: &str, identifier: &str, signer: &Signer) -> String {
    let uuid = uuid(&signer.der);
    let mut text = "<dict>\n".to_owned();
    line(&mut text, "PayloadCertificateFileName", &format!("{uuid}.cer"));
    let content = BASE64.encode(&signer.der);
    let _ = writeln!(text, "<key>PayloadContent</key>\n<data>{content}</data>");
    line(&mut text, "PayloadDisplayName", &signer.label());
    line(&mut text, "PayloadIdentifier", &format!("{identifier}.{uuid}"));
    line(&mut text, "PayloadType", kind);
    line(&mut text, "PayloadUUID", &uuid);
    text.push_str("<key>PayloadVersion</key>\n<integer>1</integer>\n</dict>\n");
    text
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "<key>{key}</key>\n<string>{}</string>", escaped(value));
}

/// Text between tags; without what XML 1.0 §2.2 has no way to write.
fn escaped(text: &str) -> String {
    let written = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let kept: String = text.chars().map(|c| if written(c) { c } else { ' ' }).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A UUID that follows from `bytes` (RFC 9562 §5.8: version 8, from their SHA-256).
fn uuid(bytes: &[u8]) -> String {
    let mut first = [0; 16];
    first.copy_from_slice(&sha256(bytes)[..16]);
    uuid::Builder::from_custom_bytes(first).into_uuid().to_string().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::super::samples::wicked;
    use super::*;

    #[test]
    fn names_stay_text_whatever_they_hold() {
        let text = profile(&wicked());
        assert!(text.contains("<string>根 \"R\" &amp; &lt;CA&gt;（労金 &amp; "));
        assert!(!text.contains("<b>") && !text.contains("<CA>"));
        assert_eq!(text.matches("<data>").count(), 3);
        assert!(!text.contains('\r'));
    }

    #[test]
    fn the_same_authorities_give_the_same_profile_and_others_another() {
        assert_eq!(profile(&wicked()), profile(&wicked()));
        let mut other = wicked();
        other.issuers.pop();
        let number =
            |text: String| text.rsplit_once("PayloadUUID").map(|(_, uuid)| uuid.to_owned());
        assert_ne!(number(profile(&wicked())), number(profile(&other)));
    }

    #[test]
    fn a_uuid_says_that_it_is_one_of_version_8() {
        let made = uuid(b"x");
        assert_eq!((made.len(), made.as_bytes()[14]), (36, b'8'));
        assert_eq!(made, made.to_uppercase());
    }
}
