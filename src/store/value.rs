//! How the domain's types stand in columns, and pages of rows.

use std::{fmt, str::FromStr};

use rusqlite::{
    Row,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::Error;
use crate::domain::{
    id::{
        CardId, ClientId, ConsentId, FeedbackId, GenerationId, LoginId, SessionId, StrategyId,
        TokenId, UserId, UtteranceId,
    },
    labels::{Lang, Role, Stage},
    scope::{Scope, Text},
    sealed::{Sealed, Subject},
    strategy::{JobState, Key},
    visit::{Effectiveness, FeedbackKind, MessageType, Purpose, Status},
};

/// Types written as their text.
macro_rules! as_text {
    ($($name:ty),+ $(,)?) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.to_string().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(FromSqlError::other)
            }
        }
    )+};
}

as_text!(
    CardId,
    ClientId,
    ConsentId,
    FeedbackId,
    GenerationId,
    LoginId,
    SessionId,
    StrategyId,
    TokenId,
    UserId,
    UtteranceId,
    Lang,
    Role,
    Stage,
    JobState,
    Key,
    Effectiveness,
    FeedbackKind,
    MessageType,
    Purpose,
    Status,
    Subject,
);

impl ToSql for Sealed {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_bytes().into())
    }
}

impl FromSql for Sealed {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob().map(|bytes| Self::new(bytes.to_vec()))
    }
}

/// A sealed column, or `None` where the scope hides text.
pub(super) fn sealed(
    scope: &Scope,
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<Sealed>> {
    match scope.text() {
        Text::Open => row.get(column),
        Text::Hidden => Ok(None),
    }
}

/// A JSON column.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// What a JSON column held; a failure means that the database is damaged.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Unavailable(error.to_string()))
}

/// The text of a JSON column.
pub(super) fn text_of<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Invalid(error.to_string()))
}

/// A place in a list that is ordered by time, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at_ms: i64,
    pub id: Uuid,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at_ms, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = || Error::Invalid("cursor".to_owned());
        let (at_ms, id) = text.split_once('.').ok_or_else(invalid)?;
        Ok(Self {
            at_ms: at_ms.parse().map_err(|_| invalid())?,
            id: id.parse().map_err(|_| invalid())?,
        })
    }
}

/// Some rows of a list, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Of at most `limit + 1` rows, the first `limit` and whether there are more.
    pub(super) fn of(mut rows: Vec<T>, limit: u16, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}

/// The two columns of an optional cursor.
pub(super) fn parts(cursor: Option<Cursor>) -> (Option<i64>, Option<String>) {
    cursor.map_or((None, None), |c| (Some(c.at_ms), Some(c.id.to_string())))
}
