//! The screen that the client may see: cars, a winter route, charging, energy, sources.
//!
//! Invariant: nothing of the profile enters the template, not even hidden; it is given the public
//! knowledge, the numbers that the client types, and the name of nobody.

mod figures;
mod shelf;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use self::{
    figures::{Assumptions, CostShown, RouteShown},
    shelf::{CarShown, Shelf, Shown},
};
use super::{
    AppState,
    auth::Signed,
    error::{Result, refusal},
    extract::{Form, Path, Query},
    i18n::Tr,
    page::{Layout, Page},
};
use crate::{
    advisor::access::LoginError,
    domain::{id::SessionId, labels::Lang},
};

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    l: Layout,
    session: SessionId,
    /// Whether the tablet is in the client's hands, so that leaving takes a PIN.
    held: bool,
    /// Id, name and whether it is the one shown.
    cars: Vec<(String, String, bool)>,
    car: Option<CarShown>,
    rule: Option<Vec<Shown>>,
    charging: Vec<Shown>,
    sources: Vec<String>,
    given: Assumptions,
    route: Option<RouteShown>,
    cost: Option<CostShown>,
    /// What is wrong with a number, in words.
    problem: Option<String>,
    /// What is wrong with the PIN.
    pin_problem: Option<String>,
}

impl ClientPage {
    /// Whether a winter route can be computed.
    fn winter_is_known(&self) -> bool {
        self.car.as_ref().is_some_and(|car| car.winter.is_some())
    }
}

#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    car: String,
}

/// `GET /sessions/{id}/client`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(session): Path<SessionId>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let given = Assumptions {
        car: which.car,
        ..Assumptions::default()
    };
    Ok(Page(page(&state, &signed, session, given).await?).into_response())
}

/// `POST /sessions/{id}/client`: the same page with what the client's numbers give; nothing of
/// them is kept, and none stands in an address.
pub(crate) async fn compute(
    State(state): State<AppState>,
    signed: Signed,
    Path(session): Path<SessionId>,
    Form(given): Form<Assumptions>,
) -> Result<Response> {
    let page = page(&state, &signed, session, given).await?;
    let status = if page.problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, Page(page)).into_response())
}

async fn page(
    state: &AppState,
    signed: &Signed,
    session: SessionId,
    given: Assumptions,
) -> Result<ClientPage> {
    // Only to see that the session is the caller's; its language is the client's.
    let lang = state.advisor.session(&signed.caller, session).await?.lang;
    let knowledge = state.advisor.knowledge();
    let mut shelf = Shelf::new(&knowledge, state.advisor.today(), lang);
    let (cars, car) = shelf.cars(&given.car);
    let rule = shelf.rule();
    let charging = shelf.charging();
    let winter = car.as_ref().and_then(|car| car.estimate.as_ref());
    let (route, cost, problem) = computed(&given, winter, lang);
    let mut l = Layout::public(&signed.headers);
    l.tr = Tr(lang);
    Ok(ClientPage {
        l,
        session,
        held: signed.caller.shows.is_some(),
        cars,
        car,
        rule,
        charging,
        sources: shelf.into_sources(),
        given,
        route,
        cost,
        problem,
        pin_problem: None,
    })
}

/// Both calculations; the first number that cannot be used is named.
fn computed(
    given: &Assumptions,
    winter: Option<&crate::domain::calculator::Estimate>,
    lang: Lang,
) -> (Option<RouteShown>, Option<CostShown>, Option<String>) {
    let (route, cost) = (
        figures::route(given, winter, lang),
        figures::cost(given, lang),
    );
    let unfit = route.as_ref().err().or(cost.as_ref().err()).copied();
    let problem = unfit.map(|(field, why)| refusal(Tr(lang), field, why));
    (route.unwrap_or_default(), cost.unwrap_or_default(), problem)
}

#[derive(Deserialize)]
pub(crate) struct Pin {
    #[serde(default)]
    pin: String,
}

/// `POST /sessions/{id}/take-back`: the seller's PIN ends the show.
pub(crate) async fn take_back(
    State(state): State<AppState>,
    signed: Signed,
    Path(session): Path<SessionId>,
    Form(form): Form<Pin>,
) -> Result<Response> {
    // A page that stayed open after the show, or the seller's own look at it.
    if signed.caller.shows.is_none() {
        return Ok(Redirect::to(&format!("/sessions/{session}")).into_response());
    }
    let (status, key, seconds) = match state.advisor.take_back(&signed.caller, &form.pin).await {
        Ok(session) => return Ok(Redirect::to(&format!("/sessions/{session}")).into_response()),
        Err(LoginError::Wrong) => (StatusCode::UNAUTHORIZED, "pin-wrong", 0),
        Err(LoginError::Wait { seconds }) => (StatusCode::TOO_MANY_REQUESTS, "login-wait", seconds),
        Err(LoginError::Other(cause)) => return Err(cause.into()),
    };
    let mut page = page(&state, &signed, session, Assumptions::default()).await?;
    page.pin_problem = Some(page.l.tr.n(key, seconds));
    Ok((status, Page(page)).into_response())
}
