//! What can go wrong in the database. Trouble is always `Unavailable`, so that callers can only answer 503 with it:
//! clients throw their tokens away on any 4xx. Reasons are private: for logs, never for answers.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database could not do the unit now. Nothing of the unit was kept.
    #[error("the database is not available")]
    Unavailable(String),
    /// It was ended for another that it waited for, and that waited for it. Nothing of the unit was kept: it may be tried again.
    #[error("the database is not available")]
    Deadlock(String),
    /// Something stored could not be read back as what it should be.
    #[error("stored data is not readable")]
    Corrupt(String),
    /// A row like it exists already, or one that it refers to does not.
    #[error("this conflicts with what is stored")]
    Conflict(String),
}

pub type StorageResult<T> = Result<T, StorageError>;

impl StorageError {
    /// For logs and audit only; may name tables and servers, never secrets.
    pub fn private_reason(&self) -> &str {
        match self {
            Self::Unavailable(reason) | Self::Deadlock(reason) | Self::Corrupt(reason) | Self::Conflict(reason) => {
                reason
            }
        }
    }

    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }

    pub(crate) fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt(reason.into())
    }
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation,
                info,
            ) => Self::Conflict(info.message().to_owned()),
            // PostgreSQL's 40P01, which Diesel has no name for.
            DieselError::DatabaseError(_, info) if info.message() == "deadlock detected" => {
                Self::Deadlock(info.message().to_owned())
            }
            DieselError::DeserializationError(reason) => Self::Corrupt(reason.to_string()),
            DieselError::NotFound => Self::Corrupt("a row that must exist does not".to_owned()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Why a store could not be opened or migrated. Never contains the URL's password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("unknown database URL scheme: use sqlite:PATH or postgres://USER@HOST/DATABASE")]
    UnknownScheme,
    #[error("the database URL names no file: use sqlite:PATH")]
    NoPath,
    #[error("cannot use the SQLite file {path}: {reason}")]
    Sqlite { path: String, reason: String },
    #[error("cannot reach the PostgreSQL server: {0}")]
    Postgres(String),
    #[error("cannot migrate the database: {0}")]
    Migration(String),
    #[error(
        "the database belongs to a newer version of Perennial, which has made the migration {0}: start that version, or restore a backup from before the upgrade; nothing was changed"
    )]
    NewerSchema(String),
    #[error("cannot start the database writer: {0}")]
    Writer(String),
}
