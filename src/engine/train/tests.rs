use std::path::Path;

use super::*;

const ROWS: &str = include_str!("../../../models/corpus/utterances/b.jsonl");

fn tiny() -> Vec<Batch> {
    let rows = corpus::utterances(ROWS).unwrap();
    let batch = |name: &str, rows: &[Utterance]| Batch {
        name: name.to_owned(),
        utterances: rows.to_vec(),
    };
    vec![batch("one", &rows[..20]), batch("two", &rows[20..40])]
}

#[test]
fn the_same_rows_and_seed_give_the_same_bytes() {
    let weights = |seed| {
        let batches = tiny();
        let settings = Settings::new(2, seed);
        let folded = leave_one_out(&batches, FeatureSet::Concepts, &settings, &mut |_| ()).unwrap();
        let corpus = Corpus {
            training: batches,
            held_out: Vec::new(),
            sha256: String::new(),
        };
        fit_all(&corpus, FeatureSet::Concepts, &folded, seed)
            .unwrap()
            .0
    };
    let first = weights(1);
    assert_eq!(first, weights(1));
    assert_ne!(first, weights(2));
    EmbeddedClassifier::from_bytes(&first).unwrap();
}

#[test]
fn a_fit_learns_its_own_rows() {
    let lexicon = Lexicon::parse(lexicon::SHIPPED);
    let rows = &tiny()[0].utterances;
    let examples: Vec<Example> = rows
        .iter()
        .map(|u| Example::of_utterance(u, &lexicon, FeatureSet::All))
        .collect();
    let seen: Vec<&Example> = examples.iter().collect();
    let fitted = fit::fit(&seen, &Settings::new(20, 1), |_, _| ()).unwrap();
    let range = crate::engine::classifier::heads::Head::Archetype.range();
    for example in &examples {
        let top = crate::engine::classifier::heads::argmax(&fitted.logits(example)[range.clone()]);
        assert!(example.target[range.clone()][top] > 0.0);
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
    dir
}

#[test]
fn a_held_out_file_is_kept_apart_and_must_be_the_one_written_down() {
    let row = ROWS.lines().nth(6).unwrap();
    let right = format!("{}  utterances/c.jsonl\n", weights::sha256(row.as_bytes()));
    let corpus = Corpus::read(corpus_dir(&right).path()).unwrap();
    let names: Vec<_> = corpus.training.iter().map(|b| b.name.as_str()).collect();
    assert_eq!((names, corpus.held_out.len()), (vec!["a", "b"], 1));

    let wrong = format!("{}  utterances/c.jsonl\n", weights::sha256(b"other"));
    let refused = Corpus::read(corpus_dir(&wrong).path());
    assert!(matches!(refused, Err(Error::HeldOutChanged { .. })));
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
