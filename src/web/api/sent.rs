//! What a machine sends: bodies, queries and places in a path.
//!
//! Invariant: a refusal names the field, never the value, and an unknown field or parameter is
//! refused, so that a typing error is no silent wish.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, QueryRejection},
    },
    http::{HeaderMap, request::Parts},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::super::error::{Error, Result};
use crate::advisor::{
    error::Refusal,
    once::{self, OnceKey},
};

/// Characters of an `Idempotency-Key`.
const KEY_LENGTH: usize = 200;
/// Characters of an unknown field's name that are said back.
const NAME_LENGTH: usize = 60;

/// A JSON body, and the key under which the request is done once, if it has one.
pub(crate) struct Sent<T> {
    pub(crate) body: T,
    pub(crate) once: Option<OnceKey>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let key = key(request.headers())?;
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, state)
            .await
            .map_err(|rejection| Error::Status(rejection.status()))?;
        let once = key.map(|key| OnceKey {
            key,
            request: hash(&parts, &bytes),
        });
        let again = Request::from_parts(parts, Body::from(bytes));
        let Json(body) = Json::<T>::from_request(again, state).await.map_err(json)?;
        Ok(Self { body, once })
    }
}

/// What a query asks for.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => Err(Error::Malformed {
                field: named(&error.body_text()),
            }),
            Err(other) => Err(Error::Status(other.status())),
        }
    }
}

/// What stands in the path; an id that is none names nothing.
pub(crate) struct At<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(place)) => Ok(Self(place)),
            Err(_) => Err(Error::NOT_FOUND),
        }
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(once::FIELD) else {
        return Ok(None);
    };
    let refused = |why| Error::invalid(once::FIELD, why);
    let text = value.to_str().map_err(|_| refused(Refusal::NotText))?;
    if text.is_empty() {
        return Err(refused(Refusal::Missing));
    }
    if text.len() > KEY_LENGTH {
        let max = KEY_LENGTH as u32;
        return Err(refused(Refusal::TooLong { max }));
    }
    Ok(Some(text.to_owned()))
}

/// Two requests are one if method, path and body are.
fn hash(parts: &Parts, body: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

fn json(rejection: JsonRejection) -> Error {
    match rejection {
        JsonRejection::JsonDataError(error) => Error::Malformed {
            field: named(&error.body_text()),
        },
        // To serde_json a number where a word belongs is an error of syntax, at a path.
        JsonRejection::JsonSyntaxError(error) => Error::Malformed {
            field: named(&error.body_text()),
        },
        other => Error::Status(other.status()),
    }
}

/// The field that a message of serde is about: it names an unknown or missing one between back
/// quotes, and leads with the path to a wrong value.
fn named(text: &str) -> String {
    for lead in ["unknown field `", "missing field `", "duplicate field `"] {
        if let Some(name) = text
            .split_once(lead)
            .and_then(|(_, rest)| rest.split('`').next())
        {
            return name.chars().take(NAME_LENGTH).collect();
        }
    }
    let said = ["target type: ", "as JSON: ", "query string: "]
        .iter()
        .find_map(|lead| text.split_once(lead))
        .map_or(text, |(_, said)| said);
    let path = said.split(": ").next().unwrap_or_default();
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    if !path.is_empty() && path.len() < said.len() && path.chars().all(is_path) {
        path.to_owned()
    } else {
        "body".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::domain::visit::Status;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Body {
        status: Status,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Inner {
        n: Vec<u8>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Asked {
        status: Option<Status>,
        limit: Option<u16>,
    }

    #[test]
    fn a_refusal_names_the_field_and_not_the_value() {
        for (text, field) in [
            (r#"{"status": "secret words"}"#, "status"),
            (r#"{"status": 7}"#, "status"),
            (r#"{"status": "active", "other": 1}"#, "other"),
            (r#"{"inner": null}"#, "status"),
            (r#"{"status": "active", "status": "active"}"#, "status"),
            (
                r#"{"status": "active", "inner": {"n": [1, "x"]}}"#,
                "inner.n[1]",
            ),
            (r#"{"status": "active""#, "body"),
            (r#"["active"]"#, "body"),
            ("\"text\"", "body"),
        ] {
            let error = json(Json::<Body>::from_bytes(text.as_bytes()).unwrap_err());
            match error {
                Error::Malformed { field: found } => assert_eq!(found, field, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_query_is_refused_by_its_parameter() {
        for (query, field) in [
            ("statsu=active", "statsu"),
            ("status=nonsense", "status"),
            ("limit=many", "limit"),
            ("limit=1&limit=2", "limit"),
        ] {
            let uri = format!("/x?{query}").parse().unwrap();
            match Query::<Asked>::try_from_uri(&uri) {
                Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                    assert_eq!(named(&error.body_text()), field, "{query}");
                }
                other => panic!("{query}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_key_is_visible_text_of_bounded_length() {
        let with = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(once::FIELD, value.try_into().unwrap());
            key(&headers)
        };
        assert!(key(&HeaderMap::new()).unwrap().is_none());
        assert_eq!(with(b"a-1").unwrap().as_deref(), Some("a-1"));
        for refused in [&b""[..], &[b'a'; 201], "ż".as_bytes()] {
            assert!(with(refused).is_err(), "{refused:?}");
        }
    }
}
