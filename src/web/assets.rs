//! Style sheets, scripts and icons, embedded in the binary under names that carry their hash.
//!
//! Invariant: a URL made by [`url`] never changes its content, so browsers may keep it for ever.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::domain::hex::hex;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// Only what a page may ask for; words and knowledge are embedded elsewhere.
fn served(path: &str) -> bool {
    ["css/", "js/", "vendor/", "icons/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

struct Asset {
    content_type: &'static str,
    bytes: std::borrow::Cow<'static, [u8]>,
}

/// Served name (with hash) → content.
static SERVED: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .filter(|path| served(path))
        .filter_map(|path| {
            let file = Files::get(&path)?;
            let asset = Asset {
                content_type: content_type(&path),
                bytes: file.data,
            };
            Some((served_name(&path, &file.metadata.sha256_hash()), asset))
        })
        .collect()
});

/// Path in `assets/` → URL.
static URLS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Files::iter()
        .filter(|path| served(path))
        .filter_map(|path| {
            let hash = Files::get(&path)?.metadata.sha256_hash();
            let url = format!("/assets/{}", served_name(&path, &hash));
            Some((path.into_owned(), url))
        })
        .collect()
});

/// The URL of a file in `assets/`; a name that does not exist is a defect that a test finds.
pub(crate) fn url(path: &str) -> &'static str {
    URLS.get(path).map_or("/assets/missing", String::as_str)
}

/// `GET /assets/{*name}`
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    match SERVED.get(&name) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `css/base.css` → `css/base.0123456789abcdef.css`.
fn served_name(path: &str, hash: &[u8]) -> String {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let short = hex(&hash[..8]);
    format!("{stem}.{short}.{extension}")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_named_in_a_template_exists() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut named = 0;
        for text in crate::web::i18n::tests::files(&root, "html") {
            for part in text.split("asset(\"").skip(1) {
                let path = part.split('"').next().unwrap();
                assert!(URLS.contains_key(path), "{path} is no asset");
                named += 1;
            }
        }
        assert!(named > 3, "the templates name their assets");
    }

    #[tokio::test]
    async fn a_hashed_name_is_served_for_ever_and_another_is_not_found() {
        let name = url("css/tokens.css").strip_prefix("/assets/").unwrap();
        let found = serve(Path(name.to_owned())).await;
        assert_eq!(found.status(), StatusCode::OK);
        assert!(
            found.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let missing = serve(Path("css/tokens.css".to_owned())).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}
