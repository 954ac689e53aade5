//! Whose is a presented certificate? And does rustls take ours?

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use sekisho::base::Moment;
use sekisho::pki::Profiles;
use sekisho::pki::bundle::Format;
use sekisho::pki::inspect;
use sekisho::pki::server::issue_server;
use sekisho::pki::trust::{Reason, Trust, check_chain};
use std::time::Duration;

use super::{bundled, issue_by, issued};
use crate::support::forge::{Cas, Draft, Forged, Signer, cas};

const NOW: &str = "2026-11-21T10:00:00+09:00";

fn now() -> Moment {
    Moment::parse(NOW).expect("an instant")
}

fn judge(cas: &Cas, leaf: &[u8], between: &[&[u8]]) -> Trust {
    let anchors = cas.issuing.chain();
    check_chain(leaf, between, &anchors)
}

#[test]
fn ours_are_ours_whatever_their_dates() {
    let cas = cas("関所", now());
    let signer = Signer::of(&cas.issuing);
    let makers = [Draft::good, Draft::expired, Draft::not_yet_valid];
    for make in makers {
        let leaf = make("Taro0123", now()).signed_by(&signer).certificate_der;
        assert_eq!(judge(&cas, &leaf, &[]), Trust::Ours);
        // A root alone suffices when the browser sends the issuing CA along.
        let between = [cas.issuing.certificate_der()];
        assert_eq!(check_chain(&leaf, &between, &[cas.root.certificate_der()]), Trust::Ours);
        let alone = check_chain(&leaf, &[], &[cas.root.certificate_der()]);
        assert_eq!(alone, Trust::Foreign(Reason::UnknownIssuer));
    }
}

#[test]
fn a_certificate_for_another_purpose_is_told_from_a_foreign_one() {
    let cas = cas("関所", now());
    let signer = Signer::of(&cas.issuing);
    let server = Draft::server_only("Taro0123", now()).signed_by(&signer).certificate_der;
    let bare = Draft::without_purpose("Taro0123", now()).signed_by(&signer).certificate_der;
    assert_eq!(judge(&cas, &server, &[]), Trust::WrongPurpose);
    assert_eq!(judge(&cas, &bare, &[]), Trust::WrongPurpose);
    assert_eq!(judge(&cas, cas.issuing.certificate_der(), &[]), Trust::WrongPurpose);

    let profiles = Profiles::built_in().expect("built in");
    let server_ca =
        cas.root.new_intermediate(&profiles.server_ca, "関所", now()).expect("server CA");
    let (leaf, _) = issue_server(&server_ca, &profiles.server, "localhost", now()).expect("issued");
    assert_eq!(judge(&cas, &leaf, &[server_ca.certificate_der()]), Trust::WrongPurpose);
    // The server CA signs no clients, whatever it writes into them.
    let client = Draft::good("Taro0123", now()).signed_by(&Signer::of(&server_ca));
    let between = [server_ca.certificate_der()];
    assert_eq!(judge(&cas, &client.certificate_der, &between), Trust::WrongPurpose);
}

#[test]
fn a_ca_that_calls_itself_like_ours_is_foreign() {
    let ours = cas("関所", now());
    let twin = cas("関所", now());
    assert_eq!(ours.issuing.subject_der(), twin.issuing.subject_der());
    let leaf = issue_by(&twin.issuing, now()).certificate_der;
    let chain = twin.issuing.chain();
    assert_eq!(judge(&ours, &leaf, &chain), Trust::Foreign(Reason::SameNameOtherKey));
}

#[test]
fn strangers_are_foreign_each_for_its_reason() {
    let ours = cas("関所", now());
    let other = cas("よその会社", now());
    let leaf = issue_by(&other.issuing, now()).certificate_der;
    let chain = other.issuing.chain();
    let unknown = Trust::Foreign(Reason::UnknownIssuer);
    assert_eq!(judge(&ours, &leaf, &[]), unknown);
    assert_eq!(judge(&ours, &leaf, &chain), unknown);
    // Ours among the intermediates does not make a stranger ours.
    assert_eq!(judge(&ours, &leaf, &ours.issuing.chain()), unknown);
    let own = Draft::good("Taro0123", now()).self_signed().certificate_der;
    assert_eq!(judge(&ours, &own, &[&own]), Trust::Foreign(Reason::SelfSigned));
    assert_eq!(judge(&ours, b"rubbish", &[]), Trust::Foreign(Reason::Unreadable));
}

#[test]
fn a_user_cannot_be_a_ca() {
    let ours = cas("関所", now());
    let user = Draft::good("Taro0123", now()).signed_by(&Signer::of(&ours.issuing));
    let Forged { certificate_der, key } = user;
    let key = rcgen::KeyPair::try_from(key.as_slice()).expect("key");
    let issuer = rcgen::Issuer::from_ca_cert_der(&certificate_der.as_slice().into(), key);
    let mut params = rcgen::CertificateParams::default();
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let below = rcgen::KeyPair::generate().expect("key");
    let leaf = params.signed_by(&below, &issuer.expect("issuer")).expect("signed");
    let judged = judge(&ours, leaf.der(), &[&certificate_der]);
    assert_eq!(judged, Trust::Foreign(Reason::UnknownIssuer));
}

#[test]
fn rustls_takes_a_users_certificate_with_and_without_its_issuer() {
    let (cas, issued) = issued(NOW);
    let mut roots = RootCertStore::empty();
    for anchor in cas.issuing.chain() {
        roots.add(CertificateDer::from(anchor)).expect("an anchor");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .expect("verifier");
    let leaf = CertificateDer::from(issued.certificate_der.as_slice());
    let issuing = [CertificateDer::from(cas.issuing.certificate_der())];
    let verify = |between: &[CertificateDer<'_>], at: Moment| {
        let at = Duration::from_secs(u64::try_from(at.unix()).expect("after 1970"));
        verifier.verify_client_cert(&leaf, between, UnixTime::since_unix_epoch(at)).map(|_| ())
    };
    for at in [issued.not_before, issued.not_after] {
        verify(&issuing, at).expect("taken");
        verify(&[], at).expect("taken without its issuer");
    }
    assert!(verify(&[], issued.not_after.plus_ms(1_000)).is_err());
    let hints: Vec<_> = verifier.root_hint_subjects().iter().map(|s| s.as_ref().to_vec()).collect();
    assert!(hints.contains(&cas.issuing.subject_der().to_vec()));
}

#[test]
fn a_certificate_out_of_a_file_is_the_one_that_was_issued() {
    let (cas, issued) = issued(NOW);
    let file = bundled(&cas, &issued, "Aa1!Aa1!", Format::Modern);
    let back = sekisho::pki::bundle::read(&file, &"Aa1!Aa1!".into()).expect("opens");
    let read = inspect::parse(&back.leaf).expect("parses");
    assert_eq!(read.fingerprint, issued.fingerprint);
    assert_eq!(read.serial, issued.serial);
}
