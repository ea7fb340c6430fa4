//! Detecting, sealing and shredding personal text.

pub mod vault;
