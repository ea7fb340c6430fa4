//! The rows of the forms and pages: each says the start of its sentence.

use super::{By, Row};
use crate::appliance::http::form;

/// One who is lost is told so.
pub(super) const LOST: &str = "Nie ma takiej strony";

pub(super) fn rows() -> Vec<Row> {
    [words(), choices(), addresses()].concat()
}

fn words() -> Vec<Row> {
    let say = |name, body: &str, sentence| {
        Row::page(
            name,
            "POST /sessions/{session}/utterances",
            body,
            422,
            sentence,
        )
    };
    let long = |field: &str, n| form(&[(field, &"ż".repeat(n))]);
    let open = |name, body: &str, sentence| Row::page(name, "POST /sessions", body, 422, sentence);
    let rate = |name, body: &str, sentence| {
        Row::page(
            name,
            "POST /strategies/{strategy}/rating",
            body,
            422,
            sentence,
        )
    };
    vec![
        say("an empty form", "", "Wypowiedź: uzupełnij"),
        say("empty words", "text=+%0A", "Wypowiedź: uzupełnij"),
        say(
            "5,001 characters",
            &long("text", 5_001),
            "Wypowiedź: najwyżej",
        ),
        say(
            "escaped invalid UTF-8",
            "text=za%C5+to",
            "Wypowiedź: są tu znaki",
        ),
        say("raw invalid UTF-8", "", "Wypowiedź: są tu znaki").bytes(b"text=za\xc5 to"),
        say("a zero character", "text=a%00b", "Wypowiedź: są tu znaki"),
        say(
            "an unknown speaker",
            "text=abc&speaker=dog",
            "Kto mówi: wybierz",
        ),
        say(
            "an unknown key of the keypad",
            "chip=gold",
            "Podpowiedź: wybierz",
        ),
        say("the same field twice", "text=a&text=b", "Wypowiedź"),
        Row::page(
            "a preview of 5,001 characters",
            "POST /sessions/{session}/preview",
            &long("text", 5_001),
            422,
            "Wypowiedź: najwyżej",
        ),
        open("no alias", "profiling=on", "Sprawdź pole: Pseudonim"),
        open("an empty alias", "alias=+", "Pseudonim: uzupełnij"),
        open(
            "81 characters of alias",
            &long("alias", 81),
            "Pseudonim: najwyżej",
        ),
        open(
            "an alias that is no text",
            "alias=%FF",
            "Pseudonim: są tu znaki",
        ),
        open("an unknown language", "alias=Ala&lang=de", "Język: wybierz"),
        rate("no rating", "comment=abc", "Sprawdź pole: Ocena"),
        rate("a rating in words", "rating=six", "Ocena: wpisz liczbę"),
        rate("a rating of 9", "rating=9", "Ocena: ta wartość"),
        rate(
            "a comment that is no text",
            "rating=5&comment=%FF",
            "Uwaga: są tu znaki",
        ),
    ]
}

fn choices() -> Vec<Row> {
    let at = |name, target, body, sentence| Row::page(name, target, body, 422, sentence);
    vec![
        at(
            "an unknown archetype",
            "POST /sessions/{session}/correction",
            "archetype=hero",
            "Profil: wybierz",
        ),
        at(
            "no stage",
            "POST /sessions/{session}/stage",
            "",
            "Sprawdź pole: Etap",
        ),
        at(
            "an unknown stage",
            "POST /sessions/{session}/stage",
            "stage=war",
            "Etap: wybierz",
        ),
        at(
            "an unknown status",
            "POST /sessions/{session}/status",
            "status=lost",
            "Stan: wybierz",
        ),
        at(
            "an end without an outcome",
            "POST /sessions/{session}/status",
            "status=completed",
            "Wynik: uzupełnij",
        ),
        at(
            "an unknown outcome",
            "POST /sessions/{session}/status",
            "status=completed&outcome=won",
            "Wynik: wybierz",
        ),
        at(
            "an unknown slot",
            "POST /sessions/{session}/slots",
            "key=shoe&value=1",
            "Pole: wybierz",
        ),
        at(
            "a distance in words",
            "POST /sessions/{session}/slots",
            "key=yearly_km&value=far",
            "Wartość: wpisz liczbę",
        ),
        at(
            "a distance below zero",
            "POST /sessions/{session}/slots",
            "key=yearly_km&value=-5",
            "Wartość: ta wartość",
        ),
        at(
            "a way to pay that is none",
            "POST /sessions/{session}/slots",
            "key=financing&value=barter",
            "Wartość: wybierz",
        ),
        at(
            "a car that is no text",
            "POST /sessions/{session}/slots",
            "key=current_car&value=%FF",
            "Wartość: są tu znaki",
        ),
        at(
            "an unknown objection",
            "POST /sessions/{session}/objections",
            "objection=no",
            "Obiekcja: wybierz",
        ),
        at(
            "an unknown act",
            "POST /sessions/{session}/card",
            "act=eat",
            "Karta: wybierz",
        ),
        at(
            "a strategy without consent",
            "POST /sessions/{unprofiled}/strategies",
            "",
            "Rozmowa: teraz nie można",
        ),
        at(
            "a correction without consent",
            "POST /sessions/{unprofiled}/correction",
            "archetype=deal_hunter",
            "Rozmowa: teraz nie można",
        ),
        at(
            "an unknown language",
            "POST /preferences",
            "lang=de",
            "Język: wybierz",
        )
        .by(By::Nobody),
        at(
            "an unknown theme",
            "POST /preferences",
            "theme=pink",
            "Wygląd: wybierz",
        )
        .by(By::Nobody),
        at(
            "an unknown status to list",
            "GET /sessions?status=lost",
            "",
            "Stan: wybierz",
        ),
        at(
            "a place in the list that is none",
            "GET /sessions?after=17",
            "",
            "Miejsce na liście: wybierz",
        ),
    ]
}

fn addresses() -> Vec<Row> {
    let lost = |name, target| Row::page(name, target, "text=abc", 404, LOST);
    vec![
        lost("a visit that is no id", "GET /sessions/17"),
        lost("an unknown visit", "GET /sessions/{unknown}"),
        lost("a foreign visit", "GET /sessions/{session}").by(By::OtherSeller),
        lost(
            "words in an unknown visit",
            "POST /sessions/{unknown}/utterances",
        ),
        lost(
            "words in a foreign visit",
            "POST /sessions/{session}/utterances",
        )
        .by(By::OtherSeller),
        lost(
            "a strategy of a foreign visit",
            "POST /sessions/{session}/strategies",
        )
        .by(By::OtherSeller),
        lost(
            "the live state of a foreign visit",
            "GET /sessions/{session}/live",
        )
        .by(By::OtherSeller),
        lost("an unknown table", "GET /knowledge/users"),
        lost("an export that is none", "GET /audit/exports/a/b").by(By::Auditor),
        lost("an address that is none", "GET /nothing"),
        Row::page(
            "a place in the log that is none",
            "GET /audit?before=x",
            "",
            422,
            "Sprawdź pole: before",
        )
        .by(By::Auditor),
    ]
}
