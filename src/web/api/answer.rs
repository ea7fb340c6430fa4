//! What a machine is answered: JSON with a tag, and changes that are made once.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::{
    AppState,
    auth::Signed,
    error::{Error, Result},
};
use crate::{
    advisor::{
        Advisor,
        error::Error as Cause,
        once::{Answer, Begun, OnceKey},
        view::SessionView,
    },
    domain::{hex::hex, id::SessionId},
};

/// Says that a request was done before, and its answer is that of then.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How a change is answered.
pub(super) struct Change {
    pub(super) status: StatusCode,
    pub(super) once: Option<OnceKey>,
    /// The visit whose client's words the answer may hold.
    pub(super) about: Option<SessionId>,
    /// The field of the body that names what is changed; the path names it where there is none.
    pub(super) named: Option<&'static str>,
    /// Where what was made is found: this, and the `id` of the answer.
    pub(super) found_at: Option<&'static str>,
}

impl Change {
    pub(super) const fn of(about: SessionId, once: Option<OnceKey>) -> Self {
        Self {
            status: StatusCode::OK,
            once,
            about: Some(about),
            named: None,
            found_at: None,
        }
    }
}

/// Makes a change. One with a key is made to its end also when the caller has gone: a repeated
/// request is then answered as the first would have been.
pub(super) async fn make<A, F>(
    state: &AppState,
    signed: &Signed,
    change: Change,
    work: impl FnOnce(Advisor) -> F,
) -> Result<Response>
where
    A: Serialize,
    F: Future<Output = std::result::Result<A, Cause>> + Send + 'static,
{
    let Change {
        status,
        once,
        about,
        named,
        found_at,
    } = change;
    let refused = move |cause| match named {
        Some(field) => Error::about(field, cause),
        None => Error::Advisor(cause),
    };
    let Some(key) = once else {
        let made = work(state.advisor.clone()).await.map_err(refused)?;
        let body = text(&made)?;
        return Ok(json(status, body, found_at));
    };
    let begun = state.advisor.begin(&signed.caller, key, about).await;
    let advisor = match begun.map_err(refused)? {
        Begun::Again(answer) => return again(answer, found_at),
        Begun::First(advisor) => advisor,
    };
    let work = work(advisor.clone());
    let done = tokio::spawn(async move {
        let body = text(&work.await.map_err(refused)?)?;
        let answer = Answer {
            status: status.as_u16(),
            body,
        };
        advisor.keep(&answer).await;
        Ok::<_, Error>(answer.body)
    });
    let body = done
        .await
        .map_err(|error| Cause::Internal(error.to_string()))??;
    Ok(json(status, body, found_at))
}

/// A change of a visit, answered with the visit as it then stands.
pub(super) async fn change<F>(
    state: &AppState,
    signed: &Signed,
    id: SessionId,
    once: Option<OnceKey>,
    work: impl FnOnce(Advisor) -> F,
) -> Result<Response>
where
    F: Future<Output = std::result::Result<(), Cause>> + Send + 'static,
{
    let caller = signed.caller.clone();
    make(state, signed, Change::of(id, once), |advisor| {
        let changed = work(advisor.clone());
        async move {
            changed.await?;
            advisor.session(&caller, id).await as std::result::Result<SessionView, Cause>
        }
    })
    .await
}

fn again(answer: Answer, found_at: Option<&'static str>) -> Result<Response> {
    let status =
        StatusCode::from_u16(answer.status).map_err(|error| Cause::Internal(error.to_string()))?;
    let mut response = json(status, answer.body, found_at);
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// An answer with its tag; 304 where the caller has it already.
pub(super) fn tagged<A: Serialize>(headers: &HeaderMap, answer: &A) -> Result<Response> {
    let body = text(answer)?;
    let digest = Sha256::digest(body.as_bytes());
    // Weak, since the same answer is also sent compressed.
    let tag = format!("W/\"{}\"", hex(&digest[..16]));
    let mut response = if has(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        json(StatusCode::OK, body, None)
    };
    let tag = HeaderValue::from_str(&tag).map_err(|e| Cause::Internal(e.to_string()))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == tag || known == "*")
}

fn text<A: Serialize>(answer: &A) -> Result<String> {
    serde_json::to_string(answer).map_err(|error| Cause::Internal(error.to_string()).into())
}

fn json(status: StatusCode, body: String, found_at: Option<&'static str>) -> Response {
    let place = found_at.and_then(|at| {
        let made: serde_json::Value = serde_json::from_str(&body).ok()?;
        HeaderValue::from_str(&format!("{at}{}", made["id"].as_str()?)).ok()
    });
    let kind = HeaderValue::from_static("application/json");
    let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    if let Some(place) = place {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_known_is_not_sent_again() {
        let first = tagged(&HeaderMap::new(), &[1, 2]).unwrap();
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].clone();
        let mut headers = HeaderMap::new();
        let both = format!("W/\"other\", {}", tag.to_str().unwrap());
        headers.insert(header::IF_NONE_MATCH, both.parse().unwrap());
        let second = tagged(&headers, &[1, 2]).unwrap();
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.headers()[header::ETAG], tag);
        let changed = tagged(&headers, &[1, 3]).unwrap();
        assert_eq!(changed.status(), StatusCode::OK);
    }
}
