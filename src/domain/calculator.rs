//! Calculators: every assumption visible, every result a range.
