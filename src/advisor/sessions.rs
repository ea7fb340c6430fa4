//! Sessions: a visit is opened, listed, read, moved through its stages and closed.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    live::Live,
    sealing::SubjectKey,
    view::{
        ArchetypeView, ChangeView, IndicatorView, ObjectionState, ObjectionView, QuestionView,
        QuoteView, SessionLine, SessionList, SessionView, SlotView, UtteranceView,
    },
};
use crate::{
    domain::{
        classification::Span,
        id::{ClientId, ConsentId, SessionId, UtteranceId},
        indicators::{self, Circumstances, Indicators, Metric},
        knowledge::Knowledge,
        labels::{Archetype, Lang, Objection, Speaker, Stage},
        profile::{Certainty, Event, Profile, Quote},
        question,
        sealed::Subject,
        slots::SlotValue,
        text,
        visit::{MessageType, Purpose, Status},
    },
    store::{self, clients, consents, conversations, profiles, sessions, strategies, writing},
};

/// Rows of one page of the list.
const PAGE: u16 = 50;
/// Messages of one session that are read.
const MESSAGES: u16 = 1_000;
/// The wording of the spoken consent that the session form shows.
pub const CONSENT_VERSION: &str = "1";
/// How a completed visit ended.
pub const OUTCOMES: &[&str] = &["ordered", "test_drive", "follow_up", "not_interested"];
const ALIAS_LENGTH: u32 = 80;

#[derive(Debug, Clone)]
pub struct OpenSession {
    pub alias: String,
    /// The client agreed to be profiled. Without it nothing about the client is stored.
    pub profiling: bool,
    /// The client agreed to be written or called to.
    pub contact: bool,
    pub lang: Lang,
}

#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    pub status: Option<Status>,
    /// Words of the alias; letters are folded.
    pub text: Option<String>,
}

/// A session with its profile, opened.
pub(super) struct Opened {
    pub(super) row: sessions::SessionRow,
    pub(super) alias: String,
    pub(super) key: SubjectKey,
    pub(super) profile: Profile,
}

/// A stored message, opened.
pub(super) struct Message {
    pub(super) id: UtteranceId,
    pub(super) kind: MessageType,
    pub(super) text: String,
    pub(super) at_ms: i64,
}

impl Advisor {
    pub async fn open_session(&self, caller: &Caller, new: OpenSession) -> Result<SessionId> {
        let alias = checked_alias(&new.alias)?;
        let scope = caller.scope();
        let now = self.now_ms();
        let client = ClientId(self.new_id());
        let id = SessionId(self.new_id());
        let key = self.key_of(Subject::Client(client)).await?;
        let client_row = clients::NewClient {
            id: client,
            owner: caller.user,
            alias: Some(key.seal("clients", "alias", &client.to_string(), alias.as_bytes())?),
            at_ms: now,
        };
        let row = sessions::NewSession {
            id,
            client,
            owner: caller.user,
            profiling: new.profiling,
            lang: new.lang,
            metadata: json!({}),
            at_ms: now,
        };
        let mut purposes = Vec::new();
        purposes.extend(new.profiling.then_some(Purpose::Profiling));
        purposes.extend(new.contact.then_some(Purpose::Contact));
        let given: Vec<_> = purposes
            .into_iter()
            .map(|purpose| consents::ConsentRow {
                id: ConsentId(self.new_id()),
                client,
                session: Some(id),
                purpose,
                legal_basis: "GDPR 6(1)(a)".to_owned(),
                text_version: CONSENT_VERSION.to_owned(),
                lang: new.lang,
                channel: "spoken".to_owned(),
                given_ms: now,
                given_by: Some(caller.user),
                withdrawn_ms: None,
                withdrawn_by: None,
            })
            .collect();
        let entry = Entry::new("session.open", "session", id)
            .caller(caller)
            .about(Subject::Client(client))
            .with(json!({"profiling": new.profiling, "contact": new.contact}));
        let entry = self.audited(&scope, entry).await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                clients::create(tx, write, &client_row)?;
                sessions::insert(tx, write, &row)?;
                for consent in &given {
                    consents::insert(tx, write, consent)?;
                }
                entry.append(tx, write)
            })
            .await?;
        Ok(id)
    }

    /// A page of the sessions the caller may see, newest first. A text filter looks through the
    /// aliases, folded, in memory: they are sealed.
    pub async fn sessions(
        &self,
        caller: &Caller,
        filter: ListFilter,
        cursor: Option<String>,
    ) -> Result<SessionList> {
        let cursor = match cursor {
            Some(text) => Some(
                text.parse()
                    .map_err(|_| Error::invalid("cursor", Refusal::NotAChoice))?,
            ),
            None => None,
        };
        let scope = caller.scope();
        let by = sessions::SessionFilter {
            status: filter.status,
            ..Default::default()
        };
        let page = self
            .store()
            .read(move |db| {
                let page = sessions::list(db, &scope, by, cursor, PAGE)?;
                let mut rows = Vec::with_capacity(page.rows.len());
                for row in page.rows {
                    let client = clients::get(db, &scope, row.client)?;
                    let profile = profiles::get(db, &scope, row.id)?;
                    rows.push((row, client, profile));
                }
                Ok((rows, page.next))
            })
            .await?;
        let wanted = filter.text.map(|text| text::fold(&text));
        let knowledge = self.knowledge();
        let mut lines = Vec::new();
        for (row, client, profile) in page.0 {
            let key = self.key_of(Subject::Client(row.client)).await?;
            let alias = opened_alias(&key, &client)?;
            if wanted
                .as_ref()
                .is_some_and(|wanted| !text::fold(&alias).contains(wanted.trim()))
            {
                continue;
            }
            let profile = opened_profile(&key, row.id, profile)?;
            lines.push(line(&row, alias, &profile, &knowledge));
        }
        Ok(SessionList {
            lines,
            next: page.1.map(|next| next.to_string()),
        })
    }

    /// Everything the session screen shows.
    pub async fn session(&self, caller: &Caller, id: SessionId) -> Result<SessionView> {
        let opened = self.opened(caller, id).await?;
        let messages = self.messages(caller, &opened, id).await?;
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
            top: top(&profile, &knowledge, lang).filter(|_| shown),
            human: profile.human.is_some(),
            ranked: if shown {
                ranked(&profile, &knowledge, lang)
            } else {
                Vec::new()
            },
            quotes: profile
                .archetype()
                .and_then(|archetype| profile.quotes.get(&archetype))
                .map(|quotes| texts.quotes(quotes))
                .unwrap_or_default(),
            evolution: if shown {
                evolution(&profile, &knowledge, lang)
            } else {
                Vec::new()
            },
            objections: objections(&profile, &knowledge, lang),
            slots: slots(&profile, &texts),
            questions: questions(&profile, &knowledge, lang, &self.asked(&messages)),
            utterances: messages
                .iter()
                .rev()
                .filter_map(|message| Some((message, speaker(message.kind)?)))
                .map(|(message, speaker)| UtteranceView {
                    id: message.id,
                    speaker,
                    text: message.text.clone(),
                    at_ms: message.at_ms,
                })
                .collect(),
            calming: shown && indicators.cta == indicators::Cta::Calm,
            indicators: if shown {
                indicator_views(&indicators)
            } else {
                Vec::new()
            },
            strategy,
            outcome: row.outcome,
        })
    }

    pub async fn set_stage(&self, caller: &Caller, id: SessionId, stage: Stage) -> Result<()> {
        let event = Event::StageSet {
            stage,
            at_ms: self.now_ms(),
        };
        let scope = caller.scope();
        let now = self.now_ms();
        let change = move |tx: &store::Tx<'_>, write: crate::domain::scope::Write<'_>| {
            sessions::set_stage(tx, write, id, stage, now)
        };
        self.store()
            .read(move |db| sessions::get(db, &scope, id))
            .await?;
        self.apply(
            caller,
            id,
            event,
            Entry::new("session.stage", "session", id),
            change,
        )
        .await?;
        self.live().publish(id, now, Live::Stage { stage });
        Ok(())
    }

    /// Pauses, resumes or closes a session; a completed one needs its outcome.
    pub async fn set_status(
        &self,
        caller: &Caller,
        id: SessionId,
        status: Status,
        outcome: Option<String>,
    ) -> Result<()> {
        let outcome = match (status, outcome.filter(|o| !o.is_empty())) {
            (Status::Completed, None) => return Err(Error::invalid("outcome", Refusal::Missing)),
            (Status::Completed, Some(outcome)) => Some(
                OUTCOMES
                    .iter()
                    .find(|known| **known == outcome)
                    .ok_or(Error::invalid("outcome", Refusal::NotAChoice))?
                    .to_string(),
            ),
            _ => None,
        };
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| sessions::get(db, &scope, id))
            .await?;
        if matches!(row.status, Status::Completed | Status::Abandoned) {
            return Err(Error::invalid("status", Refusal::WrongState));
        }
        let now = self.now_ms();
        let entry = Entry::new("session.status", "session", id)
            .caller(caller)
            .about(Subject::Client(row.client))
            .with(json!({"status": status, "outcome": outcome}));
        let entry = self.audited(&scope, entry).await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                sessions::set_status(tx, write, id, status, now)?;
                if let Some(outcome) = &outcome {
                    sessions::set_outcome(tx, write, id, Some(outcome), now)?;
                }
                entry.append(tx, write)
            })
            .await?;
        self.live().publish(id, now, Live::Status);
        Ok(())
    }

    /// The session with its alias and profile, under the caller's scope.
    pub(super) async fn opened(&self, caller: &Caller, id: SessionId) -> Result<Opened> {
        let scope = caller.scope();
        let (row, client, profile) = self
            .store()
            .read(move |db| {
                let row = sessions::get(db, &scope, id)?;
                let client = clients::get(db, &scope, row.client)?;
                let profile = profiles::get(db, &scope, id)?;
                Ok((row, client, profile))
            })
            .await?;
        let key = self.key_of(Subject::Client(row.client)).await?;
        let profile = if row.profiling {
            opened_profile(&key, id, profile)?
        } else {
            self.0.unprofiled.profile(id)
        };
        Ok(Opened {
            alias: opened_alias(&key, &client)?,
            row,
            key,
            profile,
        })
    }

    /// The messages of a session, oldest first.
    pub(super) async fn messages(
        &self,
        caller: &Caller,
        opened: &Opened,
        id: SessionId,
    ) -> Result<Vec<Message>> {
        let scope = caller.scope();
        let rows = self
            .store()
            .read(move |db| conversations::list(db, &scope, id, 0, MESSAGES))
            .await?;
        rows.into_iter()
            .filter_map(|row| Some((row.content?, row.id, row.message_type, row.at_ms)))
            .map(|(sealed, id, kind, at_ms)| {
                let text = opened
                    .key
                    .open("conversations", "content", &id.to_string(), &sealed)?;
                Ok(Message {
                    id,
                    kind,
                    text,
                    at_ms,
                })
            })
            .collect()
    }

    pub(super) fn indicators_of(&self, profile: &Profile, knowledge: &Knowledge) -> Indicators {
        indicators::indicators(
            profile,
            knowledge,
            Circumstances::default(),
            &self.0.weights,
        )
    }
}

/// The words of the messages, to cut quotes from.
pub(super) struct Texts<'m>(BTreeMap<UtteranceId, &'m Message>);

impl<'m> Texts<'m> {
    pub(super) fn of(messages: &'m [Message]) -> Self {
        Self(
            messages
                .iter()
                .map(|message| (message.id, message))
                .collect(),
        )
    }

    /// Quotes whose utterance is still there, with some words around.
    pub(super) fn quotes(&self, quotes: &[Quote]) -> Vec<QuoteView> {
        let quote = |quote: &Quote| {
            let message = self.0.get(&quote.utterance)?;
            quoted(&message.text, quote.span, message.at_ms)
        };
        quotes.iter().filter_map(quote).collect()
    }
}

/// Scalars of context kept on each side of a quote.
const CONTEXT: usize = 60;

/// Cuts a span out of its text; `None` if it is not a part of it.
pub(super) fn quoted(text: &str, span: Span, at_ms: i64) -> Option<QuoteView> {
    let marked = span.of(text)?.to_owned();
    let scalars: Vec<char> = text.chars().collect();
    let (start, end) = (span.start as usize, span.end as usize);
    let from = start.saturating_sub(CONTEXT);
    let to = (end + CONTEXT).min(scalars.len());
    let mut before: String = scalars[from..start].iter().collect();
    let mut after: String = scalars[end..to].iter().collect();
    if from > 0 {
        before = format!(
            "…{}",
            before
                .split_once(' ')
                .map_or(before.as_str(), |(_, rest)| rest)
        );
    }
    if to < scalars.len() {
        after = format!(
            "{}…",
            after
                .rsplit_once(' ')
                .map_or(after.as_str(), |(rest, _)| rest)
        );
    }
    Some(QuoteView {
        before,
        marked,
        after,
        at_ms,
    })
}

fn checked_alias(alias: &str) -> Result<String> {
    let alias = alias.trim();
    let length = alias.chars().count() as u32;
    if length == 0 {
        Err(Error::invalid("alias", Refusal::Missing))
    } else if length > ALIAS_LENGTH {
        Err(Error::invalid(
            "alias",
            Refusal::TooLong { max: ALIAS_LENGTH },
        ))
    } else if alias.chars().any(|c| c.is_control() || c == '\u{fffd}') {
        Err(Error::invalid("alias", Refusal::NotText))
    } else {
        Ok(alias.to_owned())
    }
}

fn opened_alias(key: &SubjectKey, client: &clients::ClientRow) -> Result<String> {
    match &client.alias {
        Some(sealed) => key.open("clients", "alias", &client.id.to_string(), sealed),
        None => Ok(String::new()),
    }
}

fn opened_profile(
    key: &SubjectKey,
    id: SessionId,
    row: Option<profiles::ProfileRow>,
) -> Result<Profile> {
    match row.and_then(|row| row.profile) {
        Some(sealed) => key.open_json("client_profiles", "profile", &id.to_string(), &sealed),
        None => Ok(Profile::new()),
    }
}

fn line(
    row: &sessions::SessionRow,
    alias: String,
    profile: &Profile,
    knowledge: &Knowledge,
) -> SessionLine {
    SessionLine {
        id: row.id,
        alias,
        status: row.status,
        stage: row.stage,
        lang: row.lang,
        profiling: row.profiling,
        top: top(profile, knowledge, row.lang).filter(|_| row.profiling),
        outcome: row.outcome.clone(),
        created_ms: row.created_ms,
        updated_ms: row.updated_ms,
    }
}

pub(super) const fn speaker(kind: MessageType) -> Option<Speaker> {
    match kind {
        MessageType::Client => Some(Speaker::Client),
        MessageType::Observation => Some(Speaker::Observation),
        MessageType::Salesperson => Some(Speaker::Seller),
        MessageType::AiSuggestion => None,
    }
}

pub(super) fn archetype_view(
    archetype: Archetype,
    p: f32,
    certainty: Certainty,
    knowledge: &Knowledge,
    lang: Lang,
) -> ArchetypeView {
    ArchetypeView {
        archetype,
        name: knowledge.archetype(archetype).map_or_else(
            || archetype.to_string(),
            |row| row.approach.name.get(lang).to_owned(),
        ),
        p,
        certainty,
    }
}

pub(super) fn top(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Option<ArchetypeView> {
    profile.top.map(|(archetype, certainty)| {
        archetype_view(archetype, profile.confidence(), certainty, knowledge, lang)
    })
}

pub(super) fn ranked(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Vec<ArchetypeView> {
    profile
        .ranked()
        .into_iter()
        .take(3)
        .map(|(archetype, p)| archetype_view(archetype, p, profile.certainty(), knowledge, lang))
        .collect()
}

fn evolution(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Vec<ChangeView> {
    profile
        .evolution
        .iter()
        .map(|change| ChangeView {
            at_ms: change.at_ms,
            archetype: change.archetype,
            name: change
                .archetype
                .and_then(|a| knowledge.archetype(a))
                .map(|row| row.approach.name.get(lang).to_owned()),
            corrected: change.corrected,
        })
        .collect()
}

/// Raised objections first, the open ones before the answered, then the likely ones.
fn objections(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Vec<ObjectionView> {
    let view = |objection: Objection, state, level, at_ms| ObjectionView {
        objection,
        name: knowledge.objection(objection).map_or_else(
            || objection.to_string(),
            |row| row.name.get(lang).to_owned(),
        ),
        state,
        level,
        at_ms,
    };
    let mut views: Vec<_> = profile
        .open_objections()
        .into_iter()
        .map(|(objection, raised)| {
            view(
                objection,
                ObjectionState::Open,
                raised.severity,
                Some(raised.at_ms),
            )
        })
        .collect();
    let likely = profile
        .archetype()
        .and_then(|archetype| knowledge.archetype(archetype))
        .map(|row| row.likely_objections.as_slice())
        .unwrap_or_default();
    for (place, &objection) in likely.iter().enumerate() {
        if !profile.raised.contains_key(&objection) {
            let (state, level) = if place < 2 {
                (ObjectionState::Likely, 2)
            } else {
                (ObjectionState::Possible, 1)
            };
            views.push(view(objection, state, level, None));
        }
    }
    let answered = profile.raised.iter().filter(|(_, raised)| raised.answered);
    views.extend(answered.map(|(&objection, raised)| {
        view(
            objection,
            ObjectionState::Answered,
            raised.severity,
            Some(raised.at_ms),
        )
    }));
    views
}

pub(super) fn slot_text(value: &SlotValue) -> String {
    match value {
        SlotValue::Text(text) | SlotValue::Choice(text) => text.clone(),
        SlotValue::Number(number) => number.normalize().to_string(),
        SlotValue::YesNo(true) => "yes".to_owned(),
        SlotValue::YesNo(false) => "no".to_owned(),
    }
}

fn slots(profile: &Profile, texts: &Texts<'_>) -> Vec<SlotView> {
    profile
        .slots
        .iter()
        .map(|(&key, slot)| SlotView {
            key,
            value: slot_text(&slot.value),
            quote: texts
                .quotes(&[Quote {
                    utterance: slot.from,
                    span: slot.quote,
                }])
                .pop()
                .map(|quote| quote.marked),
            by_person: profile.slots_set.contains(&key),
        })
        .collect()
}

pub(super) fn questions(
    profile: &Profile,
    knowledge: &Knowledge,
    lang: Lang,
    asked: &std::collections::BTreeSet<String>,
) -> Vec<QuestionView> {
    question::next(profile, knowledge, asked)
        .into_iter()
        .map(|next| QuestionView {
            id: next.question.id.clone(),
            text: next.question.text.get(lang).to_owned(),
            reason: next.question.reason.get(lang).to_owned(),
            answers: next
                .question
                .answers
                .iter()
                .map(|answer| answer.label.get(lang).to_owned())
                .collect(),
        })
        .collect()
}

pub(super) fn indicator_views(indicators: &Indicators) -> Vec<IndicatorView> {
    Metric::ALL
        .iter()
        .filter_map(|metric| {
            indicators
                .scores
                .iter()
                .find(|score| score.metric == *metric)
        })
        .map(|score| IndicatorView {
            metric: score.metric,
            value: score.value,
            need: score.needs.iter().map(ToString::to_string).collect(),
            contributions: score
                .contributions
                .iter()
                .map(|part| super::view::ContributionView {
                    feature: part.feature.to_string(),
                    value: part.x,
                    points: part.points,
                })
                .collect(),
            weight_set: score.weight_set,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_cut_at_words_and_keeps_the_marked_part_whole() {
        let text = "Mamy trójkę dzieci i psa.";
        let span = Span {
            start: 5,
            end: 18,
            weight: 1.0,
        };
        let quote = quoted(text, span, 7).unwrap();
        assert_eq!(quote.before, "Mamy ");
        assert_eq!(quote.marked, "trójkę dzieci");
        assert_eq!(quote.after, " i psa.");
        let long = format!("{}{text}{}", "słowo ".repeat(30), " i dalej".repeat(30));
        let span = Span {
            start: 185,
            end: 198,
            weight: 1.0,
        };
        let quote = quoted(&long, span, 7).unwrap();
        assert_eq!(quote.marked, "trójkę dzieci");
        assert!(quote.before.starts_with('…') && quote.after.ends_with('…'));
        assert_eq!(
            quoted(
                text,
                Span {
                    start: 20,
                    end: 99,
                    weight: 1.0
                },
                7
            ),
            None
        );
    }
}
