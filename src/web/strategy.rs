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
    i18n::Tr,
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

const AXIS: f32 = 285.0;
/// Left of it stands the longest name, right of it a number.
const WIDEST: f32 = 60.0;

/// A contribution drawn as a bar: its left edge, its width and where its number stands, in the
/// units of a chart 400 wide whose axis is at [`AXIS`].
struct Bar {
    label: String,
    y: usize,
    x: f32,
    width: f32,
    positive: bool,
    points: String,
}

fn bars(indicator: &IndicatorView, tr: &Tr) -> Vec<Bar> {
    let largest = indicator
        .contributions
        .iter()
        .map(|c| c.points.abs())
        .fold(1.0, f32::max);
    let bar = |(i, c): (usize, &crate::advisor::view::ContributionView)| {
        let width = c.points.abs() / largest * WIDEST;
        Bar {
            label: tr.label("feature", &c.feature),
            y: i * 36 + 6,
            x: if c.points < 0.0 { AXIS - width } else { AXIS },
            width,
            positive: c.points >= 0.0,
            points: points(tr, &c.points),
        }
    };
    indicator
        .contributions
        .iter()
        .enumerate()
        .map(bar)
        .collect()
}

/// "+12" or "−4,5", with one decimal where it says something.
fn points(tr: &Tr, points: &f32) -> String {
    let said = decimal(tr, points, 1);
    if *points > 0.0 && said != "0" {
        format!("+{said}")
    } else {
        said
    }
}

/// A number rounded to so many decimals, in the language's form.
fn decimal(tr: &Tr, number: &f32, places: usize) -> String {
    let said = tr.count(format!("{number:.places$}"));
    if said == "\u{2212}0" {
        "0".to_owned()
    } else {
        said
    }
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
    let v = super::sessions::view(&state, &signed, id).await?;
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
        v: super::sessions::view(state, signed, id).await?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        indicators::{FeatureKey, NeedKey},
        labels::Lang,
    };

    #[test]
    fn numbers_are_said_as_the_language_says_them() {
        let pl = &Tr(Lang::Pl);
        for (number, said) in [
            (12.0, "+12"),
            (4.46, "+4,5"),
            (-9.04, "\u{2212}9"),
            (-0.01, "0"),
        ] {
            assert_eq!(points(pl, &number), said, "{number}");
        }
        assert_eq!(decimal(pl, &0.625, 2), "0,62");
        assert_eq!(decimal(&Tr(Lang::En), &0.5, 2), "0.5");
    }

    #[test]
    fn every_feature_and_need_has_words() {
        for lang in [Lang::Pl, Lang::En] {
            let features = FeatureKey::ALL.iter().map(|key| ("feature", key.id()));
            let needs = NeedKey::ALL.iter().map(|key| ("need-key", key.id()));
            for (set, id) in features.chain(needs) {
                let name = Tr(lang).label(set, id);
                assert!(!name.starts_with('['), "{name}");
            }
        }
    }
}
