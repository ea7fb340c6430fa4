//! Identifiers. Each is a UUID (version 7 where the appliance makes it) and is no secret.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> { text.parse().map(Self) }
        }
    )+};
}

ids! {
    UserId,
    /// A signed-in browser.
    LoginId,
    /// A machine's bearer token.
    TokenId,
    /// A person or firm who may come back; pseudonymous.
    ClientId,
    /// One visit of a client.
    SessionId,
    /// One thing said or observed.
    UtteranceId,
    CardId,
    StrategyId,
    FeedbackId,
    GenerationId,
    ConsentId,
}
