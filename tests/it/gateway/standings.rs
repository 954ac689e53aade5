//! What each certificate leads to, decided for every request.

use sekisho::base::Moment;
use sekisho::identity::roster::{Known, Status};

use crate::support::dial::{BOTH, Dial, Http};
use crate::support::papers::{Authority, Paper, Usage, Wish};
use crate::support::stage::{Stage, noon};

/// What becomes of a certificate.
type Change = fn(&mut Known);

/// Asks for a page that needs a certificate; nothing may reach the site.
async fn refused(stage: &Stage, paper: Option<&Paper>, code: &str) {
    for http in BOTH {
        let before = stage.calls();
        let answer = Dial::to("localhost", paper).get(stage, http, "/home").await;
        assert_eq!(answer.status, 403, "{code} {http:?}");
        assert_eq!(answer.refusal.as_deref(), Some(code), "{http:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.body.starts_with("refused "), "{}", answer.body);
        let closes = answer.headers.get("connection").is_some_and(|value| value == "close");
        assert_eq!(closes, http == Http::One);
        assert_eq!(stage.calls(), before, "{code} reached the site");
    }
}

// R004-04
#[tokio::test]
async fn a_good_certificate_opens_the_site_as_its_holder() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        let answer = Dial::to("localhost", Some(&paper)).get(&stage, http, "/home").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "taro01"));
        assert_eq!(answer.refusal, None);
    }
    stage.roster.change(&paper, |known| known.status = Status::Retiring);
    let answer = Dial::to("localhost", Some(&paper)).get(&stage, Http::One, "/home").await;
    assert_eq!(answer.status, 200);
}

// R004-04, RX-04
#[tokio::test]
async fn a_certificate_that_we_did_not_issue_never_reaches_a_page() {
    let stage = Stage::new();
    let client = Wish::client("taro01");
    refused(&stage, None, "certificate-absent").await;

    let foreign = Authority::new("Somebody", noon()).issue(client);
    refused(&stage, Some(&foreign), "certificate-foreign").await;
    let same_name = Authority::new("Sekisho", noon()).issue(client);
    refused(&stage, Some(&same_name), "certificate-foreign").await;

    let unlisted = stage.ours.issue(client);
    refused(&stage, Some(&unlisted), "certificate-unknown").await;
    let for_servers = stage.ours.issue(Wish { usage: Some(Usage::Server), ..client });
    refused(&stage, Some(&for_servers), "certificate-unknown").await;
    let for_anything = stage.ours.issue(Wish { usage: None, ..client });
    refused(&stage, Some(&for_anything), "certificate-unknown").await;

    let old = stage.ours.issue(Wish { from_days: -9, to_days: -1, ..client });
    refused(&stage, Some(&old), "certificate-expired").await;
    let early = stage.ours.issue(Wish { from_days: 1, to_days: 9, ..client });
    refused(&stage, Some(&early), "certificate-not-yet-valid").await;
}

// R004-04, RX-04
#[tokio::test]
async fn a_certificate_that_we_issued_is_refused_for_its_own_reason() {
    let stage = Stage::new();
    let client = Wish::client("taro01");
    let old = stage.issued_as(Wish { from_days: -9, to_days: -1, ..client });
    refused(&stage, Some(&old), "certificate-expired").await;
    let early = stage.issued_as(Wish { from_days: 1, to_days: 9, ..client });
    refused(&stage, Some(&early), "certificate-not-yet-valid").await;

    let changes: [(Change, &str); 4] = [
        (|known| known.user_locked = true, "holder-locked"),
        (|known| known.closed = true, "holder-closed"),
        (|known| known.status = Status::Superseded, "certificate-superseded"),
        (|known| known.status = Status::Revoked, "certificate-revoked"),
    ];
    let paper = stage.issued("taro01");
    for (change, code) in changes {
        stage.roster.change(&paper, change);
        refused(&stage, Some(&paper), code).await;
    }
}

// R004-93: the prompt answered with キャンセル
#[tokio::test]
async fn without_a_certificate_the_open_pages_open_on_both_hosts() {
    let stage = Stage::new();
    for host in ["localhost", "enroll.localhost"] {
        for (path, body) in [("/", "top"), ("/help", "help")] {
            let answer = Dial::to(host, None).get(&stage, Http::Two, path).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, body), "{host}{path}");
        }
    }
}

#[tokio::test]
async fn a_bad_certificate_opens_help_but_hears_at_the_top_what_is_wrong() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    stage.roster.change(&paper, |known| known.status = Status::Revoked);
    let dial = Dial::to("localhost", Some(&paper));
    assert_eq!(dial.get(&stage, Http::Two, "/help").await.status, 200);
    let top = dial.get(&stage, Http::Two, "/").await;
    assert_eq!(top.refusal.as_deref(), Some("certificate-revoked"));
    assert!(top.body.ends_with(" taro01"), "{}", top.body);
}

#[tokio::test]
async fn the_registration_host_asks_for_no_certificate_and_opens_nothing_that_needs_one() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let dial = Dial::to("enroll.localhost", Some(&paper));
    assert_eq!(dial.get(&stage, Http::One, "/help").await.status, 200);
    let home = dial.get(&stage, Http::One, "/home").await;
    assert_eq!(home.refusal.as_deref(), Some("certificate-absent"));
}

// RX-04
#[tokio::test]
async fn a_revocation_is_felt_by_the_next_request_on_an_open_connection() {
    for http in BOTH {
        let stage = Stage::new();
        let paper = stage.issued("taro01");
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        for _ in 0..2 {
            assert_eq!(line.get("/home").await.status, 200, "{http:?}");
        }
        stage.roster.change(&paper, |known| known.status = Status::Revoked);
        let answer = line.get("/home").await;
        assert_eq!(answer.refusal.as_deref(), Some("certificate-revoked"), "{http:?}");
        assert_eq!(stage.calls(), 2);
        line.closed().await;
    }
}

// RX-04: the 366th day is good to its last second, the 367th is not
#[tokio::test]
async fn a_certificate_expires_on_an_open_connection() {
    for http in BOTH {
        let stage = Stage::new();
        let paper = stage.issued("taro01");
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        stage.clock.set(paper.not_after.plus_ms(999));
        assert_eq!(line.get("/home").await.status, 200, "{http:?}");
        stage.clock.set(paper.not_after.plus_ms(1_000));
        let answer = line.get("/home").await;
        assert_eq!(answer.refusal.as_deref(), Some("certificate-expired"), "{http:?}");
    }
}

#[tokio::test]
async fn while_nobody_can_say_how_a_certificate_stands_only_open_pages_open() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let dial = Dial::to("localhost", Some(&paper));
    stage.roster.set_stale(true);
    let answer = dial.get(&stage, Http::Two, "/home").await;
    assert_eq!((answer.status, answer.refusal), (503, None));
    assert_eq!(answer.headers["retry-after"], "5");
    assert_eq!(stage.calls(), 0);
    assert_eq!(dial.get(&stage, Http::Two, "/help").await.status, 200);
    stage.roster.set_stale(false);
    assert_eq!(dial.get(&stage, Http::Two, "/home").await.status, 200);
}

#[tokio::test]
async fn refusals_are_reported_with_what_is_known() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    stage.roster.change(&paper, |known| known.user_locked = true);
    Dial::to("localhost", Some(&paper)).get(&stage, Http::Two, "/home?secret=1").await;
    Dial::to("localhost", None).get(&stage, Http::One, "/home").await;
    let events = stage.refusals.lock().expect("not poisoned");
    let [known, stranger] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(known.refusal.code(), "holder-locked");
    assert_eq!(known.holder.as_ref().map(|h| h.name()), Some("taro01"));
    assert_eq!(known.fingerprint, Some(paper.fingerprint()));
    assert_eq!(
        (known.path.as_str(), known.at),
        ("/home", Moment::parse("2026-11-21T03:00:00Z").expect("valid"))
    );
    assert!(known.ip.is_loopback());
    assert_eq!(stranger.refusal.code(), "certificate-absent");
    assert!(stranger.holder.is_none() && stranger.fingerprint.is_none());
    assert_ne!(known.request_no, stranger.request_no);
}

#[tokio::test]
async fn programs_get_their_refusal_as_json() {
    let stage = Stage::new();
    let mut line = Dial::to("localhost", None).open(&stage, Http::Two).await;
    let answer = line.ask("GET", "/home", &[("accept", "application/json")]).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(body["status"], 403);
    assert_eq!(body["type"], "urn:sekisho:problem:certificate-absent");
}

#[tokio::test]
async fn a_head_request_is_refused_without_a_body() {
    let stage = Stage::new();
    for http in BOTH {
        let mut line = Dial::to("localhost", None).open(&stage, http).await;
        let answer = line.ask("HEAD", "/home", &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, ""));
        assert_ne!(answer.headers["content-length"], "0");
    }
}

#[tokio::test]
async fn a_panic_in_a_page_is_a_page() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        let answer = line.get("/panic").await;
        assert_eq!(answer.status, 500);
        assert!(answer.body.starts_with("fault "), "{}", answer.body);
        assert_eq!(line.get("/home").await.status, 200, "the connection goes on");
    }
}
