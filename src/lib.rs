//! BigDecoder: a self-hosted assistant for electric-car showrooms, with local inference.
//!
//! Reading order is the order of the layers, lowest first. Arrows only point down:
//! `web` → `advisor` → `engine`, `remote`, `store`, `privacy` → `domain`.

pub mod domain;

pub mod engine;
pub mod privacy;
#[cfg(feature = "remote")]
pub mod remote;
pub mod store;

pub mod advisor;

pub mod web;

pub mod cli;
pub mod config;
pub mod telemetry;
