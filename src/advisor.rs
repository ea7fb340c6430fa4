//! Use cases: what a person or a machine can ask of the appliance.
//!
//! Must not know HTTP status, HTML, SQL text or tensors. Everything a caller gets is scoped and
//! unsealed here; everything stored is sealed and audited here.

pub mod access;
pub mod clock;
pub mod composer;
pub mod live;
