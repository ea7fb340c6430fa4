//! The tablet in the client's hands: a sign-in held to one visit's client screen until its seller
//! takes it back with a PIN.
//!
//! Invariant: only the PIN of the account that is signed in lets a held sign-in go; without it the
//! way back is signing out and in again with the password.

use super::{Caller, LoginError, job, password};
use crate::{
    advisor::{
        Advisor,
        audit::Entry,
        error::{Error, Refusal, Result},
    },
    domain::{
        id::{LoginId, SessionId},
        scope::Via,
    },
    store::{logins, sessions, users},
};

/// Fewest and most digits of a PIN.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// What came of handing the tablet over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// The sign-in is held to the client screen now.
    Held,
    /// The person has to choose a PIN first.
    NeedsPin,
}

impl Advisor {
    pub async fn has_pin(&self, caller: &Caller) -> Result<bool> {
        Ok(self.pin_of(caller).await?.is_some())
    }

    /// Chooses a PIN; changing one asks for the password.
    pub async fn set_pin(&self, caller: &Caller, pin: &str, current_password: &str) -> Result<()> {
        check_pin(pin)?;
        let scope = job("login");
        let user = caller.user;
        if self.has_pin(caller).await? {
            let stored = self
                .store()
                .read(move |db| users::password(db, &scope, user))
                .await?;
            let given = current_password.to_owned();
            let right = self
                .hash_work(move || password::verify(&given, &stored))
                .await?;
            if !right {
                return Err(Error::invalid("current_password", Refusal::OutOfRange));
            }
        }
        let phc = self.hash_password(pin.to_owned()).await?;
        let now = self.now_ms();
        let entry = Entry::new("account.pin", "user", user).caller(caller);
        self.commit(scope, entry, move |tx, write| {
            users::set_pin(tx, write, user, &phc, now)
        })
        .await
    }

    /// Holds the caller's sign-in to the client screen of a visit that the caller may see.
    pub async fn hand_over(&self, caller: &Caller, session: SessionId) -> Result<HandOver> {
        let login = login_of(caller)?;
        let seen = caller.scope();
        self.store()
            .read(move |db| sessions::get(db, &seen, session))
            .await?;
        if !self.has_pin(caller).await? {
            return Ok(HandOver::NeedsPin);
        }
        let entry = Entry::new("session.hand_over", "session", session);
        self.hold(caller, login, Some(session), entry).await?;
        Ok(HandOver::Held)
    }

    /// Lets the caller's sign-in go, if the PIN is theirs; wrong ones cost waiting, as passwords do.
    pub async fn take_back(
        &self,
        caller: &Caller,
        pin: &str,
    ) -> std::result::Result<SessionId, LoginError> {
        let login = login_of(caller)?;
        let Some(session) = caller.shows else {
            return Err(Error::invalid("pin", Refusal::WrongState).into());
        };
        let key = format!("pin {login}");
        if let Some(seconds) = self.access().ladder.wait_s(&key, self.now_ms()) {
            return Err(LoginError::Wait { seconds });
        }
        let stored = self.pin_of(caller).await?;
        let given = pin.to_owned();
        let right = self
            .hash_work(move || stored.is_some_and(|phc| password::verify(&given, &phc)))
            .await?;
        if !right {
            self.access().ladder.failed(&key, self.now_ms());
            self.audit_wrong_pin(caller, session).await?;
            return Err(LoginError::Wrong);
        }
        self.access().ladder.forget(&key);
        let entry = Entry::new("session.take_back", "session", session);
        self.hold(caller, login, None, entry).await?;
        Ok(session)
    }

    async fn pin_of(&self, caller: &Caller) -> Result<Option<String>> {
        let scope = job("login");
        let user = caller.user;
        Ok(self
            .store()
            .read(move |db| users::pin(db, &scope, user))
            .await?)
    }

    async fn hold(
        &self,
        caller: &Caller,
        login: LoginId,
        to: Option<SessionId>,
        entry: Entry,
    ) -> Result<()> {
        self.commit(job("login"), entry.caller(caller), move |tx, write| {
            logins::show(tx, write, login, to)
        })
        .await?;
        // Nobody is believed from memory with more rights than now.
        self.forget_callers();
        Ok(())
    }

    async fn audit_wrong_pin(&self, caller: &Caller, session: SessionId) -> Result<()> {
        let entry = Entry::new("session.take_back", "session", session)
            .caller(caller)
            .refused();
        self.commit(job("login"), entry, |_, _| Ok(())).await
    }
}

/// Only a browser's sign-in can be handed over; a program has no screen.
fn login_of(caller: &Caller) -> Result<LoginId> {
    match caller.via {
        Via::Login(id) => Ok(id),
        _ => Err(Error::invalid("session", Refusal::WrongState)),
    }
}

/// Four to eight digits that are neither one digit nor a run of neighbours.
fn check_pin(pin: &str) -> Result<()> {
    let digits: Vec<i32> = pin
        .chars()
        .map(|c| c.to_digit(10).map_or(-1, u32::cast_signed))
        .collect();
    let why = if digits.is_empty() {
        Refusal::Missing
    } else if digits.contains(&-1) {
        Refusal::NotANumber
    } else if digits.len() < *PIN_DIGITS.start() {
        Refusal::TooShort { min: 4 }
    } else if digits.len() > *PIN_DIGITS.end() {
        Refusal::TooLong { max: 8 }
    } else if (-1..=1).any(|step| digits.windows(2).all(|pair| pair[1] - pair[0] == step)) {
        Refusal::Guessable
    } else {
        return Ok(());
    };
    Err(Error::invalid("pin", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        advisor::{
            fixture::{Fixture, PASSWORD},
            sessions::OpenSession,
        },
        domain::labels::Lang,
    };

    async fn visit(appliance: &Fixture, seller: &Caller) -> SessionId {
        let new = OpenSession {
            alias: "Piaseczno".to_owned(),
            profiling: true,
            contact: false,
            lang: Lang::Pl,
        };
        appliance.advisor.open_session(seller, new).await.unwrap()
    }

    #[tokio::test]
    async fn a_sign_in_is_held_until_its_pin_is_given() {
        let appliance = Fixture::new().await;
        let advisor = &appliance.advisor;
        let seller = appliance.seller();
        let id = visit(&appliance, &seller).await;
        let hand_over = async |id| advisor.hand_over(&seller, id).await;
        assert_eq!(hand_over(id).await.unwrap(), HandOver::NeedsPin);
        advisor.set_pin(&seller, "2718", "").await.unwrap();
        let nowhere = SessionId(uuid::Uuid::from_u128(7));
        assert!(matches!(hand_over(nowhere).await, Err(Error::NotFound)));
        assert_eq!(hand_over(id).await.unwrap(), HandOver::Held);

        let held = appliance.seller_now().await;
        assert_eq!(held.shows, Some(id));
        let wrong = advisor.take_back(&held, "2719").await;
        assert!(matches!(wrong, Err(LoginError::Wrong)));
        assert_eq!(appliance.seller_now().await.shows, Some(id));
        assert_eq!(advisor.take_back(&held, "2718").await.unwrap(), id);
        assert_eq!(appliance.seller_now().await.shows, None);
    }

    #[tokio::test]
    async fn wrong_pins_cost_waiting_and_stand_in_the_chain() {
        let appliance = Fixture::new().await;
        let advisor = &appliance.advisor;
        let seller = appliance.seller();
        let id = visit(&appliance, &seller).await;
        advisor.set_pin(&seller, "2718", "").await.unwrap();
        advisor.hand_over(&seller, id).await.unwrap();
        let held = appliance.seller_now().await;
        for _ in 0..3 {
            let wrong = advisor.take_back(&held, "9999").await;
            assert!(matches!(wrong, Err(LoginError::Wrong)));
        }
        // The right one waits too, or the wait would tell which it is.
        let early = advisor.take_back(&held, "2718").await;
        assert!(matches!(early, Err(LoginError::Wait { .. })));
        appliance.clock.advance_ms(60_000);
        advisor.take_back(&held, "2718").await.unwrap();
        let entries = advisor
            .audit_entries(crate::advisor::access::cli(), None, 50)
            .await
            .unwrap();
        let refused = entries
            .iter()
            .filter(|e| e.action == "session.take_back" && e.outcome == "refused");
        assert_eq!(refused.count(), 3);
    }

    #[tokio::test]
    async fn a_pin_is_changed_with_the_password_and_goes_with_it() {
        let appliance = Fixture::new().await;
        let advisor = &appliance.advisor;
        let seller = appliance.seller();
        advisor.set_pin(&seller, "2718", "").await.unwrap();
        let refused = advisor.set_pin(&seller, "3141", "").await;
        assert!(matches!(
            refused,
            Err(Error::Invalid {
                field: "current_password",
                ..
            })
        ));
        advisor.set_pin(&seller, "3141", PASSWORD).await.unwrap();
        let new = "salon za rondem 28";
        advisor
            .change_password(&seller, PASSWORD, new)
            .await
            .unwrap();
        assert!(!advisor.has_pin(&seller).await.unwrap());
    }

    #[test]
    fn a_pin_is_a_few_digits_in_no_order() {
        let why = |pin: &str| match check_pin(pin) {
            Ok(()) => None,
            Err(Error::Invalid { why, .. }) => Some(why),
            Err(other) => panic!("{other}"),
        };
        for (pin, wanted) in [
            ("2718", None),
            ("90210", None),
            ("27182818", None),
            ("", Some(Refusal::Missing)),
            ("271", Some(Refusal::TooShort { min: 4 })),
            ("271828182", Some(Refusal::TooLong { max: 8 })),
            ("27a8", Some(Refusal::NotANumber)),
            ("٢٧١٨", Some(Refusal::NotANumber)),
            ("1111", Some(Refusal::Guessable)),
            ("1234", Some(Refusal::Guessable)),
            ("8765", Some(Refusal::Guessable)),
        ] {
            assert_eq!(why(pin), wanted, "{pin}");
        }
    }
}
