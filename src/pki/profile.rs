//! The certificate profiles of `ca/*.toml`: what the operator may change about
//! each kind of certificate, and what must hold in any case.

use std::fmt;
use std::str::FromStr;

use rcgen::{CidrSubnet, ExtendedKeyUsagePurpose, KeyUsagePurpose, SignatureAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::{Day, Moment};

/// The five profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// The root.
    pub root: CaProfile,
    /// The CA of users' certificates.
    pub issuing: CaProfile,
    /// The CA of server certificates.
    pub server_ca: CaProfile,
    /// A server certificate.
    pub server: ServerProfile,
    /// A user's certificate.
    pub client: ClientProfile,
}

/// A CA certificate (`root.toml`, `issuing.toml`, `server-ca.toml`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaProfile {
    /// Common name; `{organisation}`, `{year}` and `{generation}` are filled in.
    pub common_name: String,
    /// ISO 3166 code of two capitals.
    pub country: String,
    /// Kind of key.
    pub key: KeyKind,
    /// Years until the certificate ends.
    pub validity_years: u16,
    /// How many CAs may stand below this one.
    pub path_length: u8,
    /// Key usage, critical.
    pub key_usage: Vec<KeyUsage>,
    /// Extended key usage; none means all.
    #[serde(default)]
    pub extended_key_usage: Vec<Purpose>,
    /// Excluded DNS names; `""` excludes all.
    #[serde(default)]
    pub excluded_dns: Vec<String>,
    /// Excluded addresses as `address/prefix`.
    #[serde(default)]
    pub excluded_ip: Vec<String>,
}

/// A server certificate (`server.toml`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerProfile {
    /// ISO 3166 code of two capitals.
    pub country: String,
    /// Kind of key.
    pub key: KeyKind,
    /// Days from the issue to the end.
    pub validity_days: u16,
    /// Key usage, critical.
    pub key_usage: Vec<KeyUsage>,
    /// Extended key usage.
    pub extended_key_usage: Vec<Purpose>,
}

/// A user's certificate (`client.toml`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)] // switches of a file, one a line
pub struct ClientProfile {
    /// ISO 3166 code of two capitals.
    pub country: String,
    /// Kind of key.
    pub key: KeyKind,
    /// Key usage, critical.
    pub key_usage: Vec<KeyUsage>,
    /// Extended key usage.
    pub extended_key_usage: Vec<Purpose>,
    /// Whether the mail address is named.
    pub email: bool,
    /// Whether the CRL's address is named.
    pub crl_url: bool,
    /// Whether the issuing CA certificate's address is named.
    pub issuer_url: bool,
    /// Whether the OCSP responder's address is named.
    pub ocsp_url: bool,
}

/// Kinds of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// ECDSA on P-384 with SHA-384.
    P384,
}

/// Key usages (RFC 5280 §4.2.1.3), named as there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum KeyUsage {
    DigitalSignature,
    KeyEncipherment,
    KeyAgreement,
    KeyCertSign,
    #[serde(rename = "cRLSign")]
    CrlSign,
}

/// Extended key usages (RFC 5280 §4.2.1.12), named as there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Purpose {
    ServerAuth,
    ClientAuth,
    #[serde(rename = "OCSPSigning")]
    OcspSigning,
}

/// Everything that is wrong with a set of profiles.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

/// One mistake in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// `root.toml`, `issuing.toml`, …
    pub file: &'static str,
    /// The key, or empty when the file as a whole cannot be read.
    pub key: &'static str,
    /// What is wrong and what would be right.
    pub why: String,
}

impl Profiles {
    /// The profiles this program comes with.
    pub fn built_in() -> Result<Self, Mistakes> {
        Self::parse(
            include_str!("../../ca/root.toml"),
            include_str!("../../ca/issuing.toml"),
            include_str!("../../ca/server-ca.toml"),
            include_str!("../../ca/server.toml"),
            include_str!("../../ca/client.toml"),
        )
    }

    /// Reads the text of the five files; all mistakes at once.
    pub fn parse(
        root: &str,
        issuing: &str,
        server_ca: &str,
        server: &str,
        client: &str,
    ) -> Result<Self, Mistakes> {
        let mut found = Vec::new();
        let root = read::<CaProfile>("root.toml", root, &mut found);
        let issuing = read::<CaProfile>("issuing.toml", issuing, &mut found);
        let server_ca = read::<CaProfile>("server-ca.toml", server_ca, &mut found);
        let server = read::<ServerProfile>("server.toml", server, &mut found);
        let client = read::<ClientProfile>("client.toml", client, &mut found);
        match (root, issuing, server_ca, server, client) {
            (Some(root), Some(issuing), Some(server_ca), Some(server), Some(client))
                if found.is_empty() =>
            {
                let all = Self { root, issuing, server_ca, server, client };
                let found = all.mistakes();
                if found.is_empty() { Ok(all) } else { Err(Mistakes(found)) }
            }
            _ => Err(Mistakes(found)),
        }
    }

    fn mistakes(&self) -> Vec<Mistake> {
        let mut check = Check::default();
        check.ca("root.toml", &self.root, None);
        check.ca("issuing.toml", &self.issuing, Some((&self.root, Purpose::ClientAuth)));
        check.ca("server-ca.toml", &self.server_ca, Some((&self.root, Purpose::ServerAuth)));
        let s = &self.server;
        check.end("server.toml", &s.country, &s.key_usage, &s.extended_key_usage);
        check.purpose("server.toml", &s.extended_key_usage, Purpose::ServerAuth);
        check.that(
            (1..=825).contains(&s.validity_days),
            "server.toml",
            "validity_days",
            "must be 1 to 825",
        );
        let c = &self.client;
        check.end("client.toml", &c.country, &c.key_usage, &c.extended_key_usage);
        check.purpose("client.toml", &c.extended_key_usage, Purpose::ClientAuth);
        check.0
    }
}

fn read<T: DeserializeOwned>(
    file: &'static str,
    text: &str,
    found: &mut Vec<Mistake>,
) -> Option<T> {
    match toml::from_str(text) {
        Ok(profile) => Some(profile),
        Err(why) => {
            let before = why.span().and_then(|at| text.get(..at.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            found.push(Mistake { file, key: "", why: format!("line {line}: {}", why.message()) });
            None
        }
    }
}

#[derive(Default)]
struct Check(Vec<Mistake>);

impl Check {
    fn that(&mut self, holds: bool, file: &'static str, key: &'static str, why: &str) {
        if !holds {
            self.0.push(Mistake { file, key, why: why.to_owned() });
        }
    }

    fn ca(&mut self, file: &'static str, p: &CaProfile, under: Option<(&CaProfile, Purpose)>) {
        self.country(file, &p.country);
        self.that(!p.common_name.trim().is_empty(), file, "common_name", "must not be empty");
        self.that((1..=50).contains(&p.validity_years), file, "validity_years", "must be 1 to 50");
        for (usage, name) in
            [(KeyUsage::KeyCertSign, "keyCertSign"), (KeyUsage::CrlSign, "cRLSign")]
        {
            let why = format!("must contain \"{name}\"");
            self.that(p.key_usage.contains(&usage), file, "key_usage", &why);
        }
        for subnet in &p.excluded_ip {
            let why = format!("\"{subnet}\" is not an address with a prefix, such as 10.0.0.0/8");
            self.that(CidrSubnet::from_str(subnet).is_ok(), file, "excluded_ip", &why);
        }
        for name in &p.excluded_dns {
            let why = format!("\"{name}\" is not ASCII");
            self.that(name.is_ascii(), file, "excluded_dns", &why);
        }
        let Some((root, purpose)) = under else {
            self.that(p.path_length > 0, file, "path_length", "must be at least 1");
            return;
        };
        self.purpose(file, &p.extended_key_usage, purpose);
        let fits = p.path_length < root.path_length || root.path_length == 0;
        self.that(fits, file, "path_length", "must be below the root's");
        let inside = p.validity_years <= root.validity_years;
        self.that(inside, file, "validity_years", "must not exceed the root's");
    }

    fn end(&mut self, file: &'static str, country: &str, usage: &[KeyUsage], ext: &[Purpose]) {
        self.country(file, country);
        let signs = usage.contains(&KeyUsage::DigitalSignature);
        self.that(signs, file, "key_usage", "must contain \"digitalSignature\"");
        let no_ca = !usage.iter().any(|u| matches!(u, KeyUsage::KeyCertSign | KeyUsage::CrlSign));
        self.that(no_ca, file, "key_usage", "must not hold a CA's usages");
        let no_ocsp = !ext.contains(&Purpose::OcspSigning);
        self.that(no_ocsp, file, "extended_key_usage", "must not contain \"OCSPSigning\"");
    }

    /// The purpose must be there, and its opposite must not.
    fn purpose(&mut self, file: &'static str, ext: &[Purpose], wanted: Purpose) {
        let (name, other, other_name) = match wanted {
            Purpose::ServerAuth => ("serverAuth", Purpose::ClientAuth, "clientAuth"),
            _ => ("clientAuth", Purpose::ServerAuth, "serverAuth"),
        };
        let why = format!("must contain \"{name}\"");
        self.that(ext.contains(&wanted), file, "extended_key_usage", &why);
        let why = format!("must not contain \"{other_name}\"");
        self.that(!ext.contains(&other), file, "extended_key_usage", &why);
    }

    fn country(&mut self, file: &'static str, code: &str) {
        let good = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        self.that(good, file, "country", "must be two capitals, such as \"JP\"");
    }
}

impl CaProfile {
    /// The common name of a CA made for `organisation` now.
    #[must_use]
    pub fn name(&self, organisation: &str, now: Moment) -> String {
        let (year, _, _) = Day::of(now).parts();
        self.common_name
            .replace("{organisation}", organisation)
            .replace("{year}", &year.to_string())
    }

    /// The same for the CA of this generation, from 1: two made in one year must not
    /// share a name. Without `{generation}` in it, the name ends in ` G2`, ` G3`, ….
    #[must_use]
    pub fn of_generation(&self, generation: i64) -> Self {
        let mut own = self.clone();
        own.common_name = if own.common_name.contains("{generation}") {
            own.common_name.replace("{generation}", &generation.to_string())
        } else if generation > 1 {
            format!("{} G{generation}", own.common_name)
        } else {
            own.common_name
        };
        own
    }
}

impl KeyKind {
    pub(super) fn algorithm(self) -> &'static SignatureAlgorithm {
        match self {
            Self::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Self::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        }
    }
}

impl KeyUsage {
    pub(super) fn rcgen(self) -> KeyUsagePurpose {
        match self {
            Self::DigitalSignature => KeyUsagePurpose::DigitalSignature,
            Self::KeyEncipherment => KeyUsagePurpose::KeyEncipherment,
            Self::KeyAgreement => KeyUsagePurpose::KeyAgreement,
            Self::KeyCertSign => KeyUsagePurpose::KeyCertSign,
            Self::CrlSign => KeyUsagePurpose::CrlSign,
        }
    }

    /// The bit of RFC 5280 §4.2.1.3 as `x509-parser` counts it.
    pub(super) fn bit(self) -> u16 {
        match self {
            Self::DigitalSignature => 1,
            Self::KeyEncipherment => 1 << 2,
            Self::KeyAgreement => 1 << 4,
            Self::KeyCertSign => 1 << 5,
            Self::CrlSign => 1 << 6,
        }
    }
}

impl Purpose {
    pub(super) fn rcgen(self) -> ExtendedKeyUsagePurpose {
        match self {
            Self::ServerAuth => ExtendedKeyUsagePurpose::ServerAuth,
            Self::ClientAuth => ExtendedKeyUsagePurpose::ClientAuth,
            Self::OcspSigning => ExtendedKeyUsagePurpose::OcspSigning,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            "" => write!(f, "ca/{}: {}", self.file, self.why),
            key => write!(f, "ca/{}: {key} {}", self.file, self.why),
        }
    }
}

/// One mistake a line.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, mistake) in self.0.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            write!(f, "{gap}{mistake}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = include_str!("../../ca/root.toml");
    const ISSUING: &str = include_str!("../../ca/issuing.toml");
    const SERVER_CA: &str = include_str!("../../ca/server-ca.toml");
    const SERVER: &str = include_str!("../../ca/server.toml");
    const CLIENT: &str = include_str!("../../ca/client.toml");

    fn mistakes(issuing: &str, client: &str) -> Vec<String> {
        let found = Profiles::parse(ROOT, issuing, SERVER_CA, SERVER, client);
        found.expect_err("mistakes").0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_built_in_profiles_are_right() {
        let profiles = Profiles::built_in().expect("built in");
        assert_eq!(profiles.root.key, KeyKind::P384);
        assert_eq!(profiles.client.extended_key_usage, [Purpose::ClientAuth]);
    }

    #[test]
    fn each_generation_of_a_ca_has_a_name_of_its_own() {
        let mut profile = Profiles::built_in().expect("built in").issuing;
        let name = |profile: &CaProfile, n| profile.of_generation(n).common_name;
        assert_eq!(name(&profile, 1), "Sekisho Issuing CA {year}");
        assert_eq!(name(&profile, 2), "Sekisho Issuing CA {year} G2");
        "CA {generation} of {organisation}".clone_into(&mut profile.common_name);
        assert_eq!(name(&profile, 1), "CA 1 of {organisation}");
        assert_eq!(name(&profile, 12), "CA 12 of {organisation}");
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_file_and_key() {
        let issuing = ISSUING.replace("\"cRLSign\"", "\"digitalSignature\"").replace("::/0", "::");
        let client = CLIENT.replace("\"JP\"", "\"Japan\"").replace("clientAuth", "serverAuth");
        assert_eq!(
            mistakes(&issuing, &client),
            [
                "ca/issuing.toml: key_usage must contain \"cRLSign\"",
                "ca/issuing.toml: excluded_ip \"::\" is not an address with a prefix, such as \
                 10.0.0.0/8",
                "ca/client.toml: country must be two capitals, such as \"JP\"",
                "ca/client.toml: extended_key_usage must contain \"clientAuth\"",
                "ca/client.toml: extended_key_usage must not contain \"serverAuth\"",
            ]
        );
    }

    #[test]
    fn an_unknown_key_is_a_mistake_with_its_line() {
        let found = mistakes(&format!("{ISSUING}colour = 1\n"), &CLIENT.replace("p256", "rsa"));
        assert!(
            found[0].starts_with("ca/issuing.toml: line 13: unknown field `colour`"),
            "{found:?}"
        );
        assert!(found[1].starts_with("ca/client.toml: line 5: unknown variant `rsa`"), "{found:?}");
    }
}
