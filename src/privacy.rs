//! Detecting, sealing and shredding personal text.
