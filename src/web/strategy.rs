//! The strategy panel: five tabs, each section with who wrote it, as soon as it is ready.

use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::Signed,
    error::{Error, Result},
    extract::{Form, Path, Query},
    page::{Layout, Page},
};
use crate::{
    advisor::{
        error::Refusal,
        view::{FactNote, IndicatorView, SectionView, SessionView, StrategyView},
    },
    domain::{
        fact::FactId,
        id::{SessionId, StrategyId},
        labels::Objection,
        strategy::{Body, JobState, Key},
    },
};

const TABS: &[&str] = &["strategy", "language", "plan", "indicators", "sparring"];

#[derive(Template)]
#[template(path = "strategy.html")]
struct StrategyPage {
    l: Layout,
    v: SessionView,
    s: Option<StrategyView>,
    tab: &'static str,
}

/// The panel alone, for htmx.
#[derive(Template)]
#[template(path = "_strategy_part.html")]
struct StrategyPart {
    l: Layout,
    v: SessionView,
    s: Option<StrategyView>,
    tab: &'static str,
}

/// What stands in the panel, for its live stream.
#[derive(Template)]
#[template(path = "_strategy_live.html")]
struct StrategyLive {
    l: Layout,
    v: SessionView,
    s: Option<StrategyView>,
    tab: &'static str,
}

/// What the templates of the panel ask of a strategy.
trait Panel {
    fn s(&self) -> Option<&StrategyView>;

    fn tabs(&self) -> &'static [&'static str] {
        TABS
    }

    fn section(&self, key: Key) -> Option<&SectionView> {
        self.s()?.sections.iter().find(|section| section.key == key)
    }

    /// Whether more sections are on their way.
    fn working(&self) -> bool {
        self.s()
            .is_some_and(|s| matches!(s.state, JobState::Queued | JobState::Running))
    }

    /// Whether it ended before it was whole, so that it can be finished.
    fn cut_short(&self) -> bool {
        self.s().is_some_and(|s| {
            matches!(
                s.state,
                JobState::Partial | JobState::Failed | JobState::Cancelled
            )
        })
    }

    fn name_of(&self, objection: &Objection) -> String {
        let named = self.s().and_then(|s| s.objection_names.get(objection));
        named.cloned().unwrap_or_else(|| objection.id().to_owned())
    }
}

impl Panel for StrategyPage {
    fn s(&self) -> Option<&StrategyView> {
        self.s.as_ref()
    }
}

impl Panel for StrategyPart {
    fn s(&self) -> Option<&StrategyView> {
        self.s.as_ref()
    }
}

impl Panel for StrategyLive {
    fn s(&self) -> Option<&StrategyView> {
        self.s.as_ref()
    }
}

/// The notes of an argument's facts, in the order in which it names them.
fn notes<'s>(section: &'s SectionView, facts: &[FactId]) -> Vec<&'s FactNote> {
    facts
        .iter()
        .filter_map(|fact| section.facts.get(fact))
        .collect()
}

/// A contribution drawn as a bar: its left edge, its width and where its number stands, in the
/// units of a chart 400 wide whose axis is at 250.
struct Bar {
    label: String,
    y: usize,
    x: f32,
    width: f32,
    positive: bool,
    points: String,
}

fn bars(indicator: &IndicatorView) -> Vec<Bar> {
    let largest = indicator
        .contributions
        .iter()
        .map(|c| c.points.abs())
        .fold(1.0, f32::max);
    let bar = |(i, c): (usize, &crate::advisor::view::ContributionView)| {
        let width = c.points.abs() / largest * 100.0;
        Bar {
            label: c.feature.clone(),
            y: i * 36 + 6,
            x: if c.points < 0.0 { 250.0 - width } else { 250.0 },
            width,
            positive: c.points >= 0.0,
            points: format!("{:+.0}", c.points).replace('-', "\u{2212}"),
        }
    };
    indicator
        .contributions
        .iter()
        .enumerate()
        .map(bar)
        .collect()
}

#[derive(Deserialize)]
pub(crate) struct TabQuery {
    #[serde(default)]
    tab: String,
}

/// `GET /sessions/{id}/strategy?tab=…`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Query(query): Query<TabQuery>,
) -> Result<Response> {
    let tab = tab(&query.tab);
    let v = state.advisor.session(&signed.caller, id).await?;
    let s = state.advisor.latest_strategy(&signed.caller, id).await?;
    let l = signed.layout("sessions");
    if signed.wants_parts() {
        return Ok(Page(StrategyPart { l, v, s, tab }).into_response());
    }
    Ok(Page(StrategyPage { l, v, s, tab }).into_response())
}

/// The tab of that name; the first one for a name that is none.
pub(crate) fn tab(name: &str) -> &'static str {
    TABS.iter()
        .find(|tab| **tab == name)
        .copied()
        .unwrap_or(TABS[0])
}

/// What stands in the panel now, under the caller's own scope and language.
pub(crate) async fn panel(
    state: &AppState,
    signed: &Signed,
    id: SessionId,
    tab: &'static str,
) -> Result<String> {
    let panel = StrategyLive {
        l: signed.layout("sessions"),
        v: state.advisor.session(&signed.caller, id).await?,
        s: state.advisor.latest_strategy(&signed.caller, id).await?,
        tab,
    };
    panel
        .render()
        .map_err(|e| Error::Advisor(crate::advisor::error::Error::Internal(e.to_string())))
}

/// `POST /sessions/{id}/strategies`: begins the work, or shows what is there if nothing changed.
pub(crate) async fn start(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Result<Redirect> {
    state.advisor.start_strategy(&signed.caller, id).await?;
    Ok(Redirect::to(&format!("/sessions/{id}/strategy")))
}

#[derive(Deserialize)]
pub(crate) struct Rating {
    rating: String,
    comment: Option<String>,
}

/// `POST /strategies/{id}/rating`
pub(crate) async fn rate(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<StrategyId>,
    Form(form): Form<Rating>,
) -> Result<Response> {
    let rating = form
        .rating
        .parse()
        .map_err(|_| Error::invalid("rating", Refusal::NotANumber))?;
    let comment = form.comment.filter(|comment| !comment.trim().is_empty());
    state
        .advisor
        .rate(&signed.caller, id, rating, comment)
        .await?;
    if signed.wants_parts() {
        return Ok(Html(signed.tr().t("rating-thanks")).into_response());
    }
    let session = state.advisor.strategy(&signed.caller, id).await?.session;
    Ok(Redirect::to(&format!("/sessions/{session}/strategy")).into_response())
}
