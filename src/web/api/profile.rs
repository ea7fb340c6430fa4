//! `/api/sessions/{id}/…`: what a person knows better than the model, and does with the card.
//!
//! Every change is answered with the visit as it then stands.

use axum::{extract::State, response::Response};
use serde::{Deserialize, Deserializer};

use super::{
    super::{AppState, auth::Signed, error::Result, extract::Path},
    answer,
    sent::Sent,
};
use crate::{
    advisor::{cards::CardAct, view::SessionView},
    domain::{
        id::{CardId, SessionId},
        labels::{Archetype, Objection, SlotKey},
    },
};

/// Reads a field that may be null but not left out.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> std::result::Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

/// "This is rather a …".
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"archetype": "family_guardian"}), json!({"archetype": null})))]
pub(crate) struct Correction {
    /// What the client is in the seller's eyes; null takes an earlier correction back.
    #[serde(deserialize_with = "present")]
    #[schema(required = true)]
    archetype: Option<Archetype>,
}

/// Correct the archetype
///
/// Takes effect at once, wins over the model, and is kept for learning.
#[utoipa::path(post, path = "/api/sessions/{id}/corrections", operation_id = "correct_archetype", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit")), request_body = Correction,
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn correct(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Sent { body, once }: Sent<Correction>,
) -> Result<Response> {
    let caller = signed.caller.clone();
    answer::change(&state, &signed, id, once, |advisor| async move {
        advisor.correct(&caller, id, body.archetype).await
    })
    .await
}

/// A value as JSON knows it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum SlotInput {
    YesNo(bool),
    #[schema(value_type = f64)]
    Number(serde_json::Number),
    Text(String),
}

impl SlotInput {
    fn text(self) -> String {
        match self {
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// What the client stated, as a person heard it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"value": 25000}), json!({"value": "leasing"}), json!({"value": null})))]
pub(crate) struct SetSlot {
    /// Numbers: `yearly_km`, `commute_km` in km; `budget_pln`, `monthly_budget_pln` in PLN;
    /// `pv_kwp` in kWp; `household_size` in persons. `home_charging`: true or false. `timeline`:
    /// `now`, `1-3m`, `3-6m`, `6m+`. `financing`: `cash`, `credit`, `leasing`, `rental`.
    /// `company_form`: `private`, `sole_trader`, `company`. `current_car`: up to 80 characters.
    /// Null empties the slot.
    #[serde(deserialize_with = "present")]
    #[schema(required = true)]
    value: Option<SlotInput>,
}

/// Set or empty a slot
///
/// Later speech does not overwrite what a person set.
#[utoipa::path(put, path = "/api/sessions/{id}/slots/{key}", operation_id = "set_slot", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit"),
        ("key" = SlotKey, Path, description = "Which slot")), request_body = SetSlot,
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn slot(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, key)): Path<(SessionId, SlotKey)>,
    Sent { body, once }: Sent<SetSlot>,
) -> Result<Response> {
    let caller = signed.caller.clone();
    let value = body.value.map(SlotInput::text);
    answer::change(&state, &signed, id, once, |advisor| async move {
        advisor.set_slot(&caller, id, key, value).await
    })
    .await
}

/// What became of an objection.
#[derive(Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Settled {
    Answered,
}

/// An objection that was dealt with.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"state": "answered"})))]
pub(crate) struct SettleObjection {
    /// It is open again when the client raises it again.
    #[expect(
        dead_code,
        reason = "there is one way to settle an objection; reading it checks it"
    )]
    state: Settled,
}

/// Note that an objection was answered
#[utoipa::path(patch, path = "/api/sessions/{id}/objections/{objection}", operation_id = "settle_objection", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit"),
        ("objection" = Objection, Path, description = "Which objection")),
    request_body = SettleObjection,
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn objection(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, objection)): Path<(SessionId, Objection)>,
    Sent { body: _, once }: Sent<SettleObjection>,
) -> Result<Response> {
    let caller = signed.caller.clone();
    answer::change(&state, &signed, id, once, |advisor| async move {
        advisor.answered(&caller, id, objection).await
    })
    .await
}

/// What the seller did with the card on screen.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"act": "used"})))]
pub(crate) struct ActOnCard {
    /// `used` and `not_helped` are kept as feedback on the card; `next` and `other_question` only
    /// ask for another one.
    act: CardAct,
    /// The card that is meant: refused with 409 where another one is on screen by now.
    card_id: Option<CardId>,
}

/// Act on the card
///
/// Notes what it did and shows the next one.
#[utoipa::path(post, path = "/api/sessions/{id}/card", operation_id = "act_on_card", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit")), request_body = ActOnCard,
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn card(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Sent { body, once }: Sent<ActOnCard>,
) -> Result<Response> {
    let caller = signed.caller.clone();
    answer::change(&state, &signed, id, once, |advisor| async move {
        // The future holds the deck of the visit; it is not for a handler's stack.
        Box::pin(advisor.act_on_card(&caller, id, body.act, body.card_id)).await
    })
    .await
}
