//! A request that is sent twice is done once.

use super::*;

const KEY: (&str, &str) = ("idempotency-key", "0198c2f4-6d00-7000-8000-0000000000aa");

#[tokio::test]
async fn the_same_request_is_answered_as_before_and_nothing_is_done_again() {
    let api = Api::new().await;
    let new = json!({"alias": "pan z Kii", "profiling": true});
    let first = api.ask("POST", "/api/sessions", &[KEY], Some(&new)).await;
    assert_eq!(first.header("idempotent-replayed"), None);
    let place = first.header("location").unwrap().to_owned();
    let again = api.ask("POST", "/api/sessions", &[KEY], Some(&new)).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("location"), Some(place.as_str()));
    let id = first.expect(201)["id"].clone();
    assert_eq!(again.expect(201)["id"], id);
    let visits = api.get("/api/sessions").await.expect(200);
    assert_eq!(visits["lines"].as_array().unwrap().len(), 1);

    // The same words under another key, or none, are another request.
    api.post("/api/sessions", new.clone()).await.expect(201);
    let visits = api.get("/api/sessions").await.expect(200);
    assert_eq!(visits["lines"].as_array().unwrap().len(), 2);

    // After a day the key is free.
    api.fixture
        .clock
        .advance_ms(crate::advisor::once::KEPT_MS + 1);
    let later = api.ask("POST", "/api/sessions", &[KEY], Some(&new)).await;
    assert_ne!(later.expect(201)["id"], id);
}

#[tokio::test]
async fn what_a_client_said_is_stored_once_and_answered_whole() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let text = format!("{FAMILY} Kanarek wabi się Xylotka.");
    let said = json!({"session_id": visit, "text": text});
    let first = api
        .ask("POST", "/api/analyze", &[KEY], Some(&said))
        .await
        .expect(200);
    let again = api
        .ask("POST", "/api/analyze", &[KEY], Some(&said))
        .await
        .expect(200);
    assert_eq!(first, again);
    let view = api.read(&visit).await;
    assert_eq!(view["utterances"].as_array().unwrap().len(), 1);
    // What the answer held is sealed.
    for file in ["bigdecoder.db", "bigdecoder.db-wal"] {
        let bytes = std::fs::read(api.fixture.dir.path().join("data").join(file)).unwrap();
        let found = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(!found("Xylotka") && !found(KEY.1), "{file}");
    }
}

#[tokio::test]
async fn a_key_is_not_used_for_two_things() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let path = format!("/api/sessions/{visit}");
    let change = async |body: Value| api.ask("PATCH", &path, &[KEY], Some(&body)).await;
    change(json!({"stage": "analysis"})).await.expect(200);
    change(json!({"stage": "decision"}))
        .await
        .refused(422, "invalid", Some("idempotency-key"));
    assert_eq!(api.read(&visit).await["stage"], "analysis");
    // Nor for the same body at another place.
    let body = json!({"stage": "analysis"});
    let other = format!("/api/sessions/{}", api.visit(true).await);
    let refused = api.ask("PATCH", &other, &[KEY], Some(&body)).await;
    refused.refused(422, "invalid", Some("idempotency-key"));

    // Somebody else's keys are their own.
    let bogdan = api.of("Bogdan", Role::Seller).await;
    let new = json!({"alias": "pani z Yarisa"});
    bogdan
        .ask("POST", "/api/sessions", &[KEY], Some(&new))
        .await
        .expect(201);

    let long = "k".repeat(201);
    let refused = api
        .ask(
            "POST",
            "/api/sessions",
            &[("idempotency-key", &long)],
            Some(&new),
        )
        .await;
    refused.refused(422, "invalid", Some("idempotency-key"));
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let path = format!("/api/sessions/{visit}");
    let bad = json!({"status": "completed"});
    api.ask("PATCH", &path, &[KEY], Some(&bad))
        .await
        .refused(422, "invalid", Some("outcome"));
    let good = json!({"status": "completed", "outcome": "ordered"});
    api.ask("PATCH", &path, &[KEY], Some(&good))
        .await
        .expect(200);
}

#[tokio::test]
async fn of_two_at_once_one_is_done() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let said = json!({"session_id": visit, "text": FAMILY});
    let ask = || api.ask("POST", "/api/analyze", &[KEY], Some(&said));
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    let statuses = [a.status, b.status, c.status].map(|status| status.as_u16());
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(
        statuses.iter().all(|status| matches!(status, 200 | 409)),
        "{statuses:?}"
    );
    assert_eq!(
        api.read(&visit).await["utterances"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Whoever was told to wait is answered now.
    ask().await.expect(200);
}

#[tokio::test]
async fn nothing_is_kept_of_a_visit_without_profiling() {
    let api = Api::new().await;
    let visit = api.visit(false).await;
    let said = json!({"session_id": visit, "text": WINTER});
    let first = api
        .ask("POST", "/api/analyze", &[KEY], Some(&said))
        .await
        .expect(200);
    assert_eq!(first["stored"], false);
    let rev = api.read(&visit).await["rev"].clone();
    let again = api.ask("POST", "/api/analyze", &[KEY], Some(&said)).await;
    again.refused(409, "pending", None);
    assert_eq!(api.read(&visit).await["rev"], rev);
}

#[tokio::test]
async fn every_change_of_a_visit_can_be_sent_twice() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, WINTER).await;
    let at = |rest: &str| format!("/api/sessions/{visit}{rest}");
    for (n, (method, path, body)) in [
        ("PATCH", at(""), json!({"stage": "analysis"})),
        (
            "POST",
            at("/corrections"),
            json!({"archetype": "deal_hunter"}),
        ),
        ("PUT", at("/slots/yearly_km"), json!({"value": 1_000})),
        (
            "PATCH",
            at("/objections/winter_range"),
            json!({"state": "answered"}),
        ),
        ("POST", at("/card"), json!({"act": "used"})),
        (
            "POST",
            "/api/feedback".to_owned(),
            json!({"kind": "comment", "comment": "ok", "session_id": visit}),
        ),
        (
            "POST",
            "/api/strategies".to_owned(),
            json!({"session_id": visit}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("key-{n}");
        let headers = [("idempotency-key", key.as_str())];
        let first = api.ask(method, &path, &headers, Some(&body)).await;
        assert!(first.status.is_success(), "{path}: {}", first.body);
        let rev = api.read(&visit).await["rev"].clone();
        let again = api.ask(method, &path, &headers, Some(&body)).await;
        assert_eq!(
            again.header("idempotent-replayed"),
            Some("true"),
            "{path}: {}",
            again.body
        );
        assert_eq!(
            (again.status, &again.body),
            (first.status, &first.body),
            "{path}"
        );
        assert_eq!(api.read(&visit).await["rev"], rev, "{path}");
    }
}
