//! The auditor's page: is the log whole, what was done last, and a copy to take away.

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::Signed,
    error::Result,
    extract::{Path, Query},
    i18n::Tr,
    page::{Layout, Page},
};
use crate::advisor::{
    audit::{AuditLine, AuditReport},
    error::Error as Cause,
    export::ExportView,
};

/// Entries on a page.
const ENTRIES: u16 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    l: Layout,
    report: AuditReport,
    entries: Vec<AuditLine>,
    older: Option<u64>,
    exports: Vec<ExportView>,
}

/// A deed in words; one without words keeps its id.
fn deed(tr: &Tr, action: &str) -> String {
    let key = format!("action-{}", action.replace(['.', '_'], "-"));
    tr.try_t(&key).unwrap_or_else(|| action.to_owned())
}

#[derive(Deserialize)]
pub(crate) struct Older {
    before: Option<u64>,
}

/// `GET /audit`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<Older>,
) -> Result<Response> {
    let advisor = &state.advisor;
    let report = advisor.audit_report(signed.caller.scope()).await?;
    let entries = advisor
        .audit_entries(signed.caller.scope(), query.before, ENTRIES)
        .await?;
    let exports = advisor.exports(&signed.caller)?;
    let older = entries.last().map(|entry| entry.seq).filter(|seq| *seq > 1);
    Ok(Page(AuditPage {
        l: signed.layout("audit"),
        report,
        entries,
        older,
        exports,
    })
    .into_response())
}

/// `POST /audit/exports`
pub(crate) async fn export(State(state): State<AppState>, signed: Signed) -> Result<Redirect> {
    state.advisor.export(&signed.caller).await?;
    Ok(Redirect::to("/audit"))
}

/// `GET /audit/exports/{name}/{file}`
pub(crate) async fn download(
    State(state): State<AppState>,
    signed: Signed,
    Path((name, file)): Path<(String, String)>,
) -> Result<Response> {
    let path = state.advisor.export_file(&signed.caller, &name, &file)?;
    let bytes = tokio::fs::read(&path)
        .await
        .map_err(|e| Cause::Unavailable(e.to_string()))?;
    let safe: String = file
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{safe}\""),
        ),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

#[cfg(test)]
mod tests {
    use std::path::Path as FilePath;

    use super::*;
    use crate::domain::labels::Lang;

    #[test]
    fn every_deed_that_is_audited_has_words() {
        let root = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("src/advisor");
        let mut deeds = 0;
        for text in crate::web::i18n::tests::files(&root, "rs") {
            for part in text.split("Entry::new(").skip(1) {
                let Some(action) = part.trim_start().strip_prefix('"') else {
                    continue;
                };
                let action = action.split('"').next().unwrap();
                deeds += 1;
                for lang in [Lang::Pl, Lang::En] {
                    assert_ne!(deed(&Tr(lang), action), action, "no words for it");
                }
            }
        }
        assert!(deeds > 15, "the scan finds the deeds");
    }
}
