//! Whether a model fits into the memory that is free, before any of it is read.

use std::{fs, path::Path};

use super::{Error, gguf::Header, model::PREFIX_BYTES, shape::Shape};

/// Share of the free memory that a model may take.
const SHARE: f64 = 0.8;
/// Activations, tokenizer and fragmentation, as a share of everything else.
const SLACK: f64 = 1.15;

/// Refuses a model whose weights and caches would not fit.
pub fn check(header: &Header, shape: &Shape) -> Result<(), Error> {
    check_against(needed(header, shape), available())
}

fn check_against(needed: u64, available: Option<u64>) -> Result<(), Error> {
    match available {
        Some(available) if needed as f64 > SHARE * available as f64 => {
            Err(Error::Refused(format!(
                "the model needs about {} MB of memory, and {} MB are free",
                needed >> 20,
                available >> 20
            )))
        }
        _ => Ok(()),
    }
}

/// Bytes at the peak: the stored tensors, what candle packs of them (up to 1.4 times as large), the
/// one tensor that is being read, and a full context beside the prefix cache.
fn needed(header: &Header, shape: &Shape) -> u64 {
    let bytes = header.tensors.iter().map(|tensor| tensor.bytes);
    let weights = bytes.clone().sum::<u64>() as f64 * 2.4 + bytes.max().unwrap_or(0) as f64;
    let cache = shape.cache_bytes();
    let caches = cache + cache.min(PREFIX_BYTES);
    ((weights + caches as f64) * SLACK) as u64
}

/// Free bytes of the machine or of the control group, whichever is less; `None` where the system
/// does not tell.
fn available() -> Option<u64> {
    let machine = machine(&fs::read_to_string("/proc/meminfo").ok()?)?;
    Some(machine.min(control_group(Path::new("/sys/fs/cgroup")).unwrap_or(u64::MAX)))
}

fn machine(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    kilobytes.checked_mul(1_024)
}

fn control_group(root: &Path) -> Option<u64> {
    let read = |name: &str| {
        fs::read_to_string(root.join(name))
            .ok()?
            .trim()
            .parse::<u64>()
            .ok()
    };
    Some(read("memory.max")?.saturating_sub(read("memory.current")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_what_the_system_says() {
        assert_eq!(
            machine("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"),
            Some(2 << 20)
        );
        assert_eq!(machine("MemTotal: 9 kB\n"), None);
        let group = tempfile::tempdir().unwrap();
        assert_eq!(control_group(group.path()), None);
        fs::write(group.path().join("memory.max"), "max\n").unwrap();
        fs::write(group.path().join("memory.current"), "300\n").unwrap();
        assert_eq!(control_group(group.path()), None);
        fs::write(group.path().join("memory.max"), "1000\n").unwrap();
        assert_eq!(control_group(group.path()), Some(700));
    }

    #[test]
    fn a_model_that_does_not_fit_is_refused() {
        assert!(check_against(900, Some(1_000)).is_err());
        assert!(check_against(700, Some(1_000)).is_ok());
        assert!(check_against(u64::MAX, None).is_ok());
    }
}
