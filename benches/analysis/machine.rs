//! What a figure depends on beside the program: processor, load, disk and memory.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
    time::Instant,
};

use serde_json::{Value, json};

const SYNCS: usize = 200;
/// Larger than any cache of a showroom's PC.
const READ_FLOATS: usize = 32 << 20;
const FLAGS: &[&str] = &[
    "avx2",
    "fma",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "asimd",
];

/// The processor by its own name.
pub(crate) fn cpu() -> String {
    info("model name").unwrap_or_else(|| "an unnamed processor".to_owned())
}

fn info(key: &str) -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Of one, five and fifteen minutes.
pub(crate) fn load_average() -> Vec<f64> {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let numbers = text.split_whitespace().take(3);
    numbers.filter_map(|number| number.parse().ok()).collect()
}

/// Milliseconds of appending 4 KiB and syncing it, sorted: what a COMMIT cannot go below.
pub(crate) fn sync_ms(dir: &Path) -> Vec<f64> {
    let mut file = File::create(dir.join("probe")).expect("the folder was just made");
    let mut ms: Vec<f64> = (0..SYNCS)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[7; 4096]).expect("the disk has room");
            file.sync_data().expect("the disk syncs");
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    ms.sort_by(f64::total_cmp);
    ms
}

/// Gigabytes a second that one core reads from memory.
fn memory_gb_s() -> f64 {
    let floats = vec![1.0_f32; READ_FLOATS];
    let began = Instant::now();
    let sums = floats
        .chunks_exact(16)
        .fold([0.0_f32; 16], |mut sums, part| {
            for (sum, x) in sums.iter_mut().zip(part) {
                *sum += x;
            }
            sums
        });
    let seconds = began.elapsed().as_secs_f64();
    std::hint::black_box(sums);
    (READ_FLOATS * size_of::<f32>()) as f64 / seconds / 1e9
}

fn commit() -> Option<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let asked = Command::new("git")
        .args(["-C", root, "rev-parse", "--short", "HEAD"])
        .output()
        .ok()?;
    let text = String::from_utf8(asked.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub(crate) fn probe(sync_ms: &[f64]) -> Value {
    let known = info("flags")
        .or_else(|| info("Features"))
        .unwrap_or_default();
    let flags: Vec<&str> = known
        .split_whitespace()
        .filter(|flag| FLAGS.contains(flag))
        .collect();
    json!({
        "cpu": cpu(),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "flags": flags,
        "memory_gb_s": memory_gb_s(),
        "sync_4_kib_p50_ms": sync_ms[sync_ms.len() / 2],
        "load_average": load_average(),
        "commit": commit(),
    })
}
