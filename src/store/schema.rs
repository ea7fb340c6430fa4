//! docs/schema.md against the tables.
