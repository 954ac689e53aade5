//! HTTP without TLS, for what anybody may have: CRL and CA files on one port,
//! health on another.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::body::upload;
use super::door::Door;
use super::drive::http1;
use super::limits::Limits;
use super::paced::Paced;
use super::serve::Error;
use super::strict;
use super::switch::Switch;

/// Serves `router` on `listener` (from `gateway::bind`) until `shutdown` resolves.
/// Requests find the client's `SocketAddr` in their extensions.
pub async fn serve_plain(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::Start)?;
    let door = Door::new(limits.connections, limits.per_address);
    let limits = Arc::new(limits);
    let (say_stop, stop) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = shutdown.as_mut() => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((tcp, from)) => {
                    let Some(place) = door.enter(from.ip()) else { continue };
                    let (router, limits, stop) = (router.clone(), Arc::clone(&limits), stop.clone());
                    open.spawn(async move {
                        let stream = Paced::new(tcp, limits.stall);
                        let (most, stall) = (limits.body_bytes, limits.stall);
                        let service = service_fn(move |request: Request<Incoming>| {
                            let request = request.map(|body| upload(body, most, stall));
                            Box::pin(answer(router.clone(), from, request))
                        });
                        // Nobody shows a certificate here: nothing throws this switch.
                        http1(stream, service, &limits, &Switch::default(), stop).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    say_stop.send_replace(true);
    let all = async { while open.join_next().await.is_some() {} };
    let _cut_off = timeout(limits.grace, all).await;
    Ok(())
}

async fn answer(
    router: Router,
    from: SocketAddr,
    mut request: Request<Body>,
) -> Result<Response, Infallible> {
    if let Some(status) = strict::complaint(request.method()) {
        return Ok(bare(status));
    }
    request.extensions_mut().insert(from);
    router.oneshot(request).await
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let close = axum::http::HeaderValue::from_static("close");
    response.headers_mut().insert(axum::http::header::CONNECTION, close);
    response
}
