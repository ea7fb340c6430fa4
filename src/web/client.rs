//! The screen that the client may see: cars, charging, sources.
//!
//! Invariant: nothing of the profile enters the template, not even hidden; it is given the public
//! knowledge and the name of nobody.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{
    AppState,
    auth::Signed,
    error::Result,
    extract::Path,
    i18n::Tr,
    page::{Layout, Page},
};
use crate::domain::{
    fact::Fact,
    id::SessionId,
    knowledge::{Availability, Knowledge},
    labels::Lang,
    mark::fact_chip,
};

/// A fact that may be said today, with the number of its source in the list below.
struct Shown {
    label: String,
    value: String,
    as_of: String,
    source: usize,
}

struct CarShown {
    name: String,
    variant: String,
    features: Vec<String>,
    range: Option<Shown>,
    price: Option<Shown>,
}

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    l: Layout,
    session: SessionId,
    cars: Vec<CarShown>,
    charging: Vec<Shown>,
    sources: Vec<String>,
}

/// Facts of these words are about charging.
const CHARGING: &[&str] = &["charg", "network", "ladow", "point"];

struct Shelf<'k> {
    knowledge: &'k Knowledge,
    today: jiff::civil::Date,
    lang: Lang,
    sources: Vec<String>,
}

impl Shelf<'_> {
    /// The fact if it may be quoted today, and its source in the list.
    fn show(&mut self, id: &str) -> Option<Shown> {
        let fact: &Fact = self.knowledge.facts.get(id)?;
        fact.quotable(self.today).ok()?;
        let (value, as_of) = fact_chip(fact, self.lang);
        let source = if let Some(at) = self.sources.iter().position(|known| *known == fact.source) {
            at + 1
        } else {
            self.sources.push(fact.source.clone());
            self.sources.len()
        };
        Some(Shown {
            label: fact.label.get(self.lang).to_owned(),
            value,
            as_of,
            source,
        })
    }
}

/// `GET /sessions/{id}/client`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(session): Path<SessionId>,
) -> Result<Response> {
    // Only to see that the session is the caller's; its language is the client's.
    let lang = state.advisor.session(&signed.caller, session).await?.lang;
    let knowledge = state.advisor.knowledge();
    let today = state.advisor.today();
    let mut shelf = Shelf {
        knowledge: &knowledge,
        today,
        lang,
        sources: Vec::new(),
    };
    let mut cars = Vec::new();
    for car in knowledge
        .cars
        .iter()
        .filter(|car| car.availability != Availability::Unknown)
    {
        cars.push(CarShown {
            name: car.model_name.clone(),
            variant: car.variant.clone(),
            features: car.features.get(lang).to_vec(),
            range: car.range_fact.as_deref().and_then(|id| shelf.show(id)),
            price: car.price_fact.as_deref().and_then(|id| shelf.show(id)),
        });
    }
    let of_charging = |id: &&String| CHARGING.iter().any(|word| id.contains(word));
    let ids: Vec<&String> = knowledge.facts.keys().filter(of_charging).take(8).collect();
    let charging = ids.into_iter().filter_map(|id| shelf.show(id)).collect();
    let sources = shelf.sources;
    let mut l = Layout::public(&signed.headers);
    l.tr = Tr(lang);
    Ok(Page(ClientPage {
        l,
        session,
        cars,
        charging,
        sources,
    })
    .into_response())
}
