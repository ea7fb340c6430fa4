//! `GET /api/strategies/{id}/events`: the sections of a strategy as they are stored.
//!
//! What is sent is read from the store under the caller's own scope; the session's live channel
//! only says when to look. So an event's id is the number of sections sent so far, which survives
//! a restart, and nothing is sent that is not stored.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::super::{
    AppState,
    auth::Signed,
    error::Result,
    extract::Path,
    live::{Ended, HEARTBEAT, shown, still_signed_in},
};
use crate::{
    advisor::{
        live::{Live, LiveEvent},
        view::StrategyView,
    },
    domain::{id::StrategyId, strategy::JobState},
};

/// A stream looks at least this often.
const LOOK: Duration = Duration::from_secs(30);
/// The id of the last event: who comes back with it has everything.
const END: &str = "end";

/// How far the work has come.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct StrategyProgress {
    state: JobState,
    /// Sections stored so far.
    sections: usize,
}

struct Watch {
    state: AppState,
    signed: Signed,
    strategy: StrategyId,
    /// Sections that the caller has.
    sent: usize,
    told: Option<JobState>,
    ready: VecDeque<Event>,
    ended: bool,
    coming: Receiver<Arc<LiveEvent>>,
}

/// Follow a strategy
///
/// Server-sent events. `section` carries a section (`SectionView`) once it is stored; its id is the
/// number of sections so far, and `Last-Event-ID` goes on after it. `state` carries the state of
/// the work whenever it changes, and `end` the last one (`StrategyProgress` both); then the stream
/// ends. Who comes back with the id of `end` is answered 204, so that a browser stops asking. A
/// stream that ends without `end` was cut: ask again. A comment line every 15 seconds shows that
/// it lives.
#[utoipa::path(get, path = "/api/strategies/{id}/events", operation_id = "follow_strategy", tag = "strategies",
    params(("id" = StrategyId, Path, description = "The strategy"),
        ("last-event-id" = Option<String>, Header, description = "The id of the last event that was seen")),
    responses(
        (status = 200, description = "The sections as they are stored", content_type = "text/event-stream",
            body = String,
            example = "event: section\nid: 1\ndata: {\"key\":\"opening\",…}\n\nevent: end\nid: end\ndata: {\"state\":\"complete\",\"sections\":6}\n\n"),
        (status = 204, description = "Everything was seen")))]
pub(crate) async fn stream(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<StrategyId>,
) -> Result<Response> {
    // Outside the caller's scope this answers 404 before anything is watched.
    let view = state.advisor.strategy(&signed.caller, id).await?;
    let last = last_event(&signed.headers);
    if last == Some(END) && is_over(view.state) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let coming = state
        .advisor
        .live()
        .subscribe(view.session, None, state.advisor.now_ms())
        .coming;
    let sent = last.and_then(|id| id.parse().ok()).unwrap_or_default();
    let watch = Watch {
        state,
        signed,
        strategy: id,
        sent,
        told: None,
        ready: VecDeque::new(),
        ended: false,
        coming,
    };
    let events = Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(events.into_response())
}

fn last_event(headers: &HeaderMap) -> Option<&str> {
    headers.get("last-event-id")?.to_str().ok()
}

/// Whether no section will follow.
const fn is_over(state: JobState) -> bool {
    !matches!(state, JobState::Queued | JobState::Running)
}

fn events(watch: Watch) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await.ok()?;
        Some((Ok(event), watch))
    })
}

impl Watch {
    async fn next(&mut self) -> std::result::Result<Event, Ended> {
        // The first look is taken after subscribing, so that nothing falls between the two.
        let mut look = self.told.is_none();
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            if self.ended {
                return Err(Ended);
            }
            if !look {
                self.wait().await?;
            }
            look = false;
            still_signed_in(&self.state, &self.signed).await?;
            let read = self
                .state
                .advisor
                .strategy(&self.signed.caller, self.strategy)
                .await;
            let view = shown(read.map_err(Into::into))?;
            self.note(&view)?;
        }
    }

    /// Until something about this strategy changed. Who fell behind looks at once, and everyone
    /// looks now and then: an end that could not be stored is told to nobody.
    async fn wait(&mut self) -> std::result::Result<(), Ended> {
        loop {
            let Ok(heard) = tokio::time::timeout(LOOK, self.coming.recv()).await else {
                return Ok(());
            };
            match heard {
                Ok(event) => match event.body {
                    Live::Section { strategy, .. } | Live::Job { strategy, .. }
                        if strategy == self.strategy =>
                    {
                        return Ok(());
                    }
                    Live::Shutdown => return Err(Ended),
                    _ => {}
                },
                Err(RecvError::Lagged(_)) => return Ok(()),
                Err(RecvError::Closed) => return Err(Ended),
            }
        }
    }

    /// Makes events of what is new.
    fn note(&mut self, view: &StrategyView) -> std::result::Result<(), Ended> {
        for section in view.sections.iter().skip(self.sent) {
            self.sent += 1;
            let event = event("section", section)?.id(self.sent.to_string());
            self.ready.push_back(event);
        }
        let progress = StrategyProgress {
            state: view.state,
            sections: view.sections.len(),
        };
        if is_over(view.state) {
            self.ready.push_back(event(END, &progress)?.id(END));
            self.ended = true;
        } else if self.told != Some(view.state) {
            self.ready.push_back(event("state", &progress)?);
        }
        self.told = Some(view.state);
        Ok(())
    }
}

fn event<T: Serialize>(kind: &str, data: &T) -> std::result::Result<Event, Ended> {
    let event = Event::default().event(kind).json_data(data);
    event.map_err(|error| {
        tracing::error!(%error, "an event could not be written; the stream ends");
        Ended
    })
}
