//! Files for whoever looks after many PCs, filled in from this installation: which
//! certificate a browser shows by itself (`policy`), a script that takes a `.p12` in
//! (`powershell`), a profile for Apple's systems (`apple`).
//!
//! Names come from the operator's configuration or another CA and may hold quotes,
//! ampersands, anything: each format escapes them in its own way.

mod apple;
pub(super) mod pages;
mod policy;
mod powershell;

use crate::app::App;
use crate::pki::{self, inspect};

/// What the files are filled in with.
pub(super) struct Facts {
    /// 「ろうきん 賃金控除事務支援システム」.
    service: String,
    /// `https://HOST[:PORT]`, without a slash at the end.
    portal_url: String,
    /// The root.
    root: Signer,
    /// Every issuing CA, newest first.
    issuers: Vec<Signer>,
}

/// A CA as the files name it.
pub(super) struct Signer {
    /// Common name; empty if it has none that can be read.
    common_name: String,
    /// Organisation.
    organisation: Option<String>,
    /// Its subject as in the certificates it signed, DER.
    subject: Vec<u8>,
    /// Its certificate, DER.
    der: Vec<u8>,
}

impl Facts {
    /// Those of this installation, now.
    fn of(app: &App) -> Result<Self, pki::Error> {
        let ca = app.ca.get();
        let issuers = ca.generations().iter().rev().map(|generation| {
            let authority = &generation.authority;
            Signer::of(authority.certificate_der(), authority.subject_der())
        });
        Ok(Self {
            service: app.config.service.name.clone(),
            portal_url: app.config.portal_url(),
            root: Signer::of(ca.root_der(), &[])?,
            issuers: issuers.collect::<Result<_, _>>()?,
        })
    }

    /// `HOST`, without scheme and port.
    fn host(&self) -> &str {
        let rest = self.portal_url.split_once("://").map_or(&*self.portal_url, |(_, rest)| rest);
        rest.split(':').next().unwrap_or(rest)
    }
}

impl Signer {
    fn of(der: &[u8], subject: &[u8]) -> Result<Self, pki::Error> {
        let read = inspect::parse_der(der)?;
        Ok(Self {
            common_name: read.common_name,
            organisation: read.organisation,
            subject: subject.to_vec(),
            der: der.to_vec(),
        })
    }

    /// 「CN（O）」 for people.
    fn label(&self) -> String {
        match &self.organisation {
            Some(organisation) => format!("{}（{organisation}）", self.common_name),
            None => self.common_name.clone(),
        }
    }
}

#[cfg(test)]
mod samples {
    use super::{Facts, Signer};

    /// Names as wicked as an operator can make them.
    pub fn wicked() -> Facts {
        let signer = |common_name: &str, der: &[u8]| Signer {
            common_name: common_name.to_owned(),
            organisation: Some("労金 & \"関所\" <株> '\u{2019}x\\".to_owned()),
            subject: der.to_vec(),
            der: der.to_vec(),
        };
        Facts {
            service: "賃金'控除 & \"事務\" <b> \u{2019}; exit #\\ @@ROOT@@\r\n$(calc)".to_owned(),
            portal_url: "https://portal.example.jp:8443".to_owned(),
            root: signer("根 \"R\" & <CA>", b"root"),
            issuers: vec![signer("発行 \\ \"2\"", b"second"), signer("発行 1", b"first")],
        }
    }
}
