//! Measures one thing twice: every text once for the quantiles, then by criterion for the mean.

use std::{hint::black_box, time::Instant};

use criterion::{BatchSize, BenchmarkGroup, Criterion, measurement::WallTime};
use serde_json::{Value, json};

use crate::{
    machine,
    texts::{self, Endless, Text},
};

/// Version of the JSON line.
const VERSION: u32 = 1;
/// Texts before those that count.
const WARM_UP: usize = 20;

pub(crate) struct Bench<'c> {
    group: BenchmarkGroup<'c, WallTime>,
    once: Vec<Text>,
    endless: Endless,
    rows: Vec<Row>,
    wanted: Option<String>,
    load_before: Vec<f64>,
}

/// Milliseconds of one thing over distinct texts, sorted.
struct Row {
    name: &'static str,
    ms: Vec<f64>,
}

impl Row {
    /// Nearest rank: a value that was measured.
    fn quantile(&self, q: f64) -> f64 {
        let rank = (q * self.ms.len() as f64).ceil() as usize;
        self.ms[rank.clamp(1, self.ms.len()) - 1]
    }
}

impl<'c> Bench<'c> {
    pub(crate) fn new(criterion: &'c mut Criterion) -> Self {
        Self {
            group: criterion.benchmark_group("analysis"),
            once: texts::once(),
            endless: Endless::new(),
            rows: Vec::new(),
            wanted: std::env::args().skip(1).find(|arg| !arg.starts_with('-')),
            load_before: machine::load_average(),
        }
    }

    /// `setup` is not measured, `run` is.
    pub(crate) fn measure<I, O>(
        &mut self,
        name: &'static str,
        mut setup: impl FnMut(Text) -> I,
        mut run: impl FnMut(&I) -> O,
    ) {
        if self
            .wanted
            .as_ref()
            .is_some_and(|part| !name.contains(part))
        {
            return;
        }
        for _ in 0..WARM_UP {
            let input = setup(self.endless.next());
            black_box(run(&input));
        }
        let mut ms = Vec::with_capacity(self.once.len());
        for text in &self.once {
            let input = setup(text.clone());
            let began = Instant::now();
            black_box(run(black_box(&input)));
            ms.push(began.elapsed().as_secs_f64() * 1e3);
        }
        ms.sort_by(f64::total_cmp);
        self.rows.push(Row { name, ms });
        let endless = &mut self.endless;
        self.group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || setup(endless.next()),
                |input| run(black_box(&input)),
                BatchSize::SmallInput,
            );
        });
    }

    /// The quantiles in milliseconds, and how each median compares with the baseline's.
    pub(crate) fn table(&self, baseline: &str) -> String {
        let (least, most) = texts::words(&self.once);
        let n = self.once.len();
        let mut table = format!(
            "\n{n} texts of {least}–{most} words, each once, on {}\n\
             {:26}{:>9}{:>9}{:>9}{:>9}{:>12}\n",
            machine::cpu(),
            "ms",
            "p50",
            "p95",
            "p99",
            "max",
            "× baseline",
        );
        for row in &self.rows {
            let [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1.0].map(|q| row.quantile(q));
            let ratio = self.ratio(row, baseline);
            let ratio = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            let line = format!(
                "{:26}{p50:9.3}{p95:9.3}{p99:9.3}{max:9.3}{ratio:>12}\n",
                row.name
            );
            table.push_str(&line);
        }
        table
    }

    fn ratio(&self, row: &Row, baseline: &str) -> Option<f64> {
        let baseline = self.rows.iter().find(|row| row.name == baseline)?;
        Some(row.quantile(0.5) / baseline.quantile(0.5))
    }

    pub(crate) fn json(&self, baseline: &str, sync_ms: &[f64]) -> Value {
        let figures = |row: &Row| {
            json!({
                "name": row.name,
                "n": row.ms.len(),
                "p50_ms": row.quantile(0.5),
                "p95_ms": row.quantile(0.95),
                "p99_ms": row.quantile(0.99),
                "max_ms": row.quantile(1.0),
                "p50_by_baseline": self.ratio(row, baseline),
            })
        };
        let rows: Vec<Value> = self.rows.iter().map(figures).collect();
        json!({
            "version": VERSION,
            "baseline": baseline,
            "rows": rows,
            "machine": machine::probe(sync_ms),
            "load_average_before": self.load_before,
        })
    }
}
