//! Lists come in pages, reads carry tags, and an unknown parameter is no silent wish.

use super::*;

#[tokio::test]
async fn visits_come_in_pages() {
    let api = Api::new().await;
    for n in 0..5 {
        let new = json!({"alias": format!("Gość {n}"), "profiling": true});
        api.post("/api/sessions", new).await.expect(201);
        api.fixture.clock.advance_ms(1_000);
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    for page in 0.. {
        let list = api
            .get(&format!("/api/sessions?limit=2{next}"))
            .await
            .expect(200);
        let lines = list["lines"].as_array().unwrap();
        seen.extend(
            lines
                .iter()
                .map(|line| line["alias"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = list["next"].as_str() else {
            assert_eq!(page, 2);
            break;
        };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, ["Gość 4", "Gość 3", "Gość 2", "Gość 1", "Gość 0"]);

    let one = api.get("/api/sessions?q=GOSC%203").await.expect(200);
    assert_eq!(one["lines"][0]["alias"], "Gość 3");
    assert_eq!(one["lines"].as_array().unwrap().len(), 1);
    let none = api.get("/api/sessions?status=paused").await.expect(200);
    assert_eq!(none["lines"], json!([]));
    for (query, status, code, field) in [
        ("limit=0", 422, "invalid", "limit"),
        ("limit=101", 422, "invalid", "limit"),
        ("limit=all", 422, "invalid", "limit"),
        ("cursor=nowhere", 422, "invalid", "cursor"),
        ("status=open", 422, "invalid", "status"),
        ("page=2", 422, "invalid", "page"),
    ] {
        let answer = api.get(&format!("/api/sessions?{query}")).await;
        answer.refused(status, code, Some(field));
    }
}

#[tokio::test]
async fn the_knowledge_comes_in_pages() {
    let api = Api::new().await;
    let whole = api.get("/api/data/facts?limit=500").await.expect(200);
    let all = whole["rows"].as_array().unwrap().clone();
    assert!(all.len() > 20);
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = api
            .get(&format!("/api/data/facts?limit=17{next}"))
            .await
            .expect(200);
        assert_eq!(page["rev"], whole["rev"]);
        seen.extend(page["rows"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, all);

    let about = all[0]["about"].as_str().unwrap();
    let some = api
        .get(&format!("/api/data/facts?about={about}"))
        .await
        .expect(200);
    let some = some["rows"].as_array().unwrap();
    assert!(!some.is_empty() && some.iter().all(|row| row["about"] == about));
    let count = async |query: &str| {
        let page = api
            .get(&format!("/api/data/facts?limit=500&{query}"))
            .await
            .expect(200);
        page["rows"].as_array().unwrap().len()
    };
    let (may, may_not) = (count("quotable=true").await, count("quotable=false").await);
    assert!(may > 0 && may_not > 0);
    assert_eq!(may + may_not, all.len());
    let found = api.get("/api/data/objections?q=ZASIEG").await.expect(200);
    let found = found["rows"].as_array().unwrap().len();
    assert!((1..33).contains(&found), "{found}");

    for (path, status, code, field) in [
        ("facts?limit=0", 422, "invalid", Some("limit")),
        ("facts?cursor=7", 422, "invalid", Some("cursor")),
        ("facts?cursor=0.17", 422, "invalid", Some("cursor")),
        ("facts?limit=few", 422, "invalid", Some("limit")),
        ("cars?about=model_y", 422, "invalid", Some("about")),
        ("cars?quotable=true", 422, "invalid", Some("quotable")),
        ("cars?color=red", 422, "invalid", Some("color")),
        ("users", 404, "not_found", Some("table")),
    ] {
        let answer = api.get(&format!("/api/data/{path}")).await;
        answer.refused(status, code, field);
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let api = Api::new().await;
    let visit = api.visit(true).await;
    api.say(&visit, FAMILY).await;
    let path = format!("/api/sessions/{visit}");
    for path in [
        path.as_str(),
        "/api/data/cars",
        "/api/sessions",
        "/api/playbooks",
    ] {
        let first = api.get(path).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = api.ask("GET", path, &[("if-none-match", &tag)], None).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.body, Value::Null);
    }
    let tag = api.get(&path).await.header("etag").unwrap().to_owned();
    api.say(&visit, WINTER).await;
    let changed = api
        .ask("GET", &path, &[("if-none-match", &tag)], None)
        .await;
    changed.expect(200);
}
