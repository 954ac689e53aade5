//! Certificates that we did not issue, and none at all.

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sekisho::base::Secret;
use sekisho::certificates::issue;
use sekisho::certificates::state::State;
use sekisho::identity::contracts;
use sekisho::identity::users::Kind;
use sekisho::pki::bundle::{self, Format};

use super::gate::{Gate, PASSWORD, row, unpack};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::{BOTH, Dial, Http};
use crate::support::forge::{Draft, Forged, Signer, cas};
use crate::support::papers::Paper;
use crate::support::site::CONTRACT;

/// Pages behind the gate; none of them may be seen.
const BEHIND: [&str; 6] =
    ["/login", "/home", "/settings", "/contract/invoices", "/deduction/rokin", "/no-such-page"];

fn paper(forged: &Forged, above: &[u8], draft: &Draft) -> Paper {
    let chain = [&forged.certificate_der[..], above].map(|der| CertificateDer::from(der.to_vec()));
    Paper {
        chain: chain.into(),
        key: PrivateKeyDer::try_from(forged.key.clone()).expect("a key"),
        not_before: draft.not_before,
        not_after: draft.not_after,
    }
}

async fn hears(gate: &Gate, paper: Option<&Paper>, refusal: &str) {
    for http in BOTH {
        let some = if http == Http::One { &BEHIND[..] } else { &BEHIND[..2] };
        for path in some {
            let answer = Dial::to("localhost", paper).get(gate, http, path).await;
            assert_eq!(answer.refusal.as_deref(), Some(refusal), "{path}: {}", answer.body);
            assert_eq!(answer.status, 403);
            assert!(
                !answer.body.contains("name=\"password\"") && !answer.body.contains("労金　太郎")
            );
        }
        // What opens without a certificate opens with a bad one (R004-93).
        for path in ["/certificate", "/enroll/master", "/enroll/general", "/help/import"] {
            let answer = Dial::to("localhost", paper).get(gate, http, path).await;
            assert_eq!(answer.status, 200, "{refusal} {path}");
        }
    }
}

both_engines! {
    async fn each_certificate_that_is_not_ours_hears_why(fresh: &Fresh) {
        // R004-04, RX-04
        let gate = Gate::open(fresh).await;
        gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let now = gate.world.clock.now();
        let ca = gate.world.app.ca.get();
        let ca = &ca.current().authority;
        let signer = Signer::of(ca);
        let name = "Taro6789";
        let ours = [
            (Draft::good(name, now), "certificate-unknown"),
            (Draft::expired(name, now), "certificate-expired"),
            (Draft::not_yet_valid(name, now), "certificate-not-yet-valid"),
            (Draft::server_only(name, now), "certificate-unknown"),
            (Draft::without_purpose(name, now), "certificate-unknown"),
        ];
        for (draft, refusal) in &ours {
            let forged = paper(&draft.signed_by(&signer), ca.certificate_der(), draft);
            hears(&gate, Some(&forged), refusal).await;
        }
        let draft = Draft::good(name, now);
        // A CA of the same names with keys of its own, and no CA at all.
        let twin = cas("サンプル", now);
        assert_eq!(twin.issuing.subject_der(), ca.subject_der());
        let by_twin = draft.signed_by(&Signer::of(&twin.issuing));
        for above in [twin.issuing.certificate_der(), ca.certificate_der()] {
            hears(&gate, Some(&paper(&by_twin, above, &draft)), "certificate-foreign").await;
        }
        let alone = draft.self_signed();
        hears(&gate, Some(&paper(&alone, ca.certificate_der(), &draft)), "certificate-foreign").await;
        hears(&gate, None, "certificate-absent").await;
        gate.close().await;
    }

    async fn what_our_ca_signed_but_nobody_stored_is_worth_nothing(fresh: &Fresh) {
        // R004-04, R004-37, RX-04
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let stored = gate.issue(&user).await;
        let app = &gate.elsewhere;
        let mut conn = app.db.conn().await.expect("a connection");
        let contract = contracts::find(&mut conn, CONTRACT.0).await.expect("asked").expect("there");
        drop(conn);
        let typed = Secret::from(PASSWORD);
        let made = issue::prepare(app, &user, &contract, &typed, Format::Modern).await;
        let made = made.expect("signed");
        let one = &made.certificate;
        let loose = unpack(&made.parcel.bytes, one.not_before, one.not_after);
        hears(&gate, Some(&loose), "certificate-unknown").await;
        // The same person cannot have a second one stored beside the first.
        let mut tx = app.db.begin().await.expect("begun");
        let event = issue::event_of_cli("cli:test");
        let second = issue::store(app, &mut tx, &made, None, &event).await;
        assert!(matches!(second, Err(issue::Error::Refused(_))), "{second:?}");
        tx.rollback().await.expect("undone");
        assert_eq!(row(app, &stored).await.status, State::Active);
        assert!(bundle::read(&made.parcel.bytes, &Secret::from("Chigau1#")).is_err());
        gate.close().await;
    }
}
