//! The last good copy of each page, for reading while storage does not answer.
//!
//! Invariant: a copy is given only to the sign-in that it was made for, and says when it was made.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::{AppState, error::Problem, i18n::Tr, page::wanted_lang};

/// Pages kept at most; the oldest goes first.
const KEPT: usize = 200;
/// A page larger than this is not kept.
const PAGE_BYTES: usize = 512 * 1024;

type Key = [u8; 32];

#[derive(Default)]
pub(crate) struct Pages(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pages: HashMap<Key, Copy>,
    order: VecDeque<Key>,
}

#[derive(Clone)]
struct Copy {
    html: Bytes,
    at_ms: i64,
}

impl Pages {
    fn put(&self, key: Key, html: Bytes, at_ms: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.pages.insert(key, Copy { html, at_ms }).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.pages.remove(&oldest);
        }
    }

    /// Forgets every copy: what a sign-in may see has changed.
    pub(crate) fn clear(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.pages.clear();
        kept.order.clear();
    }

    fn get(&self, key: &Key) -> Option<Copy> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.pages.get(key).cloned()
    }
}

/// Who asks (by cookie), what for, and how it should look.
fn key(request: &Request) -> Key {
    let mut hash = Sha256::new();
    for value in request.headers().get_all(header::COOKIE) {
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hash.update(wanted_lang(request.headers()).id());
    hash.update(request.uri().to_string());
    hash.finalize().into()
}

/// Keeps good pages, and answers with the last one while storage is away.
pub(crate) async fn keep(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let fit = *request.method() == Method::GET
        && !request.headers().contains_key("hx-request")
        && !request.headers().contains_key(header::AUTHORIZATION)
        && !path.ends_with("/live")
        && ![
            "/assets/",
            "/api/",
            "/login",
            "/setup",
            "/offline",
            "/audit/exports/",
        ]
        .iter()
        .any(|p| path.starts_with(p));
    if !fit {
        return next.run(request).await;
    }
    let tr = Tr(wanted_lang(request.headers()));
    let key = key(&request);
    let response = next.run(request).await;
    let away = response
        .extensions()
        .get::<Problem>()
        .is_some_and(|p| p.code == "unavailable");
    if away {
        return match state.cache.get(&key) {
            Some(copy) => old(tr, &copy),
            None => response,
        };
    }
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if response.status() != StatusCode::OK || !html {
        return response;
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, PAGE_BYTES).await {
        Ok(html) => {
            state.cache.put(key, html.clone(), state.advisor.now_ms());
            Response::from_parts(parts, Body::from(html))
        }
        Err(error) => {
            tracing::error!(%error, "a page is larger than a page may be");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The copy, with a banner that names its time.
fn old(tr: Tr, copy: &Copy) -> Response {
    let banner = tr.a("banner-read-only", "time", tr.time(copy.at_ms));
    let banner = format!("<p class=\"banner warn\" role=\"status\">{banner}</p>");
    let html = String::from_utf8_lossy(&copy.html).replacen("<!--banner-->", &banner, 1);
    Html(html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_page_goes_when_the_shelf_is_full() {
        let pages = Pages::default();
        let key = |n: usize| -> Key { Sha256::digest(n.to_le_bytes()).into() };
        for n in 0..=KEPT {
            pages.put(key(n), Bytes::from_static(b"page"), 1);
        }
        assert!(pages.get(&key(0)).is_none());
        assert!(pages.get(&key(KEPT)).is_some());
        pages.put(key(KEPT), Bytes::from_static(b"newer"), 2);
        assert_eq!(pages.get(&key(KEPT)).unwrap().at_ms, 2);
        assert!(
            pages.get(&key(1)).is_some(),
            "a newer copy takes no second place"
        );
    }
}
