//! `GET /sessions/{id}/live`: the zones of a session, again whenever it changes; with `?tab=…` what
//! stands in that tab of the strategy panel, now and whenever a section is stored.
//!
//! Events say only that something changed; what is sent is read under the subscriber's own scope
//! and language at that moment, so that a sign-in that ended receives nothing more.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    AppState,
    auth::{self, Signed},
    error::Result,
    extract::{Path, Query},
    sessions, strategy,
};
use crate::{
    advisor::live::{EventId, Live, LiveEvent},
    domain::id::SessionId,
};

/// How often an idle stream shows that it lives.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(crate) struct LiveQuery {
    tab: Option<String>,
    /// The revision of the profile that the page shows.
    rev: Option<u32>,
}

/// Nothing more is sent: the appliance stops, or the sign-in has ended.
pub(crate) struct Ended;

struct Watch {
    state: AppState,
    signed: Signed,
    session: SessionId,
    /// The tab of the strategy panel that is watched instead of the session's zones.
    tab: Option<&'static str>,
    /// Whether the newest state is still to be sent: something may have been stored between the
    /// page and this stream, of which a watcher without a last event does not know.
    begins: bool,
    /// What was missed, oldest last.
    missed: Vec<Arc<LiveEvent>>,
    coming: Receiver<Arc<LiveEvent>>,
}

pub(crate) async fn stream(
    State(state): State<AppState>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<SessionId>,
    Query(query): Query<LiveQuery>,
) -> Result<Response> {
    // Outside the caller's scope this answers 404 before anything is watched.
    state.advisor.session(&signed.caller, id).await?;
    let since = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<EventId>().ok());
    let subscription = state
        .advisor
        .live()
        .subscribe(id, since, state.advisor.now_ms());
    let begins = match (&query.tab, query.rev) {
        (Some(_), _) => true,
        (None, Some(rev)) if since.is_none() => {
            state.advisor.session(&signed.caller, id).await?.rev != rev
        }
        _ => false,
    };
    let mut missed = subscription.missed;
    missed.reverse();
    let tab = query.tab.as_deref().map(strategy::tab);
    let watch = Watch {
        state,
        signed,
        session: id,
        begins,
        tab,
        missed,
        coming: subscription.coming,
    };
    let events = Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(events.into_response())
}

fn events(watch: Watch) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        let message = watch.message().await.ok()?;
        Some((Ok(message), watch))
    })
}

impl Watch {
    /// The next message for this watcher.
    async fn message(&mut self) -> std::result::Result<Event, Ended> {
        if std::mem::take(&mut self.begins) {
            let html = match self.tab {
                Some(tab) => self.panel(tab).await?,
                None => self.zones().await?,
            };
            return Ok(Event::default().data(html));
        }
        loop {
            let event = self.next().await?;
            if let Some(html) = self.parts(&event).await? {
                return Ok(Event::default().id(event.id.to_string()).data(html));
            }
        }
    }

    /// The next event; a watcher that fell behind reads the newest state, since each message
    /// holds the whole of it.
    async fn next(&mut self) -> std::result::Result<Arc<LiveEvent>, Ended> {
        let event = match self.missed.pop() {
            Some(event) => event,
            None => loop {
                match self.coming.recv().await {
                    Ok(event) => break event,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(Ended),
                }
            },
        };
        if event.body == Live::Shutdown {
            return Err(Ended);
        }
        Ok(event)
    }

    /// What the event changed on the page; `None` where it changed nothing that is watched.
    async fn parts(&self, event: &LiveEvent) -> std::result::Result<Option<String>, Ended> {
        let of_strategy = matches!(
            event.body,
            Live::Section { .. } | Live::Job { .. } | Live::Reset
        );
        match self.tab {
            Some(tab) if of_strategy => self.panel(tab).await.map(Some),
            Some(_) => Ok(None),
            None => self.zones().await.map(Some),
        }
    }

    async fn zones(&self) -> std::result::Result<String, Ended> {
        still_signed_in(&self.state, &self.signed).await?;
        shown(sessions::zones(&self.state, &self.signed, self.session).await)
    }

    async fn panel(&self, tab: &'static str) -> std::result::Result<String, Ended> {
        still_signed_in(&self.state, &self.signed).await?;
        shown(strategy::panel(&self.state, &self.signed, self.session, tab).await)
    }
}

/// A sign-in that has ended meanwhile watches no more, nor does one in a client's hands.
pub(crate) async fn still_signed_in(
    state: &AppState,
    signed: &Signed,
) -> std::result::Result<(), Ended> {
    match auth::caller(state, &signed.headers).await {
        Ok(Some(caller)) if caller.user == signed.caller.user && caller.shows.is_none() => Ok(()),
        _ => Err(Ended),
    }
}

/// What could be read now; a stream that cannot show its event ends, and its client asks again.
pub(crate) fn shown<T>(read: Result<T>) -> std::result::Result<T, Ended> {
    read.map_err(|error| {
        tracing::warn!(?error, "a live event could not be shown; the stream ends");
        Ended
    })
}
