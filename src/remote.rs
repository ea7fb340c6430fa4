//! Clients of remote model providers.
//!
//! Must not know prompts, sessions or stores. Whether client text may leave the appliance at all is
//! decided above; a client here only talks to the one address that it was given.

pub mod ollama;
