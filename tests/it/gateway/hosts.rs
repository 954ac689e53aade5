//! The name a connection asked for and the name its requests bear.

use crate::support::dial::{BOTH, Dial, Http};
use crate::support::stage::Stage;

#[tokio::test]
async fn a_request_must_bear_the_name_that_its_connection_asked_for() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let right = ["localhost", "LOCALHOST", "localhost.", "LocalHost."];
    let wrong = ["enroll.localhost", "127.0.0.1", "xlocalhost", "localhost.evil.example"];
    for http in BOTH {
        for authority in right {
            let dial = Dial::to("localhost", Some(&paper)).asking_for(authority);
            assert_eq!(dial.get(&stage, http, "/home").await.status, 200, "{authority}");
        }
        for authority in wrong {
            let before = stage.calls();
            let dial = Dial::to("localhost", Some(&paper)).asking_for(authority);
            for path in ["/home", "/", "/help"] {
                let answer = dial.get(&stage, http, path).await;
                assert_eq!(answer.status, 421, "{authority}{path} {http:?}");
                assert_eq!(answer.refusal.as_deref(), Some("wrong-host"));
            }
            assert_eq!(stage.calls(), before);
        }
    }
}

#[tokio::test]
async fn a_connection_to_the_registration_host_serves_nothing_of_the_portal() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        let dial = Dial::to("enroll.localhost", Some(&paper)).asking_for("localhost");
        let answer = dial.get(&stage, http, "/home").await;
        assert_eq!((answer.status, answer.refusal.as_deref()), (421, Some("wrong-host")));
    }
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn after_a_wrong_name_an_http_2_connection_goes_on_for_the_right_one() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let mut line = Dial::to("localhost", Some(&paper)).open(&stage, Http::Two).await;
    let right = std::mem::replace(&mut line.authority, "enroll.localhost".to_owned());
    assert_eq!(line.get("/home").await.status, 421);
    line.authority = right;
    assert_eq!(line.get("/home").await.status, 200);
}

#[tokio::test]
async fn the_port_does_not_matter() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for host in ["localhost", "localhost:1", "localhost:"] {
        let dial = Dial::to("localhost", Some(&paper));
        let request = format!("GET /home HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = dial.raw(&stage, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
}

#[tokio::test]
async fn without_a_name_the_rules_of_the_portal_hold() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        // The certificate was asked for, and the portal's name opens the portal.
        let dial = Dial::to("localhost", Some(&paper)).nameless();
        assert_eq!(dial.get(&stage, http, "/home").await.status, 200);
        let enroll = dial.clone().asking_for("enroll.localhost");
        assert_eq!(enroll.get(&stage, http, "/help").await.status, 421);
        // A browser given an address sends no name and asks for the address.
        let address = Dial::to("127.0.0.1", Some(&paper));
        assert_eq!(address.get(&stage, http, "/").await.status, 421);
        let absent = Dial::to("localhost", None).nameless().get(&stage, http, "/home").await;
        assert_eq!(absent.refusal.as_deref(), Some("certificate-absent"));
    }
}

#[tokio::test]
async fn a_name_that_is_none_of_ours_gets_no_connection() {
    let stage = Stage::new();
    for name in ["evil.example", "xlocalhost", "a.localhost", "localhost.localhost"] {
        let error = Dial::to(name, None).tls(&stage, &["h2"]).await.expect_err("refused");
        assert!(error.to_string().contains("alert"), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_hello_in_pieces_leads_to_the_same_host() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for bytes in [64, 512] {
        let portal = Dial::to("localhost", Some(&paper)).in_pieces_of(bytes);
        assert_eq!(portal.get(&stage, Http::Two, "/home").await.body, "taro01");
        let enroll = Dial::to("enroll.localhost", Some(&paper)).in_pieces_of(bytes);
        let answer = enroll.get(&stage, Http::Two, "/home").await;
        assert_eq!(answer.refusal.as_deref(), Some("certificate-absent"));
    }
}
