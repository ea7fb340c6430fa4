//! The list of visits, by day, with search and filter.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    super::{
        AppState,
        auth::Signed,
        error::Result,
        extract::Query,
        i18n::Tr,
        page::{Layout, Page},
    },
    chosen,
};
use crate::{
    advisor::{clock, sessions::ListFilter, view::SessionLine},
    domain::{labels::Lang, visit::Status},
};

#[derive(Template)]
#[template(path = "sessions.html")]
struct ListPage {
    l: Layout,
    days: Vec<Day>,
    count: usize,
    next: Option<String>,
    q: String,
    status: Option<Status>,
    langs: &'static [Lang],
    statuses: &'static [Status],
}

/// The visits of one day.
struct Day {
    title: String,
    lines: Vec<SessionLine>,
}

impl ListPage {
    fn chosen(&self, status: &Status) -> bool {
        self.status == Some(*status)
    }

    /// Whether the list is narrowed, so that an empty one does not mean that there is nothing.
    fn filtered(&self) -> bool {
        !self.q.is_empty() || self.status.is_some()
    }
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    after: Option<String>,
}

/// `GET /sessions`
pub(crate) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let status = chosen("status", &query.status, Status::from_id)?;
    let text = Some(query.q.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = ListFilter {
        status,
        text,
        limit: None,
    };
    let list = state
        .advisor
        .sessions(&signed.caller, filter, query.after)
        .await?;
    let l = signed.layout("sessions");
    let page = ListPage {
        count: list.lines.len(),
        days: by_day(list.lines, state.advisor.today(), l.tr),
        l,
        next: list.next,
        q: query.q,
        status,
        langs: Lang::ALL,
        statuses: Status::ALL,
    };
    Ok(Page(page).into_response())
}

/// Visits, newest first, under the day on which they began.
fn by_day(lines: Vec<SessionLine>, today: Date, tr: Tr) -> Vec<Day> {
    let mut days: Vec<(Date, Day)> = Vec::new();
    for line in lines {
        let day = clock::showroom_day(line.created_ms);
        match days.last_mut() {
            Some((last, group)) if *last == day => group.lines.push(line),
            _ => days.push((
                day,
                Day {
                    title: title(day, today, tr),
                    lines: vec![line],
                },
            )),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

/// "Dziś, 28.11.2026", "Sobota, 21.11.2026".
fn title(day: Date, today: Date, tr: Tr) -> String {
    let key = if day == today {
        "day-today".to_owned()
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        "day-yesterday".to_owned()
    } else {
        format!("day-{}", day.weekday().to_monday_one_offset())
    };
    tr.a(key, "date", tr.day(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_named_by_how_near_it_is() {
        let today = date(2026, 11, 28);
        for (day, wanted) in [
            (today, "Dziś, 28.11.2026"),
            (date(2026, 11, 27), "Wczoraj, 27.11.2026"),
            (date(2026, 11, 21), "Sobota, 21.11.2026"),
            (date(2026, 11, 23), "Poniedziałek, 23.11.2026"),
        ] {
            assert_eq!(title(day, today, Tr(Lang::Pl)), wanted);
        }
    }
}
