//! Handing the tablet to the client, and the PIN by which its seller takes it back.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::Signed,
    error::{Result, refusal},
    extract::{Form, Path, Query},
    page::{Layout, Page},
};
use crate::{
    advisor::{access::HandOver, error::Error as Cause},
    domain::id::SessionId,
};

/// `POST /sessions/{id}/hand-over`: the client's screen, or the choice of a PIN before the first.
pub(crate) async fn hand_over(
    State(state): State<AppState>,
    signed: Signed,
    Path(session): Path<SessionId>,
) -> Result<Redirect> {
    Ok(Redirect::to(&next(&state, &signed, session).await?))
}

async fn next(state: &AppState, signed: &Signed, session: SessionId) -> Result<String> {
    Ok(
        match state.advisor.hand_over(&signed.caller, session).await? {
            HandOver::Held => {
                // No copy of a page with a profile may come back while storage is away.
                state.cache.clear();
                client_screen(session)
            }
            HandOver::NeedsPin => format!("/account/pin?session={session}"),
        },
    )
}

/// The address that a held sign-in stays on.
pub(crate) fn client_screen(session: SessionId) -> String {
    format!("/sessions/{session}/client")
}

/// Whether a sign-in that is held to the client screen of `session` may use this address: the
/// screen itself, the way back with the PIN, and the way out.
pub(crate) fn open_while_held(path: &str, session: SessionId) -> bool {
    path == client_screen(session)
        || path == format!("/sessions/{session}/take-back")
        || path == "/logout"
}

#[derive(Template)]
#[template(path = "pin.html")]
struct PinPage {
    l: Layout,
    /// The visit whose client screen is wanted afterwards.
    session: Option<SessionId>,
    has_pin: bool,
    problem: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct For {
    session: Option<SessionId>,
}

/// `GET /account/pin`
pub(crate) async fn form(
    State(state): State<AppState>,
    signed: Signed,
    Query(wanted): Query<For>,
) -> Result<Response> {
    Ok(Page(PinPage {
        l: signed.layout("account"),
        session: wanted.session,
        has_pin: state.advisor.has_pin(&signed.caller).await?,
        problem: None,
    })
    .into_response())
}

#[derive(Deserialize)]
pub(crate) struct PinForm {
    #[serde(default)]
    pin: String,
    #[serde(default)]
    current_password: String,
    session: Option<SessionId>,
}

/// `POST /account/pin`: stores the PIN, and goes on to the client screen if that was wanted.
pub(crate) async fn choose(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<PinForm>,
) -> Result<Response> {
    let chosen = state
        .advisor
        .set_pin(&signed.caller, form.pin.trim(), &form.current_password)
        .await;
    match chosen {
        Ok(()) => {
            let to = match form.session {
                Some(session) => next(&state, &signed, session).await?,
                None => "/account".to_owned(),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(Cause::Invalid { field, why }) => {
            let page = PinPage {
                l: signed.layout("account"),
                session: form.session,
                has_pin: state.advisor.has_pin(&signed.caller).await?,
                problem: Some(refusal(signed.tr(), field, why)),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_sign_in_reaches_its_own_screen_and_no_other_page() {
        let session = SessionId(uuid::Uuid::from_u128(1));
        let other = SessionId(uuid::Uuid::from_u128(2));
        for path in [
            format!("/sessions/{session}/client"),
            format!("/sessions/{session}/take-back"),
            "/logout".to_owned(),
        ] {
            assert!(open_while_held(&path, session), "{path}");
        }
        for path in [
            "/".to_owned(),
            "/sessions".to_owned(),
            format!("/sessions/{session}"),
            format!("/sessions/{session}/live"),
            format!("/sessions/{session}/strategy"),
            format!("/sessions/{other}/client"),
            format!("/sessions/{session}/client/../strategy"),
            "/account".to_owned(),
            "/account/pin".to_owned(),
            "/knowledge".to_owned(),
            format!("/api/sessions/{session}"),
        ] {
            assert!(!open_while_held(&path, session), "{path}");
        }
    }
}
