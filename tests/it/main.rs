//! The one integration binary: each test file is a module, so that candle is linked once.

mod layers;
mod tokenizer;
mod worker;
