//! The clock as an argument, so that tests and replay are exact.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// The showroom's calendar day, in its own time zone.
    fn today(&self) -> Date {
        self.now().to_zoned(showroom_zone()).date()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    pub const fn at_ms(ms: i64) -> Self {
        Self(std::sync::atomic::AtomicI64::new(ms))
    }

    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        let ms = self.0.load(std::sync::atomic::Ordering::Relaxed);
        Timestamp::from_millisecond(ms).expect("tests set a time that exists")
    }
}

/// Showrooms are in Poland; without a time-zone database the machine's own zone serves.
pub fn showroom_zone() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap_or_else(|_| TimeZone::system())
}

/// The showroom's calendar day of a moment.
pub fn showroom_day(ms: i64) -> Date {
    Timestamp::from_millisecond(ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(showroom_zone())
        .date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_warsaw() {
        let clock = FixedClock::at_ms(
            "2026-07-01T21:59:59Z"
                .parse::<Timestamp>()
                .unwrap()
                .as_millisecond(),
        );
        assert_eq!(clock.today().to_string(), "2026-07-01");
        clock.advance_ms(1_000);
        assert_eq!(clock.today().to_string(), "2026-07-02");
    }
}
