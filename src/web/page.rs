//! What every page shares: language, theme, who is signed in, and the answer that carries it.

use askama::Template;
use axum::{
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};

use super::{error::Error, i18n::Tr};
use crate::{
    advisor::{access::Caller, error::Error as Cause},
    domain::labels::{Lang, Role},
};

pub(crate) const LANG_COOKIE: &str = "bd_lang";
pub(crate) const THEME_COOKIE: &str = "bd_theme";

/// A rendered template; what it needs was gathered before, so that it cannot fail half-way.
pub(crate) struct Page<T>(pub(crate) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
            Err(error) => Error::Advisor(Cause::Internal(error.to_string())).into_response(),
        }
    }
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) tr: Tr,
    /// "light" or "dark"; empty follows the system.
    pub(crate) theme: &'static str,
    pub(crate) who: Option<Who>,
    /// The navigation entry that is current.
    pub(crate) nav: &'static str,
}

/// Who is signed in, as the frame shows it.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: Role,
}

impl Layout {
    pub(crate) fn public(headers: &HeaderMap) -> Self {
        Self {
            tr: Tr(wanted_lang(headers)),
            theme: theme(headers),
            who: None,
            nav: "",
        }
    }

    pub(crate) fn of(headers: &HeaderMap, caller: &Caller, nav: &'static str) -> Self {
        let who = Who {
            name: caller.name.clone(),
            role: caller.role,
        };
        Self {
            who: Some(who),
            nav,
            ..Self::public(headers)
        }
    }

    /// The navigation of the role: key of the label and address.
    pub(crate) fn links(&self) -> Vec<(&'static str, &'static str)> {
        let Some(who) = &self.who else {
            return Vec::new();
        };
        let mut links = Vec::new();
        if matches!(who.role, Role::Seller | Role::Manager) {
            links.push(("sessions", "/sessions"));
        }
        if who.role != Role::Privacy {
            links.push(("knowledge", "/knowledge"));
        }
        match who.role {
            Role::Admin => links.extend([("users", "/users"), ("system", "/system")]),
            Role::Auditor => links.push(("audit", "/audit")),
            _ => {}
        }
        links
    }

    pub(crate) fn asset(&self, path: &str) -> &'static str {
        super::assets::url(path)
    }
}

/// The language of the cookie, else of the browser, else Polish.
pub(crate) fn wanted_lang(headers: &HeaderMap) -> Lang {
    if let Some(lang) = cookie(headers, LANG_COOKIE).and_then(Lang::from_id) {
        return lang;
    }
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted
        .split(',')
        .find_map(|part| Lang::from_id(part.trim().get(..2)?))
        .unwrap_or(Lang::Pl)
}

/// "light" or "dark" by the cookie; empty follows the system.
pub(crate) fn theme(headers: &HeaderMap) -> &'static str {
    match cookie(headers, THEME_COOKIE) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.clone(), v.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_cookie_goes_before_the_browser_and_polish_is_the_default() {
        for (pairs, lang) in [
            (vec![], Lang::Pl),
            (vec![(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9")], Lang::En),
            (vec![(header::ACCEPT_LANGUAGE, "de,en;q=0.9")], Lang::En),
            (vec![(header::ACCEPT_LANGUAGE, "de")], Lang::Pl),
            (
                vec![
                    (header::ACCEPT_LANGUAGE, "en"),
                    (header::COOKIE, "a=b; bd_lang=pl"),
                ],
                Lang::Pl,
            ),
        ] {
            assert_eq!(wanted_lang(&headers(&pairs)), lang, "{pairs:?}");
        }
    }
}
