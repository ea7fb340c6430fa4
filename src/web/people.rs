//! Accounts and the state of the machine, for IT, and the health document for monitoring.
//!
//! Invariant: nothing here holds a client's words.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::Signed,
    error::{Result, refusal},
    extract::{Form, Path},
    page::{Layout, Page},
};
use crate::{
    advisor::{
        access::{Account, NewAccount},
        error::{Error as Cause, Refusal},
        generate::Kind,
        health::{HealthView, WriterState as Health},
    },
    domain::{id::UserId, labels::Role},
};

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    l: Layout,
    accounts: Vec<Account>,
    me: UserId,
    problem: Option<String>,
}

/// `GET /users`
pub(crate) async fn users(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    let accounts = state.advisor.accounts(&signed.caller).await?;
    let page = UsersPage {
        l: signed.layout("users"),
        accounts,
        me: signed.caller.user,
        problem: None,
    };
    Ok(Page(page).into_response())
}

#[derive(Deserialize)]
pub(crate) struct AccountForm {
    name: String,
    password: String,
    role: String,
}

/// `POST /users`
pub(crate) async fn create(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<AccountForm>,
) -> Result<Response> {
    let made = match Role::from_id(&form.role) {
        Some(role) => {
            let account = NewAccount {
                name: form.name,
                password: form.password,
                role,
            };
            state.advisor.create_account(&signed.caller, account).await
        }
        None => Err(Cause::invalid("role", Refusal::NotAChoice)),
    };
    match made {
        Ok(_) => Ok(Redirect::to("/users").into_response()),
        Err(Cause::Invalid { field, why }) => {
            let accounts = state.advisor.accounts(&signed.caller).await?;
            let problem = Some(refusal(signed.tr(), field, why));
            let page = UsersPage {
                l: signed.layout("users"),
                accounts,
                me: signed.caller.user,
                problem,
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

/// `POST /users/{id}/disable`
pub(crate) async fn disable(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<UserId>,
) -> Result<Redirect> {
    state.advisor.disable_account(&signed.caller, id).await?;
    Ok(Redirect::to("/users"))
}

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    l: Layout,
    health: HealthView,
    uptime_min: u64,
}

impl SystemPage {
    /// In the largest unit that gives a whole number worth reading.
    fn uptime(&self) -> String {
        match self.uptime_min {
            minutes @ 0..120 => self.l.tr.n("system-uptime", minutes),
            minutes @ 120..2_880 => self.l.tr.n("system-uptime-h", minutes / 60),
            minutes => self.l.tr.n("system-uptime-d", minutes / 1_440),
        }
    }
}

/// `GET /system`
pub(crate) async fn system(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    Ok(Page(SystemPage {
        l: signed.layout("system"),
        health: state.advisor.health().await,
        uptime_min: state.limits.uptime_s() / 60,
    })
    .into_response())
}

/// Whether the appliance works
///
/// 200 while requests can be answered, else 503, in both cases the same document. It holds not a
/// word about any client.
#[utoipa::path(get, path = "/health", operation_id = "read_health", tag = "appliance", responses(
    (status = 200, description = "It works", body = HealthView),
    (status = 503, description = "It does not", body = HealthView)))]
pub(crate) async fn health(State(state): State<AppState>) -> Response {
    let health = state.advisor.health().await;
    let status = if health.ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health)).into_response()
}
