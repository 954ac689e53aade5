//! The one connection that asks to be asked for a certificate again.

use rustls::AlertDescription;
use sekisho::identity::roster::Status;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::dial::{BOTH, Dial, Http, Line};
use crate::support::stage::Stage;

/// Where the stage's site has it.
const RETRY: &str = "/help/again";

/// What a connection that speaks HTTP/1.1 ends with.
async fn last_word(dial: &Dial, stage: &Stage) -> (Vec<u8>, Option<AlertDescription>) {
    let mut tls = dial.tls(stage, &["http/1.1"]).await.expect("connects");
    let request = format!("POST {RETRY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    tls.write_all(request.as_bytes()).await.expect("sent");
    let mut all = Vec::new();
    let ended = tls.read_to_end(&mut all).await;
    let error = ended.err().and_then(std::io::Error::into_inner);
    let alert = match error.as_deref().and_then(|error| error.downcast_ref()) {
        Some(rustls::Error::AlertReceived(alert)) => Some(*alert),
        _ => None,
    };
    (all, alert)
}

async fn post(line: &mut Line, fields: &[(&str, &str)]) -> u16 {
    line.send("POST", RETRY, fields, "").await.map_or(0, |answer| answer.status)
}

// R004-93
#[tokio::test]
async fn it_ends_with_the_alert_and_without_an_answer() {
    let stage = Stage::new();
    let (answered, alert) = last_word(&Dial::to("localhost", None), &stage).await;
    assert!(answered.is_empty(), "{}", String::from_utf8_lossy(&answered));
    assert_eq!(alert, Some(AlertDescription::CertificateRequired));
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn a_neighbour_on_the_same_address_notices_nothing() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        let mut asking = Dial::to("localhost", None).open(&stage, http).await;
        let mut absent = Dial::to("localhost", None).open(&stage, http).await;
        let mut holder = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        assert_eq!(absent.get("/help").await.status, 200);
        assert_eq!(post(&mut asking, &[]).await, 0, "{http:?}: no answer comes");
        asking.closed().await;
        assert_eq!(absent.get("/help").await.status, 200, "an open connection goes on");
        assert_eq!(holder.get("/home").await.status, 200);
        let anew = Dial::to("localhost", None).get(&stage, http, "/help").await;
        assert_eq!(anew.status, 200, "and a new one is served at once");
    }
}

#[tokio::test]
async fn who_has_shown_a_good_certificate_gets_a_page_instead() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for http in BOTH {
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        assert_eq!(post(&mut line, &[]).await, 200);
    }
    // Another one may be chosen in the place of a bad one.
    stage.roster.change(&paper, |known| known.status = Status::Superseded);
    let (_, alert) = last_word(&Dial::to("localhost", Some(&paper)), &stage).await;
    assert_eq!(alert, Some(AlertDescription::CertificateRequired));
}

#[tokio::test]
async fn nobody_elses_page_and_no_link_can_ask_it_of_a_visitor() {
    let stage = Stage::new();
    for http in BOTH {
        let mut line = Dial::to("localhost", None).open(&stage, http).await;
        for from in ["cross-site", "same-site", "none"] {
            assert_eq!(post(&mut line, &[("sec-fetch-site", from)]).await, 200, "{from}");
        }
        assert_eq!(line.get(RETRY).await.status, 200);
        assert_eq!(post(&mut line, &[("sec-fetch-site", "same-origin")]).await, 0);
    }
}

#[tokio::test]
async fn where_nobody_is_asked_or_tls_is_old_a_page_answers() {
    let stage = Stage::with(sekisho::gateway::Limits::default(), true);
    let mut enroll = Dial::to("enroll.localhost", None).open(&stage, Http::Two).await;
    assert_eq!(post(&mut enroll, &[]).await, 200);
    let old = Dial::speaking("localhost", None, &[&rustls::version::TLS12]);
    let request = format!(
        "POST {RETRY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let answer = old.raw(&stage, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
