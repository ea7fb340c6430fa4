//! Clients of remote model providers.
