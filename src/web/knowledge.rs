//! What the appliance knows: facts with source and validity, and the tables of advice.
//!
//! Facts without a value stand first, because they are work for a person.

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
    error::{Error, Result, refusal},
    extract::{Form, Path},
    page::{Layout, Page},
};
use crate::{
    advisor::{
        error::Error as Cause,
        knowledge::{Change, FactEdit, FactLine},
    },
    domain::{
        fact::{Confidence, Fact, FactValue, Unquotable},
        knowledge::Knowledge,
        labels::{Lang, Role},
    },
};

/// The tables besides the facts, which have their own page.
pub(crate) const TABLES: &[&str] = &[
    "archetypes",
    "objections",
    "playbooks",
    "arguments",
    "questions",
    "signals",
    "cars",
    "competitors",
    "promotions",
];

#[derive(Template)]
#[template(path = "knowledge.html")]
struct FactsPage {
    l: Layout,
    missing: Vec<FactLine>,
    facts: Vec<FactLine>,
    history: Vec<Change>,
    may_edit: bool,
    current: &'static str,
    tables: &'static [&'static str],
}

/// `GET /knowledge`
pub(crate) async fn facts(State(state): State<AppState>, signed: Signed) -> Result<Response> {
    let l = signed.layout("knowledge");
    let may_edit = signed.caller.role == Role::Manager;
    let lines = state.advisor.facts(l.tr.0);
    let (missing, facts) = lines.into_iter().partition(|line| line.value.is_none());
    let history = if may_edit {
        state.advisor.knowledge_history(&signed.caller).await?
    } else {
        Vec::new()
    };
    Ok(Page(FactsPage {
        l,
        missing,
        facts,
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
            source: fact.source.clone(),
            as_of: fact.as_of.to_string(),
            valid_to: fact
                .valid_to
                .map(|date| date.to_string())
                .unwrap_or_default(),
            review_by: fact.review_by.to_string(),
            confidence: fact.confidence.id().to_owned(),
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

/// One row of a table of advice, as text.
struct Row {
    name: String,
    lead: String,
    details: Vec<String>,
}

#[derive(Template)]
#[template(path = "table.html")]
struct TablePage {
    l: Layout,
    current: &'static str,
    rows: Vec<Row>,
    tables: &'static [&'static str],
}

/// `GET /knowledge/{table}`
pub(crate) async fn table(
    State(state): State<AppState>,
    signed: Signed,
    Path(table): Path<String>,
) -> Result<Response> {
    let table = TABLES
        .iter()
        .find(|known| **known == table)
        .ok_or(Error::NOT_FOUND)?;
    let l = signed.layout("knowledge");
    let rows = rows(table, &state.advisor.knowledge(), l.tr.0);
    Ok(Page(TablePage {
        l,
        current: table,
        rows,
        tables: TABLES,
    })
    .into_response())
}

fn rows(table: &str, k: &Knowledge, lang: Lang) -> Vec<Row> {
    let row = |name: &str, lead: &str, details: Vec<String>| Row {
        name: name.to_owned(),
        lead: lead.to_owned(),
        details,
    };
    match table {
        "archetypes" => k
            .archetypes
            .iter()
            .map(|r| {
                let a = &r.approach;
                row(
                    a.name.get(lang),
                    a.description.get(lang),
                    a.traits.get(lang).to_vec(),
                )
            })
            .collect(),
        "objections" => k
            .objections
            .iter()
            .map(|r| {
                let mut details = vec![r.why.get(lang).to_owned()];
                details.extend_from_slice(r.steps.get(lang));
                row(r.name.get(lang), r.say.get(lang), details)
            })
            .collect(),
        "playbooks" => k
            .playbooks
            .iter()
            .map(|r| {
                row(
                    r.title.get(lang),
                    r.goal.get(lang),
                    r.steps.get(lang).to_vec(),
                )
            })
            .collect(),
        "arguments" => k
            .arguments
            .iter()
            .map(|r| row(r.title.get(lang), r.text.get(lang), r.facts.clone()))
            .collect(),
        "questions" => k
            .questions
            .iter()
            .map(|r| {
                let answers = r
                    .answers
                    .iter()
                    .map(|a| a.label.get(lang).to_owned())
                    .collect();
                row(r.text.get(lang), r.reason.get(lang), answers)
            })
            .collect(),
        "signals" => k
            .signals
            .iter()
            .map(|r| {
                let details = vec![r.say.get(lang).to_owned(), r.next_step.get(lang).to_owned()];
                row(r.name.get(lang), r.meaning.get(lang), details)
            })
            .collect(),
        "cars" => k
            .cars
            .iter()
            .map(|r| row(&r.model_name, &r.variant, r.features.get(lang).to_vec()))
            .collect(),
        "competitors" => k
            .competitors
            .iter()
            .map(|r| {
                let name = format!("{} {}", r.brand, r.model);
                row(
                    &name,
                    &r.strengths.get(lang).join(", "),
                    r.our_advantages.get(lang).to_vec(),
                )
            })
            .collect(),
        "promotions" => k
            .promotions
            .iter()
            .map(|r| row(r.title.get(lang), &r.amount_fact, Vec::new()))
            .collect(),
        _ => Vec::new(),
    }
}
