//! Whether a request may pass: one pure table, asked for every request.

use std::sync::Arc;

use super::peer::{Judged, Trust};
use crate::base::Moment;
use crate::identity::roster::{Known, Status};
use crate::identity::{Holder, Refusal};

/// What a path asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Open, however the certificate stands: registration, help, assets, CA files.
    Public,
    /// Open without a certificate or with a good one; a bad one is refused here
    /// already, so that its holder learns why.
    Front,
    /// Open with a good certificate only.
    Certificate,
}

/// The certificate of a request, as far as it is known at this moment.
#[derive(Clone, Copy, Debug)]
pub enum Papers<'a> {
    /// None was presented, or the host does not ask.
    None,
    /// We issued it.
    Listed(&'a Known),
    /// We did not issue it.
    Unlisted(Judged),
    /// One was presented, but what is in memory is too old to say how it stands.
    Unreadable,
}

/// What the table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on, as this holder where a good certificate was presented.
    Pass(Option<Arc<Holder>>),
    /// No, for this reason.
    Refuse(Refusal),
    /// Not now: nobody can say (503).
    Unready,
}

/// Decides on one request. `right_host`: whether its authority is the name that
/// its connection asked for (the portal's, where it asked for none). `open`: whether the
/// holder's contract is served at `now`.
#[must_use]
pub fn decide(
    right_host: bool,
    access: Access,
    papers: Papers<'_>,
    open: bool,
    now: Moment,
) -> Verdict {
    if !right_host {
        return Verdict::Refuse(Refusal::WrongHost);
    }
    match (access, standing(papers, now)) {
        (Access::Front | Access::Certificate, Standing::Good(_)) if !open => {
            Verdict::Refuse(Refusal::ClosedHours)
        }
        (_, Standing::Good(holder)) => Verdict::Pass(Some(holder)),
        (Access::Public, _) | (Access::Front, Standing::Nobody) => Verdict::Pass(None),
        (Access::Certificate, Standing::Nobody) => Verdict::Refuse(Refusal::CertificateAbsent),
        (_, Standing::Bad(refusal)) => Verdict::Refuse(refusal),
        (_, Standing::Unclear) => Verdict::Unready,
    }
}

/// How a certificate stands at a moment.
enum Standing {
    Nobody,
    Good(Arc<Holder>),
    Bad(Refusal),
    Unclear,
}

fn standing(papers: Papers<'_>, now: Moment) -> Standing {
    match papers {
        Papers::None => Standing::Nobody,
        Papers::Unreadable => Standing::Unclear,
        Papers::Unlisted(judged) => Standing::Bad(unlisted(judged, now)),
        Papers::Listed(known) => match listed(known, now) {
            Some(refusal) => Standing::Bad(refusal),
            None => Standing::Good(Arc::clone(&known.holder)),
        },
    }
}

/// What the holder should hear first: what cannot be mended by waiting or by a
/// call comes before what can.
pub(super) fn listed(known: &Known, now: Moment) -> Option<Refusal> {
    match known.status {
        Status::Revoked => return Some(Refusal::CertificateRevoked),
        Status::Superseded => return Some(Refusal::CertificateSuperseded),
        Status::Active | Status::Retiring => {}
    }
    let closed = known.closed.then_some(Refusal::HolderClosed);
    let locked = known.user_locked.then_some(Refusal::HolderLocked);
    outside(known.not_before, known.not_after, now).or(closed).or(locked)
}

fn unlisted(judged: Judged, now: Moment) -> Refusal {
    match judged.trust {
        Trust::Foreign => Refusal::CertificateForeign,
        Trust::WrongPurpose => Refusal::CertificateUnknown,
        Trust::Ours => {
            outside(judged.not_before, judged.not_after, now).unwrap_or(Refusal::CertificateUnknown)
        }
    }
}

/// RFC 5280 §4.1.2.5: both ends belong to the validity, in whole seconds.
fn outside(not_before: Moment, not_after: Moment, now: Moment) -> Option<Refusal> {
    if now.unix() < not_before.unix() {
        Some(Refusal::CertificateNotYetValid)
    } else if now.unix() > not_after.unix() {
        Some(Refusal::CertificateExpired)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Bearer;

    const FROM: i64 = 1_000_000;
    const TO: i64 = 2_000_000;

    fn holder() -> Arc<Holder> {
        Arc::new(Holder {
            bearer: Bearer::Person { user_id: "u1".into(), login_id: "taro01".into() },
            contract_no: "0001".into(),
            serial: "01".into(),
            fingerprint: [0; 32],
            not_after: Moment::from_unix(TO),
            retiring: false,
        })
    }

    fn known() -> Known {
        Known {
            holder: holder(),
            status: Status::Active,
            not_before: Moment::from_unix(FROM),
            not_after: Moment::from_unix(TO),
            user_locked: false,
            closed: false,
            hours: None,
        }
    }

    fn judged(trust: Trust) -> Papers<'static> {
        let (not_before, not_after) = (Moment::from_unix(FROM), Moment::from_unix(TO));
        Papers::Unlisted(Judged { trust, not_before, not_after })
    }

    fn middle() -> Moment {
        Moment::from_unix(i64::midpoint(FROM, TO))
    }

    fn ask(access: Access, papers: Papers<'_>) -> Verdict {
        decide(true, access, papers, true, middle())
    }

    fn refused_with(change: impl Fn(&mut Known), at: Moment) -> Verdict {
        let mut known = known();
        change(&mut known);
        decide(true, Access::Certificate, Papers::Listed(&known), true, at)
    }

    #[test]
    fn a_good_certificate_passes_everywhere_as_its_holder() {
        for status in [Status::Active, Status::Retiring] {
            let known = Known { status, ..known() };
            for access in [Access::Public, Access::Front, Access::Certificate] {
                let passed = ask(access, Papers::Listed(&known));
                assert_eq!(passed, Verdict::Pass(Some(holder())), "{access:?}");
            }
        }
    }

    // RX-03, R004-01
    #[test]
    fn while_the_service_is_closed_a_good_certificate_opens_public_pages_alone() {
        fn closed(access: Access, papers: Papers<'_>) -> Verdict {
            decide(true, access, papers, false, middle())
        }
        let known = known();
        for access in [Access::Front, Access::Certificate] {
            let verdict = closed(access, Papers::Listed(&known));
            assert_eq!(verdict, Verdict::Refuse(Refusal::ClosedHours), "{access:?}");
        }
        let public = closed(Access::Public, Papers::Listed(&known));
        assert_eq!(public, Verdict::Pass(Some(holder())));
        assert_eq!(closed(Access::Front, Papers::None), Verdict::Pass(None));
        let bad = Known { status: Status::Revoked, ..known };
        let verdict = closed(Access::Certificate, Papers::Listed(&bad));
        assert_eq!(verdict, Verdict::Refuse(Refusal::CertificateRevoked), "the graver reason");
    }

    // R004-04
    #[test]
    fn without_a_certificate_only_what_needs_none_is_open() {
        assert_eq!(ask(Access::Public, Papers::None), Verdict::Pass(None));
        assert_eq!(ask(Access::Front, Papers::None), Verdict::Pass(None));
        let refused = Verdict::Refuse(Refusal::CertificateAbsent);
        assert_eq!(ask(Access::Certificate, Papers::None), refused);
    }

    // RX-04
    #[test]
    fn the_first_and_the_last_second_belong_to_the_validity() {
        let at = |ms: i64| refused_with(|_| {}, Moment::from_ms(ms));
        let early = Verdict::Refuse(Refusal::CertificateNotYetValid);
        let late = Verdict::Refuse(Refusal::CertificateExpired);
        let good = Verdict::Pass(Some(holder()));
        assert_eq!(at(FROM * 1_000 - 1), early);
        assert_eq!(at(FROM * 1_000), good);
        assert_eq!(at(TO * 1_000 + 999), good);
        assert_eq!(at(TO * 1_000 + 1_000), late);
    }

    // R004-04, RX-04
    #[test]
    fn each_bad_standing_has_its_own_reason_and_the_gravest_is_named() {
        type Change = fn(&mut Known);
        let worse: [(Change, Refusal); 6] = [
            (|k| k.status = Status::Revoked, Refusal::CertificateRevoked),
            (|k| k.status = Status::Superseded, Refusal::CertificateSuperseded),
            (|k| k.not_before = Moment::from_unix(TO), Refusal::CertificateNotYetValid),
            (|k| k.not_after = Moment::from_unix(FROM), Refusal::CertificateExpired),
            (|k| k.closed = true, Refusal::HolderClosed),
            (|k| k.user_locked = true, Refusal::HolderLocked),
        ];
        for (first, (change, refusal)) in worse.iter().enumerate() {
            let alone = refused_with(change, middle());
            assert_eq!(alone, Verdict::Refuse(*refusal));
            let with_all_lesser = |known: &mut Known| {
                worse.iter().skip(first).rev().for_each(|(change, _)| change(known));
            };
            assert_eq!(refused_with(with_all_lesser, middle()), Verdict::Refuse(*refusal));
        }
    }

    #[test]
    fn strangers_hear_whether_the_certificate_is_ours() {
        let cases = [
            (Trust::Foreign, Refusal::CertificateForeign),
            (Trust::WrongPurpose, Refusal::CertificateUnknown),
            (Trust::Ours, Refusal::CertificateUnknown),
        ];
        for (trust, refusal) in cases {
            assert_eq!(ask(Access::Certificate, judged(trust)), Verdict::Refuse(refusal));
            assert_eq!(ask(Access::Front, judged(trust)), Verdict::Refuse(refusal));
            assert_eq!(ask(Access::Public, judged(trust)), Verdict::Pass(None));
        }
        let late = Moment::from_unix(TO + 1);
        let at = |trust, at| decide(true, Access::Certificate, judged(trust), true, at);
        let expired = at(Trust::Ours, late);
        assert_eq!(expired, Verdict::Refuse(Refusal::CertificateExpired));
        let early = at(Trust::Ours, Moment::from_unix(1));
        assert_eq!(early, Verdict::Refuse(Refusal::CertificateNotYetValid));
        let foreign = at(Trust::Foreign, late);
        assert_eq!(foreign, Verdict::Refuse(Refusal::CertificateForeign));
    }

    #[test]
    fn the_wrong_host_is_refused_before_anything_else() {
        let known = known();
        for papers in [Papers::None, Papers::Listed(&known), Papers::Unreadable] {
            for access in [Access::Public, Access::Front, Access::Certificate] {
                for open in [true, false] {
                    let verdict = decide(false, access, papers, open, middle());
                    assert_eq!(verdict, Verdict::Refuse(Refusal::WrongHost));
                }
            }
        }
    }

    #[test]
    fn when_nobody_can_say_how_a_certificate_stands_nothing_opens_for_it() {
        assert_eq!(ask(Access::Certificate, Papers::Unreadable), Verdict::Unready);
        assert_eq!(ask(Access::Front, Papers::Unreadable), Verdict::Unready);
        assert_eq!(ask(Access::Public, Papers::Unreadable), Verdict::Pass(None));
    }
}
