//! Vocabulary and pure rules: labels, session, posterior, indicators, questions, facts, guard.
//!
//! Must not know async, the clock, files, HTTP, SQL or tensors. Time and randomness come in as
//! arguments, so that replaying the same input gives the same bytes.

pub mod hex;
pub mod labels;
pub mod phrase;
pub mod text;

pub mod classification;
pub mod id;
pub mod scope;
pub mod sealed;

pub mod quantity;
pub mod vehicle;

pub mod fact;
pub mod guard;
pub mod mark;
pub mod sensitive;

pub mod knowledge;

pub mod indicators;
pub mod profile;
pub mod question;
pub mod slots;

pub mod card;
pub mod fit;
pub mod strategy;
pub mod visit;

pub mod calculator;
