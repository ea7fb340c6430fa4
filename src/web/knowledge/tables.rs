//! The tables of advice as pages to read: a name, a lead and details for each row.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::super::{
    AppState,
    auth::Signed,
    error::{Error, Result},
    extract::Path,
    page::{Layout, Page},
};
use crate::domain::{knowledge::Knowledge, labels::Lang};

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
