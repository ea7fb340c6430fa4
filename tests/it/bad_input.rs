//! Input that nobody should send, each with its designed refusal, over the API and over forms:
//! one table, run in both languages against one appliance. Nothing of it may be stored.

use bigdecoder::domain::labels::Role;
use serde_json::Value;

use crate::appliance::{
    Appliance,
    http::{Answer, Ask, FORM, JSON, Who},
    people::{Crew, PASSWORD},
};

mod api;
mod pages;

/// Who sends a row.
#[derive(Debug, Clone, Copy)]
enum By {
    Nobody,
    /// The seller whose visit and strategy the rows name; by token for the API, else by cookie.
    Owner,
    OtherSeller,
    Manager,
    Admin,
    Auditor,
    /// Tokens that were good once.
    Revoked,
    Expired,
    Disabled,
    /// A token that never was one.
    Forged,
}

/// One request and how it is to be refused.
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

/// What the rows are run against.
struct Showroom {
    appliance: Appliance,
    crew: Crew,
    session: String,
    unprofiled: String,
    strategy: String,
    /// A fact whose value is a number.
    fact: String,
    /// Tokens by how they ended.
    ended: [Who; 3],
}

/// An id that nothing has.
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

impl Showroom {
    fn open() -> Self {
        let mut appliance = Appliance::start(&[]);
        let crew = appliance.staff();
        let anna = crew.seller().token.clone();
        let session = appliance.visit(&anna, "Pan od bagażnika");
        appliance.say(&anna, &session, "Ile bagażu wejdzie z wózkiem i psem?");
        let strategy = appliance.order(&anna, &session);
        appliance.finished(&anna, &strategy);
        let fields = [("alias", "Bez zgody")];
        let opened = appliance
            .form(&crew.seller().cookie, "/sessions", &fields)
            .done();
        let unprofiled = opened.header("location").unwrap().replace("/sessions/", "");
        let facts = appliance.get(&anna, "/api/data/facts").done().json();
        let mut facts = facts["rows"].as_object().unwrap().iter();
        let number = |(_, fact): &(&String, &Value)| fact["value"]["number"].is_string();
        let fact = facts.find(number).expect("some fact is a number").0.clone();
        let ended = end_tokens(&mut appliance, &crew);
        Self {
            appliance,
            crew,
            session,
            unprofiled,
            strategy,
            fact,
            ended,
        }
    }

    fn who(&self, row: &Row) -> Who {
        let by_cookie = !row.path.starts_with("/api/");
        let of = |role: Role| {
            let person = &self.crew.of[&role];
            if by_cookie {
                person.cookie.clone()
            } else {
                person.token.clone()
            }
        };
        match row.by {
            By::Nobody => Who::Nobody,
            By::Owner => of(Role::Seller),
            By::Manager => of(Role::Manager),
            By::Admin => of(Role::Admin),
            By::Auditor => of(Role::Auditor),
            By::OtherSeller if by_cookie => self.crew.other.cookie.clone(),
            By::OtherSeller => self.crew.other.token.clone(),
            By::Revoked => self.ended[0].clone(),
            By::Expired => self.ended[1].clone(),
            By::Disabled => self.ended[2].clone(),
            By::Forged => Who::Bearer("0".repeat(64)),
        }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{session}", &self.session)
            .replace("{unprofiled}", &self.unprofiled)
            .replace("{strategy}", &self.strategy)
            .replace("{fact}", &self.fact)
            .replace("{unknown}", UNKNOWN)
    }

    fn ask(&self, row: &Row, lang: &str) -> Answer {
        let who = self.who(row);
        let body = match std::str::from_utf8(&row.body) {
            Ok(text) => self.fill(text).into_bytes(),
            Err(_) => row.body.clone(),
        };
        let more = [("Accept-Language", lang)];
        let ask = Ask {
            host: row.host,
            site: row.site,
            more: &more,
            ..Ask::new(row.method, self.fill(row.path), &who).with(row.kind, body)
        };
        self.appliance.ask(&ask)
    }

    /// What is wrong with the answer to a row, in both languages.
    fn check(&self, row: &Row) -> Result<(), String> {
        let (polish, english) = (self.ask(row, "pl"), self.ask(row, "en"));
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

/// Three tokens: one revoked, one whose time has passed, one of an account that was disabled.
fn end_tokens(appliance: &mut Appliance, crew: &Crew) -> [Who; 3] {
    let anna = &crew.seller().cookie;
    let admin = &crew.of[&Role::Admin].cookie;
    let [revoked, expired] = ["revoked", "expired"].map(|name| appliance.token(anna, name));
    let fields = [
        ("name", "Cezary"),
        ("password", PASSWORD),
        ("role", "seller"),
    ];
    appliance.form(admin, "/users", &fields).done();
    let disabled = appliance.token(&appliance.log_in("Cezary"), "disabled");
    for token in [&revoked, &expired, &disabled] {
        appliance.get(token, "/api/sessions").done();
    }
    let id = |sql: &str| -> String {
        appliance
            .open_database()
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    };
    let token = id("select id from tokens where name = 'revoked'");
    appliance
        .form(anna, &format!("/account/tokens/{token}/revoke"), &[])
        .done();
    let user = id("select id from users where name = 'Cezary'");
    appliance
        .form(admin, &format!("/users/{user}/disable"), &[])
        .done();
    appliance.stop();
    // Time passes for one of them while nobody looks.
    let expire = "update tokens set expires_ms = created_ms + 1 where name = 'expired'";
    assert_eq!(appliance.open_database().execute(expire, []).unwrap(), 1);
    appliance.start_again(&[]);
    [revoked, expired, disabled]
}

#[test]
fn bad_input_is_refused_by_name_and_nothing_of_it_is_stored() {
    let mut showroom = Showroom::open();
    let before = showroom.appliance.contents();
    let rows: Vec<Row> = api::rows().into_iter().chain(pages::rows()).collect();
    assert!(rows.len() > 120, "{}", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let wrong = showroom.check(row).err()?;
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
