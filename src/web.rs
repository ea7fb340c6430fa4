//! Pages, fragments, live events and the JSON API.

pub mod listen;
pub mod tls;
