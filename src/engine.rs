//! Models: the embedded classifier, language models and the worker process.
//!
//! Must not know HTTP, SQL or sessions in a database. Text in, labels or text out; no other layer
//! sees a tensor.

pub mod classifier;
pub mod generator;
pub mod language;
pub mod worker;

pub mod train;

mod random;
