//! TLS over a real socket: who trusts the appliance's root connects, with TLS 1.3 only.

use std::{
    net::{IpAddr, TcpListener},
    time::SystemTime,
};

use axum::{Router, routing::get};
use bigdecoder::web::{
    listen,
    tls::{self, Material},
};
use reqwest::{Certificate, Client, tls::Version};

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
    let later = Material::load_or_make(dir.path(), &names, now).unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let app = Router::new().route("/health", get(|| async { "ok" }));
    let serving = tokio::spawn(listen::serve(
        socket,
        Some(later.config),
        app,
        std::future::pending(),
    ));
    let trusting = client(&first, None);
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(ask(&trusting, host, port).await.unwrap(), "ok", "{host}");
    }
    let old = client(&first, Some(Version::TLS_1_2));
    assert!(ask(&old, "localhost", port).await.is_err());
    let elsewhere = tempfile::tempdir().unwrap();
    let stranger = Material::load_or_make(elsewhere.path(), &names, now).unwrap();
    assert!(
        ask(&client(&stranger, None), "localhost", port)
            .await
            .is_err()
    );
    serving.abort();
}
