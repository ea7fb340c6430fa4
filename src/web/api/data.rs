//! `GET /api/data/{table}`: the knowledge at its present revision, a page at a time.

use axum::{extract::State, response::Response};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        AppState,
        auth::Signed,
        error::{Error, Result},
        extract::{Path, Query},
    },
    answer,
};
use crate::{
    advisor::error::Refusal,
    domain::{
        fact::Fact,
        knowledge::{
            ArchetypeRow, ArgumentRow, Car, Competitor, Knowledge, ObjectionRow, Playbook,
            Promotion, SignalRow,
        },
        question::Question,
        text,
    },
};

/// Rows of a page unless the caller asks for fewer or more.
const LIMIT: usize = 100;
const MAX_LIMIT: u16 = 500;

/// The tables of the knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KnowledgeTable)]
pub(crate) enum Table {
    Facts,
    Archetypes,
    Objections,
    Playbooks,
    Arguments,
    Questions,
    Signals,
    Cars,
    Competitors,
    Promotions,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataQuery {
    /// Only rows that hold these words, in either language, whatever their case and accents.
    q: Option<String>,
    /// Facts only: those about this car, programme, tariff or law.
    about: Option<String>,
    /// Facts only: those that may, or may not, be said to a client today.
    quotable: Option<bool>,
    /// `next` of the page before. Refused where the knowledge has changed since: begin again.
    cursor: Option<String>,
    /// Rows of a page; 100 unless given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
}

/// A row of the table that was asked for.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = KnowledgeRow)]
enum Row {
    Fact(Fact),
    Archetype(Box<ArchetypeRow>),
    Objection(ObjectionRow),
    Playbook(Playbook),
    Argument(ArgumentRow),
    Question(Question),
    Signal(SignalRow),
    Car(Car),
    Competitor(Competitor),
    Promotion(Promotion),
}

/// A page of a table.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DataPage {
    /// Revision of the whole knowledge.
    rev: u64,
    /// All of one kind. Texts carry marks such as `{{fact:ID}}` where a number belongs.
    rows: Vec<Row>,
    /// Opaque place of the next page, for `cursor`; null on the last one.
    next: Option<String>,
}

/// Read the knowledge
///
/// In the order of the tables; facts by id.
#[utoipa::path(get, path = "/api/data/{table}", operation_id = "read_knowledge", tag = "knowledge",
    params(("table" = Table, Path, description = "Which table"), DataQuery),
    responses((status = 200, description = "A page of rows", body = DataPage)))]
pub(crate) async fn table(
    State(state): State<AppState>,
    signed: Signed,
    Path(table): Path<Table>,
    Query(query): Query<DataQuery>,
) -> Result<Response> {
    if table != Table::Facts {
        let of_facts = [
            ("about", query.about.is_some()),
            ("quotable", query.quotable.is_some()),
        ];
        if let Some((field, _)) = of_facts.into_iter().find(|(_, given)| *given) {
            return Err(Error::invalid(field, Refusal::WrongState));
        }
    }
    let limit = match query.limit {
        None => LIMIT,
        Some(limit @ 1..=MAX_LIMIT) => usize::from(limit),
        Some(_) => return Err(Error::invalid("limit", Refusal::OutOfRange)),
    };
    let knowledge = state.advisor.knowledge();
    let from = match &query.cursor {
        None => 0,
        Some(cursor) => place(cursor, knowledge.rev)?,
    };
    let today = state.advisor.today();
    let wanted = |fact: &Fact| {
        query
            .about
            .as_ref()
            .is_none_or(|about| fact.about == *about)
            && query
                .quotable
                .is_none_or(|quotable| fact.quotable(today).is_ok() == quotable)
    };
    let mut rows = rows(table, &knowledge, wanted);
    if let Some(words) = query.q.as_deref().map(text::fold) {
        rows.retain(|row| says(row, words.trim()));
    }
    let more = rows.len() > from.saturating_add(limit);
    let rows: Vec<_> = rows.into_iter().skip(from).take(limit).collect();
    let next = more.then(|| format!("{}.{}", knowledge.rev, from + limit));
    let page = DataPage {
        rev: knowledge.rev,
        rows,
        next,
    };
    answer::tagged(&signed.headers, &page)
}

/// Where a cursor goes on. The rows of another revision may stand elsewhere.
fn place(cursor: &str, rev: u64) -> Result<usize> {
    let refused = Error::invalid("cursor", Refusal::NotAChoice);
    let Some((of, from)) = cursor.split_once('.') else {
        return Err(refused);
    };
    match (of.parse::<u64>(), from.parse()) {
        (Ok(of), Ok(from)) if of == rev => Ok(from),
        _ => Err(refused),
    }
}

fn rows(table: Table, knowledge: &Knowledge, wanted: impl Fn(&Fact) -> bool) -> Vec<Row> {
    fn all<T: Clone>(rows: &[T], row: impl Fn(T) -> Row) -> Vec<Row> {
        rows.iter().cloned().map(row).collect()
    }
    match table {
        Table::Facts => {
            let facts = knowledge.facts.values().filter(|fact| wanted(fact));
            facts.cloned().map(Row::Fact).collect()
        }
        Table::Archetypes => all(&knowledge.archetypes, |row| Row::Archetype(Box::new(row))),
        Table::Objections => all(&knowledge.objections, Row::Objection),
        Table::Playbooks => all(&knowledge.playbooks, Row::Playbook),
        Table::Arguments => all(&knowledge.arguments, Row::Argument),
        Table::Questions => all(&knowledge.questions, Row::Question),
        Table::Signals => all(&knowledge.signals, Row::Signal),
        Table::Cars => all(&knowledge.cars, Row::Car),
        Table::Competitors => all(&knowledge.competitors, Row::Competitor),
        Table::Promotions => all(&knowledge.promotions, Row::Promotion),
    }
}

/// Whether a text of the row holds the folded words.
fn says(row: &Row, words: &str) -> bool {
    fn any(value: &serde_json::Value, words: &str) -> bool {
        match value {
            serde_json::Value::String(said) => text::fold(said).contains(words),
            serde_json::Value::Array(items) => items.iter().any(|item| any(item, words)),
            serde_json::Value::Object(fields) => fields.values().any(|field| any(field, words)),
            _ => false,
        }
    }
    serde_json::to_value(row).is_ok_and(|row| any(&row, words))
}
