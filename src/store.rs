//! SQLite: one writer thread, query-only readers, migrations, audit chain.
