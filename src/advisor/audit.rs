//! The audit chain from above: who did what to what, prepared before the change and appended in
//! its transaction.

use serde_json::{Value, json};

use super::{
    Advisor,
    access::{self, Caller},
    error::{Error, Result},
};
use crate::{
    domain::{
        hex::hex,
        id::UserId,
        labels::Role,
        scope::{Scope, Via, Write},
        sealed::Subject,
    },
    privacy::vault,
    store::{
        self, Tx,
        audit::{self, AuditDraft},
        writing,
    },
};

pub use crate::store::audit::AuditReport;

/// The appliance itself, where no person is the subject of an entry.
const APPLIANCE: Subject = Subject::User(UserId(uuid::Uuid::nil()));

/// One deed, before it is put into the chain.
#[derive(Debug, Clone)]
pub struct Entry {
    action: &'static str,
    kind: &'static str,
    object: String,
    subject: Subject,
    by: Option<UserId>,
    role: Option<Role>,
    outcome: &'static str,
    details: Value,
}

impl Entry {
    pub(super) fn new(action: &'static str, kind: &'static str, object: impl ToString) -> Self {
        Self {
            action,
            kind,
            object: object.to_string(),
            subject: APPLIANCE,
            by: None,
            role: None,
            outcome: "done",
            details: Value::Null,
        }
    }

    /// Whose key seals the details.
    pub(super) fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    pub(super) fn by(self, user: UserId) -> Self {
        Self {
            by: Some(user),
            ..self
        }
    }

    pub(super) fn caller(self, caller: &Caller) -> Self {
        Self {
            by: Some(caller.user),
            role: Some(caller.role),
            ..self
        }
    }

    pub(super) fn refused(self) -> Self {
        Self {
            outcome: "refused",
            ..self
        }
    }

    pub(super) fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

/// An entry as the auditor's page shows it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AuditLine {
    pub seq: u64,
    pub at_ms: i64,
    pub actor: String,
    pub role: Option<Role>,
    pub action: String,
    pub object: String,
    pub outcome: String,
    pub commitment: String,
    pub hash: String,
}

impl Advisor {
    /// Makes a change and appends its audit entry, in one transaction.
    pub(super) async fn commit<T: Send + 'static>(
        &self,
        scope: Scope,
        entry: Entry,
        change: impl FnOnce(&Tx<'_>, Write<'_>) -> std::result::Result<T, store::Error> + Send + 'static,
    ) -> Result<T> {
        let draft = self.audited(&scope, entry).await?;
        let done = self
            .store()
            .write(move |tx| {
                let write = writing(&scope)?;
                let done = change(tx, write)?;
                audit::append(tx, write, draft)?;
                Ok(done)
            })
            .await?;
        Ok(done)
    }

    /// An entry whose secrets are sealed; it only lacks its place in the chain.
    async fn audited(&self, scope: &Scope, entry: Entry) -> Result<AuditDraft> {
        let vault = &self.0.vault;
        let actor = match (entry.by.or(scope.actor()), scope.via()) {
            (Some(user), _) => vault.pid("user", &user.to_string()),
            (None, Via::Job(name)) => vault.pid("job", name),
            (None, _) => vault.pid("job", "cli"),
        };
        let details =
            serde_json::to_vec(&entry.details).map_err(|e| Error::Internal(e.to_string()))?;
        let salt: [u8; 32] = vault::random()?;
        let commitment = vault::commitment(&salt, &details);
        let key = self.key_of(entry.subject).await?;
        let sealed = key.seal_json(
            "audit",
            "details",
            &hex(&commitment),
            &json!({"salt": hex(&salt), "object": entry.object, "details": entry.details}),
        )?;
        Ok(AuditDraft {
            at_ms: self.now_ms(),
            actor,
            role: entry.role,
            action: entry.action,
            object: vault.pid(entry.kind, &entry.object),
            outcome: entry.outcome,
            commitment,
            details: sealed,
            subject: entry.subject,
        })
    }

    /// Verifies the whole chain, and its newest mark.
    pub async fn audit_report(&self, scope: Scope) -> Result<AuditReport> {
        let report = self
            .store()
            .read(move |db| audit::verify(db, &scope))
            .await?;
        let marked = report.checkpoint.as_ref().is_none_or(|mark| {
            self.0
                .vault
                .checkpoint_holds(mark.head.seq, &mark.head.hash, &mark.tag)
        });
        let intact = report.intact && marked;
        Ok(AuditReport { intact, ..report })
    }

    /// Marks the head of the chain, so that cutting its end shows.
    pub async fn mark_audit(&self) -> Result<()> {
        let vault = std::sync::Arc::clone(&self.0.vault);
        let tag = move |seq: u64, hash: &[u8; 32]| vault.checkpoint_tag(seq, hash).to_vec();
        let now = self.now_ms();
        self.store()
            .checkpoint_audit(access::job("audit"), now, tag)
            .await?;
        Ok(())
    }

    /// Entries, newest first, before the place `before`.
    pub async fn audit_entries(
        &self,
        scope: Scope,
        before: Option<u64>,
        limit: u16,
    ) -> Result<Vec<AuditLine>> {
        let filter = audit::AuditFilter {
            before,
            ..Default::default()
        };
        let rows = self
            .store()
            .read(move |db| audit::list(db, &scope, filter, limit))
            .await?;
        Ok(rows.into_iter().map(line).collect())
    }
}

fn line(row: audit::AuditRow) -> AuditLine {
    AuditLine {
        seq: row.seq,
        at_ms: row.at_ms,
        actor: hex(&row.actor),
        role: row.role,
        action: row.action,
        object: hex(&row.object),
        outcome: row.outcome,
        commitment: hex(&row.commitment),
        hash: hex(&row.hash),
    }
}
