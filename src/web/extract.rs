//! Parts of a request as types; a refusal names the part that was refused.
//!
//! Invariant: the words of a parser never reach an answer, since they quote what was sent.

use axum::{
    extract::{
        FromRequest, FromRequestParts, RawPathParams, Request,
        path::ErrorKind,
        rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection},
    },
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::error::{Error, Result};

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => Err(Error::Unfit {
                field: field_in(&error.body_text()),
            }),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(Error::Malformed {
                field: field_in(&error.body_text()),
            }),
            Err(other) => Err(Error::Status(other.status())),
        }
    }
}

/// The fields of a form.
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(form)) => Ok(Self(form)),
            Err(FormRejection::FailedToDeserializeForm(error)) => Err(Error::Unfit {
                field: field_in(&error.body_text()),
            }),
            Err(FormRejection::FailedToDeserializeFormBody(error)) => Err(Error::Unfit {
                field: field_in(&error.body_text()),
            }),
            Err(other) => Err(Error::Status(other.status())),
        }
    }
}

/// The query of an address.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => Err(Error::Unfit {
                field: field_in(&error.body_text()),
            }),
            Err(other) => Err(Error::Status(other.status())),
        }
    }
}

/// The variable parts of an address. One that cannot be is one that is not there.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(PathRejection::FailedToDeserializePathParams(refused)) => {
                let given = RawPathParams::from_request_parts(parts, state).await.ok();
                let named = refused_variable(refused.kind(), given.as_ref());
                Err(named.map_or(Error::NOT_FOUND, |field| Error::Unknown { field }))
            }
            Err(_) => Err(Error::NOT_FOUND),
        }
    }
}

/// The first variable of a route: what a "not found" is about.
pub(crate) fn variable(route: &str) -> Option<&str> {
    let (_, rest) = route.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    Some(name.trim_start_matches('*'))
}

/// The variable of a path that could not be read, where it is not the first.
fn refused_variable(refused: &ErrorKind, given: Option<&RawPathParams>) -> Option<String> {
    let name = |(name, _): (&str, &str)| name.to_owned();
    match refused {
        ErrorKind::ParseErrorAtKey { key, .. }
        | ErrorKind::InvalidUtf8InPathParam { key }
        | ErrorKind::DeserializeError { key, .. } => Some(key.clone()),
        ErrorKind::ParseErrorAtIndex { index, .. } => given?.iter().nth(*index).map(name),
        // serde quotes the word that is in no list of words.
        ErrorKind::Message(said) => {
            let word = said.split('`').nth(1)?;
            given?.iter().find(|(_, value)| *value == word).map(name)
        }
        _ => None,
    }
}

/// The field that a rejection of axum is about: it says "what failed: path: why", or that a field
/// is missing, unknown or there twice.
fn field_in(text: &str) -> String {
    let said = text.split_once(": ").map_or(text, |(_, said)| said);
    for lead in ["missing field `", "unknown field `", "duplicate field `"] {
        if let Some((name, _)) = said
            .strip_prefix(lead)
            .and_then(|rest| rest.split_once('`'))
        {
            return name.to_owned();
        }
    }
    match said.split_once(": ") {
        Some((path, _)) if is_path(path) => path.to_owned(),
        _ => "body".to_owned(),
    }
}

fn is_path(text: &str) -> bool {
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.[]".contains(c);
    !text.is_empty() && text.len() <= 60 && text.chars().all(fit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Speaker;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Said {
        text: String,
        speaker: Speaker,
    }

    #[test]
    fn a_refusal_names_the_field_and_quotes_nothing() {
        for (body, field) in [
            (&br#"{"text": 5, "speaker": "client"}"#[..], "text"),
            (br#"{"text": "a", "speaker": "dog"}"#, "speaker"),
            (br#"{"text": "a"}"#, "speaker"),
            (br#"{"text": "a", "speaker": "client", "mood": 1}"#, "mood"),
            (br#"{"text": "a", "text": "b"}"#, "text"),
            (b"{\"text\": \"\xff\"}", "text"),
            (br#"{"text": "\ud800"}"#, "text"),
            (br#"{"text": "a""#, "body"),
            (b"[]", "body"),
            (b"", "body"),
        ] {
            let refused = axum::Json::<Said>::from_bytes(body)
                .unwrap_err()
                .body_text();
            assert_eq!(field_in(&refused), field, "{refused}");
        }
    }
}
