//! Who makes a request: the sign-in cookie, or a bearer token and then nothing else.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};

use super::{
    AppState,
    error::{Error, Result},
    i18n::Tr,
    page::{Layout, cookie, wanted_lang},
};
use crate::advisor::access::{ABSOLUTE_MS, Caller, Secret};

const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-bd_sid" } else { "bd_sid" }
}

/// The caller of a request. A request that sends `Authorization` is judged by that alone, so
/// that a cookie never adds rights to a machine's request.
pub(crate) async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Option<Caller>> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        return match secret {
            Some(secret) => Ok(state.advisor.bearer(secret.trim()).await?),
            None => Ok(None),
        };
    }
    match cookie(headers, cookie_name(state.secure)) {
        Some(secret) => Ok(state.advisor.who(secret).await?),
        None => Ok(None),
    }
}

/// The address that a request came from, as the key of the limit for strangers.
pub(crate) fn address(request: &Request) -> String {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || "local".to_owned(),
            |ConnectInfo(from)| from.ip().to_string(),
        )
}

/// The `Set-Cookie` of a sign-in.
pub(crate) fn sign_in(state: &AppState, secret: &Secret) -> HeaderValue {
    set_cookie(
        state.secure,
        cookie_name(state.secure),
        &secret.0,
        ABSOLUTE_MS / 1_000,
        true,
    )
}

/// The `Set-Cookie` that ends a sign-in.
pub(crate) fn sign_out(state: &AppState) -> HeaderValue {
    set_cookie(state.secure, cookie_name(state.secure), "", 0, true)
}

/// A cookie for the whole site; `value` holds only characters that a cookie may.
pub(crate) fn set_cookie(
    secure: bool,
    name: &str,
    value: &str,
    max_age_s: i64,
    http_only: bool,
) -> HeaderValue {
    let mut text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; SameSite=Strict");
    if http_only {
        text.push_str("; HttpOnly");
    }
    if secure {
        text.push_str("; Secure");
    }
    HeaderValue::from_str(&text).expect("names and values of our cookies are ASCII")
}

/// A signed-in caller with the headers that say how to answer.
pub(crate) struct Signed {
    pub(crate) caller: Caller,
    pub(crate) headers: HeaderMap,
}

impl Signed {
    pub(crate) fn layout(&self, nav: &'static str) -> Layout {
        Layout::of(&self.headers, &self.caller, nav)
    }

    pub(crate) fn tr(&self) -> Tr {
        Tr(wanted_lang(&self.headers))
    }

    /// Whether htmx asks, and wants the changed parts only.
    pub(crate) fn wants_parts(&self) -> bool {
        self.headers.contains_key("hx-request")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or(Error::Unauthenticated)?;
        let headers = parts.headers.clone();
        Ok(Self { caller, headers })
    }
}

/// Whoever it is, signed in or not.
pub(crate) struct Anyone {
    pub(crate) caller: Option<Caller>,
    pub(crate) headers: HeaderMap,
}

impl Anyone {
    pub(crate) fn layout(&self) -> Layout {
        match &self.caller {
            Some(caller) => Layout::of(&self.headers, caller, ""),
            None => Layout::public(&self.headers),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Anyone {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(Self {
            caller: parts.extensions.get::<Caller>().cloned(),
            headers: parts.headers.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_cookie_is_bound_to_this_host_and_hidden_from_scripts() {
        let cookie = set_cookie(true, cookie_name(true), "ab", 60, true);
        let text = cookie.to_str().unwrap();
        assert_eq!(
            text,
            "__Host-bd_sid=ab; Path=/; Max-Age=60; SameSite=Strict; HttpOnly; Secure"
        );
        let plain = set_cookie(false, cookie_name(false), "ab", 60, true);
        assert!(!plain.to_str().unwrap().contains("Secure"));
    }
}
