use std::cell::Cell;

use serde_json::{Value, json};

use super::*;
use crate::{
    domain::strategy::{Body, Key},
    engine::{
        generator::Class,
        language::{family::FAMILIES, tiny},
    },
};

fn writer(seed: u64) -> Writer {
    let file = tempfile::NamedTempFile::new().unwrap();
    tiny::write(file.path(), seed).unwrap();
    Writer::load(file.path(), |_| {}).unwrap()
}

fn request(schema: Option<Value>, max_tokens: u16, seed: u64, temperature: f32) -> Request {
    Request {
        class: Class::Panel,
        prefix: "Jesteś doradcą.".into(),
        user: "Napisz.".to_owned(),
        schema: schema.map(Arc::new),
        max_tokens,
        seed,
        temperature,
        deadline_ms: 60_000,
    }
}

fn write(writer: &mut Writer, request: &Request) -> (String, Written) {
    let mut text = String::new();
    let written = writer
        .write(request, || None, |piece| text.push_str(&piece))
        .unwrap();
    (text, written.unwrap())
}

#[test]
fn the_same_request_gives_the_same_tokens_and_another_seed_others() {
    let mut writer = writer(1);
    let one = write(&mut writer, &request(None, 60, 5, 1.0));
    let other = write(&mut writer, &request(None, 60, 6, 1.0));
    let again = write(&mut writer, &request(None, 60, 5, 1.0));
    assert_eq!((&one.0, &one.1.tokens), (&again.0, &again.1.tokens));
    assert_ne!(one.1.tokens, other.1.tokens);
    let greedy = write(&mut writer, &request(None, 40, 5, 0.0));
    assert_eq!(
        greedy.1.tokens,
        write(&mut writer, &request(None, 40, 9, 0.0)).1.tokens
    );
}

#[test]
fn a_text_is_cut_at_its_length() {
    let mut writer = writer(1);
    let schema = json!({"type": "string", "minLength": 100, "maxLength": 120});
    let (text, written) = write(&mut writer, &request(Some(schema.clone()), 30, 2, 1.0));
    assert_eq!((written.stop, written.tokens.len()), (Stop::Length, 30));
    assert_eq!(
        text,
        writer
            .tokenizer
            .decode(&written.tokens)
            .trim_end_matches('\u{fffd}')
    );
    let (text, written) = write(&mut writer, &request(Some(schema), 2_000, 2, 1.0));
    assert_eq!(written.stop, Stop::End);
    let text: String = serde_json::from_str(&text).unwrap();
    assert!((100..=120).contains(&text.chars().count()));
}

/// All of this text is forced, so the grammar is finished with the first token, wherever it is cut.
#[test]
fn forced_tokens_that_are_cut_off_are_no_end() {
    let mut writer = writer(1);
    let schema = json!({"const": {"goal": "listen"}});
    let (text, whole) = write(&mut writer, &request(Some(schema.clone()), 100, 2, 1.0));
    assert_eq!(whole.stop, Stop::End);
    assert_eq!(text, r#"{"goal": "listen"}"#);
    let n = whole.tokens.len() as u16;
    assert!(n > 2, "{n}");
    for most in 1..n {
        let (_, cut) = write(&mut writer, &request(Some(schema.clone()), most, 2, 1.0));
        assert_eq!(cut.stop, Stop::Length, "{most} of {n}");
        assert_eq!(cut.tokens.len(), usize::from(most));
    }
    let exact = write(&mut writer, &request(Some(schema), n, 2, 1.0)).1;
    assert_eq!((exact.stop, exact.tokens), (Stop::End, whole.tokens));
}

/// Whatever a model of random weights would like to say, it satisfies the schema of the section.
#[test]
fn every_section_is_valid_under_its_schema() {
    for weights in 0..2 {
        let mut writer = writer(weights);
        for key in Key::ALL {
            for (seed, temperature) in [(0, 0.0), (1, 1.0), (2, 4.0)] {
                let request = request(Some(Body::schema(*key)), 4_000, seed, temperature);
                let (text, written) = write(&mut writer, &request);
                assert_eq!(written.stop, Stop::End, "{key} {seed}: {text}");
                Body::parse(*key, &text)
                    .unwrap_or_else(|why| panic!("{key} {seed}: {why}: {text}"));
            }
        }
    }
}

/// Tokenizer, prompt, decoder and constraint of each family together; the second request finds the
/// fixed part of its prompt read.
#[test]
fn every_family_writes_under_a_schema() {
    for family in FAMILIES {
        let file = tempfile::NamedTempFile::new().unwrap();
        tiny::write_family(file.path(), family, 1).unwrap();
        let mut writer = Writer::load(file.path(), |_| {}).unwrap();
        let mut request = request(Some(Body::schema(Key::Opening)), 3_000, 1, 1.0);
        let (cold, written) = write(&mut writer, &request);
        assert_eq!(written.stop, Stop::End, "{}: {cold}", family.name);
        Body::parse(Key::Opening, &cold).unwrap();
        request.user = "Napisz inaczej.".to_owned();
        write(&mut writer, &request);
        request.user = "Napisz.".to_owned();
        assert_eq!(write(&mut writer, &request).0, cold, "{}", family.name);
    }
}

#[test]
fn a_schema_that_cannot_be_enforced_is_refused() {
    let mut writer = writer(1);
    for schema in [
        json!({"type": "strange"}),
        json!([1]),
        json!({"type": "string", "pattern": "("}),
    ] {
        let refused = writer.write(&request(Some(schema.clone()), 9, 0, 0.0), || None, |_| {});
        assert!(matches!(refused, Err(Error::Refused(_))), "{schema}");
    }
}

#[test]
fn a_prompt_that_leaves_no_room_is_refused() {
    let mut writer = writer(1);
    let mut request = request(None, 10, 0, 0.0);
    request.user = "x ".repeat(5_000);
    let refusal = writer
        .write(&request, || None, |_| {})
        .unwrap_err()
        .to_string();
    assert!(refusal.contains("and the model holds 4096"), "{refusal}");
}

#[test]
fn it_stops_within_a_token_or_a_chunk() {
    let mut writer = writer(1);
    let schema = json!({"type": "string", "minLength": 400, "maxLength": 500});
    let request = request(Some(schema), 1_000, 0, 1.0);
    let prompt = writer
        .template
        .render(&writer.tokenizer, &request.prefix, &request.user)
        .unwrap()
        .tokens
        .len();
    for (limit, why) in [
        (0, Interrupt::Cancelled),
        (1, Interrupt::Deadline),
        (40, Interrupt::Deadline),
        (40, Interrupt::Cancelled),
    ] {
        let asked = Cell::new(0);
        let interrupt = || {
            asked.set(asked.get() + 1);
            (asked.get() > limit).then_some(why)
        };
        let written = writer.write_and_remember(&request, interrupt, |_| {});
        let written = written.unwrap();
        assert_eq!(
            asked.get(),
            limit + 1,
            "it went on after it was told to stop"
        );
        match why {
            Interrupt::Cancelled => assert_eq!(written, None),
            Interrupt::Deadline => assert_eq!(written.unwrap().stop, Stop::Deadline),
        }
        assert!(writer.model.position() < prompt + limit);
    }
}

#[test]
fn the_answer_does_not_depend_on_what_came_before() {
    let mut writer = writer(2);
    let first = request(Some(Body::schema(Key::Opening)), 400, 3, 1.0);
    let alone = write(&mut writer, &first);
    write(
        &mut writer,
        &request(Some(Body::schema(Key::Next)), 400, 4, 1.0),
    );
    assert_eq!(alone.0, write(&mut writer, &first).0);
}

#[test]
fn nothing_of_a_request_is_left_when_it_ended() {
    let mut writer = writer(1);
    let request = request(None, 20, 0, 1.0);
    for limit in [0, 1, 10, usize::MAX] {
        let asked = Cell::new(0);
        let interrupt = || {
            asked.set(asked.get() + 1);
            (asked.get() > limit).then_some(Interrupt::Cancelled)
        };
        writer.write(&request, interrupt, |_| {}).unwrap();
        assert!(asked.get() > 0);
        assert_eq!(writer.model.position(), 0, "{limit}");
    }
}

#[test]
fn the_name_says_random() {
    let writer = writer(1);
    assert_eq!(writer.reference().id, tiny::NAME);
    assert_eq!(writer.reference().sha256.len(), 64);
}
