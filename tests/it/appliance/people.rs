//! The people of a showroom: their accounts, sign-ins and tokens.

use std::collections::BTreeMap;

use bigdecoder::domain::labels::Role;

use super::{
    Appliance,
    http::{Answer, Who},
};

pub(crate) const PASSWORD: &str = "salon przy lesie 27";
const ADMIN: &str = "Informatyk";

/// One who is signed in by cookie, and holds a token too.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) cookie: Who,
    pub(crate) token: Who,
}

/// One person of each role, and a second seller.
pub(crate) struct Crew {
    pub(crate) of: BTreeMap<Role, Person>,
    pub(crate) other: Person,
}

impl Crew {
    pub(crate) fn seller(&self) -> &Person {
        &self.of[&Role::Seller]
    }
}

impl Appliance {
    pub(crate) fn set_up_form(&self, key: &str) -> Answer {
        self.form(
            &Who::Nobody,
            "/setup",
            &[
                ("key", key),
                ("name", "Anna"),
                ("password", PASSWORD),
                ("role", "seller"),
                ("admin_name", ADMIN),
                ("admin_password", PASSWORD),
            ],
        )
    }

    /// Makes the first two accounts; answers the seller's sign-in.
    pub(crate) fn set_up(&self) -> Who {
        cookie(&self.set_up_form(&self.setup_key).done())
    }

    pub(crate) fn log_in(&self, name: &str) -> Who {
        let fields = [("name", name), ("password", PASSWORD)];
        cookie(&self.form(&Who::Nobody, "/login", &fields).done())
    }

    /// A new bearer token of the one who is signed in.
    pub(crate) fn token(&self, who: &Who, name: &str) -> Who {
        let page = self.form(who, "/account/tokens", &[("name", name)]).done();
        let secret = page
            .text()
            .split(|c: char| !c.is_ascii_hexdigit())
            .find(|word| word.len() == 64)
            .map(str::to_owned);
        Who::Bearer(secret.expect("the page shows the token once"))
    }

    pub(crate) fn person(&self, cookie: Who) -> Person {
        let token = self.token(&cookie, "test");
        Person { cookie, token }
    }

    /// Sets the appliance up with a whole staff.
    pub(crate) fn staff(&self) -> Crew {
        let anna = self.person(self.set_up());
        let admin = self.log_in(ADMIN);
        let hire = |name: &str, role: Role| {
            let fields = [("name", name), ("password", PASSWORD), ("role", role.id())];
            self.form(&admin, "/users", &fields).done();
            self.person(self.log_in(name))
        };
        let other = hire("Bogdan", Role::Seller);
        let mut of: BTreeMap<_, _> = [Role::Manager, Role::Auditor, Role::Privacy]
            .map(|role| (role, hire(&format!("Pan {role}"), role)))
            .into();
        of.insert(Role::Seller, anna);
        of.insert(Role::Admin, self.person(admin));
        Crew { of, other }
    }
}

fn cookie(answer: &Answer) -> Who {
    let set = answer
        .header("set-cookie")
        .expect("a sign-in sets its cookie");
    Who::Cookie(set.split(';').next().unwrap_or_default().to_owned())
}
