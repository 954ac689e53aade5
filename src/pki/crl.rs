//! The list of revoked certificates for others (RFC 5280 §5). This program
//! itself asks its database.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use rcgen::{
    CertificateRevocationListParams, KeyIdMethod, RevocationReason, RevokedCertParams, SerialNumber,
};
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::inspect::parse_x509;
use super::{Authority, Error};
use crate::base::Moment;

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// Serial number in hex.
    pub serial: String,
    /// When it was revoked.
    pub at: Moment,
    /// Why.
    pub reason: Reason,
}

/// Why a certificate was revoked (RFC 5280 §5.3.1; without removeFromCRL, which
/// stands in delta lists only).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Reason {
    Unspecified,
    KeyCompromise,
    CaCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    CertificateHold,
    PrivilegeWithdrawn,
    AaCompromise,
}

/// Signs the full list `number` of `authority`; DER.
///
/// Errors: `BadValue` for a serial that is no hex or a list that ends before it
/// begins; `NotAsOrdered` when the signed list does not read back as ordered.
pub fn sign(
    authority: &Authority,
    number: i64,
    this_update: Moment,
    next_update: Moment,
    revoked: &[RevokedEntry],
) -> Result<Vec<u8>, Error> {
    let number = u64::try_from(number)
        .map_err(|_| Error::bad("the CRL number", "it must not be negative"))?;
    if next_update.unix() <= this_update.unix() {
        return Err(Error::bad("the CRL's next update", "it must lie after this update"));
    }
    let made = CertificateRevocationListParams {
        this_update: this_update.utc(),
        next_update: next_update.utc(),
        crl_number: SerialNumber::from(number),
        issuing_distribution_point: None,
        revoked_certs: revoked.iter().map(entry).collect::<Result<_, _>>()?,
        // Not from the key: an imported CA's key id may be made another way.
        key_identifier_method: KeyIdMethod::PreSpecified(authority.key_id().to_vec()),
    }
    .signed_by(authority.issuer())
    .map_err(|error| authority.why(error))?;
    let der = made.der().to_vec();
    check(&der, authority, number, revoked.len())?;
    Ok(der)
}

/// How many certificates the list `der` names.
///
/// Errors: `NotAsOrdered` when it cannot be read.
pub fn entries(der: &[u8]) -> Result<usize, Error> {
    let (_, list) = CertificateRevocationList::from_der(der)
        .map_err(|why| Error::differs(format!("CRL: {why}")))?;
    Ok(list.iter_revoked_certificates().count())
}

fn entry(revoked: &RevokedEntry) -> Result<RevokedCertParams, Error> {
    let serial = HEXLOWER_PERMISSIVE
        .decode(revoked.serial.as_bytes())
        .ok()
        .filter(|bytes| (1..=20).contains(&bytes.len()))
        .ok_or_else(|| Error::bad("a serial number", "it must be 1 to 20 bytes in hex"))?;
    Ok(RevokedCertParams {
        serial_number: SerialNumber::from(serial),
        revocation_time: revoked.at.utc(),
        // "the reason code extension SHOULD be absent instead of using unspecified".
        reason_code: (revoked.reason != Reason::Unspecified).then(|| revoked.reason.rcgen()),
        invalidity_date: None,
    })
}

fn check(der: &[u8], authority: &Authority, number: u64, entries: usize) -> Result<(), Error> {
    let issuer = parse_x509(authority.certificate_der())?;
    let (_, list) = CertificateRevocationList::from_der(der)
        .map_err(|why| Error::differs(format!("CRL: {why}")))?;
    let holds = list.verify_signature(issuer.public_key()).is_ok()
        && list.issuer().as_raw() == authority.subject_der()
        && key_id(&list) == Some(authority.key_id())
        && list.crl_number().is_some_and(|n| *n == number.into())
        && list.iter_revoked_certificates().count() == entries;
    if holds { Ok(()) } else { Err(Error::differs("CRL")) }
}

fn key_id<'a>(list: &'a CertificateRevocationList<'_>) -> Option<&'a [u8]> {
    list.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => id.key_identifier.as_ref().map(|id| id.0),
        _ => None,
    })
}

/// Every reason with its code and its name in RFC 5280.
const REASONS: [(Reason, u8, &str); 9] = [
    (Reason::Unspecified, 0, "unspecified"),
    (Reason::KeyCompromise, 1, "keyCompromise"),
    (Reason::CaCompromise, 2, "cACompromise"),
    (Reason::AffiliationChanged, 3, "affiliationChanged"),
    (Reason::Superseded, 4, "superseded"),
    (Reason::CessationOfOperation, 5, "cessationOfOperation"),
    (Reason::CertificateHold, 6, "certificateHold"),
    (Reason::PrivilegeWithdrawn, 9, "privilegeWithdrawn"),
    (Reason::AaCompromise, 10, "aACompromise"),
];

impl Reason {
    /// The names that `parse` takes, as RFC 5280 writes them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        REASONS.iter().map(|(_, _, name)| *name)
    }

    /// The code in CRLs and OCSP answers.
    #[must_use]
    pub fn code(self) -> u8 {
        self.row().1
    }

    /// The name in RFC 5280: `keyCompromise`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Self, u8, &'static str) {
        REASONS.iter().find(|(reason, _, _)| *reason == self).unwrap_or(&REASONS[0])
    }

    fn rcgen(self) -> RevocationReason {
        match self {
            Self::Unspecified => RevocationReason::Unspecified,
            Self::KeyCompromise => RevocationReason::KeyCompromise,
            Self::CaCompromise => RevocationReason::CaCompromise,
            Self::AffiliationChanged => RevocationReason::AffiliationChanged,
            Self::Superseded => RevocationReason::Superseded,
            Self::CessationOfOperation => RevocationReason::CessationOfOperation,
            Self::CertificateHold => RevocationReason::CertificateHold,
            Self::PrivilegeWithdrawn => RevocationReason::PrivilegeWithdrawn,
            Self::AaCompromise => RevocationReason::AaCompromise,
        }
    }
}

/// The name in RFC 5280.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Takes `keyCompromise`, `key-compromise` and any mix of capitals.
impl FromStr for Reason {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain: String = text.chars().filter(|c| *c != '-').collect();
        let found = REASONS.iter().find(|(_, _, name)| name.eq_ignore_ascii_case(&plain));
        found.map(|(reason, _, _)| *reason).ok_or_else(|| {
            let names: Vec<_> = Self::names().collect();
            Error::bad("the reason", format!("it must be one of {}", names.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::Profiles;

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00+09:00").expect("valid")
    }

    fn authority() -> Authority {
        let profiles = Profiles::built_in().expect("built in");
        Authority::new_root(&profiles.root, "関所", now()).expect("root")
    }

    #[test]
    fn a_list_holds_its_number_serials_and_reasons() {
        let authority = authority();
        let revoked = [
            RevokedEntry { serial: "4a01".to_owned(), at: now(), reason: Reason::KeyCompromise },
            RevokedEntry { serial: "8a02".to_owned(), at: now(), reason: Reason::Unspecified },
        ];
        let der = sign(&authority, 7, now(), now().plus_minutes(60), &revoked).expect("signed");
        let (_, list) = CertificateRevocationList::from_der(&der).expect("parses");
        let entries: Vec<_> = list.iter_revoked_certificates().collect();
        assert_eq!(entries[0].raw_serial(), [0x4a, 1]);
        assert_eq!(entries[0].reason_code().map(|(_, code)| code.0), Some(1));
        assert_eq!(entries[1].raw_serial(), [0, 0x8a, 2]);
        assert_eq!(entries[1].reason_code(), None);
    }

    #[test]
    fn a_list_that_makes_no_sense_is_refused() {
        let authority = authority();
        let bad = RevokedEntry { serial: "xyz".to_owned(), at: now(), reason: Reason::Superseded };
        assert!(sign(&authority, 1, now(), now().plus_minutes(1), &[bad]).is_err());
        assert!(sign(&authority, 1, now(), now(), &[]).is_err());
        assert!(sign(&authority, -1, now(), now().plus_minutes(1), &[]).is_err());
    }

    #[test]
    fn reasons_read_back_in_both_spellings() {
        for name in Reason::names() {
            let reason: Reason = name.parse().expect("known");
            assert_eq!(reason.to_string(), name);
        }
        assert_eq!("key-compromise".parse(), Ok(Reason::KeyCompromise));
        assert_eq!("CaCompromise".parse(), Ok(Reason::CaCompromise));
        assert!("removeFromCRL".parse::<Reason>().is_err());
        assert_eq!(Reason::AaCompromise.code(), 10);
    }
}
