//! What the appliance knows: facts with source and validity, and the tables of advice.
//!
//! Facts without a value stand first, because they are work for a person.

mod history;
mod tables;

pub(crate) use self::tables::{TABLES, table};

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use self::history::{Line, Way};
use super::{
    AppState,
    auth::Signed,
    error::{Result, refusal},
    extract::{Form, Path},
    i18n::Tr,
    page::{Layout, Page},
};
use crate::{
    advisor::{
        error::Error as Cause,
        knowledge::{FactEdit, FactLine},
    },
    domain::{
        fact::{Confidence, Fact, FactValue, Unit, Unquotable},
        labels::Role,
        mark,
    },
};

#[derive(Template)]
#[template(path = "knowledge.html")]
struct FactsPage {
    l: Layout,
    missing: Vec<FactLine>,
    /// Those that may be quoted today …
    current_facts: Vec<FactLine>,
    /// … and those that have a value and may not.
    due: Vec<FactLine>,
    history: Vec<Line>,
    may_edit: bool,
    current: &'static str,
    tables: &'static [&'static str],
}

/// What a number counts, in words; a sign such as km or kW stands for itself.
pub(crate) fn unit_words(tr: Tr, unit: Unit) -> String {
    let id = unit.id();
    let plain = id.to_lowercase().replace(['/', '%'], "-");
    let key = format!("unit-{}", plain.trim_matches('-'));
    tr.try_t(&key).unwrap_or_else(|| id.to_owned())
}

/// `GET /knowledge`
pub(crate) async fn facts(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    let l = signed.layout("knowledge");
    let may_edit = signed.caller.role == Role::Manager;
    let lines = state.advisor.facts(l.tr.0);
    let (missing, known): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line.value.is_none());
    let (current_facts, due) = known
        .into_iter()
        .partition(|line| line.unquotable.is_none());
    let history = if may_edit {
        let changes = state.advisor.knowledge_history(&signed.caller).await?;
        history::lines(&changes, l.tr.0)
    } else {
        Vec::new()
    };
    Ok(Page(FactsPage {
        l,
        missing,
        current_facts,
        due,
        history,
        may_edit,
        current: "facts",
        tables: TABLES,
    })
    .into_response())
}

/// The key that says why a fact may not be quoted.
fn why_key(why: &Unquotable) -> &'static str {
    match why {
        Unquotable::Unverified => "unquotable-unverified",
        Unquotable::LowConfidence => "unquotable-low-confidence",
        Unquotable::NotYetValid => "unquotable-not-yet-valid",
        Unquotable::Expired => "unquotable-expired",
        Unquotable::ReviewDue => "unquotable-review-due",
    }
}

#[derive(Deserialize, Default)]
pub(crate) struct FactForm {
    value: String,
    source: String,
    as_of: String,
    #[serde(default)]
    valid_to: String,
    review_by: String,
    confidence: String,
}

impl FactForm {
    fn of(fact: &Fact) -> Self {
        Self {
            value: match fact.value {
                FactValue::Number(number) => number.to_string(),
                FactValue::Range(from, to) => format!("{from}–{to}"),
                FactValue::Date(date) => date.to_string(),
                FactValue::Unverified => String::new(),
            },
            // What nobody has verified has no source and no confidence yet: the person who fills
            // it in names both.
            source: match fact.value {
                FactValue::Unverified => String::new(),
                _ => fact.source.clone(),
            },
            as_of: fact.as_of.to_string(),
            valid_to: fact
                .valid_to
                .map(|date| date.to_string())
                .unwrap_or_default(),
            review_by: fact.review_by.to_string(),
            confidence: match fact.value {
                FactValue::Unverified => String::new(),
                _ => fact.confidence.id().to_owned(),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "fact.html")]
struct FactPage {
    l: Layout,
    fact: Fact,
    form: FactForm,
    why: Option<Unquotable>,
    may_edit: bool,
    problem: Option<String>,
    confidences: &'static [Confidence],
}

impl FactPage {
    fn name(&self) -> &str {
        self.fact.label.get(self.l.tr.0)
    }

    /// The value with its unit; `None` while nobody has verified one.
    fn value(&self) -> Option<String> {
        mark::value(&self.fact.value, self.fact.unit, self.l.tr.0)
    }

    /// What the value is counted in, beside its field.
    fn unit(&self) -> String {
        unit_words(self.l.tr, self.fact.unit)
    }

    fn is_date(&self) -> bool {
        self.fact.unit == Unit::Date
    }
}

fn fact_page(state: &AppState, signed: &Signed, id: &str) -> Result<FactPage> {
    let fact = state.advisor.fact(id)?;
    Ok(FactPage {
        l: signed.layout("knowledge"),
        form: FactForm::of(&fact),
        why: fact.quotable(state.advisor.today()).err(),
        fact,
        may_edit: signed.caller.role == Role::Manager,
        problem: None,
        confidences: Confidence::ALL,
    })
}

/// `GET /knowledge/facts/{id}`
pub(crate) async fn fact(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response> {
    Ok(Page(fact_page(&state, &signed, &id)?).into_response())
}

/// `POST /knowledge/facts/{id}`
pub(crate) async fn edit(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Form(form): Form<FactForm>,
) -> Result<Response> {
    let edit = FactEdit {
        id: id.clone(),
        value: form.value.clone(),
        source: form.source.clone(),
        as_of: form.as_of.clone(),
        valid_to: form.valid_to.clone(),
        review_by: form.review_by.clone(),
        confidence: form.confidence.clone(),
    };
    match state.advisor.edit_fact(&signed.caller, edit).await {
        Ok(()) => Ok(Redirect::to("/knowledge").into_response()),
        Err(Cause::Invalid { field, why }) => {
            let problem = Some(refusal(signed.tr(), field, why));
            let page = FactPage {
                form,
                problem,
                ..fact_page(&state, &signed, &id)?
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

#[derive(Deserialize)]
pub(crate) struct Undo {
    rev: u64,
}

/// `POST /knowledge/undo`
pub(crate) async fn undo(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<Undo>,
) -> Result<Redirect> {
    state
        .advisor
        .undo_knowledge(&signed.caller, form.rev)
        .await?;
    Ok(Redirect::to("/knowledge"))
}
