//! The closed sets of what a visit leaves behind: its status, messages, feedback and consents.

use super::labels::labels;

labels! {
    /// Life of a session (`product.md` 2.2).
    #[schema(as = SessionStatus)]
    Status {
        Active = "active",
        Paused = "paused",
        Completed = "completed",
        Abandoned = "abandoned",
    }
}

labels! {
    /// Whose words a stored message holds; the seed's names.
    MessageType {
        Client = "client",
        Observation = "observation",
        Salesperson = "salesperson",
        AiSuggestion = "ai_suggestion",
    }
}

labels! {
    FeedbackKind {
        Rating = "rating",
        Correction = "correction",
        Comment = "comment",
        BugReport = "bug_report",
        /// What a card did: "used it", "did not help".
        Card = "card",
    }
}

labels! {
    /// What a suggestion did for the conversation, as the seller saw it.
    Effectiveness { Helped = "helped", Neutral = "neutral", Hurt = "hurt" }
}

labels! {
    /// What a consent is for; each is given and withdrawn on its own.
    Purpose {
        Advice = "advice",
        Profiling = "profiling",
        Contact = "contact",
        Remote = "remote",
        Learning = "learning",
    }
}
