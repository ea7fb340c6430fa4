use axum::routing::get;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

fn start() -> Serving {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = Router::new().route("/health", get(|| async { "ok" }));
    let served = tokio::spawn(serve(socket, None, app, async {
        stopped.await.ok();
    }));
    Serving {
        address,
        stop,
        served,
    }
}

#[tokio::test]
async fn plain_http_ends_when_told() {
    let serving = start();
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut start = [0; 15];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    serving.stop.send(()).unwrap();
    serving.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(serving.address).await.is_err());
}

#[tokio::test]
async fn beyond_loopback_nothing_is_served_in_the_clear() {
    let socket = TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = serve(socket, None, Router::new(), async {}).await;
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn headers_that_never_end_close_the_connection() {
    let serving = start();
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\n").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(HEADERS * 2, stream.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the connection is still open");
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}
