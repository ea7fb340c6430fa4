//! Laws of the vault.
