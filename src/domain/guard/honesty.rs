//! Sentences that are dishonest or unkind whatever their numbers: false scarcity, invented social
//! proof, pressure after a "no", leaning on a weakness, inference of special categories.

use std::{ops::Range, sync::LazyLock};

use super::{
    Reason,
    concept::Parts,
    lexicon::{self, Claim},
    numbers::{Judged, Problem},
};
use crate::domain::{
    fact::Unit,
    phrase::{Phrases, Words},
    quantity::Quantity,
    sensitive,
    text::Folded,
};

static NEGATABLE: LazyLock<Phrases<Claim>> =
    LazyLock::new(|| Phrases::new(lexicon::CLASSES, &lexicon::NEGATABLE.concat()));
static FIXED: LazyLock<Phrases<Claim>> =
    LazyLock::new(|| Phrases::new(lexicon::CLASSES, &lexicon::FIXED.concat()));
static DISCLAIMERS: LazyLock<Phrases<()>> = LazyLock::new(|| plain(lexicon::DISCLAIMERS));
static KIND: LazyLock<Phrases<()>> = LazyLock::new(|| plain(lexicon::KIND));

/// People, after a share of them ("9 na 10 kierowców", "97% of owners").
static PEOPLE: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(lexicon::CLASSES, &[("@people", ()), ("@people_en", ())]));

fn plain(patterns: &[&'static str]) -> Phrases<()> {
    let rows: Vec<_> = patterns.iter().map(|&pattern| (pattern, ())).collect();
    Phrases::new(lexicon::CLASSES, &rows)
}

/// What the sentence before leaves behind: a client's "no", or a reluctance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) refused: bool,
    pub(super) reluctant: bool,
}

/// Reasons against a sentence, gravest first, each once.
pub(super) fn judge(
    folded: &Folded,
    tokens: Range<usize>,
    quantities: &[Quantity],
    judged: &Judged,
    before: &mut Before,
) -> Vec<Problem> {
    let words = Words::new(folded, tokens.clone());
    let mut problems: Vec<Problem> = Vec::new();
    let mut add = |reason: Reason, tokens: Range<usize>| {
        if !problems.iter().any(|p| p.reason == reason) {
            problems.push(Problem {
                reason,
                tokens,
                nearest: None,
            });
        }
    };
    let parts = Parts::new(&words);
    let kind = KIND.any(&words);
    let borne_out = |unit| judged.borne_out.contains(&unit);
    for (claim, tokens) in claims(&words, &parts) {
        let reason = match claim {
            Claim::Stock if borne_out(Unit::Piece) => continue,
            Claim::Deadline if borne_out(Unit::Date) => continue,
            Claim::Vulnerable if kind => continue,
            Claim::Stock | Claim::Deadline | Claim::Rush => Reason::FalseScarcity,
            Claim::Proof => Reason::InventedSocialProof,
            Claim::Pressure => Reason::PressureAfterNo,
            Claim::Vulnerable => Reason::Vulnerability,
            Claim::Special => Reason::SpecialCategory,
        };
        add(reason, tokens);
    }
    if let Some(share) = share_of_people(folded, &tokens, quantities, judged) {
        add(Reason::InventedSocialProof, share);
    }
    if let Some(push) = parts.pushed(before.refused, before.reluctant, |push| {
        denied(&words, push)
    }) {
        add(Reason::PressureAfterNo, push);
    }
    *before = Before {
        refused: parts.refuses(),
        reluctant: parts.hesitates(),
    };
    if let Some((telling, _)) = sensitive::find_in(folded, tokens).into_iter().next() {
        add(Reason::SpecialCategory, telling);
    }
    problems.sort_by_key(|p| gravity(p.reason));
    problems
}

/// What the sentence claims, whole or by its parts, where it does not deny it.
fn claims(words: &Words<'_>, parts: &Parts) -> Vec<(Claim, Range<usize>)> {
    let cleared = disclaimed(words);
    let covered = |at: usize| cleared.iter().any(|c| c.contains(&at));
    let denied_before = |at: usize| cleared.iter().any(|c| c.start < at && c.contains(&at));
    let whole = NEGATABLE
        .find(words)
        .into_iter()
        .map(|hit| (hit.value, hit.tokens));
    let whole = whole.filter(|(_, tokens)| !negated(words, tokens));
    let made = whole
        .chain(parts.claims())
        .filter(|(_, tokens)| !covered(tokens.start));
    let fixed = FIXED
        .find(words)
        .into_iter()
        .map(|hit| (hit.value, hit.tokens));
    let fixed =
        fixed.filter(|(claim, tokens)| *claim == Claim::Pressure || !denied_before(tokens.start));
    made.chain(fixed).collect()
}

/// The reason a sentence is filed under where it has several.
const fn gravity(reason: Reason) -> u8 {
    match reason {
        Reason::Vulnerability => 0,
        Reason::PressureAfterNo => 1,
        Reason::SpecialCategory => 2,
        Reason::InventedSocialProof => 3,
        Reason::FalseScarcity => 4,
        Reason::InventedNumber => 5,
        Reason::ExpiredFact => 6,
        Reason::LowConfidenceFact => 7,
    }
}

/// Stretches in which a claim is said not to be made.
fn disclaimed(words: &Words<'_>) -> Vec<Range<usize>> {
    let hits = DISCLAIMERS.find(words);
    let until = |from: usize| {
        (words.place(from)..words.len())
            .find(|&place| lexicon::TURNS.contains(&words.get(place)))
            .and_then(|place| words.token(place))
            .unwrap_or(usize::MAX)
    };
    hits.iter()
        .map(|hit| hit.tokens.start..until(hit.tokens.end))
        .collect()
}

/// Whether a "no" stands just before the claim or inside it.
fn negated(words: &Words<'_>, tokens: &Range<usize>) -> bool {
    let first = words.place(tokens.start);
    let last = words.place(tokens.end);
    (first.saturating_sub(2)..last).any(|place| {
        let contraction =
            words.get(place) == "t" && place > 0 && words.get(place - 1).ends_with('n');
        contraction
            || matches!(
                words.get(place),
                "nie"
                    | "not"
                    | "no"
                    | "never"
                    | "nigdy"
                    | "bez"
                    | "without"
                    | "ani"
                    | "niczego"
                    | "cannot"
            )
    })
}

/// "9 na 10 kierowców", "97% of owners": a share of people that no fact bears out.
fn share_of_people(
    folded: &Folded,
    tokens: &Range<usize>,
    quantities: &[Quantity],
    judged: &Judged,
) -> Option<Range<usize>> {
    let mut pairs = quantities.windows(2).filter(|pair| {
        let people =
            |q: &Quantity| matches!(q.unit, None | Some(Unit::Person)) && q.number().is_some();
        let bare = pair[0].unit.is_none() && pair.iter().all(people);
        let between = Words::new(folded, pair[0].tokens.end..pair[1].tokens.start);
        bare && matches!(
            (between.len(), between.get(0), between.get(1)),
            (1, "na" | "in" | "z", _) | (2, "out", "of")
        )
    });
    let near_people = |end: usize| PEOPLE.any(&Words::new(folded, end..tokens.end.min(end + 4)));
    if let Some(pair) = pairs.find(|pair| pair[1].unit.is_some() || near_people(pair[1].tokens.end))
    {
        return Some(pair[0].tokens.start..pair[1].tokens.end);
    }
    quantities
        .iter()
        .filter(|q| q.unit == Some(Unit::Percent))
        .filter(|q| {
            judged
                .problems
                .iter()
                .any(|p| p.tokens == q.tokens && p.reason == Reason::InventedNumber)
        })
        .find(|q| near_people(q.tokens.end))
        .map(|q| q.tokens.clone())
}

/// Whether a push is denied ("won't call"), apart from those that deny by nature ("nie wypuszczę").
fn denied(words: &Words<'_>, push: &Range<usize>) -> bool {
    let place = words.place(push.start);
    let by_nature = words.get(place).starts_with("wypuszcz")
        || words.get(place).starts_with("odpuszcz")
        || words.get(place) == "nie";
    !by_nature
        && (place.saturating_sub(3)..place)
            .rev()
            .take_while(|&p| !words.comma_after(p))
            .any(|p| {
                matches!(
                    words.get(p),
                    "nie" | "t" | "not" | "never" | "nigdy" | "bez" | "without" | "no"
                )
            })
}
