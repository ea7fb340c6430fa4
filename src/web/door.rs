//! The way in and out: set-up, sign-in, account, language and theme.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::{self, Anyone, Signed},
    error::{Error, Result, refusal},
    extract::{Form, Path, Query},
    page::{LANG_COOKIE, Layout, Page, THEME_COOKIE},
};
use crate::{
    advisor::{
        access::{LoginError, NewAccount, Token},
        error::{Error as Cause, Refusal},
    },
    domain::{
        id::TokenId,
        labels::{Lang, Role},
    },
};

const YEAR_S: i64 = 365 * 24 * 60 * 60;

/// `GET /`: where the role's work begins.
pub(crate) async fn home(signed: Signed) -> Redirect {
    Redirect::to(match signed.caller.role {
        Role::Seller | Role::Manager => "/sessions",
        Role::Admin => "/system",
        Role::Auditor => "/audit",
        Role::Privacy => "/account",
    })
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    l: Layout,
    secure: bool,
    name: String,
    problem: Option<String>,
}

/// `GET /login`; a fresh appliance has nobody to sign in and says how to begin.
pub(crate) async fn login_form(State(state): State<AppState>, anyone: Anyone) -> Response {
    if anyone.caller.is_some() {
        return Redirect::to("/").into_response();
    }
    Page(LoginPage {
        l: anyone.layout(),
        secure: state.secure,
        name: String::new(),
        problem: None,
    })
    .into_response()
}

#[derive(Deserialize)]
pub(crate) struct LoginForm {
    name: String,
    password: String,
}

/// `POST /login`
pub(crate) async fn login(
    State(state): State<AppState>,
    anyone: Anyone,
    Form(form): Form<LoginForm>,
) -> Result<Response> {
    let l = anyone.layout();
    let (status, problem) = match state.advisor.login(form.name.trim(), &form.password).await {
        Ok(secret) => {
            let cookie = auth::sign_in(&state, &secret);
            return Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response());
        }
        Err(LoginError::Wrong) => (StatusCode::UNAUTHORIZED, l.tr.t("login-wrong")),
        Err(LoginError::Wait { seconds }) => {
            (StatusCode::TOO_MANY_REQUESTS, l.tr.n("login-wait", seconds))
        }
        Err(LoginError::Other(cause)) => return Err(cause.into()),
    };
    let page = LoginPage {
        l,
        secure: state.secure,
        name: form.name,
        problem: Some(problem),
    };
    Ok((status, Page(page)).into_response())
}

/// `POST /logout`: the browser forgets what it kept of us.
pub(crate) async fn logout(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    state.advisor.logout(&signed.caller).await?;
    let headers = [
        (header::SET_COOKIE, auth::sign_out(&state)),
        (
            header::HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        ),
    ];
    Ok((headers, Redirect::to("/login")).into_response())
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    l: Layout,
    key: String,
    form: SetupForm,
    problem: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SetupKey {
    #[serde(default)]
    key: String,
}

/// `GET /setup?key=…`: the one-time link that the server printed.
pub(crate) async fn setup_form(
    State(state): State<AppState>,
    anyone: Anyone,
    Query(query): Query<SetupKey>,
) -> Result<Response> {
    if !state.advisor.setup_is_open(&query.key) {
        return Err(Error::NOT_FOUND);
    }
    let page = SetupPage {
        l: anyone.layout(),
        key: query.key,
        form: SetupForm::default(),
        problem: None,
    };
    Ok(Page(page).into_response())
}

#[derive(Deserialize, Default)]
pub(crate) struct SetupForm {
    #[serde(default)]
    key: String,
    name: String,
    password: String,
    role: String,
    admin_name: String,
    admin_password: String,
}

/// `POST /setup`: the first two accounts, and a sign-in as the one who sells.
pub(crate) async fn setup(
    State(state): State<AppState>,
    anyone: Anyone,
    Form(form): Form<SetupForm>,
) -> Result<Response> {
    // Neither an unknown role nor the administrator's is one of the two that are taken here.
    let role = Role::from_id(&form.role).unwrap_or(Role::Admin);
    let account = |name: &str, password: &str, role| NewAccount {
        name: name.to_owned(),
        password: password.to_owned(),
        role,
    };
    let admin = account(&form.admin_name, &form.admin_password, Role::Admin);
    let first = account(&form.name, &form.password, role);
    match state.advisor.set_up(&form.key, admin, first).await {
        Ok(secret) => {
            let cookie = auth::sign_in(&state, &secret);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sessions")).into_response())
        }
        Err(Cause::Invalid { field, why }) => {
            let l = anyone.layout();
            let problem = Some(refusal(l.tr, field, why));
            let page = SetupPage {
                l,
                key: form.key.clone(),
                form,
                problem,
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

#[derive(Template)]
#[template(path = "trust.html")]
struct TrustPage {
    l: Layout,
    has_ca: bool,
}

/// `GET /trust`: how a device comes to trust this appliance.
pub(crate) async fn trust(State(state): State<AppState>, anyone: Anyone) -> Response {
    Page(TrustPage {
        l: anyone.layout(),
        has_ca: state.ca_pem.is_some(),
    })
    .into_response()
}

/// `GET /trust/ca.crt`
pub(crate) async fn ca(State(state): State<AppState>) -> Result<Response> {
    let pem = state.ca_pem.as_deref().ok_or(Error::NOT_FOUND)?;
    let kind = [(header::CONTENT_TYPE, "application/x-x509-ca-cert")];
    Ok((kind, pem.to_owned()).into_response())
}

#[derive(Deserialize)]
pub(crate) struct Preferences {
    lang: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /preferences`: language and theme of this browser.
pub(crate) async fn preferences(
    State(state): State<AppState>,
    Form(form): Form<Preferences>,
) -> Result<Response> {
    // Only a path of our own, so that the form cannot send a person elsewhere.
    let own =
        form.back.starts_with('/') && !form.back.starts_with("//") && !form.back.contains('\\');
    let back = if own { form.back.as_str() } else { "/account" };
    let mut response = Redirect::to(back).into_response();
    let refused = |field| Error::invalid(field, Refusal::NotAChoice);
    let lang = match form.lang.as_deref() {
        Some(id) => {
            let lang = Lang::from_id(id).ok_or_else(|| refused("lang"))?;
            Some((LANG_COOKIE, lang.id()))
        }
        None => None,
    };
    let theme = match form.theme.as_deref() {
        Some("light") => Some((THEME_COOKIE, "light")),
        Some("dark") => Some((THEME_COOKIE, "dark")),
        Some("system") => Some((THEME_COOKIE, "system")),
        Some(_) => return Err(refused("theme")),
        None => None,
    };
    for (name, value) in [lang, theme].into_iter().flatten() {
        let cookie = auth::set_cookie(state.secure, name, value, YEAR_S, true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    l: Layout,
    /// Whether a PIN is chosen; `None` for who never hands a screen to a client.
    has_pin: Option<bool>,
    tokens: Vec<Token>,
    /// A token just issued: shown once.
    fresh: Option<String>,
    problem: Option<String>,
    changed: bool,
}

async fn account_page(state: &AppState, signed: &Signed) -> Result<AccountPage> {
    let tokens = state.advisor.tokens(&signed.caller).await?;
    let has_pin = if matches!(signed.caller.role, Role::Seller | Role::Manager) {
        Some(state.advisor.has_pin(&signed.caller).await?)
    } else {
        None
    };
    Ok(AccountPage {
        l: signed.layout("account"),
        has_pin,
        tokens,
        fresh: None,
        problem: None,
        changed: false,
    })
}

/// `GET /account`
pub(crate) async fn account(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    Ok(Page(account_page(&state, &signed).await?).into_response())
}

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    current_password: String,
    new_password: String,
}

/// `POST /account/password`
pub(crate) async fn password(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<PasswordForm>,
) -> Result<Response> {
    let changed = state
        .advisor
        .change_password(&signed.caller, &form.current_password, &form.new_password)
        .await;
    match changed {
        Ok(secret) => {
            let cookie = auth::sign_in(&state, &secret);
            let page = AccountPage {
                changed: true,
                ..account_page(&state, &signed).await?
            };
            Ok(([(header::SET_COOKIE, cookie)], Page(page)).into_response())
        }
        Err(Cause::Invalid { field, why }) => {
            let problem = Some(refusal(signed.tr(), field, why));
            let page = AccountPage {
                problem,
                ..account_page(&state, &signed).await?
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

#[derive(Deserialize)]
pub(crate) struct TokenForm {
    name: String,
}

/// `POST /account/tokens`: the answer is the only place where the token is ever shown.
pub(crate) async fn issue_token(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<TokenForm>,
) -> Result<Response> {
    let secret = state
        .advisor
        .issue_token(&signed.caller, &form.name)
        .await?;
    let page = AccountPage {
        fresh: Some(secret.0.clone()),
        ..account_page(&state, &signed).await?
    };
    Ok(Page(page).into_response())
}

/// `POST /account/tokens/{id}/revoke`
pub(crate) async fn revoke_token(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<TokenId>,
) -> Result<Redirect> {
    state.advisor.revoke_token(&signed.caller, id).await?;
    Ok(Redirect::to("/account"))
}
