//! What a handshake must prove, and that each one is proved anew.

use rustls::{HandshakeKind, ProtocolVersion};

use crate::support::dial::{Dial, Http};
use crate::support::papers::Authority;
use crate::support::stage::{Stage, noon, plan};
use sekisho::gateway::Limits;

// R004-19
#[tokio::test]
async fn nothing_older_than_tls_1_3_is_spoken_unless_the_setting_says_so() {
    let old = &[&rustls::version::TLS12];
    let strict = Stage::new();
    assert!(Dial::speaking("localhost", None, old).tls(&strict, &["h2"]).await.is_err());
    let lenient = Stage::with(Limits::default(), true);
    let tls = Dial::speaking("localhost", None, old).tls(&lenient, &["h2"]).await;
    let version = tls.expect("TLS 1.2 is allowed").get_ref().1.protocol_version();
    assert_eq!(version, Some(ProtocolVersion::TLSv1_2));
}

// R004-19
#[tokio::test]
async fn the_key_exchange_withstands_a_quantum_computer_by_default() {
    let stage = Stage::new();
    let tls = Dial::to("localhost", None).tls(&stage, &["h2"]).await.expect("connects");
    let group = tls.get_ref().1.negotiated_key_exchange_group().expect("one was used");
    assert_eq!(group.name(), rustls::NamedGroup::X25519MLKEM768);
}

#[tokio::test]
async fn no_connection_is_ever_resumed() {
    let stage = Stage::with(Limits::default(), true);
    let paper = stage.issued("taro01");
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        // One client configuration, so one store of sessions.
        let dial = Dial::speaking("localhost", Some(&paper), &[version]);
        for _ in 0..3 {
            let mut line = dial.open(&stage, Http::One).await;
            assert_eq!(line.get("/home").await.status, 200);
            assert_eq!(line.handshake, Some(HandshakeKind::Full), "{version:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_without_its_key_does_not_finish_the_handshake() {
    let stage = Stage::with(Limits::default(), true);
    let (taro, hanako) = (stage.issued("taro01"), stage.issued("hanako01"));
    let stolen = taro.with_key_of(&hanako);
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let dial = Dial::speaking("localhost", Some(&stolen), &[version]);
        // In TLS 1.3 the client has finished before the server has checked.
        if let Ok(mut tls) = dial.tls(&stage, &["http/1.1"]).await {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let _ = tls.write_all(b"GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
            let mut all = Vec::new();
            let read = tls.read_to_end(&mut all).await;
            assert!(read.is_err() && all.is_empty(), "{version:?}");
        }
    }
    assert_eq!(stage.calls(), 0);
    assert!(stage.refusals.lock().expect("not poisoned").is_empty());
}

#[tokio::test]
async fn browsers_are_told_our_cas_byte_for_byte() {
    use std::sync::{Arc, Mutex};

    #[derive(Debug)]
    struct Listen(Mutex<Vec<Vec<u8>>>);
    impl rustls::client::ResolvesClientCert for Listen {
        fn resolve(
            &self,
            hints: &[&[u8]],
            _schemes: &[rustls::SignatureScheme],
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            *self.0.lock().expect("not poisoned") = hints.iter().map(|h| h.to_vec()).collect();
            None
        }
        fn has_certs(&self) -> bool {
            true
        }
    }

    let stage = Stage::new();
    let heard = Arc::new(Listen(Mutex::default()));
    let dial = Dial::to("localhost", None).choosing_by(Arc::clone(&heard) as _);
    dial.get(&stage, Http::Two, "/").await;
    let subjects: Vec<Vec<u8>> = stage
        .ours
        .certificates()
        .iter()
        .map(|ca| {
            let (_, ca) = x509_parser::parse_x509_certificate(ca).expect("a certificate");
            ca.subject().as_raw().to_vec()
        })
        .collect();
    assert_eq!(*heard.0.lock().expect("not poisoned"), subjects);
    assert_eq!(subjects.len(), 2);
}

#[tokio::test]
async fn a_reload_serves_new_connections_with_the_new_certificate_and_a_broken_one_changes_nothing()
{
    let stage = Stage::new();
    let dial = Dial::to("localhost", None);
    let shown = async || {
        let tls = dial.tls(&stage, &["h2"]).await.expect("connects");
        tls.get_ref().1.peer_certificates().expect("shown")[0].to_vec()
    };
    let first = shown().await;
    let mut broken = plan(&stage.ours, &stage.clock, false);
    std::mem::swap(&mut broken.portal.key, &mut broken.enroll.key);
    let error = stage.live.replace(broken).expect_err("keys do not match");
    assert!(error.to_string().contains("localhost"), "{error}");
    assert_eq!(shown().await, first);
    stage.live.replace(plan(&stage.ours, &stage.clock, false)).expect("a good plan");
    assert_ne!(shown().await, first);
}

#[test]
fn a_plan_that_cannot_serve_is_refused_with_its_reason() {
    use sekisho::base::Clock;
    use sekisho::tls::{Error, Live};

    let (authority, clock) = (Authority::new("Sekisho", noon()), Clock::manual(noon()));
    let broken = |change: &dyn Fn(&mut sekisho::tls::Plan)| {
        let mut plan = plan(&authority, &clock, false);
        change(&mut plan);
        Live::new(plan).expect_err("refused")
    };
    assert!(matches!(broken(&|p| p.client_cas.clear()), Error::NoCa));
    let garbage = rustls::pki_types::CertificateDer::from(vec![1, 2, 3]);
    assert!(matches!(broken(&|p| p.client_cas.push(garbage.clone())), Error::Ca));
    let other = broken(&|p| p.portal.name = "portal.example".to_owned());
    assert!(matches!(other, Error::Name { ref host, .. } if host == "portal.example"), "{other}");
    assert!(matches!(broken(&|p| p.enroll.name = "a b".to_owned()), Error::Host { .. }));
    assert!(matches!(broken(&|p| p.portal.chain.clear()), Error::Key { .. } | Error::Name { .. }));
}
