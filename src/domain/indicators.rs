//! Indicators: computed here from known features only (`domain.md` 1.5); never a probability.
