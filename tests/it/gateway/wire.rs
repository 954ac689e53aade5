//! Messages that readers differ about: refused, and nothing reaches the site.

use crate::support::dial::{BOTH, Dial, Http};
use crate::support::papers::Paper;
use crate::support::stage::Stage;

/// Sends `bytes` as a holder in good standing; they must be answered once, with
/// `status`, and reach nothing.
async fn refused(stage: &Stage, paper: &Paper, bytes: &[u8], status: u16) {
    let before = stage.calls();
    let answer = Dial::to("localhost", Some(paper)).raw(stage, bytes).await;
    let said = bytes.escape_ascii();
    let begins = |version: &str| answer.starts_with(&format!("{version} {status} "));
    assert!(begins("HTTP/1.1") || begins("HTTP/1.0"), "{said}: {answer}");
    assert_eq!(answer.matches("HTTP/1.").count(), 1, "{said}: {answer}");
    assert!(answer.contains("connection: close"), "{said}: {answer}");
    assert!(answer.contains("fault "), "a page: {said}: {answer}");
    assert_eq!(stage.calls(), before, "{said} reached the site");
}

#[tokio::test]
async fn a_message_whose_end_can_be_disputed_is_refused() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let smuggled = "GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for fields in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n",
        "Content-Length: 0\r\nContent-Length: 44\r\n",
        "Content-Length: 0, 44\r\n",
        "Content-Length: +0\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
        "Transfer-Encoding:\u{b}chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n",
        "X: y\r\n\tz\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        "X: \u{0}\r\n",
    ] {
        let request =
            format!("POST /echo HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n0\r\n\r\n{smuggled}");
        refused(&stage, &paper, request.as_bytes(), 400).await;
    }
    for request in [
        "POST /echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /home HTTP/1.1\nHost: localhost\n\n",
        "GET /home HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET /home\r\n\r\n",
        "GET  /home HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "sekisho-200 / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\r\n\r\n",
    ] {
        refused(&stage, &paper, request.as_bytes(), 400).await;
    }
}

#[tokio::test]
async fn a_request_names_its_host_exactly_once() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for request in [
        "GET /home HTTP/1.1\r\n\r\n",
        "GET /home HTTP/1.0\r\n\r\n",
        "GET /home HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /home HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET /home HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n",
        "GET /home HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
        "GET https://enroll.localhost/home HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://localhost/home HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        refused(&stage, &paper, request.as_bytes(), 400).await;
    }
    let absolute = "GET https://localhost/home HTTP/1.1\r\nHost: localhost\r\n\
                    Connection: close\r\n\r\n";
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, absolute.as_bytes()).await;
    assert!(answer.ends_with("taro01"), "{answer}");
}

#[tokio::test]
async fn bad_chunks_end_the_request_and_the_connection() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for body in [
        "3;x=y\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\r\nX: y\r\n\r\n",
        "-1\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\r\n\n",
    ] {
        let request = format!(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
             {body}GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n"
        );
        let answer = Dial::to("localhost", Some(&paper)).raw(&stage, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{body:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{body:?}: {answer}");
    }
}

#[tokio::test]
async fn good_messages_one_after_the_other_are_each_answered() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let all = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello\
               POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
               3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n\
               GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n\
               POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n\
               GET /home HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, all.as_bytes()).await;
    let bodies: Vec<&str> = answer.split("\r\n\r\n").skip(1).collect();
    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 5, "{answer}");
    for (body, expected) in bodies.iter().zip(["5 bytes", "7 bytes", "taro01", "0 bytes", "taro01"])
    {
        assert!(body.starts_with(expected), "{body}");
    }
    assert_eq!(stage.calls(), 5);
}

#[tokio::test]
async fn a_good_message_before_a_bad_one_is_answered_and_the_bad_one_refused() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let both = "GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n\
                GET /home HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n\
                GET /home HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, both.as_bytes()).await;
    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 1, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400 ").count(), 1, "{answer}");
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_path_with_a_second_reading_is_refused() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        for path in [
            "/help/../home",
            "/help/%2e%2e/home",
            "/help/.%2E/home",
            "/./home",
            "/help%2f..%2fhome",
            "/help%5c..%5chome",
            "/help\\..\\home",
            "//home",
            "/help//home",
            "/home%00",
            "/home%0d%0a",
            "/help;/home",
            "/home;a=b",
            "/home%",
            "/home%zz",
        ] {
            let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
            let answer = line.get(path).await;
            assert_eq!((answer.status, answer.refusal), (400, None), "{path} {http:?}");
        }
    }
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn only_get_head_and_post_are_served() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"] {
            let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
            let answer = line.ask(method, "/home", &[]).await;
            assert_eq!(answer.status, 405, "{method} {http:?}");
            assert_eq!(answer.headers["allow"], "GET, HEAD, POST");
        }
    }
    let connect = b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    refused(&stage, &paper, connect, 405).await;
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn no_request_changes_the_protocol() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let request = "GET /home HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("taro01"), "{answer}");
}

#[tokio::test]
async fn expectations_other_than_continue_are_refused() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let request = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\n\
                    Content-Length: 3\r\n\r\nabc";
    refused(&stage, &paper, request, 417).await;
    let request = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                    Connection: close\r\nContent-Length: 3\r\n\r\nabc";
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, request).await;
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\n"), "{answer}");
    assert!(answer.ends_with("3 bytes"), "{answer}");
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_not_asked_for() {
    let stage = Stage::new();
    let request = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                    Content-Length: 100000\r\n\r\n";
    let answer = Dial::to("localhost", None).raw(&stage, request).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(!answer.contains("100 Continue"), "{answer}");
}

#[tokio::test]
async fn whoever_is_refused_while_still_sending_can_read_why() {
    let stage = Stage::new();
    for http in BOTH {
        let mut line = Dial::to("localhost", None).open(&stage, http).await;
        let answer = line.send("POST", "/echo", &[], &"x".repeat(200_000)).await.expect("read");
        assert_eq!(answer.refusal.as_deref(), Some("certificate-absent"), "{http:?}");
    }
    let large = Dial::to("localhost", Some(&stage.issued("taro01")));
    for http in [Http::One, Http::Two] {
        let mut line = large.open(&stage, http).await;
        let answer = line.send("POST", "/echo", &[], &"x".repeat(300_000)).await.expect("read");
        assert_eq!(answer.status, 413, "{http:?}");
    }
    assert_eq!(stage.calls(), 0);
}
