//! The seller's work: visits, utterances, strategies.

use serde_json::{Value, json};

use super::{Appliance, http::Who, until};

/// Every section of a strategy, in the order of writing.
pub(crate) const SECTIONS: [&str; 6] = [
    "opening",
    "arguments",
    "next",
    "language",
    "plan",
    "objections",
];

impl Appliance {
    /// Opens a visit whose client agrees to be profiled.
    pub(crate) fn visit(&self, who: &Who, alias: &str) -> String {
        let body = json!({"alias": alias, "profiling": true});
        let answer = self.json(who, "/api/sessions", &body).done();
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn say(&self, who: &Who, session: &str, text: &str) -> Value {
        let body = json!({"session_id": session, "text": text});
        self.json(who, "/api/analyze", &body).done().json()
    }

    /// Asks for the strategy of a visit; answers its id.
    pub(crate) fn order(&self, who: &Who, session: &str) -> String {
        let body = json!({"session_id": session});
        let answer = self.json(who, "/api/strategies", &body).done();
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn strategy(&self, who: &Who, id: &str) -> Value {
        self.get(who, &format!("/api/strategies/{id}"))
            .done()
            .json()
    }

    /// The strategy once nobody works on it any more.
    pub(crate) fn finished(&self, who: &Who, id: &str) -> Strategy {
        let ended = |strategy: &Value| {
            let state = strategy["state"].as_str().unwrap_or_default();
            !matches!(state, "queued" | "running")
        };
        Strategy(until("a strategy", || {
            Some(self.strategy(who, id)).filter(ended)
        }))
    }

    /// Orders a strategy and waits for it.
    pub(crate) fn advise(&self, who: &Who, session: &str) -> Strategy {
        self.finished(who, &self.order(who, session))
    }

    /// What the health document says of the writers, in the order in which they are asked.
    pub(crate) fn writers(&self) -> Vec<Value> {
        let health = self.get(&Who::Nobody, "/health").json();
        health["writers"].as_array().unwrap().clone()
    }
}

/// A strategy as the API shows it.
#[derive(Debug)]
pub(crate) struct Strategy(pub(crate) Value);

impl Strategy {
    pub(crate) fn state(&self) -> &str {
        self.0["state"].as_str().unwrap()
    }

    fn sections(&self) -> &Vec<Value> {
        self.0["sections"].as_array().unwrap()
    }

    /// Who wrote each section; fails unless every section is there, in order, and says something.
    pub(crate) fn sources(&self) -> Vec<&str> {
        let keys: Vec<_> = self
            .sections()
            .iter()
            .map(|s| s["key"].as_str().unwrap())
            .collect();
        assert_eq!(keys, SECTIONS, "{self:?}");
        let mut sources = Vec::new();
        for section in self.sections() {
            let source = section["source"]["source"].as_str().unwrap();
            // A playbook names no model, and nobody else goes without.
            let named = section["source"]["model"]["id"].is_string();
            assert_eq!(named, source != "playbook", "{section}");
            sources.push(source);
        }
        sources
    }

    pub(crate) fn body(&self, key: &str) -> &Value {
        let found = self.sections().iter().find(|section| section["key"] == key);
        &found.unwrap_or_else(|| panic!("no {key}: {self:?}"))["body"]
    }
}
