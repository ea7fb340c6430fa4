use std::{net::IpAddr, time::SystemTime};

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::*;
use crate::web::tls::{self, Material};

struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

fn start(tls: Option<Arc<ServerConfig>>) -> Serving {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = Router::new().route("/health", get(|| async { "ok" }));
    let served = tokio::spawn(serve(socket, tls, app, async {
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
    let serving = start(None);
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
    assert_eq!(
        refused.unwrap_err().kind(),
        io::ErrorKind::PermissionDenied
    );
}

#[tokio::test]
async fn headers_that_never_end_close_the_connection() {
    let serving = start(None);
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\n").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(HEADERS * 2, stream.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the connection is still open");
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[cfg(feature = "remote")]
mod over_tls {
    use reqwest::{Certificate, Client, tls::Version};

    use super::*;

    fn client(root: &Material, newest: Option<Version>) -> Client {
        let mut builder = Client::builder()
            .no_proxy()
            .add_root_certificate(Certificate::from_pem(root.ca_pem.as_bytes()).unwrap());
        if let Some(newest) = newest {
            builder = builder.max_tls_version(newest);
        }
        builder.build().unwrap()
    }

    async fn ask(client: &Client, host: &str, port: u16) -> Result<String, reqwest::Error> {
        let answer = client.get(format!("https://{host}:{port}/health")).send();
        answer.await?.text().await
    }

    #[tokio::test]
    async fn who_trusts_the_root_connects_with_tls_1_3_only() {
        let dir = tempfile::tempdir().unwrap();
        let names = tls::names(&[], IpAddr::from([127, 0, 0, 1])).unwrap();
        let now = SystemTime::now();
        let first = Material::load_or_make(dir.path(), &names, now).unwrap();
        // The leaf of a later start comes from the same root.
        let material = Material::load_or_make(dir.path(), &names, now).unwrap();
        let serving = start(Some(material.config));
        let port = serving.address.port();
        let trusting = client(&first, None);
        for host in ["localhost", "127.0.0.1"] {
            assert_eq!(ask(&trusting, host, port).await.unwrap(), "ok", "{host}");
        }
        let old = client(&first, Some(Version::TLS_1_2));
        assert!(ask(&old, "localhost", port).await.is_err());
        let elsewhere = tempfile::tempdir().unwrap();
        let stranger = Material::load_or_make(elsewhere.path(), &names, now).unwrap();
        let stranger = client(&stranger, None);
        assert!(ask(&stranger, "localhost", port).await.is_err());
    }
}
