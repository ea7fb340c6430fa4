//! The one integration binary: each test file is a module, so that candle is linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is the report of a failing test"
)]

mod layers;
#[cfg(feature = "remote")]
mod tls;
mod tokenizer;
mod worker;
