//! What makes the appliance installable: a manifest, a service worker, and the page it shows while
//! the appliance cannot be reached.
//!
//! Invariant: the worker keeps style sheets, scripts and the offline page, never a page of anyone's
//! work: no client's word is ever in a browser's cache.

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    assets,
    auth::Anyone,
    page::{Layout, Page},
};
use crate::domain::hex::hex;

/// What the worker keeps besides the offline page.
const SHELL: &[&str] = &[
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/app.css",
];
/// The icons of an installed page, with their sizes.
const ICONS: &[(&str, &str)] = &[
    ("icons/app-192.png", "192x192"),
    ("icons/app-512.png", "512x512"),
];

/// `GET /manifest.webmanifest`
pub(crate) async fn manifest() -> Response {
    let icon = |&(path, sizes): &(&str, &str)| {
        json!({
            "src": assets::url(path), "sizes": sizes, "type": "image/png", "purpose": "any maskable",
        })
    };
    let manifest = json!({
        "name": "BigDecoder",
        "short_name": "BigDecoder",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#eff2f2",
        "theme_color": "#075a66",
        "icons": ICONS.iter().map(icon).collect::<Vec<_>>(),
    });
    let kind = [(header::CONTENT_TYPE, "application/manifest+json")];
    (kind, manifest.to_string()).into_response()
}

/// `GET /sw.js`: the worker's script with the addresses of this version's shell. It is served from
/// the root because a worker governs only what is below its own address.
pub(crate) async fn worker() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, worker_script()).into_response()
}

fn worker_script() -> String {
    let urls: Vec<_> = SHELL.iter().map(|path| assets::url(path)).collect();
    let list = json!(urls).to_string();
    let version = Sha256::digest(list.as_bytes());
    let version = hex(&version[..8]);
    let body = include_str!("../../assets/worker/sw.js");
    format!("const VERSION = \"{version}\";\nconst SHELL = {list};\n{body}")
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    l: Layout,
}

/// `GET /offline`: what the worker shows while the appliance cannot be reached; the same for all.
pub(crate) async fn offline(anyone: Anyone) -> Response {
    let l = Layout {
        who: None,
        ..anyone.layout()
    };
    Page(OfflinePage { l }).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_names_every_part_of_its_shell() {
        let script = worker_script();
        for path in SHELL {
            assert!(script.contains(assets::url(path)), "{path}");
        }
        for path in ICONS.iter().map(|(path, _)| path).chain(SHELL) {
            assert_ne!(assets::url(path), "/assets/missing", "{path}");
        }
    }

    #[tokio::test]
    async fn the_manifest_is_a_document_with_icons() {
        let response = manifest().await;
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/manifest+json"
        );
        let body = axum::body::to_bytes(response.into_body(), 64 * 1024)
            .await
            .unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(manifest["icons"].as_array().unwrap().len(), ICONS.len());
        assert_eq!(manifest["display"], "standalone");
    }
}
