//! Everything that the forms can do to a visit can be done by the API, and is refused by field.

use super::*;

#[tokio::test]
async fn a_visit_is_moved_on_and_closed_all_or_nothing() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let path = format!("/api/sessions/{visit}");
    let change = async |body: Value| api.ask("PATCH", &path, &[], Some(&body)).await;

    let view = change(json!({"stage": "analysis", "lang": "en"}))
        .await
        .expect(200);
    assert_eq!(
        (&view["stage"], &view["lang"]),
        (&json!("analysis"), &json!("en"))
    );

    for (body, status, code, field) in [
        (json!({}), 422, "invalid", "body"),
        (json!({"outcome": "ordered"}), 422, "invalid", "status"),
        (json!({"status": "completed"}), 422, "invalid", "outcome"),
        (
            json!({"status": "completed", "outcome": "won"}),
            422,
            "invalid",
            "outcome",
        ),
        (
            json!({"status": "paused", "outcome": "ordered"}),
            422,
            "invalid",
            "outcome",
        ),
        (
            json!({"stage": "decision", "status": "completed"}),
            422,
            "invalid",
            "outcome",
        ),
        (json!({"stage": "later"}), 422, "invalid", "stage"),
        (json!({"stege": "decision"}), 422, "invalid", "stege"),
    ] {
        change(body).await.refused(status, code, Some(field));
    }
    // The stage that stood beside a refused status was not stored.
    assert_eq!(api.read(&visit).await["stage"], "analysis");

    let closing = json!({"stage": "decision", "status": "completed", "outcome": "ordered"});
    let view = change(closing).await.expect(200);
    let got = (&view["status"], &view["outcome"], &view["stage"]);
    assert_eq!(
        got,
        (&json!("completed"), &json!("ordered"), &json!("decision"))
    );
    let again = change(json!({"status": "active"})).await;
    again.refused(422, "invalid", Some("status"));
}

#[tokio::test]
async fn a_person_corrects_the_archetype_and_takes_it_back() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, FAMILY).await;
    let path = format!("/api/sessions/{visit}/corrections");

    let view = api
        .post(&path, json!({"archetype": "tech_pioneer"}))
        .await
        .expect(200);
    assert_eq!(view["human"], true);
    assert_eq!(view["top"]["archetype"], "tech_pioneer");
    let view = api
        .post(&path, json!({"archetype": null}))
        .await
        .expect(200);
    assert_eq!(view["human"], false);

    // What is left out is no "null".
    api.post(&path, json!({}))
        .await
        .refused(422, "invalid", Some("archetype"));
    let unknown = api.post(&path, json!({"archetype": "hero"})).await;
    unknown.refused(422, "invalid", Some("archetype"));
    let bare = api.visit(false).await;
    let path = format!("/api/sessions/{bare}/corrections");
    let refused = api.post(&path, json!({"archetype": "tech_pioneer"})).await;
    refused.refused(422, "invalid", Some("session"));
}

#[tokio::test]
async fn a_slot_takes_what_it_can_hold() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let put = async |key: &str, value: Value| {
        let path = format!("/api/sessions/{visit}/slots/{key}");
        api.ask("PUT", &path, &[], Some(&json!({"value": value})))
            .await
    };
    for (key, value, stored) in [
        ("yearly_km", json!(25_000), "25000"),
        ("home_charging", json!(true), "yes"),
        ("financing", json!("leasing"), "leasing"),
        ("pv_kwp", json!(9.9), "9.9"),
    ] {
        let view = put(key, value).await.expect(200);
        let slot = view["slots"]
            .as_array()
            .unwrap()
            .iter()
            .find(|slot| slot["key"] == key);
        let slot = slot.unwrap();
        assert_eq!(
            (&slot["value"], &slot["by_person"]),
            (&json!(stored), &json!(true)),
            "{key}"
        );
    }
    let view = put("yearly_km", Value::Null).await.expect(200);
    assert!(
        view["slots"]
            .as_array()
            .unwrap()
            .iter()
            .all(|slot| slot["key"] != "yearly_km")
    );

    for (key, value) in [
        ("yearly_km", json!("a lot")),
        ("home_charging", json!("maybe")),
        ("financing", json!("barter")),
    ] {
        put(key, value).await.refused(422, "invalid", Some("value"));
    }
    put("yearly_km", json!({"km": 1}))
        .await
        .refused(422, "invalid", Some("value"));
    put("shoe_size", json!(44))
        .await
        .refused(404, "not_found", Some("key"));
}

#[tokio::test]
async fn an_objection_is_answered() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, WINTER).await;
    let path = format!("/api/sessions/{visit}/objections/winter_range");
    let state = |view: &Value| {
        let all = view["objections"].as_array().unwrap();
        let one = all.iter().find(|one| one["objection"] == "winter_range");
        one.map(|one| one["state"].clone())
    };
    assert_eq!(state(&api.read(&visit).await), Some(json!("open")));
    let settled = json!({"state": "answered"});
    let view = api
        .ask("PATCH", &path, &[], Some(&settled))
        .await
        .expect(200);
    assert_eq!(state(&view), Some(json!("answered")));
    let refused = api
        .ask("PATCH", &path, &[], Some(&json!({"state": "open"})))
        .await;
    refused.refused(422, "invalid", Some("state"));
    let unknown = format!("/api/sessions/{visit}/objections/too_blue");
    let refused = api.ask("PATCH", &unknown, &[], Some(&settled)).await;
    refused.refused(404, "not_found", Some("objection"));
}

#[tokio::test]
async fn a_visit_of_another_seller_does_not_exist() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let other = api.of("Bogdan", Role::Seller).await;
    for (method, path, body) in [
        ("GET", format!("/api/sessions/{visit}"), None),
        (
            "PATCH",
            format!("/api/sessions/{visit}"),
            Some(json!({"stage": "decision"})),
        ),
        (
            "POST",
            format!("/api/sessions/{visit}/corrections"),
            Some(json!({"archetype": null})),
        ),
        (
            "PUT",
            format!("/api/sessions/{visit}/slots/yearly_km"),
            Some(json!({"value": 1})),
        ),
        (
            "PATCH",
            format!("/api/sessions/{visit}/objections/too_new"),
            Some(json!({"state": "answered"})),
        ),
        (
            "POST",
            format!("/api/sessions/{visit}/card"),
            Some(json!({"act": "next"})),
        ),
        (
            "POST",
            "/api/strategies".to_owned(),
            Some(json!({"session_id": visit})),
        ),
        (
            "POST",
            "/api/analyze".to_owned(),
            Some(json!({"session_id": visit, "text": FAMILY})),
        ),
    ] {
        for key in [&[][..], &[("idempotency-key", "k")]] {
            let answer = other.ask(method, &path, key, body.as_ref()).await;
            let named = if path.contains(&visit) {
                "id"
            } else {
                "session_id"
            };
            answer.refused(404, "not_found", Some(named));
        }
    }
    let view = api.read(&visit).await;
    assert_eq!(
        (&view["stage"], &view["rev"]),
        (&json!("discovery"), &json!(0))
    );
}

#[tokio::test]
async fn each_mode_does_what_it_says_or_is_refused() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    let ask = async |mode: &str| {
        let body = json!({"session_id": visit, "text": FAMILY, "mode": mode});
        api.post("/api/analyze", body).await
    };
    let typed = ask("continuous").await.expect(200);
    assert_eq!(
        (&typed["stored"], &typed["utterance"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(api.read(&visit).await["utterances"], json!([]));
    let said = ask("analyzer").await.expect(200);
    assert_eq!(said["stored"], true);
    assert_eq!(said["top_three"], typed["top_three"]);
    assert_eq!(
        api.read(&visit).await["utterances"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for mode in ["coach", "client_simulator", "hybrid"] {
        ask(mode).await.refused(422, "invalid", Some("mode"));
    }
    ask("guess").await.refused(422, "invalid", Some("mode"));
}
