//! The one integration binary: each test file is a module, so that candle is linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is the report of a failing test"
)]

mod appliance;
mod stand_in;

mod bad_input;
mod canary;
mod failures;
mod interrupted;
mod layers;
mod roles;
#[cfg(feature = "remote")]
mod tls;
mod tokenizer;
mod worker;
