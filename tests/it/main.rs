//! The one integration binary: each test file is a module, so that candle is linked once.

mod layers;
#[cfg(feature = "remote")]
mod tls;
mod tokenizer;
mod worker;
