//! The socket: plain HTTP on loopback, TLS beyond it, and an orderly end.
//!
//! Must not know routes. Invariant: beyond loopback nothing is served without TLS.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use rustls::ServerConfig;

/// Longest wait for the headers of a request, and for a handshake.
const HEADERS: Duration = Duration::from_secs(5);
/// How long requests may go on after the appliance was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves `app` on the socket until `stop` is done and open requests have ended, or the time for
/// them is up.
pub async fn serve(
    socket: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = socket.local_addr()?;
    if tls.is_none() && !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "beyond loopback the appliance speaks TLS only",
        ));
    }
    socket.set_nonblocking(true)?;
    let handle = Handle::new();
    let stopping = handle.clone();
    let stopper = tokio::spawn(async move {
        stop.await;
        stopping.graceful_shutdown(Some(DRAIN));
    });
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(socket)?
        .handle(handle)
        .first_request_timeout(HEADERS);
    limit(&mut server);
    let served = match tls {
        None => server.serve(service).await,
        Some(config) => {
            let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(config));
            server
                .acceptor(acceptor.handshake_timeout(HEADERS))
                .serve(service)
                .await
        }
    };
    stopper.abort();
    served
}

fn limit<A>(server: &mut Server<SocketAddr, A>) {
    server.http_builder().http1().header_read_timeout(HEADERS);
}

#[cfg(test)]
mod tests;
