//! The history of the facts as a manager reads it: what was, what is, and what can be taken back.

use std::collections::BTreeSet;

use crate::{
    advisor::knowledge::Change,
    domain::{fact::Fact, labels::Lang, mark},
};

/// What can be done about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is the newest of its fact and can be taken back.
    Undo { rev: u64 },
    /// It was taken back.
    Undone,
    /// It took another one back.
    Undoing,
    /// A later change stands on it, or it began everything.
    Past,
}

pub(super) struct Line {
    pub(super) at_ms: i64,
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) way: Way,
}

/// Changes of facts, newest first, as they come.
pub(super) fn lines(changes: &[Change], lang: Lang) -> Vec<Line> {
    let undone: BTreeSet<u64> = changes.iter().filter_map(|change| change.undoes).collect();
    let mut seen = BTreeSet::new();
    changes
        .iter()
        .filter(|change| change.table == "facts")
        .map(|change| {
            let newest = seen.insert(change.row.as_str());
            let (before, after) = (fact(change.before.as_ref()), fact(change.after.as_ref()));
            let way = if change.undoes.is_some() {
                Way::Undoing
            } else if undone.contains(&change.rev) {
                Way::Undone
            } else if newest && before.is_some() {
                Way::Undo { rev: change.rev }
            } else {
                Way::Past
            };
            let value = |fact: &Option<Fact>| {
                let fact = fact.as_ref()?;
                mark::value(&fact.value, fact.unit, lang)
            };
            let named = after.as_ref().or(before.as_ref());
            Line {
                at_ms: change.at_ms,
                name: named.map_or_else(
                    || change.row.clone(),
                    |fact| fact.label.get(lang).to_owned(),
                ),
                before: value(&before),
                after: value(&after),
                way,
            }
        })
        .collect()
}

fn fact(body: Option<&serde_json::Value>) -> Option<Fact> {
    serde_json::from_value(body?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::knowledge::seeded;

    fn change(rev: u64, id: &str, undoes: Option<u64>) -> Change {
        let body = serde_json::to_value(&seeded().facts[id]).unwrap();
        Change {
            rev,
            at_ms: 1,
            actor: None,
            table: "facts".to_owned(),
            row: id.to_owned(),
            before: Some(body.clone()),
            after: Some(body),
            undoes,
        }
    }

    #[test]
    fn only_the_newest_change_of_a_fact_that_stands_can_be_taken_back() {
        let (range, points) = ("range_model_y_standard", "public_points");
        let changes = [
            change(6, points, Some(5)),
            change(5, points, None),
            change(4, range, None),
            change(3, range, None),
            change(2, points, None),
        ];
        let ways: Vec<Way> = lines(&changes, Lang::Pl).iter().map(|l| l.way).collect();
        assert_eq!(
            ways,
            [
                Way::Undoing,
                Way::Undone,
                Way::Undo { rev: 4 },
                Way::Past,
                Way::Past
            ]
        );
    }

    #[test]
    fn a_change_is_told_in_words() {
        let line = &lines(&[change(2, "public_points", None)], Lang::Pl)[0];
        assert_eq!(line.name, "Ogólnodostępne punkty ładowania w Polsce");
        assert_eq!(line.after.as_deref(), Some("11\u{a0}762"));
    }
}
