//! Export: everything an auditor may see, as JSON Lines with a manifest of SHA-256 sums.
//!
//! Invariant: the manifest is written last, so that a folder without one is an export that failed.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Advisor,
    access::{self, Caller},
    audit::{Entry, hex},
    error::{Error, Result},
    sealing::SubjectKey,
};
use crate::{
    domain::{
        id::{ClientId, SessionId},
        labels::Role,
        scope::Scope,
        sealed::{Sealed, Subject},
        visit::MessageType,
    },
    store::{
        audit, clients, consents, conversations, feedback, generations, profiles, sessions,
        strategies, users, writing,
    },
};

/// Rows read in one transaction.
const BATCH: u16 = 200;

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct ExportFile {
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
    /// Hex.
    pub sha256: String,
}

/// A finished export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct ExportView {
    pub name: String,
    pub made_ms: i64,
    pub version: String,
    pub files: Vec<ExportFile>,
}

const MANIFEST: &str = "manifest.json";

impl Advisor {
    /// Writes an export for the auditor into the appliance's own folder.
    pub async fn export(&self, caller: &Caller) -> Result<ExportView> {
        if caller.role != Role::Auditor {
            return Err(Error::Forbidden);
        }
        let name = self.export_name();
        let dir = self.exports_dir().join(&name);
        self.export_to(caller.scope(), Some(caller), &dir, name)
            .await
    }

    /// Writes an export for the command line, whose user holds the files anyway.
    pub async fn export_cli(&self, out: &Path) -> Result<ExportView> {
        self.export_to(access::cli(), None, out, self.export_name())
            .await
    }

    /// Finished exports, newest first.
    pub fn exports(&self, caller: &Caller) -> Result<Vec<ExportView>> {
        if caller.role != Role::Auditor {
            return Err(Error::Forbidden);
        }
        let Ok(entries) = fs::read_dir(self.exports_dir()) else {
            return Ok(Vec::new());
        };
        let mut exports: Vec<ExportView> = entries
            .flatten()
            .filter_map(|entry| fs::read(entry.path().join(MANIFEST)).ok())
            .filter_map(|bytes| serde_json::from_slice(&bytes).ok())
            .collect();
        exports.sort_by(|a, b| b.name.cmp(&a.name));
        Ok(exports)
    }

    /// The path of one file of one export; names are looked up, never joined from what was sent.
    pub fn export_file(&self, caller: &Caller, name: &str, file: &str) -> Result<PathBuf> {
        let exports = self.exports(caller)?;
        let export = exports
            .iter()
            .find(|export| export.name == name)
            .ok_or(Error::NotFound)?;
        let known = export.files.iter().any(|known| known.name == file) || file == MANIFEST;
        if !known {
            return Err(Error::NotFound);
        }
        Ok(self.exports_dir().join(&export.name).join(file))
    }

    fn exports_dir(&self) -> PathBuf {
        self.store().dir().join("exports")
    }

    fn export_name(&self) -> String {
        let now = self.0.clock.now().to_zoned(super::clock::showroom_zone());
        now.strftime("export-%Y%m%d-%H%M%S").to_string()
    }

    async fn export_to(
        &self,
        scope: Scope,
        caller: Option<&Caller>,
        dir: &Path,
        name: String,
    ) -> Result<ExportView> {
        let entry = Entry::new("export", "export", &name);
        let entry = match caller {
            Some(caller) => entry.caller(caller),
            None => entry,
        };
        // The auditor may change nothing; the entry is the appliance's own.
        let job = access::job("export");
        let entry = self.audited(&job, entry).await?;
        self.store()
            .write(move |tx| entry.append(tx, writing(&job)?))
            .await?;
        let mut folder = Folder::create(dir)?;
        folder.write("users.jsonl", self.user_rows(scope).await?)?;
        let ids = self.write_sessions(scope, &mut folder).await?;
        folder.write("feedback.jsonl", self.feedback_rows(scope).await?)?;
        folder.write("audit.jsonl", self.audit_rows(scope).await?)?;
        self.write_knowledge(&mut folder)?;
        tracing::info!(sessions = ids, "an export was written");
        let view = ExportView {
            name,
            made_ms: self.now_ms(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            files: std::mem::take(&mut folder.files),
        };
        folder.put(
            MANIFEST,
            &serde_json::to_vec_pretty(&view).map_err(internal)?,
        )?;
        Ok(view)
    }

    async fn user_rows(&self, scope: Scope) -> Result<Vec<Value>> {
        let users = self.store().read(move |db| users::list(db, &scope)).await?;
        let row = |user: users::UserRow| {
            json!({"id": user.id, "name": user.name, "role": user.role, "created_ms": user.created_ms,
                "disabled_ms": user.disabled_ms})
        };
        Ok(users.into_iter().map(row).collect())
    }

    /// Writes sessions and everything that hangs on them; answers how many there are.
    async fn write_sessions(&self, scope: Scope, folder: &mut Folder) -> Result<usize> {
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
            let place = super::analysis::event_row(id, event.rev);
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

    async fn feedback_rows(&self, scope: Scope) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self
                .store()
                .read(move |db| feedback::list(db, &scope, None, cursor, BATCH))
                .await?;
            for row in page.rows {
                let subject = match row.session {
                    Some(session) => {
                        let client = self
                            .store()
                            .read(move |db| sessions::get(db, &scope, session))
                            .await?
                            .client;
                        Subject::Client(client)
                    }
                    None => Subject::User(row.owner),
                };
                let key = self.key_of(subject).await?;
                let comment = opened(
                    &key,
                    "feedback",
                    "comments",
                    &row.id.to_string(),
                    row.comments.as_ref(),
                )?;
                rows.push(json!({"id": row.id, "owner": row.owner, "session": row.session,
                    "strategy": row.strategy, "kind": row.kind, "rating": row.rating,
                    "effectiveness": row.effectiveness, "comment": comment, "created_ms": row.created_ms}));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    async fn audit_rows(&self, scope: Scope) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut before = None;
        loop {
            let filter = audit::AuditFilter {
                before,
                ..Default::default()
            };
            let page = self
                .store()
                .read(move |db| audit::list(db, &scope, filter, BATCH))
                .await?;
            let Some(last) = page.last() else { break };
            before = Some(last.seq);
            for row in page {
                let details = match (row.subject, &row.details) {
                    (Some(subject), Some(sealed)) => {
                        let key = self.key_of(subject).await?;
                        opened_json(
                            &key,
                            "audit",
                            "details",
                            &hex(&row.commitment),
                            Some(sealed),
                        )?
                    }
                    _ => Value::Null,
                };
                rows.push(json!({"seq": row.seq, "at_ms": row.at_ms, "actor": hex(&row.actor), "role": row.role,
                    "action": row.action, "object": hex(&row.object), "outcome": row.outcome,
                    "commitment": hex(&row.commitment), "hash": hex(&row.hash), "details": details}));
            }
        }
        rows.reverse();
        Ok(rows)
    }

    fn write_knowledge(&self, folder: &mut Folder) -> Result<()> {
        let knowledge = self.knowledge();
        folder.write("facts.jsonl", json_rows(knowledge.facts.values())?)?;
        folder.write("archetypes.jsonl", json_rows(&knowledge.archetypes)?)?;
        folder.write("objections.jsonl", json_rows(&knowledge.objections)?)?;
        folder.write("playbooks.jsonl", json_rows(&knowledge.playbooks)?)?;
        folder.write("arguments.jsonl", json_rows(&knowledge.arguments)?)?;
        folder.write("questions.jsonl", json_rows(&knowledge.questions)?)?;
        folder.write("signals.jsonl", json_rows(&knowledge.signals)?)?;
        folder.write("tesla_models.jsonl", json_rows(&knowledge.cars)?)?;
        folder.write("competitors.jsonl", json_rows(&knowledge.competitors)?)?;
        folder.write("promotions.jsonl", json_rows(&knowledge.promotions)?)
    }
}

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

/// The place of a section's sealed columns.
pub(super) fn section_row(
    strategy: crate::domain::id::StrategyId,
    key: crate::domain::strategy::Key,
) -> String {
    format!("{strategy}:{key}")
}

fn json_rows<'r, T: Serialize + 'r>(rows: impl IntoIterator<Item = &'r T>) -> Result<Vec<Value>> {
    rows.into_iter()
        .map(|row| serde_json::to_value(row).map_err(internal))
        .collect()
}

fn opened(
    key: &SubjectKey,
    table: &str,
    column: &str,
    row: &str,
    sealed: Option<&Sealed>,
) -> Result<Option<String>> {
    sealed
        .map(|sealed| key.open(table, column, row, sealed))
        .transpose()
}

fn opened_json(
    key: &SubjectKey,
    table: &str,
    column: &str,
    row: &str,
    sealed: Option<&Sealed>,
) -> Result<Value> {
    match sealed {
        Some(sealed) => key.open_json(table, column, row, sealed),
        None => Ok(Value::Null),
    }
}

/// A folder that only its owner can read.
struct Folder {
    dir: PathBuf,
    files: Vec<ExportFile>,
}

impl Folder {
    fn create(dir: &Path) -> Result<Self> {
        if dir.join(MANIFEST).exists() {
            return Err(Error::Internal(format!(
                "{} holds an export already",
                dir.display()
            )));
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(disk)?;
        Ok(Self {
            dir: dir.to_owned(),
            files: Vec::new(),
        })
    }

    fn write(&mut self, name: &str, rows: Vec<Value>) -> Result<()> {
        let mut bytes = Vec::new();
        for row in &rows {
            serde_json::to_writer(&mut bytes, row).map_err(internal)?;
            bytes.push(b'\n');
        }
        self.put(name, &bytes)?;
        self.files.push(ExportFile {
            name: name.to_owned(),
            rows: rows.len() as u64,
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
        });
        Ok(())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.dir.join(name))
            .map_err(disk)?;
        file.write_all(bytes).map_err(disk)?;
        file.sync_all().map_err(disk)
    }
}

fn disk(error: std::io::Error) -> Error {
    Error::Unavailable(error.to_string())
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
