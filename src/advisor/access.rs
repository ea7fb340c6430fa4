//! Who may do what: accounts, the one-time set-up, logins, tokens, and the scope of each role.

pub mod password;
