//! Feedback is stored so that it can be learned from, and advice says only what it may.

use super::*;
use crate::domain::visit::{Effectiveness, FeedbackKind};

#[tokio::test]
async fn what_a_card_did_is_kept_with_the_card() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, WINTER).await;
    let card = api.read(&visit).await["card"]["id"].clone();
    let path = format!("/api/sessions/{visit}/card");

    let view = api
        .post(&path, json!({"act": "used", "card_id": card}))
        .await
        .expect(200);
    assert_ne!(view["card"]["id"], card);
    let kept = feedback(&api).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["kind"], FeedbackKind::Card.id());
    assert_eq!(kept[0]["effectiveness"], Effectiveness::Helped.id());
    assert_eq!(kept[0]["card"], card);

    // The card that was meant is no longer on screen.
    let late = api
        .post(&path, json!({"act": "not_helped", "card_id": card}))
        .await;
    late.refused(409, "conflict", None);
    api.post(&path, json!({"act": "other_question"}))
        .await
        .expect(200);
    assert_eq!(feedback(&api).await.len(), 1);
    api.post(&path, json!({"act": "not_helped"}))
        .await
        .expect(200);
    let kept = feedback(&api).await;
    assert_eq!(kept.len(), 2);
    assert!(
        kept.iter()
            .any(|row| row["effectiveness"] == "hurt" && row["card"].is_string())
    );
}

/// The feedback as an export holds it.
async fn feedback(api: &Api) -> Vec<Value> {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("export");
    api.fixture.advisor.export_cli(&dir).await.unwrap();
    let lines = std::fs::read_to_string(dir.join("feedback.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn feedback_is_refused_by_the_field_that_is_missing() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, WINTER).await;
    let card = api.read(&visit).await["card"]["id"].clone();
    for (body, field) in [
        (json!({"kind": "rating"}), "rating"),
        (json!({"kind": "rating", "rating": 6}), "rating"),
        (json!({"kind": "comment"}), "comment"),
        (json!({"kind": "bug_report", "comment": "  "}), "comment"),
        (
            json!({"kind": "comment", "comment": "x".repeat(2_001)}),
            "comment",
        ),
        (json!({"kind": "card"}), "session_id"),
        (json!({"kind": "card", "session_id": visit}), "card_id"),
        (
            json!({"kind": "card", "session_id": visit, "card_id": card}),
            "effectiveness",
        ),
        (
            json!({"kind": "comment", "comment": "ok", "card_id": card}),
            "kind",
        ),
    ] {
        api.post("/api/feedback", body)
            .await
            .refused(422, "invalid", Some(field));
    }
    assert!(feedback(&api).await.is_empty());
    let good =
        json!({"kind": "card", "session_id": visit, "card_id": card, "effectiveness": "neutral"});
    api.post("/api/feedback", good).await.expect(201);
    let elsewhere = api.visit(true).await;
    let foreign =
        json!({"kind": "card", "session_id": elsewhere, "card_id": card, "effectiveness": "hurt"});
    api.post("/api/feedback", foreign)
        .await
        .refused(422, "invalid", Some("card_id"));
    assert_eq!(feedback(&api).await.len(), 1);
}

#[tokio::test]
async fn an_objection_is_handled_in_both_languages() {
    let api = Api::new().await;
    for lang in ["pl", "en"] {
        let ask =
            json!({"objection": "winter_range", "archetype": "technical_skeptic", "lang": lang});
        let help = api.post("/api/objections/handle", ask).await.expect(200);
        assert_eq!(
            (&help["source"], &help["removed"]),
            (&json!("playbook"), &json!(0))
        );
        assert!(!help["say_to_client"].as_str().unwrap().is_empty());
    }
    let unknown = api
        .post("/api/objections/handle", json!({"objection": "too_blue"}))
        .await;
    unknown.refused(422, "invalid", Some("objection"));
}

#[tokio::test]
async fn playbooks_are_ranked_with_their_reason() {
    let api = Api::new().await;
    let found = api
        .get("/api/playbooks?archetype=family_guardian&lang=en")
        .await
        .expect(200);
    let found = found.as_array().unwrap();
    assert!(!found.is_empty());
    assert_eq!(found[0]["reason"]["archetype"], "family_guardian");
    assert!(found.iter().all(|playbook| playbook["removed"] == 0));
    let refused = api.get("/api/playbooks?archetyp=family_guardian").await;
    refused.refused(422, "invalid", Some("archetyp"));
}

#[tokio::test]
async fn another_question_is_none_that_was_asked_before() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, WINTER).await;
    let path = format!("/api/sessions/{visit}/card");
    let mut asked = Vec::new();
    for _ in 0..8 {
        let view = api.read(&visit).await;
        if let Some(question) = view["card"]["ask_id"].as_str() {
            asked.push(question.to_owned());
        }
        api.post(&path, json!({"act": "other_question"}))
            .await
            .expect(200);
    }
    assert!(asked.len() > 3, "{asked:?}");
    let mut once = asked.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), asked.len(), "{asked:?}");
    let open = api.read(&visit).await["questions"].clone();
    for question in open.as_array().unwrap() {
        assert!(!asked.contains(&question["id"].as_str().unwrap().to_owned()));
    }
}
