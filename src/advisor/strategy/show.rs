//! A stored strategy as it is shown, and what its reader thought of it.

use crate::{
    advisor::{
        Advisor,
        access::Caller,
        error::Result,
        export::section_row,
        feedback::FeedbackInput,
        view::{CarView, SectionView, StrategyView},
    },
    domain::{
        fact::FactId,
        guard::Verdict,
        id::{SessionId, StrategyId},
        knowledge::Knowledge,
        labels::Lang,
        strategy::Body,
        visit::FeedbackKind,
    },
    store::strategies,
};

impl Advisor {
    /// A strategy with the sections that are ready.
    pub async fn strategy(&self, caller: &Caller, id: StrategyId) -> Result<StrategyView> {
        let written = self.written_now();
        let scope = caller.scope();
        let (row, sections) = self
            .store()
            .read(move |db| {
                Ok((
                    strategies::get(db, &scope, id)?,
                    strategies::sections(db, &scope, id)?,
                ))
            })
            .await?;
        let opened = self.opened(caller, row.session).await?;
        let knowledge = self.knowledge();
        let lang = opened.row.lang;
        let mut views = Vec::new();
        for section in sections {
            let place = section_row(id, section.key);
            let Some(sealed) = &section.body else {
                continue;
            };
            let body: Body = opened
                .key
                .open_json("strategy_sections", "body", &place, sealed)?;
            let removed: Vec<Verdict> = match &section.removed {
                Some(sealed) => {
                    opened
                        .key
                        .open_json("strategy_sections", "removed", &place, sealed)?
                }
                None => Vec::new(),
            };
            let notes = self.notes(&facts_of(&body), &knowledge, lang);
            views.push(SectionView {
                key: section.key,
                facts: notes
                    .into_iter()
                    .map(|note| (note.fact.clone(), note))
                    .collect(),
                body,
                source: section.source,
                removed: removed.len(),
            });
        }
        let car = views.iter().find_map(|view| match &view.body {
            Body::Arguments { car: Some(car), .. } => self.car_view(car, &knowledge, lang),
            _ => None,
        });
        Ok(StrategyView {
            id,
            session: row.session,
            state: self.state_of(&row, &written),
            sections: views,
            created_ms: row.created_ms,
            template: row.template,
            knowledge_rev: row.knowledge_rev,
            objection_names: knowledge
                .objections
                .iter()
                .map(|row| (row.id, row.name.get(lang).to_owned()))
                .collect(),
            car,
        })
    }

    pub async fn latest_strategy(
        &self,
        caller: &Caller,
        session: SessionId,
    ) -> Result<Option<StrategyView>> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::latest(db, &scope, session))
            .await?;
        match row {
            Some(row) => Ok(Some(self.strategy(caller, row.id).await?)),
            None => Ok(None),
        }
    }

    fn car_view(&self, id: &str, knowledge: &Knowledge, lang: Lang) -> Option<CarView> {
        let car = knowledge.car(id)?;
        Some(CarView {
            id: car.id.clone(),
            name: format!("{} {}", car.model_name, car.variant)
                .trim()
                .to_owned(),
            pitch: car.pitch.get(lang).to_owned(),
            range: self.notes(&car.range_fact, knowledge, lang).pop(),
            price: self.notes(&car.price_fact, knowledge, lang).pop(),
        })
    }

    /// A rating of a strategy by the person who used it.
    pub async fn rate(
        &self,
        caller: &Caller,
        id: StrategyId,
        rating: u8,
        comment: Option<String>,
    ) -> Result<()> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::get(db, &scope, id))
            .await?;
        let input = FeedbackInput {
            session: Some(row.session),
            strategy: Some(id),
            card: None,
            kind: FeedbackKind::Rating,
            rating: Some(rating),
            effectiveness: None,
            comment,
        };
        self.feedback(caller, input).await.map(drop)
    }
}

fn facts_of(body: &Body) -> Vec<FactId> {
    match body {
        Body::Arguments { items, .. } => items.iter().flat_map(|item| item.facts.clone()).collect(),
        Body::Objections { items } => items.iter().flat_map(|item| item.facts.clone()).collect(),
        _ => Vec::new(),
    }
}
