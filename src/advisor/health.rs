//! Whether the appliance works, without a word about any client.

use serde::Serialize;

use super::{Advisor, generate::Kind};
use crate::domain::classification::ModelRef;

pub use crate::engine::generator::Health as WriterState;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HealthView {
    /// Whether the main job can be done: the database answers.
    pub ok: bool,
    pub version: &'static str,
    pub database: bool,
    /// The embedded classifier.
    pub classifier: ModelRef,
    pub knowledge_rev: u64,
    /// The language models in the order in which they are asked; none means playbooks write.
    pub writers: Vec<WriterHealth>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WriterHealth {
    pub kind: Kind,
    #[serde(flatten)]
    pub health: WriterState,
}

impl Advisor {
    pub async fn health(&self) -> HealthView {
        let database = match self.store().read(crate::store::knowledge::rev).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%error, "the database does not answer");
                false
            }
        };
        HealthView {
            ok: database,
            version: env!("CARGO_PKG_VERSION"),
            database,
            classifier: self.0.classifier.model().clone(),
            knowledge_rev: self.knowledge().rev,
            writers: self
                .0
                .chain
                .health()
                .into_iter()
                .map(|(kind, health)| WriterHealth { kind, health })
                .collect(),
        }
    }
}
