//! What breaks while people work: the writers of strategies, and the database.

mod database;
mod ollama;
mod worker;
