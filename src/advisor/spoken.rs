//! The last check of what may be said: every text passes the guard after its marks are filled.
//!
//! Must not know who wrote a text. Texts of the knowledge are checked when they are saved; this is
//! the check of what really is said, today, with the numbers that stand in it by now.

use jiff::civil::Date;

use crate::domain::{
    fact::Fact,
    guard::{self, Verdict},
    knowledge::Knowledge,
    labels::Lang,
    slots::{self, Slots},
};

/// The guard for one talk, on one day.
pub(super) struct Gate {
    lang: Lang,
    today: Date,
    /// Every number that may be said: quotable or not (the guard tells why not), and what the
    /// client stated.
    allowed: Vec<Fact>,
    removed: Vec<Verdict>,
}

impl Gate {
    pub(super) fn new(knowledge: &Knowledge, stated: &Slots, lang: Lang, today: Date) -> Self {
        let mut allowed: Vec<_> = knowledge.facts.values().cloned().collect();
        allowed.extend(slots::as_facts(stated));
        Self {
            lang,
            today,
            allowed,
            removed: Vec::new(),
        }
    }

    /// The sentences of a text that may be said.
    pub(super) fn pass(&mut self, text: &str) -> String {
        let verdicts = guard::check(text, self.lang, self.today, &self.allowed);
        if verdicts.is_empty() {
            return text.to_owned();
        }
        let reasons: Vec<_> = verdicts.iter().map(|verdict| verdict.reason.id()).collect();
        tracing::warn!(?reasons, "the guard took a sentence out");
        let clean = guard::clean(text, &verdicts);
        self.removed.extend(verdicts);
        clean
    }

    /// Those of a list of texts of which something may be said.
    pub(super) fn pass_all(&mut self, texts: Vec<String>) -> Vec<String> {
        texts
            .iter()
            .map(|text| self.pass(text))
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// What was taken out so far.
    pub(super) fn removed(self) -> Vec<Verdict> {
        self.removed
    }

    /// How many sentences were taken out so far.
    pub(super) fn count(&self) -> usize {
        self.removed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::knowledge::seeded;

    const TODAY: Date = jiff::civil::date(2026, 11, 28);

    #[test]
    fn a_number_of_nobody_is_not_said() {
        let mut gate = Gate::new(seeded(), &Slots::new(), Lang::Pl, TODAY);
        let text = "Rozumiem. Ten samochód kosztuje 123 456 zł. Proszę usiąść.";
        assert_eq!(gate.pass(text), "Rozumiem. Proszę usiąść.");
        assert_eq!(gate.pass("Proszę usiąść."), "Proszę usiąść.");
        assert_eq!(gate.count(), 1);
        let kept = gate.pass_all(vec![
            "Zostały ostatnie dwie sztuki, proszę się spieszyć.".to_owned(),
            "Zapraszam.".to_owned(),
        ]);
        assert_eq!(kept, ["Zapraszam."]);
        assert!(gate.removed().len() >= 2);
    }
}
