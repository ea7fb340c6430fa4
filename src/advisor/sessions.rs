//! Sessions: a visit is opened, listed and read. [`super::change`] moves it on.

mod quotes;
mod show;
mod views;

use serde_json::json;

pub(super) use self::{
    quotes::Texts,
    views::{archetype_view, indicator_views, questions, slot_text, speaker, top},
};
use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    sealing::SubjectKey,
    view::{SessionLine, SessionList},
};
use crate::{
    domain::{
        id::{ClientId, ConsentId, SessionId, UtteranceId},
        knowledge::Knowledge,
        labels::Lang,
        profile::Profile,
        sealed::Subject,
        text,
        visit::{MessageType, Purpose, Status},
    },
    store::{clients, consents, conversations, profiles, sessions},
};

/// Rows of one page of the list, unless the caller asks for fewer or more.
const PAGE: u16 = 50;
/// Each row is opened and read.
const MAX_PAGE: u16 = 100;
/// Messages of one session that are read, the newest ones.
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
    /// Rows of a page, 1–[`MAX_PAGE`]; [`PAGE`] unless given.
    pub limit: Option<u16>,
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
        self.commit(scope, entry, move |tx, write| {
            clients::create(tx, write, &client_row)?;
            sessions::insert(tx, write, &row)?;
            for consent in &given {
                consents::insert(tx, write, consent)?;
            }
            Ok(())
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
        let limit = filter.limit.unwrap_or(PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Error::invalid("limit", Refusal::OutOfRange));
        }
        let scope = caller.scope();
        let by = sessions::SessionFilter {
            status: filter.status,
            ..Default::default()
        };
        let page = self
            .store()
            .read(move |db| {
                let page = sessions::list(db, &scope, by, cursor, limit)?;
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
    pub(super) async fn messages(&self, caller: &Caller, opened: &Opened) -> Result<Vec<Message>> {
        self.newest(caller, opened, None).await
    }

    /// Only what the appliance suggested: the next card follows from these, and what the client
    /// said need not be unsealed again for every utterance.
    pub(super) async fn suggestions(
        &self,
        caller: &Caller,
        opened: &Opened,
    ) -> Result<Vec<Message>> {
        self.newest(caller, opened, Some(MessageType::AiSuggestion))
            .await
    }

    async fn newest(
        &self,
        caller: &Caller,
        opened: &Opened,
        kind: Option<MessageType>,
    ) -> Result<Vec<Message>> {
        let (scope, id) = (caller.scope(), opened.row.id);
        let rows = self
            .store()
            .read(move |db| conversations::newest(db, &scope, id, kind, MESSAGES))
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
