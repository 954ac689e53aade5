//! Names in a certificate: what may stand in a subject and a subject
//! alternative name (RFC 5280 §4.1.2.4, §4.2.1.6, bounds of appendix A.1).

use std::net::IpAddr;

use rcgen::string::{Ia5String, PrintableString};
use rcgen::{DistinguishedName, DnType, DnValue, SanType};

use super::Error;

/// `ub-common-name` and `ub-organization-name`, in characters.
const NAME_MAX: usize = 64;
/// `ub-emailaddress-length`, in bytes.
const EMAIL_MAX: usize = 255;
/// Longer URIs help nobody.
const URI_MAX: usize = 512;

/// Who a certificate is about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub country: String,
    pub organisation: Option<String>,
    pub common_name: String,
}

/// A subject alternative name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AltName {
    Email(String),
    Uri(String),
    Dns(String),
    Ip(IpAddr),
}

impl Subject {
    /// Country, organisation, common name, in this order; the country as
    /// `PrintableString`, as RFC 5280 demands of it.
    pub fn distinguished(&self) -> Result<DistinguishedName, Error> {
        let country = PrintableString::try_from(self.country.as_str())
            .map_err(|_| Error::bad("the country", "it must be two letters"))?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CountryName, DnValue::PrintableString(country));
        if let Some(organisation) = &self.organisation {
            bounded("the organisation", organisation)?;
            name.push(DnType::OrganizationName, organisation.as_str());
        }
        bounded("the common name", &self.common_name)?;
        name.push(DnType::CommonName, self.common_name.as_str());
        Ok(name)
    }
}

impl AltName {
    pub fn rcgen(&self) -> Result<SanType, Error> {
        Ok(match self {
            Self::Email(text) => SanType::Rfc822Name(mail(text)?),
            Self::Uri(text) => SanType::URI(uri("the URI", text)?),
            Self::Dns(text) => SanType::DnsName(ascii("the host name", text, 253)?),
            Self::Ip(address) => SanType::IpAddress(*address),
        })
    }
}

/// A URI in ASCII with a scheme.
pub(super) fn uri(field: &'static str, text: &str) -> Result<Ia5String, Error> {
    if !text.contains(':') {
        return Err(Error::bad(field, "it has no scheme, such as http:"));
    }
    ascii(field, text, URI_MAX)
}

fn bounded(field: &'static str, text: &str) -> Result<(), Error> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(Error::bad(field, "it is empty"));
    }
    if length > NAME_MAX {
        let why = format!("it has {length} characters, at most {NAME_MAX} fit");
        return Err(Error::bad(field, why));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::bad(field, "it holds control characters"));
    }
    Ok(())
}

fn mail(text: &str) -> Result<Ia5String, Error> {
    const FIELD: &str = "the mail address";
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Err(Error::bad(FIELD, "it has no @"));
    };
    if local.is_empty() || domain.is_empty() {
        return Err(Error::bad(FIELD, "a part beside the @ is missing"));
    }
    ascii(FIELD, text, EMAIL_MAX)
}

/// Printable ASCII without spaces.
fn ascii(field: &'static str, text: &str, max: usize) -> Result<Ia5String, Error> {
    if text.is_empty() || text.len() > max {
        return Err(Error::bad(field, format!("it must have 1 to {max} characters")));
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::bad(field, "only ASCII letters, digits and signs may stand in it"));
    }
    Ia5String::try_from(text).map_err(|why| Error::bad(field, why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(common_name: &str, organisation: &str) -> Result<DistinguishedName, Error> {
        let subject = Subject {
            country: "JP".to_owned(),
            organisation: Some(organisation.to_owned()),
            common_name: common_name.to_owned(),
        };
        subject.distinguished()
    }

    #[test]
    fn names_count_characters_and_hold_no_controls() {
        assert!(subject("taro01", &"あ".repeat(64)).is_ok());
        let long = subject("taro01", &"あ".repeat(65)).expect_err("too long").to_string();
        assert!(long.contains("the organisation") && long.contains("at most 64"), "{long}");
        assert!(subject(" ", "会社").is_err());
        assert!(subject("taro\u{0}01", "会社").is_err());
    }

    #[test]
    fn a_mail_address_outside_ascii_is_refused_in_words() {
        let why = AltName::Email("太郎@example.jp".to_owned()).rcgen().expect_err("not ASCII");
        assert_eq!(
            why.to_string(),
            "the mail address cannot stand in a certificate: only ASCII letters, digits and \
             signs may stand in it"
        );
        for wrong in ["taro", "@example.jp", "taro@", "ta ro@example.jp", "taro@example.jp\n"] {
            assert!(AltName::Email(wrong.to_owned()).rcgen().is_err(), "{wrong:?}");
        }
    }
}
