//! Everything the session screen shows.

use super::{Opened, Texts, views};
use crate::{
    advisor::{
        Advisor,
        access::Caller,
        error::Result,
        ribbon,
        view::{SessionView, UtteranceView},
    },
    domain::{
        id::SessionId,
        indicators::{self, Circumstances, Indicators},
        knowledge::Knowledge,
        profile::Profile,
    },
    store::strategies,
};

impl Advisor {
    /// Everything the session screen shows.
    pub async fn session(&self, caller: &Caller, id: SessionId) -> Result<SessionView> {
        let opened = self.opened(caller, id).await?;
        let messages = self.messages(caller, &opened).await?;
        let scope = caller.scope();
        let strategy = self
            .store()
            .read(move |db| strategies::latest(db, &scope, id))
            .await?
            .map(|row| row.id);
        let knowledge = self.knowledge();
        let card = self.card_view(&opened, &messages, &knowledge);
        let indicators = self.indicators_of(&opened.profile, &knowledge);
        let texts = Texts::of(&messages);
        let Opened {
            row,
            alias,
            profile,
            ..
        } = opened;
        let shown = row.profiling;
        let lang = row.lang;
        Ok(SessionView {
            id,
            alias,
            owner: row.owner,
            status: row.status,
            stage: row.stage,
            suggested_stage: profile.suggested_stage.filter(|stage| *stage != row.stage),
            lang,
            profiling: shown,
            created_ms: row.created_ms,
            rev: profile.rev,
            card,
            top: views::top(&profile, &knowledge, lang).filter(|_| shown),
            human: profile.human.is_some(),
            ranked: if shown {
                views::ranked(&profile, &knowledge, lang)
            } else {
                Vec::new()
            },
            quotes: profile
                .archetype()
                .and_then(|archetype| profile.quotes.get(&archetype))
                .map(|quotes| texts.quotes(quotes))
                .unwrap_or_default(),
            evolution: if shown {
                views::evolution(&profile, &knowledge, lang)
            } else {
                Vec::new()
            },
            ribbon: ribbon::ribbon(&profile).filter(|_| shown),
            objections: views::objections(&profile, &knowledge, lang),
            slots: views::slots(&profile, &texts, lang),
            questions: views::questions(&profile, &knowledge, lang, &self.asked(&messages)),
            utterances: messages
                .iter()
                .rev()
                .filter_map(|message| Some((message, views::speaker(message.kind)?)))
                .map(|(message, speaker)| UtteranceView {
                    id: message.id,
                    speaker,
                    text: message.text.clone(),
                    at_ms: message.at_ms,
                })
                .collect(),
            calming: shown && indicators.cta == indicators::Cta::Calm,
            indicators: if shown {
                views::indicator_views(&indicators)
            } else {
                Vec::new()
            },
            strategy,
            outcome: row.outcome,
        })
    }

    pub(in crate::advisor) fn indicators_of(
        &self,
        profile: &Profile,
        knowledge: &Knowledge,
    ) -> Indicators {
        indicators::indicators(
            profile,
            knowledge,
            Circumstances::default(),
            &self.0.weights,
        )
    }
}
