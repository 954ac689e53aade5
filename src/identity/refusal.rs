//! Why a request is refused before any page sees it.

/// The reason; `code` is what `Sekisho-Refusal` carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// No certificate was presented; browsers do not offer expired ones, so this too.
    CertificateAbsent,
    /// The certificate is from another CA.
    CertificateForeign,
    /// Our CA signed it, but we did not issue it to anybody, or for something else.
    CertificateUnknown,
    /// Its first day has not come.
    CertificateNotYetValid,
    /// Its last day has passed.
    CertificateExpired,
    /// It was revoked.
    CertificateRevoked,
    /// A newer one took its place.
    CertificateSuperseded,
    /// The holder is locked after wrong passwords.
    HolderLocked,
    /// The holder or the contract is closed.
    HolderClosed,
    /// The request names another host than its connection.
    WrongHost,
    /// Outside the hours of use.
    ClosedHours,
    /// The person has no right to it.
    Forbidden,
}

impl Refusal {
    /// Every reason there is.
    pub const ALL: [Self; 12] = [
        Self::CertificateAbsent,
        Self::CertificateForeign,
        Self::CertificateUnknown,
        Self::CertificateNotYetValid,
        Self::CertificateExpired,
        Self::CertificateRevoked,
        Self::CertificateSuperseded,
        Self::HolderLocked,
        Self::HolderClosed,
        Self::WrongHost,
        Self::ClosedHours,
        Self::Forbidden,
    ];

    /// The stable name that programs read.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CertificateAbsent => "certificate-absent",
            Self::CertificateForeign => "certificate-foreign",
            Self::CertificateUnknown => "certificate-unknown",
            Self::CertificateNotYetValid => "certificate-not-yet-valid",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateRevoked => "certificate-revoked",
            Self::CertificateSuperseded => "certificate-superseded",
            Self::HolderLocked => "holder-locked",
            Self::HolderClosed => "holder-closed",
            Self::WrongHost => "wrong-host",
            Self::ClosedHours => "closed-hours",
            Self::Forbidden => "forbidden",
        }
    }

    /// The HTTP status (RFC 9110 §15): 421 makes a browser try a connection of
    /// its own, 503 says that later is another matter, 403 is the rest.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongHost => 421,
            Self::ClosedHours => 503,
            _ => 403,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: HashSet<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
    }
}
