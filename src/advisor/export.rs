//! Export: everything an auditor may see, as JSON Lines with a manifest of SHA-256 sums.
//!
//! Invariant: the manifest is written last, so that a folder without one is an export that failed.

mod folder;
mod visits;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::{Value, json};

use self::folder::Folder;
use super::{
    Advisor,
    access::{self, Caller},
    audit::Entry,
    error::{Error, Result},
    sealing::SubjectKey,
};
use crate::{
    domain::{
        hex::hex,
        id::StrategyId,
        labels::Role,
        scope::Scope,
        sealed::{Sealed, Subject},
        strategy::Key,
    },
    store::{audit, feedback, sessions, users},
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
        self.commit(job, entry, |_, _| Ok(())).await?;
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
                    "strategy": row.strategy, "card": row.card, "kind": row.kind, "rating": row.rating,
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
/// The place of a section's sealed columns.
pub(super) fn section_row(strategy: StrategyId, key: Key) -> String {
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
fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
