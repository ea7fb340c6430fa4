//! Visits that nobody goes on with: paused after half an hour, abandoned after a day
//! (`product.md` 2.2).
//!
//! Invariant: a visit that somebody touches meanwhile is left alone, and each change is audited as
//! the appliance's own.

use serde_json::json;

use super::{
    Advisor,
    access::{self, Caller},
    audit::Entry,
    error::{Error, Result},
    live::Live,
};
use crate::{
    domain::{id::SessionId, sealed::Subject, visit::Status},
    store::{self, sessions, writing},
};

/// An active visit without a change for this long is paused.
pub const PAUSE_AFTER_MS: i64 = 30 * 60 * 1_000;
/// A paused visit without a change for this long is abandoned.
pub const ABANDON_AFTER_MS: i64 = 24 * 60 * 60 * 1_000;
/// Visits looked at in one go; the rest waits for the next.
const AT_ONCE: u16 = 200;

/// What one look changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    pub paused: usize,
    pub abandoned: usize,
}

impl Advisor {
    /// Pauses and abandons what has been idle for too long.
    pub async fn settle_idle(&self) -> Result<Settled> {
        Ok(Settled {
            // Before pausing, so that no visit goes both ways in one look.
            abandoned: self
                .settle(Status::Paused, Status::Abandoned, ABANDON_AFTER_MS)
                .await?,
            paused: self
                .settle(Status::Active, Status::Paused, PAUSE_AFTER_MS)
                .await?,
        })
    }

    /// Something was said in a visit that keeps nothing of it: the visit goes on all the same.
    pub(super) async fn goes_on(&self, caller: &Caller, row: &sessions::SessionRow) -> Result<()> {
        let scope = caller.scope();
        let (id, paused, now) = (row.id, row.status == Status::Paused, self.now_ms());
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                if paused {
                    sessions::set_status(tx, write, id, Status::Active, now)?;
                }
                sessions::touch(tx, write, id, now)
            })
            .await?;
        Ok(())
    }

    async fn settle(&self, from: Status, to: Status, idle_ms: i64) -> Result<usize> {
        let scope = access::job("idle");
        let since = self.now_ms() - idle_ms;
        let filter = sessions::SessionFilter {
            status: Some(from),
            untouched_since_ms: Some(since),
            ..Default::default()
        };
        let idle = self
            .store()
            .read(move |db| sessions::list(db, &scope, filter, None, AT_ONCE))
            .await?
            .rows;
        let mut settled = 0;
        for row in idle {
            settled += usize::from(self.settle_one(&row, to, since).await?);
        }
        Ok(settled)
    }

    /// Whether the visit was still as it was found.
    async fn settle_one(&self, row: &sessions::SessionRow, to: Status, since: i64) -> Result<bool> {
        let scope = access::job("idle");
        let (id, from): (SessionId, Status) = (row.id, row.status);
        let now = self.now_ms();
        let entry = Entry::new("session.status", "session", id)
            .about(Subject::Client(row.client))
            .with(json!({"status": to, "why": "idle"}));
        let settled = self.commit(scope, entry, move |tx, write| {
            let found = sessions::get(tx, &scope, id)?;
            if found.status != from || found.updated_ms > since {
                return Err(store::Error::Conflict("status"));
            }
            sessions::set_status(tx, write, id, to, now)
        });
        let changed = match settled.await {
            Ok(()) => true,
            // Somebody went on with it meanwhile.
            Err(Error::Conflict(_)) => false,
            Err(error) => return Err(error),
        };
        if changed {
            self.live().publish(id, now, Live::Status);
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        advisor::{fixture::Fixture, sessions::OpenSession},
        domain::labels::{Lang, Speaker},
    };

    fn visit(alias: &str, profiling: bool) -> OpenSession {
        OpenSession {
            alias: alias.to_owned(),
            profiling,
            contact: false,
            lang: Lang::Pl,
        }
    }

    #[tokio::test]
    async fn an_idle_visit_is_paused_and_then_abandoned_and_words_wake_it() {
        for profiling in [true, false] {
            lives_and_ends(profiling).await;
        }
    }

    async fn lives_and_ends(profiling: bool) {
        let appliance = Fixture::new().await;
        let advisor = &appliance.advisor;
        let seller = appliance.seller();
        let new = visit("a", profiling);
        let id = advisor.open_session(&seller, new).await.unwrap();
        let status = async || advisor.session(&seller, id).await.unwrap().status;
        let settled = async || advisor.settle_idle().await.unwrap();

        appliance.clock.advance_ms(PAUSE_AFTER_MS - 1);
        assert_eq!(settled().await, Settled::default());
        appliance.clock.advance_ms(1);
        assert_eq!(settled().await.paused, 1);
        assert_eq!(status().await, Status::Paused);
        assert_eq!(settled().await, Settled::default(), "once is enough");

        advisor
            .record(
                &seller,
                id,
                Speaker::Client,
                "Wróciliśmy do tematu zasięgu.",
            )
            .await
            .unwrap();
        assert_eq!(status().await, Status::Active);
        appliance.clock.advance_ms(PAUSE_AFTER_MS);
        assert_eq!(settled().await.paused, 1);
        appliance.clock.advance_ms(ABANDON_AFTER_MS);
        let last = Settled {
            paused: 0,
            abandoned: 1,
        };
        assert_eq!(settled().await, last);
        assert_eq!(status().await, Status::Abandoned);
    }

    #[tokio::test]
    async fn what_the_appliance_does_by_itself_is_in_the_chain() {
        let appliance = Fixture::new().await;
        let advisor = &appliance.advisor;
        let seller = appliance.seller();
        for alias in ["a", "b"] {
            let new = visit(alias, true);
            advisor.open_session(&seller, new).await.unwrap();
        }
        appliance.clock.advance_ms(PAUSE_AFTER_MS);
        assert_eq!(advisor.settle_idle().await.unwrap().paused, 2);
        let scope = access::cli();
        let entries = advisor.audit_entries(scope, None, 50).await.unwrap();
        let by_itself = |line: &&crate::advisor::audit::AuditLine| {
            line.action == "session.status" && line.role.is_none()
        };
        assert_eq!(entries.iter().filter(by_itself).count(), 2);
        assert!(advisor.audit_report(scope).await.unwrap().intact);
    }
}
