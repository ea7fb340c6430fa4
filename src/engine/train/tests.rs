use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::corpus::Batch;
use super::*;
use crate::engine::classifier::corpus::utterances;
use crate::engine::classifier::heads::{Head, argmax};
use crate::engine::classifier::words::words;

const ROWS: &str = include_str!("../../../models/corpus/utterances/b.jsonl");

/// Twenty rows to learn from and twenty to calibrate on.
fn tiny() -> Corpus {
    let rows = utterances(ROWS).unwrap();
    Corpus {
        training: vec![Batch {
            name: "one".to_owned(),
            utterances: rows[..20].to_vec(),
        }],
        calibration: rows[20..40].to_vec(),
        held_out: Vec::new(),
        sha256: String::new(),
    }
}

#[test]
fn the_same_rows_and_seed_give_the_same_encoder() {
    let examples = Examples::of(&tiny(), FeatureSet::Concepts);
    let rows: Vec<&Example> = examples.training.iter().take(12).collect();
    let weights = |seed| {
        let settings = encode::Settings::new(1, seed);
        encode::fit(&rows, &settings, |_, _| ()).unwrap().weights
    };
    let first = weights(1);
    assert_eq!(first, weights(1));
    assert_ne!(first, weights(2));
}

#[test]
fn both_parts_learn_their_own_rows() {
    let examples = Examples::of(&tiny(), FeatureSet::All);
    let rows: Vec<&Example> = examples.training.iter().take(20).collect();
    let fitted = fit::fit(&rows, &Settings::new(20, 1), |_, _| ()).unwrap();
    let settings = encode::Settings::new(60, 1);
    let encoder = encode::encoder(&encode::fit(&rows, &settings, |_, _| ()).unwrap()).unwrap();
    let votes = encode::logits(&encoder, &rows).unwrap();
    let range = Head::Archetype.range();
    for (example, votes) in rows.iter().zip(votes) {
        for logits in [fitted.logits(example), votes] {
            assert!(example.target[argmax(&logits[range.clone()])] > 0.0);
        }
    }
}

#[test]
fn the_file_gives_the_logits_of_the_fit() {
    let corpus = tiny();
    let examples = Examples::of(&corpus, FeatureSet::All);
    let rows: Vec<&Example> = examples.training.iter().take(20).collect();
    let fitted = fit::fit(&rows, &Settings::new(2, 1), |_, _| ()).unwrap();
    let encoded = encode::fit(&rows, &encode::Settings::new(2, 1), |_, _| ()).unwrap();
    let linear: Vec<Vec<f32>> = rows.iter().map(|e| fitted.logits(e)).collect();
    let votes = encode::logits(&encode::encoder(&encoded).unwrap(), &rows).unwrap();
    let texts = &corpus.training[0].utterances[..20];
    let labelled: Vec<&Utterance> = texts.iter().collect();
    let (mut calibration, _) = calibrate::weigh(&labelled, &linear, &votes, BUDGET);
    calibration.encoder = [0.5; Head::ALL.len()];
    let metadata = Metadata {
        id: ID.to_owned(),
        seed: 1,
        epochs: 2,
        encoder_epochs: 2,
        features: FeatureSet::All,
        labels_sha256: weights::labels_sha256(),
        lexicon_sha256: weights::sha256(lexicon::SHIPPED.as_bytes()),
        corpus_sha256: String::new(),
        calibration,
    };
    let bytes = weights::write(&metadata, &fitted.table, &fitted.bias, Some(&encoded));
    let loaded = EmbeddedClassifier::from_bytes(&bytes).unwrap();
    for ((text, linear), votes) in texts.iter().zip(linear).zip(votes) {
        let logits = loaded.logits(&text.text);
        for (i, logit) in logits.iter().enumerate() {
            let expected = linear[i] + 0.5 * votes[i];
            assert!((logit - expected).abs() < 0.05, "{logit} is not {expected}");
        }
    }
}

fn corpus_dir(held_out: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("utterances")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let rows: Vec<&str> = ROWS.lines().collect();
    write("utterances/a.jsonl", &rows[..3].join("\n"));
    write("utterances/b.jsonl", &rows[3..6].join("\n"));
    write("utterances/c.jsonl", rows[6]);
    write("held-out.sha256", held_out);
    let calibration = weights::sha256(rows[3..6].join("\n").as_bytes());
    write(
        "calibration.sha256",
        &format!("{calibration}  utterances/b.jsonl\n"),
    );
    dir
}

#[test]
fn a_held_out_file_is_kept_apart_and_must_be_the_one_written_down() {
    let row = ROWS.lines().nth(6).unwrap();
    let right = format!("{}  utterances/c.jsonl\n", weights::sha256(row.as_bytes()));
    let dir = corpus_dir(&right);
    let corpus = Corpus::read(dir.path()).unwrap();
    let names: Vec<_> = corpus.training.iter().map(|b| b.name.as_str()).collect();
    assert_eq!((names, corpus.held_out().unwrap().len()), (vec!["a"], 1));
    assert_eq!(corpus.calibration.len(), 3);

    let missing = format!("{}  utterances/x.jsonl\n", weights::sha256(b"other"));
    let refused = Corpus::read(corpus_dir(&missing).path());
    assert!(matches!(refused, Err(Error::File { .. })));

    let wrong = format!("{}  utterances/c.jsonl\n", weights::sha256(b"other"));
    let refused = Corpus::read(corpus_dir(&wrong).path());
    assert!(matches!(refused, Err(Error::Changed { .. })));
}

#[test]
fn errors_name_the_place() {
    let missing = Corpus::read(Path::new("/nowhere")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/utterances: "), "{missing}");
    let dir = corpus_dir("");
    std::fs::write(dir.path().join("utterances/a.jsonl"), "{}").unwrap();
    let broken = Corpus::read(dir.path()).unwrap_err().to_string();
    assert!(
        broken.ends_with("a.jsonl, line 1, key \"id\": is missing"),
        "{broken}"
    );
}

/// Runs of five words, or the whole of a shorter text.
fn runs(text: &str) -> BTreeSet<String> {
    let words: Vec<String> = words(text).into_iter().map(|w| w.plain).collect();
    if words.len() < 5 {
        return [words.join(" ")].into();
    }
    words.windows(5).map(|run| run.join(" ")).collect()
}

#[test]
fn no_text_is_nearly_in_two_parts_of_the_corpus() {
    let corpus = Corpus::read(Path::new("models/corpus")).unwrap();
    let held_out = corpus.held_out().unwrap();
    assert!(held_out.len() > 1_000 && corpus.calibration.len() > 700);
    let apart = held_out.iter().chain(&corpus.calibration);
    let apart: Vec<_> = apart.map(|u| (&u.id, runs(&u.text))).collect();
    let mut holding: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, (_, runs)) in apart.iter().enumerate() {
        for run in runs {
            holding.entry(run).or_default().push(i);
        }
    }
    for row in corpus.training.iter().flat_map(|b| &b.utterances) {
        let mine = runs(&row.text);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for i in mine
            .iter()
            .filter_map(|run| holding.get(run.as_str()))
            .flatten()
        {
            *shared.entry(*i).or_default() += 1;
        }
        for (i, n) in shared {
            let (id, theirs) = &apart[i];
            let all = mine.len() + theirs.len() - n;
            assert!(2 * n <= all, "{} is nearly {id}", row.id);
        }
    }
}
