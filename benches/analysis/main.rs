//! What the analysis of one utterance of about forty words costs, part by part and whole.
//!
//! The texts are of the held-out part of the corpus, and none comes twice (see [`texts`]). The
//! parts run on one thread; the whole path also waits for the store's threads and for the disk.
//! The decoder of language models is measured beside it, per token.
//! `just bench` builds it and then runs it on one core. A name filters: `just bench record`.

mod appliance;
mod decoder;
mod machine;
mod measure;
mod texts;
mod visit;

use bigdecoder::{
    domain::{
        card,
        id::CardId,
        labels::{Lang, Speaker},
        sensitive, slots,
    },
    engine::classifier::{Classifier, EmbeddedClassifier, keyword::KeywordBaseline},
};
use criterion::Criterion;

use appliance::Appliance;
use measure::Bench;
use texts::Text;
use visit::Visit;

/// What the figures are compared with.
const BASELINE: &str = "labels, keywords";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    decoder::groups(&mut criterion);
    let mut bench = Bench::new(&mut criterion);
    let embedded = EmbeddedClassifier::load().expect("the shipped weights are tested");
    let appliance = Appliance::new();
    parts(&mut bench, &embedded, &appliance);
    wholes(&mut bench, &appliance);
    let syncs = machine::sync_ms(appliance.dir());
    println!("{}", bench.table(BASELINE));
    println!("{}", bench.json(BASELINE, &syncs));
    drop(bench);
    criterion.final_summary();
}

/// Each step of an analysis by itself.
fn parts(bench: &mut Bench, embedded: &EmbeddedClassifier, appliance: &Appliance) {
    let keywords = KeywordBaseline::new();
    bench.measure(BASELINE, as_it_is, |text: &Text| {
        keywords.classify(Speaker::Client, &text.words)
    });
    bench.measure("labels, embedded model", as_it_is, |text: &Text| {
        embedded.classify(Speaker::Client, &text.words)
    });
    bench.measure("redaction", as_it_is, |text: &Text| {
        sensitive::redact(&text.words)
    });
    bench.measure("slots", as_it_is, |text: &Text| {
        slots::extract(&text.words, text.lang)
    });
    let knowledge = appliance.knowledge();
    let mut visit = Visit::new(&knowledge, embedded);
    bench.measure(
        "card",
        |text| visit.hear(&text),
        |state| {
            card::choose(
                CardId(uuid::Uuid::nil()),
                &state.moment(&knowledge, Lang::Pl),
            )
        },
    );
}

/// The paths as the web calls them, on a store on disk, in a visit that grows to forty utterances.
fn wholes(bench: &mut Bench, appliance: &Appliance) {
    let mut visits = appliance.visits();
    bench.measure(
        "preview, nothing stored",
        |text| (visits.next(), text),
        |(session, text)| appliance.preview(*session, &text.words),
    );
    let mut visits = appliance.visits();
    bench.measure(
        "record, on disk",
        |text| (visits.next(), text),
        |(session, text)| appliance.record(*session, &text.words),
    );
}

fn as_it_is(text: Text) -> Text {
    text
}
