//! The rows of an export that hang on a visit.

use serde_json::{Value, json};

use super::{BATCH, Folder, internal, opened, opened_json, section_row};
use crate::{
    advisor::{Advisor, analysis::event_row, error::Result, sealing::SubjectKey},
    domain::{
        id::{ClientId, SessionId},
        scope::Scope,
        sealed::Subject,
        visit::MessageType,
    },
    store::{clients, consents, conversations, generations, profiles, sessions, strategies},
};

/// The rows of the tables that hang on sessions.
#[derive(Default)]
struct Tables {
    sessions: Vec<Value>,
    consents: Vec<Value>,
    messages: Vec<Value>,
    events: Vec<Value>,
    profiles: Vec<Value>,
    strategies: Vec<Value>,
    generations: Vec<Value>,
}
impl Advisor {
    /// Writes sessions and everything that hangs on them; answers how many there are.
    pub(super) async fn write_sessions(&self, scope: Scope, folder: &mut Folder) -> Result<usize> {
        let mut rows = Tables::default();
        let mut cursor = None;
        loop {
            let page = self
                .store()
                .read(move |db| {
                    sessions::list(
                        db,
                        &scope,
                        sessions::SessionFilter::default(),
                        cursor,
                        BATCH,
                    )
                })
                .await?;
            for row in page.rows {
                self.session_rows(scope, row, &mut rows).await?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let count = rows.sessions.len();
        folder.write("sessions.jsonl", rows.sessions)?;
        folder.write("consents.jsonl", rows.consents)?;
        folder.write("conversations.jsonl", rows.messages)?;
        folder.write("profile_events.jsonl", rows.events)?;
        folder.write("client_profiles.jsonl", rows.profiles)?;
        folder.write("strategies.jsonl", rows.strategies)?;
        folder.write("generations.jsonl", rows.generations)?;
        Ok(count)
    }

    async fn session_rows(
        &self,
        scope: Scope,
        row: sessions::SessionRow,
        rows: &mut Tables,
    ) -> Result<()> {
        let id = row.id;
        let key = self.key_of(Subject::Client(row.client)).await?;
        let client_id = row.client;
        let client = self
            .store()
            .read(move |db| clients::get(db, &scope, client_id))
            .await?;
        let alias = opened(
            &key,
            "clients",
            "alias",
            &client.id.to_string(),
            client.alias.as_ref(),
        )?;
        rows.sessions.push(
            json!({"id": id, "client": row.client, "owner": row.owner, "alias": alias,
            "profiling": row.profiling, "lang": row.lang, "stage": row.stage, "status": row.status,
            "outcome": row.outcome, "created_ms": row.created_ms, "updated_ms": row.updated_ms}),
        );
        self.consent_rows(scope, row.client, id, rows).await?;
        self.message_rows(scope, id, &key, rows).await?;
        let (events, profile) = self
            .store()
            .read(move |db| {
                Ok((
                    profiles::events(db, &scope, id, 0)?,
                    profiles::get(db, &scope, id)?,
                ))
            })
            .await?;
        for event in events {
            let place = event_row(id, event.rev);
            let body = opened_json(
                &key,
                "profile_events",
                "event",
                &place,
                event.event.as_ref(),
            )?;
            rows.events.push(
                json!({"session": id, "rev": event.rev, "at_ms": event.at_ms, "event": body}),
            );
        }
        if let Some(profile) = profile {
            let body = opened_json(
                &key,
                "client_profiles",
                "profile",
                &id.to_string(),
                profile.profile.as_ref(),
            )?;
            rows.profiles
                .push(json!({"session": id, "rev": profile.rev, "profile": body}));
        }
        self.strategy_rows(scope, id, &key, rows).await
    }

    async fn consent_rows(
        &self,
        scope: Scope,
        client: ClientId,
        id: SessionId,
        rows: &mut Tables,
    ) -> Result<()> {
        let consents = self
            .store()
            .read(move |db| consents::list(db, &scope, client))
            .await?;
        rows.consents.extend(consents.into_iter().map(|consent| {
            json!({"id": consent.id, "client": consent.client, "session": id, "purpose": consent.purpose,
                "legal_basis": consent.legal_basis, "text_version": consent.text_version, "lang": consent.lang,
                "channel": consent.channel, "given_ms": consent.given_ms, "given_by": consent.given_by,
                "withdrawn_ms": consent.withdrawn_ms})
        }));
        Ok(())
    }

    async fn message_rows(
        &self,
        scope: Scope,
        id: SessionId,
        key: &SubjectKey,
        rows: &mut Tables,
    ) -> Result<()> {
        let mut after = 0;
        loop {
            let messages = self
                .store()
                .read(move |db| conversations::list(db, &scope, id, after, BATCH))
                .await?;
            let Some(last) = messages.last() else {
                return Ok(());
            };
            after = last.seq;
            for message in messages {
                let text = opened(
                    key,
                    "conversations",
                    "content",
                    &message.id.to_string(),
                    message.content.as_ref(),
                )?;
                let content = match (message.message_type, text) {
                    (MessageType::AiSuggestion, Some(text)) => {
                        serde_json::from_str(&text).map_err(internal)?
                    }
                    (_, text) => json!(text),
                };
                rows.messages.push(json!({"id": message.id, "session": id, "seq": message.seq,
                    "message_type": message.message_type, "content": content, "at_ms": message.at_ms}));
            }
        }
    }

    async fn strategy_rows(
        &self,
        scope: Scope,
        id: SessionId,
        key: &SubjectKey,
        rows: &mut Tables,
    ) -> Result<()> {
        let strategies = self
            .store()
            .read(move |db| strategies::of_session(db, &scope, id))
            .await?;
        for strategy in strategies {
            let of = strategy.id;
            let (sections, generations) = self
                .store()
                .read(move |db| {
                    Ok((
                        strategies::sections(db, &scope, of)?,
                        generations::of_strategy(db, &scope, of)?,
                    ))
                })
                .await?;
            let mut parts = Vec::new();
            for section in sections {
                let place = section_row(of, section.key);
                parts.push(json!({"key": section.key, "source": section.source,
                    "body": opened_json(key, "strategy_sections", "body", &place, section.body.as_ref())?,
                    "removed": opened_json(key, "strategy_sections", "removed", &place, section.removed.as_ref())?,
                    "at_ms": section.at_ms}));
            }
            rows.strategies.push(json!({"id": of, "session": id, "state": strategy.state,
                "template": strategy.template, "knowledge_rev": strategy.knowledge_rev,
                "profile_rev": strategy.profile_rev, "created_ms": strategy.created_ms, "sections": parts}));
            rows.generations.extend(generations.into_iter().map(|row| {
                json!({"id": row.id, "session": id, "strategy": of, "section": row.section,
                    "provider": row.provider, "model": row.model, "template": row.template, "seed": row.seed,
                    "finish": row.finish, "queue_ms": row.queue_ms, "prefill_ms": row.prefill_ms,
                    "decode_ms": row.decode_ms, "at_ms": row.at_ms})
            }));
        }
        Ok(())
    }
}
