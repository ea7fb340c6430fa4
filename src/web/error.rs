//! One error type for every route, one mapping to status and words, one place that renders it.
//!
//! A handler answers [`Error`]; [`render`] turns it, and every bare error status that the framework
//! makes itself (404, 405, 408, 413, 415, 422), into a page, a notice for htmx, or a problem
//! document (RFC 9457) in the caller's language.
//!
//! Invariant: an error says what to do; a 5xx is logged once, here, and never shows its cause.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use super::{
    i18n::Tr,
    page::{theme, wanted_lang},
};
use crate::advisor::{
    self,
    error::{Error as Cause, Refusal},
    once::PENDING,
};

#[derive(Debug)]
pub(crate) enum Error {
    Advisor(Cause),
    /// No sign-in, or one that has ended.
    Unauthenticated,
    /// The request came from another site, or does not say where from.
    CrossSite,
    /// The tablet is in the client's hands.
    HandedOver,
    /// The Host header names no name of this appliance.
    WrongHost,
    TooMany {
        retry_after_s: u32,
    },
    /// The body cannot be read at all; names the field where it breaks off.
    Malformed {
        field: String,
    },
    /// The body or query can be read, and a field of it is missing, unknown or of the wrong kind.
    Unfit {
        field: String,
    },
    /// What a field of the body or a variable of the path names is not there, or not for this
    /// caller.
    Unknown {
        field: String,
    },
    Status(StatusCode),
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self::Advisor(cause)
    }
}

/// A problem that a caller can meet.
pub(crate) struct Known {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// Whether the answer says when to come back.
    pub(crate) retries: bool,
}

const fn known(status: u16, code: &'static str) -> Known {
    Known {
        status,
        code,
        retries: false,
    }
}

const fn retried(status: u16, code: &'static str) -> Known {
    Known {
        retries: true,
        ..known(status, code)
    }
}

/// Every problem there is, for those who describe them.
pub(crate) const KNOWN: &[Known] = &[
    known(400, "malformed"),
    known(401, "unauthenticated"),
    known(403, "cross_site"),
    known(403, "forbidden"),
    known(403, "handed_over"),
    known(404, "not_found"),
    known(405, "method"),
    known(408, "timeout"),
    known(409, "conflict"),
    known(409, "pending"),
    known(413, "too_large"),
    known(415, "media_type"),
    known(421, "wrong_host"),
    known(422, "invalid"),
    retried(429, "too_many"),
    known(500, "internal"),
    retried(503, "busy"),
    retried(503, "unavailable"),
];

impl Error {
    pub(crate) const NOT_FOUND: Self = Self::Advisor(Cause::NotFound);
    pub(crate) const FORBIDDEN: Self = Self::Advisor(Cause::Forbidden);

    pub(crate) const fn invalid(field: &'static str, why: Refusal) -> Self {
        Self::Advisor(Cause::Invalid { field, why })
    }

    /// An error of a use case that was asked about what a field of the body names.
    pub(crate) fn about(field: &'static str, cause: Cause) -> Self {
        match cause {
            Cause::NotFound => Self::Unknown {
                field: field.to_owned(),
            },
            // The use case's name for what the body calls `session_id`.
            Cause::Invalid {
                field: "session",
                why,
            } => Self::invalid(field, why),
            other => Self::Advisor(other),
        }
    }

    fn problem(&self) -> Problem {
        let of = |status, code| Problem {
            status,
            code,
            field: part_of(code).map(str::to_owned),
            refusal: None,
            retry_after_s: None,
        };
        match self {
            Self::Advisor(cause) => match cause {
                Cause::NotFound => of(StatusCode::NOT_FOUND, "not_found"),
                Cause::Forbidden => of(StatusCode::FORBIDDEN, "forbidden"),
                Cause::Invalid { field, why } => Problem {
                    field: Some((*field).to_owned()),
                    refusal: Some(*why),
                    ..of(StatusCode::UNPROCESSABLE_ENTITY, "invalid")
                },
                Cause::Conflict(PENDING) => of(StatusCode::CONFLICT, "pending"),
                Cause::Conflict(_) => of(StatusCode::CONFLICT, "conflict"),
                Cause::Busy { retry_after_ms } => Problem {
                    retry_after_s: Some(retry_after_ms.div_ceil(1_000).max(1)),
                    ..of(StatusCode::SERVICE_UNAVAILABLE, "busy")
                },
                Cause::Unavailable(why) => {
                    tracing::error!(why, "storage is not available");
                    Problem {
                        retry_after_s: Some(5),
                        ..of(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
                    }
                }
                Cause::Internal(why) => {
                    tracing::error!(why, "a request failed");
                    of(StatusCode::INTERNAL_SERVER_ERROR, "internal")
                }
            },
            Self::Unauthenticated => of(StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::CrossSite => of(StatusCode::FORBIDDEN, "cross_site"),
            Self::HandedOver => of(StatusCode::FORBIDDEN, "handed_over"),
            Self::WrongHost => of(StatusCode::MISDIRECTED_REQUEST, "wrong_host"),
            Self::TooMany { retry_after_s } => Problem {
                retry_after_s: Some(*retry_after_s),
                ..of(StatusCode::TOO_MANY_REQUESTS, "too_many")
            },
            Self::Malformed { field } => Problem {
                field: Some(field.clone()),
                ..of(StatusCode::BAD_REQUEST, "malformed")
            },
            Self::Unfit { field } => Problem {
                field: Some(field.clone()),
                ..of(StatusCode::UNPROCESSABLE_ENTITY, "invalid")
            },
            Self::Unknown { field } => Problem {
                field: Some(field.clone()),
                ..of(StatusCode::NOT_FOUND, "not_found")
            },
            Self::Status(status) => of(*status, code_of(*status)),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let mut response = problem.status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}

/// What a status says when the framework answered by itself.
fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "media_type",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        status if status.is_server_error() => "internal",
        _ => "malformed",
    }
}

/// The part of the request that a code is about, where it is always the same.
fn part_of(code: &str) -> Option<&'static str> {
    match code {
        "unauthenticated" => Some("authorization"),
        "cross_site" => Some("origin"),
        "wrong_host" => Some("host"),
        "method" => Some("method"),
        "media_type" => Some("content-type"),
        "too_large" | "malformed" => Some("body"),
        _ => None,
    }
}

/// An error on its way out, before it is put into words.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    field: Option<String>,
    refusal: Option<Refusal>,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// Says which variable of the path led nowhere, where nothing else is to blame.
    pub(crate) fn name_variable(&mut self, variable: Option<&str>) {
        if self.code == "not_found" && self.field.is_none() {
            self.field = variable.map(str::to_owned);
        }
    }

    fn title(&self, tr: Tr) -> String {
        tr.t(format!("problem-{}", self.code.replace('_', "-")))
    }

    /// A sentence that names the field and says what to do.
    fn detail(&self, tr: Tr) -> String {
        let field = self.field.as_deref().unwrap_or("body");
        match self.refusal {
            Some(why) => refusal(tr, field, why),
            None if matches!(self.code, "malformed" | "invalid") => {
                tr.a("problem-malformed-detail", "field", field_name(tr, field))
            }
            None => tr.t(format!("problem-{}-detail", self.code.replace('_', "-"))),
        }
    }
}

/// The name of a field as people read it; a field that has none keeps its technical name.
fn field_name(tr: Tr, field: &str) -> String {
    let key = format!("field-{}", field.replace(['_', '.'], "-"));
    tr.try_t(&key)
        .or_else(|| tr.try_t(&format!("slot-{field}")))
        .unwrap_or_else(|| field.to_owned())
}

/// Why a field was refused, in a sentence.
pub(crate) fn refusal(tr: Tr, field: &str, why: Refusal) -> String {
    let field = field_name(tr, field);
    match why {
        Refusal::TooLong { max } => tr.field_n("refused-too-long", &field, max),
        Refusal::TooShort { min } => tr.field_n("refused-too-short", &field, min),
        Refusal::Missing => tr.a("refused-missing", "field", field),
        Refusal::NotText => tr.a("refused-not-text", "field", field),
        Refusal::NotAChoice => tr.a("refused-not-a-choice", "field", field),
        Refusal::NotANumber => tr.a("refused-not-a-number", "field", field),
        Refusal::NotADate => tr.a("refused-not-a-date", "field", field),
        Refusal::OutOfRange => tr.a("refused-out-of-range", "field", field),
        Refusal::Guessable => tr.a("refused-guessable", "field", field),
        Refusal::Taken => tr.a("refused-taken", "field", field),
        Refusal::Guarded => tr.a("refused-guarded", "field", field),
        Refusal::WrongState => tr.a("refused-wrong-state", "field", field),
    }
}

/// The body of an RFC 9457 problem document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProblemDocument {
    /// `urn:bigdecoder:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(examples("urn:bigdecoder:problem:invalid"))]
    kind: String,
    /// What is wrong, in the caller's language.
    title: String,
    /// That of the answer.
    status: u16,
    /// One sentence that says what to do, in the caller's language.
    detail: String,
    /// The part of the request that was refused: a field, a header, a variable of the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    tr: Tr,
    theme: &'static str,
    title: String,
    detail: String,
    status: u16,
    signed_out: bool,
}

#[derive(Template)]
#[template(path = "_notice.html")]
struct Notice {
    title: String,
    detail: String,
}

/// How the caller reads an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Machine,
    Htmx,
    Person,
}

/// The middleware that puts every error into words.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let tr = Tr(wanted_lang(request.headers()));
    let theme = theme(request.headers());
    let path = request.uri().path();
    let reader = if path.starts_with("/api/") || path == "/health" {
        Reader::Machine
    } else if request.headers().contains_key("hx-request") {
        Reader::Htmx
    } else {
        Reader::Person
    };
    let mut response = next.run(request).await;
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>();
    let problem = match problem {
        Some(problem) => problem,
        None if is_bare_error(&response) => Error::Status(status).problem(),
        None => return response,
    };
    let mut answer = word(&problem, tr, theme, reader);
    for name in [header::ALLOW, header::SET_COOKIE, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// An error status whose body no handler of ours wrote.
fn is_bare_error(response: &Response) -> bool {
    let written = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    (response.status().is_client_error() || response.status().is_server_error()) && !written
}

fn word(problem: &Problem, tr: Tr, theme: &'static str, reader: Reader) -> Response {
    let (title, detail) = (problem.title(tr), problem.detail(tr));
    let mut response = match reader {
        Reader::Machine => document(problem, title, detail),
        Reader::Htmx => htmx(problem, title, detail),
        Reader::Person => {
            let page = ErrorPage {
                tr,
                theme,
                title,
                detail,
                status: problem.status.as_u16(),
                signed_out: problem.code == "unauthenticated",
            };
            page.render().map(Html).into_response_or_empty()
        }
    };
    *response.status_mut() = problem.status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if problem.code == "unauthenticated" && reader == Reader::Machine {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn document(problem: &Problem, title: String, detail: String) -> Response {
    let body = ProblemDocument {
        kind: format!("urn:bigdecoder:problem:{}", problem.code),
        title,
        status: problem.status.as_u16(),
        detail,
        field: problem.field.clone(),
    };
    let kind = HeaderValue::from_static("application/problem+json");
    (
        [(header::CONTENT_TYPE, kind)],
        serde_json::to_string(&body).unwrap_or_default(),
    )
        .into_response()
}

/// A notice beside the work, which stays as it is; a lost sign-in goes to the login page.
fn htmx(problem: &Problem, title: String, detail: String) -> Response {
    if problem.code == "unauthenticated" {
        return ([("hx-redirect", "/login")], "").into_response();
    }
    let mut response = Notice { title, detail }
        .render()
        .map(Html)
        .into_response_or_empty();
    let headers = response.headers_mut();
    headers.insert("hx-retarget", HeaderValue::from_static("#notices"));
    headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    response
}

trait OrEmpty {
    fn into_response_or_empty(self) -> Response;
}

impl OrEmpty for std::result::Result<Html<String>, askama::Error> {
    /// A template that fails while it words an error leaves the bare status.
    fn into_response_or_empty(self) -> Response {
        self.map_or_else(
            |error| {
                tracing::error!(%error, "an error page could not be written");
                ().into_response()
            },
            IntoResponse::into_response,
        )
    }
}

impl From<advisor::access::LoginError> for Error {
    fn from(error: advisor::access::LoginError) -> Self {
        match error {
            advisor::access::LoginError::Wrong => Self::Unauthenticated,
            advisor::access::LoginError::Wait { seconds } => Self::TooMany {
                retry_after_s: seconds,
            },
            advisor::access::LoginError::Other(cause) => Self::Advisor(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each error, as far as they lead to problems of their own.
    fn all() -> Vec<Error> {
        let of = |status: u16| Error::Status(StatusCode::from_u16(status).unwrap());
        let causes = [
            Cause::NotFound,
            Cause::Forbidden,
            Cause::Invalid {
                field: "text",
                why: Refusal::Missing,
            },
            Cause::Conflict("revision"),
            Cause::Conflict(PENDING),
            Cause::Busy { retry_after_ms: 1 },
            Cause::Unavailable(String::new()),
            Cause::Internal(String::new()),
        ];
        let mut errors = vec![
            Error::Unauthenticated,
            Error::CrossSite,
            Error::HandedOver,
            Error::WrongHost,
            Error::TooMany { retry_after_s: 1 },
            Error::Malformed {
                field: "text".to_owned(),
            },
            Error::Unfit {
                field: "text".to_owned(),
            },
            Error::Unknown {
                field: "session_id".to_owned(),
            },
        ];
        errors.extend(causes.map(Error::Advisor));
        errors.extend([400, 404, 405, 408, 413, 415, 500, 503].map(of));
        errors
    }

    #[test]
    fn the_table_holds_every_problem_and_no_other() {
        let found: std::collections::BTreeSet<_> = all()
            .iter()
            .map(Error::problem)
            .map(|p| (p.status.as_u16(), p.code))
            .collect();
        let listed: Vec<_> = KNOWN.iter().map(|k| (k.status, k.code)).collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), listed);
    }

    #[test]
    fn every_problem_has_words_and_says_when_to_come_back_as_listed() {
        for error in all() {
            let problem = error.problem();
            let known = KNOWN.iter().find(|known| known.code == problem.code);
            // The framework's own 503 knows no time.
            if !matches!(error, Error::Status(_)) {
                let retries = known.is_some_and(|known| known.retries);
                assert_eq!(retries, problem.retry_after_s.is_some(), "{}", problem.code);
            }
            for lang in crate::domain::labels::Lang::ALL {
                let (title, detail) = (problem.title(Tr(*lang)), problem.detail(Tr(*lang)));
                assert!(
                    !title.starts_with('[') && !detail.starts_with('['),
                    "{title} {detail}"
                );
            }
        }
    }
}
