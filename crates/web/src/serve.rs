//! The listener: accepts connections with limits on time and number, and ends them in good order.

use crate::client_ip::Peer;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 8_192;
/// A client that is slower than this with its headers is cut off.
const HEADERS_TIME_MAX: Duration = Duration::from_secs(15);
/// Requests that still run after the stop are given this long.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(25);

/// Serves until `stop` turns true, then lets running requests end.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    while !*stop.borrow() {
        let Ok(place) = places.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(stream, peer.ip(), &router, &graceful);
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            // Out of file descriptors, or the client left: neither ends the listener.
            Err(e) => {
                tracing::warn!(error = %e, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests had not ended when the program stopped");
    }
}

fn connection(
    stream: TcpStream,
    peer: std::net::IpAddr,
    router: &Router,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + 'static {
    let service = router.clone().map_request(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_TIME_MAX);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(30)));
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "a connection keeps its delay");
    }
    let served =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    let watched = graceful.watch(served);
    async move {
        if let Err(e) = watched.await {
            tracing::debug!(error = %e, "a connection broke off");
        }
    }
}
