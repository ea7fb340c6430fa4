//! A store in a folder of its own, with rows to work on.
