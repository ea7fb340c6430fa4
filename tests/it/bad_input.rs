//! Input that nobody should send, each with its designed refusal, over the API and over forms:
//! one table, run in both languages against one appliance. Nothing of it may be stored.

use crate::appliance::http::{Answer, FORM, JSON};

mod accounts;
mod api;
mod changes;
mod pages;
mod showroom;
mod transport;

use showroom::{By, Showroom};

/// One request and how it is to be refused.
#[derive(Clone)]
struct Row {
    name: &'static str,
    by: By,
    method: &'static str,
    /// `{session}`, `{strategy}` and `{unprofiled}` stand for ids of the owner, `{fact}` for one of
    /// the knowledge, `{unknown}` for one of nobody; in the body too.
    path: &'static str,
    kind: &'static str,
    body: Vec<u8>,
    host: Option<&'static str>,
    site: &'static str,
    /// `Idempotency-Key`.
    once: Option<&'static str>,
    status: u16,
    /// The API: the field that the problem document names. A page: the start of its sentence.
    says: &'static str,
    allow: Option<&'static str>,
}

impl Row {
    /// `target` is method and path.
    fn api(
        name: &'static str,
        target: &'static str,
        body: &str,
        status: u16,
        field: &'static str,
    ) -> Self {
        let (method, path) = target.split_once(' ').unwrap();
        Self {
            name,
            by: By::Owner,
            method,
            path,
            kind: if body.is_empty() { "" } else { JSON },
            body: body.as_bytes().to_vec(),
            host: None,
            site: "same-origin",
            once: None,
            status,
            says: field,
            allow: None,
        }
    }

    fn page(
        name: &'static str,
        target: &'static str,
        body: &str,
        status: u16,
        words: &'static str,
    ) -> Self {
        let row = Self::api(name, target, body, status, words);
        let kind = if row.method == "POST" { FORM } else { "" };
        Self { kind, ..row }
    }

    fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    fn bytes(self, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }
}

/// What is wrong with the answer to a row, in both languages.
fn check(showroom: &Showroom, row: &Row) -> Result<(), String> {
    let (polish, english) = (showroom.ask(row, "pl"), showroom.ask(row, "en"));
    for answer in [&polish, &english] {
        let text = answer.text();
        let status = answer.status;
        if status != row.status {
            return Err(format!("{status} instead of {}: {text}", row.status));
        }
        if row.allow.is_some() && answer.header("allow") != row.allow {
            return Err(format!("Allow: {:?}", answer.header("allow")));
        }
        if answer.header("cache-control") != Some("no-store") {
            return Err("it may be cached".to_owned());
        }
    }
    if row.path.starts_with("/api/") {
        documents(row, &polish, &english)
    } else {
        sentences(row, &polish, &english)
    }
}

/// A problem document that names the field, with a sentence in the caller's language.
fn documents(row: &Row, polish: &Answer, english: &Answer) -> Result<(), String> {
    let code = match row.status {
        400 => "malformed",
        401 => "unauthenticated",
        403 => "cross_site",
        404 => "not_found",
        405 => "method",
        413 => "too_large",
        415 => "media_type",
        421 => "wrong_host",
        _ => "invalid",
    };
    for answer in [polish, english] {
        let document = answer.json();
        if answer.header("content-type") != Some("application/problem+json")
            || document["type"] != format!("urn:bigdecoder:problem:{code}")
            || document["status"] != row.status
        {
            return Err(format!("it is no document of `{code}`: {document}"));
        }
        if document["field"].as_str().unwrap_or_default() != row.says {
            return Err(format!(
                "it names {} instead of {}",
                document["field"], row.says
            ));
        }
        if !document["detail"]
            .as_str()
            .is_some_and(|text| text.ends_with('.'))
        {
            return Err(format!("it has no sentence: {document}"));
        }
    }
    let (polish, english) = (polish.json(), english.json());
    if polish["title"] == english["title"] || polish["detail"] == english["detail"] {
        return Err(format!(
            "one of them is in the wrong language: {polish} {english}"
        ));
    }
    Ok(())
}

/// A page with the sentence, in the caller's language.
fn sentences(row: &Row, polish: &Answer, english: &Answer) -> Result<(), String> {
    for (answer, lang) in [(polish, "pl"), (english, "en")] {
        let html = answer.header("content-type") == Some("text/html; charset=utf-8");
        if !html || !answer.text().contains(&format!("<html lang=\"{lang}\"")) {
            return Err(format!("it is no page in {lang}: {}", answer.text()));
        }
    }
    if !polish.text().contains(row.says) {
        return Err(format!(
            "it does not say \"{}\": {}",
            row.says,
            polish.text()
        ));
    }
    if english.text().contains(row.says) {
        return Err("the English page says it in Polish".to_owned());
    }
    Ok(())
}

#[test]
fn bad_input_is_refused_by_name_and_nothing_of_it_is_stored() {
    let mut showroom = Showroom::open();
    let before = showroom.appliance.contents();
    let rows = [
        api::rows(),
        changes::rows(),
        transport::rows(),
        pages::rows(),
        accounts::rows(),
    ]
    .concat();
    assert!(rows.len() > 180, "{}", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let wrong = check(&showroom, row).err()?;
            Some(format!(
                "{} ({} {}): {wrong}",
                row.name, row.method, row.path
            ))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    assert_eq!(
        showroom.appliance.contents(),
        before,
        "something was stored"
    );
    showroom.appliance.stop();
    showroom.appliance.verify_audit();
}
