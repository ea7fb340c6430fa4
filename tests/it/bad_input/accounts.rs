//! The rows of the forms of accounts and of the knowledge: each says the start of its sentence.

use super::{By, Row, pages::LOST};
use crate::appliance::http::form;

pub(super) fn rows() -> Vec<Row> {
    [accounts(), knowledge()].concat()
}

fn accounts() -> Vec<Row> {
    let hire = |name, body: &str, sentence| {
        Row::page(name, "POST /users", body, 422, sentence).by(By::Admin)
    };
    let change =
        |name, body: &str, sentence| Row::page(name, "POST /account/password", body, 422, sentence);
    vec![
        Row::page("no password", "POST /login", "name=Anna", 422, "Sprawdź pole: Hasło").by(By::Nobody),
        Row::page("a wrong password", "POST /login", "name=Anna&password=wrong", 401, "Nazwa albo hasło")
            .by(By::Nobody),
        Row::page(
            "a set-up that was done",
            "POST /setup",
            "key=abc&name=Ewa&password=salon+przy+lesie+27&role=manager&admin_name=Adam&admin_password=salon+przy+lesie+27",
            404,
            LOST,
        )
        .by(By::Nobody),
        Row::page("a set-up link that was used", "GET /setup?key=abc", "", 404, LOST).by(By::Nobody),
        hire("a name that is taken", "name=anna&password=salon+przy+lesie+27&role=seller", "Nazwa użytkownika: już zajęte"),
        hire("a short password", "name=Ewa&password=abc&role=seller", "Hasło: co najmniej"),
        hire("an easy password", "name=Ewa&password=aaaaaaaaaaaaaaaaaaaa&role=seller", "Hasło: zbyt łatwe"),
        hire("an unknown role", "name=Ewa&password=salon+przy+lesie+27&role=king", "Rola: wybierz"),
        hire("no role", "name=Ewa&password=salon+przy+lesie+27", "Sprawdź pole: Rola"),
        change("a wrong present password", "current_password=no&new_password=nowe+haslo+w+salonie", "Obecne hasło: "),
        change("a short new password", "current_password=salon+przy+lesie+27&new_password=abc", "Nowe hasło: co najmniej"),
        change("no new password", "current_password=salon+przy+lesie+27", "Sprawdź pole: Nowe hasło"),
        Row::page("a token without a name", "POST /account/tokens", "name=", 422, "Nazwa tokenu: uzupełnij"),
        Row::page("a foreign token", "POST /account/tokens/{unknown}/revoke", "", 404, LOST),
        Row::page("a user that is no id", "POST /users/17/disable", "", 404, LOST).by(By::Admin),
        Row::page("an unknown user", "POST /users/{unknown}/disable", "", 404, LOST).by(By::Admin),
    ]
}

fn knowledge() -> Vec<Row> {
    const FACT: &str = "POST /knowledge/facts/{fact}";
    let edit =
        |name, body: &str, sentence| Row::page(name, FACT, body, 422, sentence).by(By::Manager);
    let fact = |value: &str, as_of: &str, review_by: &str, confidence: &str| {
        form(&[
            ("value", value),
            ("source", "cennik"),
            ("as_of", as_of),
            ("review_by", review_by),
            ("confidence", confidence),
        ])
    };
    vec![
        edit("a fact without fields", "", "Sprawdź pole: Wartość"),
        edit(
            "a value that is none",
            &fact("dużo", "2026-11-01", "2027-01-01", "H"),
            "Wartość: ",
        ),
        edit(
            "a day that is none",
            &fact("5", "1 listopada", "2027-01-01", "H"),
            "Stan na: wpisz datę",
        ),
        edit(
            "a review that is no day",
            &fact("5", "2026-11-01", "kiedyś", "H"),
            "Sprawdź do: wpisz datę",
        ),
        edit(
            "an unknown confidence",
            &fact("5", "2026-11-01", "2027-01-01", "X"),
            "Pewność: wybierz",
        ),
        Row::page(
            "an unknown fact",
            "POST /knowledge/facts/nothing",
            &fact("5", "2026-11-01", "2027-01-01", "H"),
            404,
            LOST,
        )
        .by(By::Manager),
        Row::page(
            "a revision in words",
            "POST /knowledge/undo",
            "rev=last",
            422,
            "Sprawdź pole: rev",
        )
        .by(By::Manager),
    ]
}
