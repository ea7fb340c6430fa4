//! What a person changes in a profile by hand: each is an event of the fold, stored with its audit
//! entry in one transaction.

use serde_json::json;

use super::{TRIES, seal_event, seal_profile, slot_value};
use crate::{
    advisor::{
        Advisor,
        access::Caller,
        audit::Entry,
        error::{Error, Refusal, Result},
        live::Live,
    },
    domain::{
        id::{SessionId, UtteranceId},
        labels::{Archetype, Objection, SlotKey},
        profile::Event,
        scope::Write,
        sealed::Subject,
    },
    store::{self, Tx, profiles, sessions},
};

impl Advisor {
    /// "This is rather a …": wins at once; `None` takes it back.
    pub async fn correct(
        &self,
        caller: &Caller,
        id: SessionId,
        archetype: Option<Archetype>,
    ) -> Result<()> {
        let opened = self.opened(caller, id).await?;
        if !opened.row.profiling {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let event = Event::Corrected {
            archetype,
            by: caller.user,
            at_ms: self.now_ms(),
            utterance: opened.profile.heard_last,
        };
        let entry =
            Entry::new("profile.correct", "session", id).with(json!({"archetype": archetype}));
        self.put_right(caller, id, event, entry).await
    }

    /// The client's objection was answered.
    pub async fn answered(
        &self,
        caller: &Caller,
        id: SessionId,
        objection: Objection,
    ) -> Result<()> {
        let event = Event::Answered {
            objection,
            at_ms: self.now_ms(),
        };
        let entry =
            Entry::new("objection.answered", "session", id).with(json!({"objection": objection}));
        self.put_right(caller, id, event, entry).await
    }

    /// A slot as a person states it; an empty one is cleared.
    pub async fn set_slot(
        &self,
        caller: &Caller,
        id: SessionId,
        key: SlotKey,
        value: Option<String>,
    ) -> Result<()> {
        let value = match value.filter(|value| !value.trim().is_empty()) {
            Some(text) => Some(slot_value(key, text.trim())?),
            None => None,
        };
        let opened = self.opened(caller, id).await?;
        let event = Event::SlotSet {
            key,
            value,
            at_ms: self.now_ms(),
            from: opened
                .profile
                .heard_last
                .unwrap_or(UtteranceId(uuid::Uuid::nil())),
        };
        let entry = Entry::new("slot.set", "session", id).with(json!({"slot": key}));
        self.put_right(caller, id, event, entry).await
    }

    /// Stores what a person put right, and tells the watchers.
    async fn put_right(
        &self,
        caller: &Caller,
        id: SessionId,
        event: Event,
        entry: Entry,
    ) -> Result<()> {
        let rev = self
            .apply(caller, id, vec![event], entry, |_, _| Ok(()))
            .await?;
        self.live()
            .publish(id, self.now_ms(), Live::Corrected { rev });
        Ok(())
    }

    /// Folds events of a person into the profile and stores them with whatever else `change`
    /// does, in one transaction. Answers the new revision.
    pub(in crate::advisor) async fn apply(
        &self,
        caller: &Caller,
        id: SessionId,
        events: Vec<Event>,
        entry: Entry,
        change: impl Fn(&Tx<'_>, Write<'_>) -> std::result::Result<(), store::Error>
        + Clone
        + Send
        + 'static,
    ) -> Result<u32> {
        let _turn = self.0.turns.of(id).await;
        let mut left = TRIES;
        loop {
            left -= 1;
            let done = self
                .try_apply(caller, id, &events, entry.clone(), change.clone())
                .await;
            match done {
                Err(Error::Conflict("revision")) if left > 0 => {}
                done => return done,
            }
        }
    }

    async fn try_apply(
        &self,
        caller: &Caller,
        id: SessionId,
        events: &[Event],
        entry: Entry,
        change: impl Fn(&Tx<'_>, Write<'_>) -> std::result::Result<(), store::Error> + Send + 'static,
    ) -> Result<u32> {
        let mut opened = self.opened(caller, id).await?;
        let before = opened.profile.rev;
        let mut sealed_events = Vec::with_capacity(events.len());
        for (at, event) in (before..).zip(events) {
            opened.profile.apply(event, &self.0.pool);
            if opened.row.profiling {
                sealed_events.push(seal_event(&opened, at, event)?);
            }
        }
        let rev = opened.profile.rev;
        let scope = caller.scope();
        let now = self.now_ms();
        let entry = entry
            .caller(caller)
            .about(Subject::Client(opened.row.client));
        if !opened.row.profiling {
            self.commit(scope, entry, change).await?;
            self.0.unprofiled.keep(id, now, opened.profile);
            return Ok(rev);
        }
        let sealed = seal_profile(&opened)?;
        self.commit(scope, entry, move |tx, write| {
            change(tx, write)?;
            let mut at = before;
            for event in &sealed_events {
                at = profiles::append_event(tx, write, id, at, event, now)?;
            }
            profiles::put(tx, write, id, rev, &sealed, None, now)?;
            sessions::touch(tx, write, id, now)
        })
        .await?;
        Ok(rev)
    }
}
