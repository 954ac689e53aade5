//! Open connections whose right ends.

use std::time::Duration;

use axum::http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sekisho::base::clock::SECOND_MS;
use sekisho::identity::roster::{Known, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::support::dial::{BOTH, Dial, Http, Line};
use crate::support::papers::Paper;
use crate::support::stage::Stage;

/// Within this every connection has ended.
const FELT: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);

fn revoked(known: &mut Known) {
    known.status = Status::Revoked;
}

async fn used_line(stage: &Stage, paper: &Paper, http: Http) -> Line {
    let mut line = Dial::to("localhost", Some(paper)).open(stage, http).await;
    assert_eq!(line.get("/home").await.status, 200);
    line
}

/// An HTTP/2 download under way.
async fn download(stage: &Stage, paper: &Paper, driving: &mut JoinSet<()>) -> Incoming {
    let tls = Dial::to("localhost", Some(paper)).tls(stage, &["h2"]).await.expect("connects");
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await;
    let (mut sender, conn) = shaken.expect("HTTP/2");
    // Without a sender the connection would end by itself.
    let kept = sender.clone();
    driving.spawn(async move {
        drop(conn.await);
        drop(kept);
    });
    let request = Request::get("https://localhost/drip").body(Empty::<Bytes>::new());
    let answer = sender.send_request(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let mut body = answer.into_body();
    body.frame().await.expect("a drop").expect("comes");
    body
}

/// Reads until it breaks off.
async fn broken_off(body: &mut Incoming) {
    let reading = async { while let Some(Ok(_)) = body.frame().await {} };
    timeout(PATIENCE, reading).await.expect("breaks off");
}

// R003-36, R004-04
#[tokio::test]
async fn an_idle_connection_is_closed_when_its_certificate_is_bad() {
    let changes: [fn(&mut Known); 4] = [
        revoked,
        |known| known.status = Status::Superseded,
        |known| known.user_locked = true,
        |known| known.closed = true,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let stage = Stage::new();
        let (paper, other) = (stage.issued("taro01"), stage.issued("hanako01"));
        for http in BOTH {
            let mut unused = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
            let mut line = used_line(&stage, &paper, http).await;
            let mut neighbour = used_line(&stage, &other, http).await;
            let since = Instant::now();
            stage.roster.change(&paper, change);
            line.closed().await;
            unused.closed().await;
            assert!(since.elapsed() < FELT, "{number} {http:?}: {:?}", since.elapsed());
            assert_eq!(neighbour.get("/home").await.status, 200);
            stage.roster.change(&paper, |known| {
                known.status = Status::Active;
                (known.user_locked, known.closed) = (false, false);
            });
        }
    }
}

// R004-05, RX-04
#[tokio::test]
async fn the_last_second_ends_what_is_open() {
    for http in BOTH {
        let stage = Stage::new();
        let paper = stage.issued("taro01");
        stage.clock.set(paper.not_after);
        let mut line = used_line(&stage, &paper, http).await;
        let since = Instant::now();
        stage.clock.advance_ms(SECOND_MS);
        line.closed().await;
        assert!(since.elapsed() < FELT, "{http:?}: {:?}", since.elapsed());
    }
}

// R003-36
#[tokio::test]
async fn a_download_over_http_1_breaks_off() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    for path in ["/drip", "/large"] {
        let dial = Dial::to("localhost", Some(&paper));
        let mut tls = dial.tls(&stage, &["http/1.1"]).await.expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        tls.write_all(request.as_bytes()).await.expect("sent");
        let mut piece = [0; 1024];
        assert!(tls.read(&mut piece).await.expect("it begins") > 0);
        // Of the large one nothing more is taken until it is cut.
        let since = Instant::now();
        stage.roster.change(&paper, revoked);
        let mut all = Vec::new();
        let reading = async {
            if path == "/large" {
                sleep(FELT).await;
            }
            tls.read_to_end(&mut all).await
        };
        let ended = timeout(PATIENCE, reading).await.expect("breaks off");
        assert!(ended.is_err(), "{path} ended as if it were whole");
        assert!(path == "/large" || since.elapsed() < FELT, "{:?}", since.elapsed());
        assert!(all.len() < 32 * 1024 * 1024, "{path}: {} bytes came", all.len());
        stage.roster.change(&paper, |known| known.status = Status::Active);
    }
}

// R003-36
#[tokio::test]
async fn a_download_over_http_2_breaks_off_and_a_neighbours_goes_on() {
    let stage = Stage::new();
    let (paper, other) = (stage.issued("taro01"), stage.issued("hanako01"));
    let mut driving = JoinSet::new();
    let mut body = download(&stage, &paper, &mut driving).await;
    let mut neighbours = download(&stage, &other, &mut driving).await;
    let since = Instant::now();
    stage.roster.change(&paper, revoked);
    broken_off(&mut body).await;
    assert!(since.elapsed() < FELT, "{:?}", since.elapsed());
    sleep(Duration::from_millis(300)).await;
    for _ in 0..50 {
        neighbours.frame().await.expect("goes on").expect("is not reset");
    }
}

// R003-36
#[tokio::test]
async fn an_http_2_connection_hears_goaway_before_it_is_closed() {
    const SETTINGS: u8 = 4;
    const GOAWAY: u8 = 7;
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let dial = Dial::to("localhost", Some(&paper));
    let mut tls = dial.tls(&stage, &["h2"]).await.expect("connects");
    tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
    tls.write_all(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]).await.expect("sent");
    // Once it has said something, the front is through with the handshake.
    let mut greeting = [0; 9];
    tls.read_exact(&mut greeting).await.expect("SETTINGS");
    assert_eq!(greeting[3], SETTINGS);
    let mut settings = vec![0; usize::from(greeting[2])];
    tls.read_exact(&mut settings).await.expect("SETTINGS");
    let since = Instant::now();
    stage.roster.change(&paper, revoked);
    // RFC 9113 §4.1: length, type, flags, stream; §6.8: last stream, error.
    let mut heard = Vec::new();
    let listening = async {
        let mut start = [0; 9];
        while tls.read_exact(&mut start).await.is_ok() {
            let length = u32::from_be_bytes([0, start[0], start[1], start[2]]);
            let mut frame = vec![0; usize::try_from(length).expect("small")];
            if tls.read_exact(&mut frame).await.is_err() {
                return;
            }
            if start[3] == GOAWAY {
                heard.push(frame);
            }
        }
    };
    timeout(PATIENCE, listening).await.expect("is closed");
    assert!(since.elapsed() < FELT, "{:?}", since.elapsed());
    let first = heard.first().expect("GOAWAY comes first");
    assert_eq!(first[4..8], [0; 4], "no error");
}

// R004-04
#[tokio::test]
async fn the_answer_in_flight_still_arrives() {
    for http in BOTH {
        let stage = Stage::new();
        let paper = stage.issued("taro01");
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        let mut asking = JoinSet::new();
        asking.spawn(async move {
            let answer = line.get("/slow").await;
            line.closed().await;
            answer
        });
        stage.played.slow_began.notified().await;
        stage.roster.change(&paper, |known| known.user_locked = true);
        sleep(Duration::from_millis(300)).await;
        stage.played.slow_may_end.notify_one();
        let answer = asking.join_next().await.expect("asked").expect("answered");
        assert_eq!((answer.status, answer.body.as_str()), (200, "at last"), "{http:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    for http in BOTH {
        let stage = Stage::new();
        let paper = stage.issued("taro01");
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        let mut asking = JoinSet::new();
        asking.spawn(async move { line.send("GET", "/slow", &[], "").await });
        stage.played.slow_began.notified().await;
        let since = Instant::now();
        stage.roster.change(&paper, revoked);
        let ended = asking.join_next().await.expect("asked").expect("ends");
        assert!(ended.is_err(), "{http:?}");
        assert!(since.elapsed() < FELT, "{http:?}: {:?}", since.elapsed());
    }
}

#[tokio::test]
async fn what_cannot_be_known_cuts_nobody() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let mut driving = JoinSet::new();
    let mut body = download(&stage, &paper, &mut driving).await;
    stage.roster.set_stale(true);
    stage.roster.change(&paper, revoked);
    let since = Instant::now();
    while since.elapsed() < FELT {
        body.frame().await.expect("goes on").expect("is not reset");
    }
    stage.roster.set_stale(false);
    broken_off(&mut body).await;
}

// R004-93
#[tokio::test]
async fn a_certificate_that_is_bad_from_the_start_keeps_the_public_pages() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    stage.roster.change(&paper, revoked);
    for http in BOTH {
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        assert_eq!(line.get("/help").await.status, 200);
        sleep(FELT).await;
        assert_eq!(line.get("/help").await.status, 200, "the same connection, {http:?}");
    }
}
