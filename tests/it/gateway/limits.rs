//! Time, size and number: what strangers cannot take up, and an orderly end.

use std::time::Duration;

use sekisho::gateway::{Limits, Listeners, bind, serve_plain};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::support::dial::{BOTH, Dial, Http};
use crate::support::stage::Stage;

/// Longer than any limit below, much longer than any machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);

fn short() -> Duration {
    Duration::from_millis(150)
}

/// Reads until the other end has closed.
async fn drained(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut all = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("is cut in time");
    all
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_cut() {
    let limits = Limits { handshake: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    let mut silent = TcpStream::connect(stage.address).await.expect("connects");
    assert!(drained(&mut silent).await.is_empty());
    let mut begun = TcpStream::connect(stage.address).await.expect("connects");
    begun.write_all(&[0x16, 3, 1, 1, 0]).await.expect("sent");
    assert!(drained(&mut begun).await.is_empty());
}

#[tokio::test]
async fn a_header_that_does_not_end_is_cut() {
    let limits = Limits { header: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    let begun = b"GET /home HTTP/1.1\r\nHost: local";
    let answer = Dial::to("localhost", None).raw(&stage, begun).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn a_header_in_drops_is_cut_however_steady_they_fall() {
    let limits = Limits { header: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    let mut tls = Dial::to("localhost", None).tls(&stage, &["http/1.1"]).await.expect("connects");
    let (mut reading, mut writing) = tokio::io::split(&mut tls);
    let dripping = async {
        let mut drops = tokio::time::interval(Duration::from_millis(20));
        writing.write_all(b"GET / HTTP/1.1\r\nX: ").await.expect("sent");
        loop {
            drops.tick().await;
            if writing.write_all(b"x").await.is_err() || writing.flush().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        all = drained(&mut reading) => assert!(all.starts_with(b"HTTP/1.1 408 ")),
        () = dripping => unreachable!(),
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_cut() {
    let limits = Limits { stall: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    let paper = stage.issued("taro01");
    for framing in ["Content-Length: 9", "Transfer-Encoding: chunked"] {
        let begun = format!("POST /echo HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n9\r\n");
        let answer = Dial::to("localhost", Some(&paper)).raw(&stage, begun.as_bytes()).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{framing}: {answer}");
    }
}

#[tokio::test]
async fn an_http_2_body_that_does_not_come_is_given_up() {
    use axum::http::Request;
    use http_body_util::BodyExt;
    use hyper::client::conn::http2;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    let limits = Limits { stall: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    let paper = stage.issued("taro01");
    let tls = Dial::to("localhost", Some(&paper)).tls(&stage, &["h2"]).await.expect("connects");
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await;
    let (mut sender, conn) = shaken.expect("HTTP/2");
    let mut driving = JoinSet::new();
    driving.spawn(async { drop(conn.await) });
    // Half of what was announced, and then nothing.
    let body = Pending(Some(hyper::body::Bytes::from_static(b"hello")));
    let request = Request::post("https://localhost/echo").header("content-length", "10");
    let answer = sender.send_request(request.body(body).expect("a request"));
    let answer = timeout(PATIENCE, answer).await.expect("in time").expect("an answer");
    assert_eq!(answer.status(), 400);
    drop(answer.into_body().collect().await);
}

#[tokio::test]
async fn whoever_does_not_take_the_answer_is_given_up() {
    use axum::http::Request;
    use http_body_util::Empty;
    use hyper::body::Bytes;
    use hyper::client::conn::http2;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    let limits = Limits { stall: short(), idle: short(), per_address: 1, ..Limits::default() };
    let stage = Stage::with(limits, false);
    let paper = stage.issued("taro01");
    let dial = Dial::to("localhost", Some(&paper));
    // There is place for one: the next connects when the one before was given up.
    let next = async |alpn: &str| {
        let trying = async {
            loop {
                if let Ok(tls) = dial.tls(&stage, &[alpn]).await {
                    return tls;
                }
            }
        };
        timeout(PATIENCE, trying).await.expect("the place is given back")
    };

    let mut tls = next("http/1.1").await;
    tls.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");

    let io = TokioIo::new(next("h2").await);
    drop(tls);
    let (mut sender, conn) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    let mut driving = JoinSet::new();
    driving.spawn(async { drop(conn.await) });
    let request = Request::get("https://localhost/large").body(Empty::<Bytes>::new());
    let answer = sender.send_request(request.expect("a request")).await.expect("begun");
    assert_eq!(answer.status(), 200);

    drop(next("h2").await);
    drop(answer);
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused_while_it_comes() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let chunk = format!("{:x}\r\n{}\r\n", 0x8000, "x".repeat(0x8000));
    let request = format!(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(9)
    );
    let answer = Dial::to("localhost", Some(&paper)).raw(&stage, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = Limits { idle: short(), ..Limits::default() };
    let stage = Stage::with(limits, false);
    for http in BOTH {
        let mut used = Dial::to("localhost", None).open(&stage, http).await;
        assert_eq!(used.get("/help").await.status, 200);
        used.closed().await;
        let mut unused = Dial::to("localhost", None).open(&stage, http).await;
        unused.closed().await;
    }
}

#[tokio::test]
async fn a_header_too_large_gets_an_answer_and_no_crash() {
    let stage = Stage::new();
    let dial = Dial::to("localhost", None);
    let large = "x".repeat(32 * 1024);
    for http in BOTH {
        let mut line = dial.open(&stage, http).await;
        let answer = line.ask("GET", "/help", &[("x-large", &large)]).await;
        assert_eq!(answer.status, 431, "{http:?}");
    }
    let many = format!("GET /help HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "A: b\r\n".repeat(200));
    let answer = dial.raw(&stage, many.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let endless = format!("GET /{large}");
    let answer = dial.raw(&stage, endless.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    let long = format!("/help?{}", "x".repeat(9 * 1024));
    for http in BOTH {
        let mut line = dial.open(&stage, http).await;
        assert_eq!(line.get(&long).await.status, 414, "{http:?}");
    }
    assert_eq!(stage.calls(), 0);
    assert_eq!(dial.get(&stage, Http::Two, "/help").await.status, 200);
}

#[tokio::test]
async fn one_address_gets_so_many_connections_and_no_more() {
    let limits = Limits { per_address: 2, ..Limits::default() };
    let stage = Stage::with(limits, false);
    let dial = Dial::to("localhost", None);
    let mut first = dial.open(&stage, Http::Two).await;
    let second = dial.open(&stage, Http::Two).await;
    assert!(dial.tls(&stage, &["h2"]).await.is_err(), "a third gets none");
    assert_eq!(first.get("/help").await.status, 200, "the others go on");
    drop(second);
    // The place is free once the front has seen the connection end.
    let again = async { while dial.tls(&stage, &["h2"]).await.is_err() {} };
    timeout(PATIENCE, again).await.expect("a place is free again");
}

#[tokio::test]
async fn a_stop_lets_requests_in_flight_end_and_takes_no_new_ones() {
    for http in BOTH {
        let mut stage = Stage::new();
        let paper = stage.issued("taro01");
        let dial = Dial::to("localhost", Some(&paper));
        let mut idle = dial.open(&stage, http).await;
        assert_eq!(idle.get("/home").await.status, 200);
        let mut busy = dial.open(&stage, http).await;
        let mut asking = JoinSet::new();
        asking.spawn(async move { busy.get("/slow").await });
        stage.played.slow_began.notified().await;
        stage.say_stop();
        idle.closed().await;
        while TcpStream::connect(stage.address).await.is_ok() {}
        stage.played.slow_may_end.notify_one();
        let answer = asking.join_next().await.expect("asked").expect("answered");
        assert_eq!((answer.status, answer.body.as_str()), (200, "at last"), "{http:?}");
        stage.ended().await;
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_longer_than_the_grace() {
    let limits = Limits { grace: short(), ..Limits::default() };
    let mut stage = Stage::with(limits, false);
    let paper = stage.issued("taro01");
    let mut busy = Dial::to("localhost", Some(&paper)).open(&stage, Http::Two).await;
    let mut asking = JoinSet::new();
    asking.spawn(async move { busy.send("GET", "/slow", &[], "").await });
    stage.played.slow_began.notified().await;
    stage.say_stop();
    stage.ended().await;
    assert!(asking.join_next().await.expect("asked").expect("ends").is_err());
}

#[tokio::test]
async fn two_fronts_on_one_port_are_a_clear_error() {
    let stage = Stage::new();
    for threads in [1, 2] {
        let error = Listeners::bind(stage.address, threads).expect_err("taken").to_string();
        assert_eq!(error, format!("another program already listens on {}", stage.address));
    }
    assert!(bind(stage.address).is_err());
}

#[tokio::test]
async fn the_plain_port_serves_its_router_and_nothing_disputable() {
    use axum::Router;
    use axum::routing::get;

    let listener = bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let address = listener.local_addr().expect("bound");
    let router = Router::new().route("/ca/crl", get(|| async { "a list" }));
    let (stop, stopped) = oneshot::channel::<()>();
    let mut running = JoinSet::new();
    running.spawn(serve_plain(listener, router, Limits::default(), async {
        let _ = stopped.await;
    }));
    let ask = async |request: &str| {
        let mut tcp = TcpStream::connect(address).await.expect("connects");
        tcp.write_all(request.as_bytes()).await.expect("sent");
        String::from_utf8(drained(&mut tcp).await).expect("UTF-8")
    };
    let answer = ask("GET /ca/crl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("a list"), "{answer}");
    let answer = ask("GET /ca/crl HTTP/1.1\nHost: x\n\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    drop(stop);
    let ended = timeout(PATIENCE, running.join_next()).await.expect("stops").expect("runs");
    ended.expect("no panic").expect("good order");
}

/// A body of which only the beginning ever comes.
struct Pending(Option<hyper::body::Bytes>);

impl hyper::body::Body for Pending {
    type Data = hyper::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        match self.0.take() {
            Some(begin) => std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(begin)))),
            None => std::task::Poll::Pending,
        }
    }
}
