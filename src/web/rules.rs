//! Who may use which route: one table, which the middleware obeys and the tests walk.
//!
//! Invariant: a route that is not in the table answers 404, so that a new one is closed until
//! somebody decides who may use it. Rows and texts are narrowed further by the caller's scope.

use axum::http::Method;

use crate::domain::labels::Role::{self, Admin, Auditor, Manager, Privacy, Seller};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allow {
    /// Anyone who reaches the port.
    Public,
    Roles(&'static [Role]),
}

const SALES: Allow = Allow::Roles(&[Seller, Manager]);
const STAFF: Allow = Allow::Roles(&[Seller, Manager, Admin, Auditor, Privacy]);
const READERS: Allow = Allow::Roles(&[Seller, Manager, Admin, Auditor]);
const MANAGER: Allow = Allow::Roles(&[Manager]);
const ADMIN: Allow = Allow::Roles(&[Admin]);
const AUDITOR: Allow = Allow::Roles(&[Auditor]);

/// Method, path as the router writes it, and who may use it.
pub(crate) const RULES: &[(Method, &str, Allow)] = &[
    (Method::GET, "/", STAFF),
    (Method::GET, "/assets/{*name}", Allow::Public),
    (Method::GET, "/manifest.webmanifest", Allow::Public),
    (Method::GET, "/sw.js", Allow::Public),
    (Method::GET, "/offline", Allow::Public),
    (Method::GET, "/health", Allow::Public),
    (Method::GET, "/trust", Allow::Public),
    (Method::GET, "/trust/ca.crt", Allow::Public),
    (Method::GET, "/setup", Allow::Public),
    (Method::POST, "/setup", Allow::Public),
    (Method::GET, "/login", Allow::Public),
    (Method::POST, "/login", Allow::Public),
    (Method::POST, "/preferences", Allow::Public),
    (Method::POST, "/logout", STAFF),
    (Method::GET, "/account", STAFF),
    (Method::POST, "/account/password", STAFF),
    (Method::GET, "/account/pin", SALES),
    (Method::POST, "/account/pin", SALES),
    (Method::POST, "/account/tokens", STAFF),
    (Method::POST, "/account/tokens/{id}/revoke", STAFF),
    (Method::GET, "/users", ADMIN),
    (Method::POST, "/users", ADMIN),
    (Method::POST, "/users/{id}/disable", ADMIN),
    (Method::GET, "/system", ADMIN),
    (Method::GET, "/sessions", SALES),
    (Method::POST, "/sessions", SALES),
    (Method::GET, "/sessions/{id}", SALES),
    (Method::GET, "/sessions/{id}/live", SALES),
    (Method::GET, "/sessions/{id}/client", SALES),
    (Method::POST, "/sessions/{id}/client", SALES),
    (Method::POST, "/sessions/{id}/hand-over", SALES),
    (Method::POST, "/sessions/{id}/take-back", SALES),
    (Method::POST, "/sessions/{id}/utterances", SALES),
    (Method::POST, "/sessions/{id}/preview", SALES),
    (Method::POST, "/sessions/{id}/correction", SALES),
    (Method::POST, "/sessions/{id}/stage", SALES),
    (Method::POST, "/sessions/{id}/status", SALES),
    (Method::POST, "/sessions/{id}/slots", SALES),
    (Method::POST, "/sessions/{id}/objections", SALES),
    (Method::POST, "/sessions/{id}/card", SALES),
    (Method::GET, "/sessions/{id}/strategy", SALES),
    (Method::POST, "/sessions/{id}/strategies", SALES),
    (Method::POST, "/strategies/{id}/rating", SALES),
    (Method::GET, "/knowledge", READERS),
    (Method::GET, "/knowledge/{table}", READERS),
    (Method::GET, "/knowledge/facts/{id}", READERS),
    (Method::POST, "/knowledge/facts/{id}", MANAGER),
    (Method::POST, "/knowledge/undo", MANAGER),
    (Method::GET, "/audit", AUDITOR),
    (Method::POST, "/audit/exports", AUDITOR),
    (Method::GET, "/audit/exports/{name}/{file}", AUDITOR),
    (Method::POST, "/api/analyze", SALES),
    (Method::GET, "/api/sessions", SALES),
    (Method::POST, "/api/sessions", SALES),
    (Method::GET, "/api/sessions/{id}", SALES),
    (Method::PATCH, "/api/sessions/{id}", SALES),
    (Method::POST, "/api/sessions/{id}/corrections", SALES),
    (Method::PUT, "/api/sessions/{id}/slots/{key}", SALES),
    (
        Method::PATCH,
        "/api/sessions/{id}/objections/{objection}",
        SALES,
    ),
    (Method::POST, "/api/sessions/{id}/card", SALES),
    (Method::POST, "/api/strategies", SALES),
    (Method::GET, "/api/strategies/{id}", SALES),
    (Method::GET, "/api/strategies/{id}/events", SALES),
    (Method::POST, "/api/objections/handle", SALES),
    (Method::GET, "/api/playbooks", READERS),
    (Method::POST, "/api/feedback", SALES),
    (Method::GET, "/api/data/{table}", READERS),
    (Method::GET, "/api/openapi.json", Allow::Public),
];

/// The rule of a matched route; `None` closes it.
pub(crate) fn rule(method: &Method, path: &str) -> Option<Allow> {
    // HEAD is answered by the GET route.
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    RULES
        .iter()
        .find(|(m, p, _)| m == method && *p == path)
        .map(|(_, _, allow)| *allow)
}

/// Method, path and roles of every rule, to be walked from outside; without roles it is anyone's.
pub fn access_rules() -> impl Iterator<Item = (&'static str, &'static str, Option<&'static [Role]>)>
{
    RULES.iter().map(|(method, path, allow)| {
        let roles = match allow {
            Allow::Public => None,
            Allow::Roles(roles) => Some(*roles),
        };
        (method.as_str(), *path, roles)
    })
}

/// The methods of a path, for `Allow`.
pub(crate) fn methods(path: &str) -> String {
    let methods: Vec<_> = RULES
        .iter()
        .filter(|(_, p, _)| *p == path)
        .map(|(m, _, _)| m.as_str())
        .collect();
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administrator_and_the_auditor_reach_no_route_with_a_clients_words() {
        for (method, path, allow) in RULES {
            let of_clients = ["sessions", "analyze", "strateg", "objections/handle"];
            if of_clients.iter().any(|part| path.contains(part)) {
                assert_eq!(*allow, SALES, "{method} {path}");
            }
        }
    }

    #[test]
    fn no_route_is_listed_twice() {
        for (i, (method, path, _)) in RULES.iter().enumerate() {
            let again = RULES[i + 1..]
                .iter()
                .any(|(m, p, _)| m == method && p == path);
            assert!(!again, "{method} {path}");
        }
    }
}
