//! Every route by every role: what the table allows is answered, what it does not is refused and
//! changes nothing.

use std::collections::BTreeSet;

use bigdecoder::{domain::labels::Role, web};
use serde_json::json;

use crate::appliance::{
    Appliance,
    http::{Ask, FORM, JSON, Who, form},
    people::PASSWORD,
};

/// An id that nothing has.
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";
/// Fields enough for any form to be taken, if the role were.
const FIELDS: &[(&str, &str)] = &[
    ("name", "Anna"),
    ("password", PASSWORD),
    ("role", "seller"),
    ("alias", "Pan z rowerem"),
    ("profiling", "on"),
    ("text", "Czy zmieści się rower?"),
    ("speaker", "client"),
    ("archetype", "deal_hunter"),
    ("stage", "analysis"),
    ("status", "paused"),
    ("key", "yearly_km"),
    ("value", "20000"),
    ("objection", "winter_range"),
    ("act", "used"),
    ("rating", "5"),
    // Not the right one: the walk goes on with the same accounts.
    ("current_password", "salon nad lasem 72"),
    ("new_password", "salon pod lasem 72"),
    ("rev", "1"),
    ("source", "cennik"),
    ("as_of", "2026-11-01"),
    ("review_by", "2027-01-01"),
    ("confidence", "H"),
    ("admin_name", "Adam"),
    ("admin_password", PASSWORD),
];

struct Walk {
    appliance: Appliance,
    /// Anonymous first.
    people: Vec<(Option<Role>, Who)>,
    session: String,
    strategy: String,
}

impl Walk {
    fn begin() -> Self {
        let appliance = Appliance::start(&[]);
        let crew = appliance.staff();
        let anna = &crew.seller().token;
        let session = appliance.visit(anna, "Pani z rowerem");
        appliance.say(anna, &session, "Czy zmieści się rower?");
        let strategy = appliance.order(anna, &session);
        appliance.finished(anna, &strategy);
        let people = crew
            .of
            .iter()
            .map(|(role, person)| (Some(*role), person.token.clone()));
        let people = [(None, Who::Nobody)].into_iter().chain(people).collect();
        Self {
            appliance,
            people,
            session,
            strategy,
        }
    }

    /// The route's path with ids that exist where the walk knows any.
    fn path(&self, route: &str) -> String {
        let parts = route.split('/').collect::<Vec<_>>();
        let fill = |(at, part): (usize, &&str)| match (*part, at.checked_sub(1).map(|at| parts[at]))
        {
            ("{id}", Some("sessions")) => self.session.clone(),
            ("{id}", Some("strategies")) => self.strategy.clone(),
            ("{id}", _) => UNKNOWN.to_owned(),
            ("{table}", _) => "objections".to_owned(),
            ("{key}", _) => "yearly_km".to_owned(),
            ("{objection}", _) => "winter_range".to_owned(),
            (part, _) if part.starts_with('{') => "x".to_owned(),
            (part, _) => part.to_owned(),
        };
        let filled: Vec<_> = parts.iter().enumerate().map(fill).collect();
        filled.join("/")
    }

    fn body(&self, route: &str) -> (&'static str, String) {
        if !route.starts_with("/api/") {
            return (FORM, form(FIELDS));
        }
        let body = match route {
            "/api/analyze" => json!({"text": "Czy zmieści się rower?", "session_id": self.session}),
            "/api/sessions" => json!({"alias": "Pan z rowerem", "profiling": true}),
            "/api/strategies" => json!({"session_id": self.session}),
            "/api/objections/handle" => json!({"objection": "winter_range"}),
            "/api/feedback" => json!({"kind": "rating", "rating": 5, "session_id": self.session}),
            "/api/sessions/{id}" => json!({"stage": "analysis"}),
            "/api/sessions/{id}/corrections" => json!({"archetype": "deal_hunter"}),
            "/api/sessions/{id}/slots/{key}" => json!({"value": 20_000}),
            "/api/sessions/{id}/objections/{objection}" => json!({"state": "answered"}),
            "/api/sessions/{id}/card" => json!({"act": "used"}),
            _ => json!({}),
        };
        (JSON, body.to_string())
    }

    fn ask(&self, who: &Who, method: &str, route: &str) -> u16 {
        let path = self.path(route);
        let (kind, body) = match method {
            "GET" => ("", String::new()),
            _ => self.body(route),
        };
        let ask = Ask::new(method, path.as_str(), who).with(kind, body.into_bytes());
        self.appliance.ask(&ask).status
    }
}

/// What is wrong with a status, if the role may or may not use the route.
fn wrong(role: Option<Role>, roles: Option<&[Role]>, status: u16) -> Option<&'static str> {
    let allowed = roles.is_none_or(|roles| role.is_some_and(|role| roles.contains(&role)));
    match (allowed, role, status) {
        (true, _, 401 | 403) => Some("it is refused"),
        (true, _, 500..) => Some("it fails"),
        (true, ..) | (false, None, 401) | (false, Some(_), 403) => None,
        (false, None, _) => Some("a stranger is not asked to sign in"),
        (false, Some(_), _) => Some("it is not refused"),
    }
}

#[test]
fn every_role_meets_exactly_the_routes_it_may_use() {
    let walk = Walk::begin();
    let before = walk.appliance.contents();
    let mut broken = Vec::new();
    let mut done = BTreeSet::new();
    // First everything that must change nothing, then everything that may.
    for allowed in [false, true] {
        for (role, who) in &walk.people {
            for (method, route, roles) in web::access_rules() {
                let may = roles.is_none_or(|roles| role.is_some_and(|role| roles.contains(&role)));
                if may != allowed {
                    continue;
                }
                let status = walk.ask(who, method, route);
                if let Some(wrong) = wrong(*role, roles, status) {
                    broken.push(format!("{role:?} {method} {route}: {wrong} ({status})"));
                }
                if allowed && status < 400 {
                    done.insert((method, route));
                }
            }
        }
        if !allowed {
            assert_eq!(walk.appliance.contents(), before, "something was stored");
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let routes = web::access_rules().count();
    // A walk that nobody lets through anywhere would show nothing.
    assert!(
        done.len() * 3 > routes * 2,
        "only {} of {routes} did anything",
        done.len()
    );
    assert_ne!(walk.appliance.contents(), before);
}

#[test]
fn what_is_not_in_the_table_is_closed() {
    let appliance = Appliance::start(&[]);
    let seller = appliance.person(appliance.set_up()).token;
    let routes: BTreeSet<&str> = web::access_rules().map(|(_, route, _)| route).collect();
    for route in routes {
        let path = route.replace(['{', '}', '*'], "");
        let answer = appliance.ask(&Ask::new("TRACE", path.as_str(), &seller));
        assert_eq!(answer.status, 405, "{path}");
        let allowed: BTreeSet<_> = answer.header("allow").unwrap().split(", ").collect();
        let listed: BTreeSet<_> = web::access_rules()
            .filter(|(_, other, _)| *other == route)
            .map(|(method, ..)| method)
            .collect();
        assert_eq!(allowed, listed, "{path}");
    }
    for path in ["/nothing", "/api", "/api/nothing", "/sessions/", "/assets"] {
        for who in [&Who::Nobody, &seller] {
            assert_eq!(appliance.get(who, path).status, 404, "{path}");
        }
    }
}
