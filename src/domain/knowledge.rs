//! The knowledge tables as the rules read them.
