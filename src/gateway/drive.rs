//! Speaks HTTP on a connection until it ends.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{interval_at, timeout};

use super::body::download;
use super::handshake::{Link, Stream, shake};
use super::limits::Limits;
use super::parting::Parting;
use super::peer::Peer;
use super::register::Register;
use super::respond::answer;
use super::site::Front;
use super::strict::Strict;
use super::switch::{Stage, Switch, Switched};
use super::warden;

/// How long a client may take to read an answer that came before its request ended.
const LINGER: Duration = Duration::from_secs(2);
/// How much of such a request is taken off the wire meanwhile.
const LINGER_BYTES: u64 = 1024 * 1024;
/// How often an HTTP/2 client is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

/// Told `true` when the server stops.
pub(super) type Stop = watch::Receiver<bool>;

/// Serves one connection from handshake to end.
pub(super) async fn connection(
    front: Arc<Front>,
    register: Register,
    tcp: TcpStream,
    mut stop: Stop,
) {
    let Ok(ip) = tcp.peer_addr().map(|address| address.ip().to_canonical()) else { return };
    let shaken = tokio::select! {
        shaken = shake(&front, tcp, ip) => shaken,
        () = stopped(&mut stop) => None,
    };
    let Some((stream, link)) = shaken else { return };
    let link = Arc::new(link);
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let stream = guarded(&front, &register, stream, &link);
    if is_http2 {
        http2(front, stream, link, stop).await;
    } else {
        let (limits, switch) = (front.limits.clone(), Arc::clone(&link.switch));
        let service = service_fn(move |request| {
            // Boxed: hyper's loop below asks for a future that can be moved.
            Box::pin(respond(Arc::clone(&front), Arc::clone(&link), request))
        });
        http1(stream, service, &limits, &switch, stop).await;
    }
}

/// A stream that ends when its certificate's right does.
type Guarded = Switched<Parting>;

/// Registers first and judges then: whatever happens in between, the warden sees it.
fn guarded(front: &Front, register: &Register, stream: Stream, link: &Link) -> Guarded {
    let entry = match &link.peer {
        Peer::Absent => None,
        Peer::Presented(presented) => {
            let fingerprint = *presented.fingerprint();
            let entry = register.enter(fingerprint, &link.switch);
            if front.lookup.is_fresh() && warden::judge(front, &fingerprint).is_none() {
                link.switch.entitle();
            }
            Some(entry)
        }
    };
    let stream = Parting::new(stream, link.required.clone().unwrap_or_default());
    Switched::new(stream, Arc::clone(&link.switch), entry)
}

/// HTTP/1 on `stream`, of which only undisputed messages get through.
pub(super) async fn http1<S, H>(
    stream: S,
    service: H,
    limits: &Limits,
    switch: &Switch,
    mut stop: Stop,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Service<Request<Incoming>, Response = Response, Error = Infallible> + Unpin,
    H::Future: Unpin,
{
    let io = TokioIo::new(Strict::new(stream, limits));
    // `Strict` holds a header back until it is whole and counts its time; what is
    // left for hyper's timer is the wait between requests.
    let mut conn = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(limits.header_bytes.max(8 * 1024) + 8 * 1024)
        .serve_connection(io, service);
    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| conn.poll_without_shutdown(cx)) => break ended,
            () = stopped(&mut stop), if !stopping => stopping = true,
            () = switch.reached(Stage::Ending), if !stopping => stopping = true,
            () = switch.reached(Stage::Cut) => return,
        }
        std::pin::Pin::new(&mut conn).graceful_shutdown();
    };
    let stream = conn.into_parts().io.into_inner();
    match ended {
        Ok(()) => part(stream).await,
        Err(error) => tracing::debug!(%error, "an HTTP/1 connection ended early"),
    }
}

/// Closes; where the client is still sending, its bytes are taken for a moment,
/// because unread ones would make the system throw our answer away (RFC 9112 §9.6).
async fn part<S: AsyncRead + AsyncWrite + Unpin>(stream: Strict<S>) {
    let more = stream.is_mid_message();
    let mut stream = stream.into_inner();
    let farewell = async {
        stream.shutdown().await?;
        if more {
            let mut rest = stream.take(LINGER_BYTES);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        }
        Ok::<_, std::io::Error>(())
    };
    if !matches!(timeout(LINGER, farewell).await, Ok(Ok(()))) {
        tracing::trace!("a connection was not closed by both ends");
    }
}

async fn http2(front: Arc<Front>, stream: Guarded, link: Arc<Link>, mut stop: Stop) {
    let limits = &front.limits;
    let header_bytes = u32::try_from(limits.header_bytes).unwrap_or(u32::MAX);
    let mut ticks = interval_at(tokio::time::Instant::now() + limits.idle, limits.idle);
    let service = {
        let (front, link) = (Arc::clone(&front), Arc::clone(&link));
        service_fn(move |request| respond(Arc::clone(&front), Arc::clone(&link), request))
    };
    let conn = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(header_bytes)
        .max_local_error_reset_streams(64)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .serve_connection(TokioIo::new(stream), service);
    let mut conn = std::pin::pin!(conn);
    let mut moves = 0;
    let mut closing = false;
    loop {
        tokio::select! {
            ended = conn.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "an HTTP/2 connection ended early");
                }
                return;
            }
            () = stopped(&mut stop), if !closing => closing = true,
            () = link.switch.reached(Stage::Ending), if !closing => closing = true,
            () = link.switch.reached(Stage::Cut) => return,
            _ = ticks.tick() => {
                let before = std::mem::replace(&mut moves, link.moves.load(Ordering::Relaxed));
                if before == moves && link.busy.load(Ordering::Relaxed) == 0 {
                    if closing {
                        // Answers are left that the client does not take.
                        return;
                    }
                    closing = true;
                }
            }
        }
        if closing {
            conn.as_mut().graceful_shutdown();
        }
    }
}

async fn respond(
    front: Arc<Front>,
    link: Arc<Link>,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let busy = link.begin();
    let response = answer(&front, &link, request).await;
    drop(busy);
    Ok(response.map(|body| download(body, &link)))
}

/// Resolves when the server stops, also when whoever would say so is gone.
pub(super) async fn stopped(stop: &mut Stop) {
    let _gone = stop.wait_for(|stopping| *stopping).await;
}
