//! What every request passes before a handler: host, origin, sign-in, rule, rate, headers.
//!
//! Invariant: no state changes on GET, and no cookie is believed on a request that another site
//! could have made.

use std::{num::NonZeroU32, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{
    AppState, auth,
    error::{Error, Problem},
    extract, handover,
    rules::{self, Allow},
};
use crate::{advisor::access::Caller, domain::id::SessionId};

/// Requests a minute of one sign-in or token.
const PER_MINUTE: u32 = 100;
/// Previews a minute: one for every pause while typing.
const PREVIEWS_PER_MINUTE: u32 = 300;
/// Requests a minute of one address without a sign-in.
const ANONYMOUS_PER_MINUTE: u32 = 60;
/// A bucket that was not used this long is forgotten.
const SWEEP_EVERY: u64 = 4_096;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// Adds the headers that every answer carries.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Refuses a request for a name that is not ours: a foreign name that resolves here (DNS
/// rebinding) would make a foreign page same-origin with us.
pub(crate) async fn host(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let named = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().to_owned())
        .or_else(|| text(request.headers(), &header::HOST).map(str::to_owned));
    match named {
        Some(name) if state.names.contains(&host_of(&name)) => Ok(next.run(request).await),
        _ => Err(Error::WrongHost),
    }
}

/// `[::1]:8000` → `[::1]`, `Salon.lan:443` → `salon.lan`.
fn host_of(authority: &str) -> String {
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    authority[..end].to_ascii_lowercase()
}

/// Resolves the caller, checks the origin of a request with a cookie, the rule of the route and
/// the rate, in this order.
pub(crate) async fn admit(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return Err(Error::NOT_FOUND);
    };
    let path = path.as_str();
    let Some(rule) = rules::rule(request.method(), path) else {
        let allow = rules::methods(path);
        if allow.is_empty() {
            return Err(Error::NOT_FOUND);
        }
        let refusal = Error::Status(StatusCode::METHOD_NOT_ALLOWED).into_response();
        return Ok(([(header::ALLOW, allow)], refusal).into_response());
    };
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD);
    let bearer = request.headers().contains_key(header::AUTHORIZATION);
    if unsafe_method && !bearer && !same_origin(request.headers()) {
        return Err(Error::CrossSite);
    }
    if path == "/assets/{*name}" {
        return Ok(next.run(request).await);
    }
    let caller = match auth::caller(&state, request.headers()).await {
        // Whoever it is may: the health document above all is for the time when storage is away.
        Err(_) if rule == Allow::Public => None,
        known => known?,
    };
    let limiter = if path.ends_with("/preview") {
        &state.limits.previews
    } else {
        &state.limits.requests
    };
    match &caller {
        Some(caller) => state.limits.check(limiter, &caller.bucket())?,
        None => state
            .limits
            .check(&state.limits.anonymous, &auth::address(&request))?,
    }
    let held = caller.as_ref().and_then(|caller| caller.shows);
    if let Some(session) = held
        && rule != Allow::Public
        && !handover::open_while_held(request.uri().path(), session)
    {
        return Ok(kept_out(&request, session));
    }
    match (rule, caller) {
        (Allow::Public, caller) => insert(&mut request, caller),
        (Allow::Roles(_), None) => return Err(Error::Unauthenticated),
        (Allow::Roles(roles), Some(caller)) if roles.contains(&caller.role) => {
            insert(&mut request, Some(caller));
        }
        (Allow::Roles(_), Some(_)) => return Err(Error::FORBIDDEN),
    }
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        problem.name_variable(extract::variable(path));
    }
    Ok(response)
}

/// The tablet is in the client's hands: a page leads to the client's screen, all else is refused.
fn kept_out(request: &Request, session: SessionId) -> Response {
    let page = *request.method() == Method::GET
        && !request.headers().contains_key("hx-request")
        && !request.uri().path().starts_with("/api/");
    if page {
        return Redirect::to(&handover::client_screen(session)).into_response();
    }
    Error::HandedOver.into_response()
}

fn insert(request: &mut Request, caller: Option<Caller>) {
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
}

/// Whether the browser says that our own page made the request. A request that says nothing
/// about its origin is not believed.
fn same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = text(headers, &HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text(headers, &header::ORIGIN), text(headers, &header::HOST))
    else {
        return false;
    };
    origin
        .split_once("://")
        .is_some_and(|(_, from)| from == host)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

type Limiter = DefaultKeyedRateLimiter<String>;

/// Token buckets by caller or address.
pub(crate) struct Limits {
    requests: Limiter,
    previews: Limiter,
    anonymous: Limiter,
    lifted: bool,
    started: Instant,
    checks: std::sync::atomic::AtomicU64,
}

impl Limits {
    pub(crate) fn new(lifted: bool) -> Arc<Self> {
        let limiter = |per_minute| {
            let quota = NonZeroU32::new(per_minute).expect("the limits above are not zero");
            RateLimiter::keyed(Quota::per_minute(quota))
        };
        Arc::new(Self {
            requests: limiter(PER_MINUTE),
            previews: limiter(PREVIEWS_PER_MINUTE),
            anonymous: limiter(ANONYMOUS_PER_MINUTE),
            lifted,
            started: Instant::now(),
            checks: std::sync::atomic::AtomicU64::new(0),
        })
    }

    fn check(&self, limiter: &Limiter, key: &str) -> Result<(), Error> {
        if self.lifted {
            return Ok(());
        }
        let n = self
            .checks
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if n % SWEEP_EVERY == SWEEP_EVERY - 1 {
            for limiter in [&self.requests, &self.previews, &self.anonymous] {
                limiter.retain_recent();
            }
        }
        limiter.check_key(&key.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(governor::clock::Clock::now(limiter.clock()));
            Error::TooMany {
                retry_after_s: u32::try_from(wait.as_secs() + 1).unwrap_or(60),
            }
        })
    }

    /// Seconds since this process began to serve.
    pub(crate) fn uptime_s(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_its_port_and_case() {
        for (authority, host) in [
            ("Salon.LAN:8443", "salon.lan"),
            ("127.0.0.1:8000", "127.0.0.1"),
            ("[::1]:8000", "[::1]"),
            ("[::1]", "[::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }

    #[test]
    fn only_our_own_page_is_believed() {
        let check = |pairs: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in pairs {
                map.insert(*name, value.parse().unwrap());
            }
            same_origin(&map)
        };
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(!check(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://a"),
            ("host", "a")
        ]));
        assert!(check(&[("origin", "http://a:1"), ("host", "a:1")]));
        assert!(!check(&[("origin", "http://b:1"), ("host", "a:1")]));
        assert!(!check(&[("origin", "null"), ("host", "a:1")]));
        assert!(!check(&[("host", "a:1")]));
    }

    #[test]
    fn a_bucket_runs_dry_and_says_for_how_long() {
        let limits = Limits::new(false);
        let spent = (0..=PER_MINUTE)
            .filter(|_| limits.check(&limits.requests, "one").is_err())
            .count();
        assert_eq!(spent, 1);
        assert!(limits.check(&limits.requests, "another").is_ok());
        assert!(Limits::new(true).check(&limits.requests, "one").is_ok());
    }
}
