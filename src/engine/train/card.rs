//! The model card and the manifest, made from the report so that no figure is copied by hand.

use std::fmt::Write;

use super::{OutOfFold, Report};
use crate::engine::classifier::evaluate::Figures;
use crate::engine::classifier::evaluate::metrics::F1;

/// What does not come out of the training: written once, around the figures.
const ABOUT: &str = include_str!("card/about.md");
const LIMITS: &str = include_str!("card/limits.md");

pub(super) fn manifest(report: &Report) -> String {
    let manifest = serde_json::json!({
        "id": report.metadata.id,
        "files": {
            "classifier.safetensors": {
                "bytes": report.weights_bytes,
                "sha256": report.weights_sha256,
            },
            "lexicon.txt": { "sha256": report.metadata.lexicon_sha256 },
        },
        "licence": "Apache-2.0",
        "labels_sha256": report.metadata.labels_sha256,
        "corpus_sha256": report.metadata.corpus_sha256,
        "seed": report.seed,
        "epochs": report.metadata.epochs,
        "encoder_epochs": report.metadata.encoder_epochs,
        "features": report.metadata.features,
        "calibration": report.metadata.calibration,
    });
    let mut text = serde_json::to_string_pretty(&manifest).expect("plain data serialises");
    text.push('\n');
    text
}

pub(super) fn card(report: &Report) -> String {
    let mut card = String::from(ABOUT);
    recipe(&mut card, report).expect("a string takes all");
    held_out(&mut card, report).expect("a string takes all");
    candidates(&mut card, report).expect("a string takes all");
    curve(&mut card, report).expect("a string takes all");
    card.push_str(LIMITS);
    card
}

fn recipe(out: &mut String, report: &Report) -> std::fmt::Result {
    let rows: usize = report.batches.iter().map(|(_, n)| n).sum();
    let names: Vec<String> = report
        .batches
        .iter()
        .map(|(b, n)| format!("{b} ({n})"))
        .collect();
    let c = &report.metadata.calibration;
    writeln!(out, "\n## Recipe\n\n    bigdecoder train classifier\n")?;
    writeln!(
        out,
        "Seed {}, {} epochs of the linear part and {} of the encoder, {} labelled utterances in \
         author batches {}, and {} cues of the knowledge base for the objection and signal heads. \
         The weights are {} bytes, SHA-256 `{}`. It took {:.0} minutes on two cores.\n",
        report.seed,
        report.metadata.epochs,
        report.metadata.encoder_epochs,
        rows,
        names.join(", "),
        report.n_cues,
        report.weights_bytes,
        report.weights_sha256,
        report.seconds / 60.0,
    )?;
    writeln!(
        out,
        "Calibrated on {} utterances of an author of their own: temperature {:.3} for the \
         decision to answer, {:.3} for the distribution that is reported. An archetype is answered \
         from probability {:.3}, with {:.2} added to the logit of \"says nothing\": the most right \
         answers while at most {:.0} % of the answers are wrong and at most {:.0} % of the texts \
         without an archetype are answered.",
        report.n_calibration,
        c.decision_temperature,
        c.archetype_temperature,
        c.archetype_threshold,
        c.nothing_offset,
        c.budget.wrong * 100.0,
        c.budget.unasked * 100.0,
    )
}

fn held_out(out: &mut String, report: &Report) -> std::fmt::Result {
    if report.held_out.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Held-out figures\n\nOn two batches by authors of their own, whose hashes were committed \
         before the first training with the corpus as it is.\n"
    )?;
    let mut columns: Vec<(String, &Figures)> = Vec::new();
    for (i, (name, figures)) in report.held_out.iter().enumerate() {
        columns.push((name.clone(), figures));
        if i == 0 {
            let by_lang = figures.by_lang.iter();
            columns.extend(by_lang.map(|(lang, f)| (format!("{name}, {lang}"), f)));
        }
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    writeln!(
        out,
        "| | {} |\n|---|{}",
        names.join(" | "),
        "---|".repeat(names.len())
    )?;
    let mut row = |name: &str, value: &dyn Fn(&Figures) -> String| {
        let cells: Vec<String> = columns.iter().map(|(_, f)| value(f)).collect();
        writeln!(out, "| {name} | {} |", cells.join(" | "))
    };
    row("rows", &|f| f.n.to_string())?;
    row("archetype, top-1 of answered", &|f| {
        number(f.archetype_top1)
    })?;
    row("… 95 % interval", &|f| {
        f.top1_interval
            .map_or("–".to_owned(), |[a, b]| format!("{a:.3}–{b:.3}"))
    })?;
    row("archetype, top-3 of answered", &|f| {
        number(f.archetype_top3)
    })?;
    row("coverage", &|f| number(f.coverage))?;
    row("abstain recall", &|f| number(f.abstain_recall))?;
    row("ECE", &|f| number(f.ece))?;
    row("ECE, de-biased", &|f| number(f.ece_debiased))?;
    row("tags, micro / macro F1", &|f| f1(f.tags))?;
    row("needs, micro / macro F1", &|f| f1(f.needs))?;
    row("objections, micro / macro F1", &|f| f1(f.objections))?;
    row("signals, micro / macro F1", &|f| f1(f.signals))?;
    row("tone", &|f| number(f.tone))?;
    row("tone, within one step", &|f| number(f.tone_within_one))?;
    row("stage", &|f| number(f.stage))?;
    row("language", &|f| number(f.language))
}

fn candidates(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "\n## Candidates\n\nFigures on the calibration part; the first was chosen. Accuracy is over \
         all items that have an archetype, as if every one were answered; thresholds are chosen on \
         the same predictions, so these figures are a little kind.\n"
    )?;
    table(out, "model", report.candidates.iter().map(|(n, f)| (*n, f)))
}

fn curve(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "\n## Learning curve\n\nThe linear part alone, fitted on parts of the training rows (cues \
         among them) that each hold the one before; figures on the calibration part.\n"
    )?;
    let rows: Vec<(String, &OutOfFold)> = report
        .curve
        .iter()
        .map(|(n, f)| (n.to_string(), f))
        .collect();
    table(out, "rows", rows.iter().map(|(n, f)| (n.as_str(), *f)))
}

fn table<'r>(
    out: &mut String,
    first: &str,
    rows: impl Iterator<Item = (&'r str, &'r OutOfFold)>,
) -> std::fmt::Result {
    writeln!(
        out,
        "| {first} | archetype | top-1 of answered | coverage | abstain recall | tags | needs | \
         objections | signals | macro F1 of these four | tone | stage |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|"
    )?;
    for (name, f) in rows {
        let mut cells = vec![
            f.archetype_accuracy,
            f.archetype_top1,
            f.coverage,
            f.abstain_recall,
        ];
        cells.extend(f.micro_f1);
        cells.extend([f.macro_f1.iter().sum::<f64>() / 4.0, f.tone, f.stage]);
        let cells: Vec<String> = cells.iter().map(|v| format!("{v:.3}")).collect();
        writeln!(out, "| {name} | {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn number(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |v| format!("{v:.3}"))
}

fn f1(value: Option<F1>) -> String {
    value.map_or("–".to_owned(), |f| {
        format!("{:.3} / {:.3}", f.micro_f1, f.macro_f1)
    })
}
