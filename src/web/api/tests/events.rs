//! The sections of a strategy stream as they are stored, and go on after the last one seen.

use super::*;
use crate::{advisor::live::Live, domain::strategy::Key};

/// An event as a client reads it: kind, id, data.
type Event = (String, String, Value);

/// The events of a whole stream.
fn events(text: &str) -> Vec<Event> {
    let field = |block: &str, name: &str| {
        let value = block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_default().to_owned()
    };
    text.split("\n\n")
        .filter(|block| block.contains("data: "))
        .map(|block| {
            let data = serde_json::from_str(&field(block, "data")).unwrap();
            (field(block, "event"), field(block, "id"), data)
        })
        .collect()
}

async fn started(api: &Api) -> String {
    let visit = api.visit(true).await;
    api.say(&visit, FAMILY).await;
    let made = api
        .post("/api/strategies", json!({"session_id": visit}))
        .await
        .expect(202);
    made["events"].as_str().unwrap().to_owned()
}

/// Everything until the stream ends.
async fn read(api: &Api, path: &str, last: Option<&str>) -> (StatusCode, String) {
    let headers: Vec<_> = last.map(|id| ("last-event-id", id)).into_iter().collect();
    let response = api
        .send(request("GET", path, api.token(), &headers, None))
        .await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn every_section_comes_once_and_then_the_end() {
    let api = Api::new().await;
    let path = started(&api).await;
    let (status, text) = read(&api, &path, None).await;
    assert_eq!(status, StatusCode::OK);
    let all = events(&text);
    let sections: Vec<_> = all.iter().filter(|(kind, ..)| kind == "section").collect();
    let keys: Vec<_> = sections
        .iter()
        .map(|(_, _, data)| data["key"].as_str().unwrap())
        .collect();
    let wanted: Vec<_> = Key::ALL.iter().map(|key| key.id()).collect();
    assert_eq!(keys, wanted);
    let ids: Vec<_> = sections.iter().map(|(_, id, _)| id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6"]);
    let (kind, id, data) = all.last().unwrap();
    assert_eq!((kind.as_str(), id.as_str()), ("end", "end"));
    assert_eq!(*data, json!({"state": "complete", "sections": 6}));
    // What was streamed is what is stored.
    let stored = api.get(path.trim_end_matches("/events")).await.expect(200);
    for ((_, _, data), stored) in sections.iter().zip(stored["sections"].as_array().unwrap()) {
        assert_eq!(data, stored);
    }
}

#[tokio::test]
async fn a_reader_goes_on_where_it_was_cut() {
    let api = Api::new().await;
    let path = started(&api).await;
    read(&api, &path, None).await;
    let (_, text) = read(&api, &path, Some("4")).await;
    let rest: Vec<_> = events(&text)
        .into_iter()
        .map(|(kind, id, _)| (kind, id))
        .collect();
    let event = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    assert_eq!(
        rest,
        [
            event("section", "5"),
            event("section", "6"),
            event("end", "end")
        ]
    );
    let (status, text) = read(&api, &path, Some("end")).await;
    assert_eq!((status, text.as_str()), (StatusCode::NO_CONTENT, ""));
    let (_, text) = read(&api, &path, Some("nonsense")).await;
    assert_eq!(events(&text).len(), 7);
}

#[tokio::test]
async fn a_strategy_of_another_seller_has_no_stream() {
    let api = Api::new().await;
    let path = started(&api).await;
    let other = api.of("Bogdan", Role::Seller).await;
    other
        .ask("GET", &path, &[], None)
        .await
        .refused(404, "not_found", Some("id"));
    let unknown = "/api/strategies/0198c2f4-6d00-7000-8000-000000000001/events";
    api.get(unknown).await.refused(404, "not_found", Some("id"));
    api.get("/api/strategies/one/events")
        .await
        .refused(404, "not_found", Some("id"));
}

#[tokio::test]
async fn a_stop_of_the_appliance_ends_the_stream_without_an_end() {
    let api = Api::over(Fixture::hanging().await).await;
    let visit = api.visit(true).await;
    api.say(&visit, FAMILY).await;
    let advisor = &api.fixture.advisor;
    let live = advisor.live().subscribe(visit.parse().unwrap(), None, 0);
    let mut coming = live.coming;
    let made = api
        .post("/api/strategies", json!({"session_id": visit}))
        .await
        .expect(202);
    while !matches!(coming.recv().await.unwrap().body, Live::Section { .. }) {}
    let reading = read(&api, made["events"].as_str().unwrap(), None);
    let stop = async {
        // The reader has looked once the others had their turn.
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        advisor.live().close(advisor.now_ms());
    };
    let ((_, text), ()) = tokio::join!(reading, stop);
    let seen = events(&text);
    assert!(seen.iter().all(|(kind, ..)| kind != "end"), "{text}");
    assert_eq!(seen[0].0, "section");
    assert_eq!(seen[0].2["source"]["source"], "model");
    let running = seen.iter().find(|(kind, ..)| kind == "state").unwrap();
    assert_eq!(running.2, json!({"state": "running", "sections": 1}));
}

#[tokio::test]
async fn the_panel_of_the_page_is_sent_at_once_and_again_with_each_section() {
    let api = Api::new().await;
    let path = started(&api).await;
    let strategy = api.get(path.trim_end_matches("/events")).await.expect(200);
    let live = format!(
        "/sessions/{}/live?tab=strategy",
        strategy["session"].as_str().unwrap()
    );
    let advisor = &api.fixture.advisor;
    let stop = async {
        // All sections are stored when this stream has ended.
        read(&api, &path, None).await;
        advisor.live().close(advisor.now_ms());
    };
    let ((status, text), ()) = tokio::join!(read(&api, &live, None), stop);
    assert_eq!(status, StatusCode::OK);
    let messages: Vec<_> = text
        .split("\n\n")
        .filter(|part| part.contains("data: "))
        .collect();
    assert!(messages.len() > 1, "{text}");
    // The first one is the panel as it stands, and belongs to no event.
    assert!(!messages[0].contains("id: "), "{}", messages[0]);
    assert!(
        messages
            .iter()
            .all(|message| message.contains("hx-target=\"#panel\""))
    );
    assert!(messages.last().unwrap().contains("id: 1-"));
    assert!(messages.last().unwrap().contains("class=\"steps\""));
}
