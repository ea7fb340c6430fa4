//! Logs without client text.
