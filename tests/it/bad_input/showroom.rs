//! What the rows are run against: a visit with a strategy, a staff, and tokens that have ended.

use bigdecoder::domain::labels::Role;
use serde_json::Value;

use super::Row;
use crate::appliance::{
    Appliance,
    http::{Answer, Ask, Who},
    people::{Crew, PASSWORD},
};

/// Who sends a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
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

/// What the rows are run against.
pub(super) struct Showroom {
    pub(super) appliance: Appliance,
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
    pub(super) fn open() -> Self {
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
        let mut facts = facts["rows"].as_array().unwrap().iter();
        let number = |fact: &&Value| fact["value"]["number"].is_string();
        let fact = facts.find(number).expect("some fact is a number");
        let fact = fact["id"].as_str().unwrap().to_owned();
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

    pub(super) fn ask(&self, row: &Row, lang: &str) -> Answer {
        let who = self.who(row);
        let body = match std::str::from_utf8(&row.body) {
            Ok(text) => self.fill(text).into_bytes(),
            Err(_) => row.body.clone(),
        };
        let key = row.once.map(|key| ("Idempotency-Key", key));
        let more: Vec<_> = [("Accept-Language", lang)].into_iter().chain(key).collect();
        let ask = Ask {
            host: row.host,
            site: row.site,
            more: &more,
            ..Ask::new(row.method, self.fill(row.path), &who).with(row.kind, body)
        };
        self.appliance.ask(&ask)
    }
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
