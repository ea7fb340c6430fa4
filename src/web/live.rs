//! `GET /sessions/{id}/live`: the zones of a session, again whenever it changes.
//!
//! Events say only that something changed; what is sent is read under the subscriber's own scope
//! and language at that moment, so that a sign-in that ended receives nothing more.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{AppState, auth::Signed, error::Result, extract::Path, sessions, strategy};
use crate::{
    advisor::live::{EventId, Live, LiveEvent},
    domain::id::SessionId,
};

const HEARTBEAT: Duration = Duration::from_secs(15);

struct Watch {
    state: AppState,
    signed: Signed,
    session: SessionId,
    /// What was missed, oldest last.
    missed: Vec<Arc<LiveEvent>>,
    coming: Receiver<Arc<LiveEvent>>,
}

pub(crate) async fn stream(
    State(state): State<AppState>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<SessionId>,
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
    let mut missed = subscription.missed;
    missed.reverse();
    let watch = Watch {
        state,
        signed,
        session: id,
        missed,
        coming: subscription.coming,
    };
    let events = Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(events.into_response())
}

fn events(
    watch: Watch,
) -> impl Stream<Item = std::result::Result<Event, std::convert::Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        if event.body == Live::Shutdown {
            return None;
        }
        let html = watch.parts(&event).await?;
        let message = Event::default().id(event.id.to_string()).data(html);
        Some((Ok(message), watch))
    })
}

impl Watch {
    /// The next event; a watcher that fell behind reads the newest state, since each message
    /// holds the whole of it.
    async fn next(&mut self) -> Option<Arc<LiveEvent>> {
        if let Some(event) = self.missed.pop() {
            return Some(event);
        }
        loop {
            match self.coming.recv().await {
                Ok(event) => return Some(event),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// What the event changed on the page; `None` ends the stream.
    async fn parts(&self, event: &LiveEvent) -> Option<String> {
        // A sign-in that has ended meanwhile watches no more, nor does one in a client's hands.
        let caller = super::auth::caller(&self.state, &self.signed.headers)
            .await
            .ok()??;
        if caller.user != self.signed.caller.user || caller.shows.is_some() {
            return None;
        }
        let text = match event.body {
            Live::Section { .. } | Live::Job { .. } => {
                strategy::part(&self.state, &self.signed, self.session).await
            }
            _ => sessions::zones(&self.state, &self.signed, self.session).await,
        };
        match text {
            Ok(text) => Some(text),
            Err(error) => {
                tracing::warn!(?error, "a live event could not be shown; the stream ends");
                None
            }
        }
    }
}
