//! A visit as a person moves it on: its stage, its status with the outcome, its language.
//!
//! Invariant: all of a change is stored or none of it, with one audit entry.

use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    live::Live,
    sessions::OUTCOMES,
};
use crate::{
    domain::{
        id::SessionId,
        labels::{Lang, Stage},
        profile::Event,
        scope::Write,
        sealed::Subject,
        visit::Status,
    },
    store::{self, Tx, sessions},
};

/// What changes of a visit; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionChange {
    pub stage: Option<Stage>,
    pub status: Option<Status>,
    /// How a completed visit ended: one of [`OUTCOMES`].
    pub outcome: Option<String>,
    pub lang: Option<Lang>,
}

impl SessionChange {
    /// The same, checked against the visit's present status.
    fn checked(self, now: Status) -> Result<Self> {
        if self.stage.is_none() && self.status.is_none() && self.lang.is_none() {
            let field = if self.outcome.is_some() {
                "status"
            } else {
                "body"
            };
            return Err(Error::invalid(field, Refusal::Missing));
        }
        if self.status.is_some() && matches!(now, Status::Completed | Status::Abandoned) {
            return Err(Error::invalid("status", Refusal::WrongState));
        }
        match (self.status, &self.outcome) {
            (Some(Status::Completed), None) => Err(Error::invalid("outcome", Refusal::Missing)),
            (Some(Status::Completed), Some(outcome)) if !OUTCOMES.contains(&outcome.as_str()) => {
                Err(Error::invalid("outcome", Refusal::NotAChoice))
            }
            (Some(Status::Completed), Some(_)) | (_, None) => Ok(self),
            (_, Some(_)) => Err(Error::invalid("outcome", Refusal::WrongState)),
        }
    }

    fn store(
        &self,
        tx: &Tx<'_>,
        write: Write<'_>,
        id: SessionId,
        at_ms: i64,
    ) -> std::result::Result<(), store::Error> {
        if let Some(stage) = self.stage {
            sessions::set_stage(tx, write, id, stage, at_ms)?;
        }
        if let Some(status) = self.status {
            sessions::set_status(tx, write, id, status, at_ms)?;
        }
        if let Some(outcome) = &self.outcome {
            sessions::set_outcome(tx, write, id, Some(outcome), at_ms)?;
        }
        if let Some(lang) = self.lang {
            sessions::set_lang(tx, write, id, lang, at_ms)?;
        }
        Ok(())
    }

    /// The audit's word for it.
    const fn action(&self) -> &'static str {
        match self {
            Self {
                stage: Some(_),
                status: None,
                lang: None,
                ..
            } => "session.stage",
            Self {
                stage: None,
                status: Some(_),
                lang: None,
                ..
            } => "session.status",
            _ => "session.change",
        }
    }
}

impl Advisor {
    /// Moves a visit on. A completed one needs its outcome, and a closed one stays closed.
    pub async fn change_session(
        &self,
        caller: &Caller,
        id: SessionId,
        change: SessionChange,
    ) -> Result<()> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| sessions::get(db, &scope, id))
            .await?;
        let change = change.checked(row.status)?;
        let now = self.now_ms();
        let entry = Entry::new(change.action(), "session", id).with(json!({
            "stage": change.stage, "status": change.status, "outcome": change.outcome,
            "lang": change.lang,
        }));
        let (stage, moved) = (
            change.stage,
            change.status.is_some() || change.lang.is_some(),
        );
        if let Some(stage) = stage {
            let event = Event::StageSet { stage, at_ms: now };
            let stored = move |tx: &Tx<'_>, write: Write<'_>| change.store(tx, write, id, now);
            self.apply(caller, id, vec![event], entry, stored).await?;
            self.live().publish(id, now, Live::Stage { stage });
        } else {
            let entry = entry.caller(caller).about(Subject::Client(row.client));
            self.commit(scope, entry, move |tx, write| {
                change.store(tx, write, id, now)
            })
            .await?;
        }
        if moved {
            self.live().publish(id, now, Live::Status);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome_of(change: SessionChange, now: Status) -> Option<(&'static str, Refusal)> {
        match change.checked(now) {
            Ok(_) => None,
            Err(Error::Invalid { field, why }) => Some((field, why)),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_visit_is_closed_with_an_outcome_and_once() {
        let change = |status, outcome: Option<&str>| SessionChange {
            status,
            outcome: outcome.map(str::to_owned),
            ..SessionChange::default()
        };
        let (active, closed) = (Status::Active, Status::Completed);
        let done = Some(Status::Completed);
        for (change, now, refusal) in [
            (change(done, Some("ordered")), active, None),
            (
                change(done, None),
                active,
                Some(("outcome", Refusal::Missing)),
            ),
            (
                change(done, Some("won")),
                active,
                Some(("outcome", Refusal::NotAChoice)),
            ),
            (change(Some(Status::Paused), None), active, None),
            (
                change(Some(Status::Paused), Some("ordered")),
                active,
                Some(("outcome", Refusal::WrongState)),
            ),
            (
                change(None, Some("ordered")),
                active,
                Some(("status", Refusal::Missing)),
            ),
            (change(None, None), active, Some(("body", Refusal::Missing))),
            (
                change(Some(Status::Active), None),
                closed,
                Some(("status", Refusal::WrongState)),
            ),
        ] {
            assert_eq!(outcome_of(change.clone(), now), refusal, "{change:?}");
        }
    }
}
