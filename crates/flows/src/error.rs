//! What a use case can end in besides its result. The server maps each kind to one HTTP answer.

use perennial_protocol::OAuthError;
use perennial_storage::StorageError;

pub type FlowResult<T> = Result<T, FlowError>;

#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// Nothing was kept. Trouble with the database is answered with 503, the caller may come back; a conflict by the API with 409.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The realm changed since it was loaded: load it again and repeat the unit. Leaves this crate only where it
    /// keeps changing, and is answered with 503 then.
    #[error("the realm changed meanwhile")]
    StaleRealm,
    #[error("Realm not found.")]
    UnknownRealm,
    /// In the words that Keycloak's tools expect.
    #[error("{0}")]
    NotFound(&'static str),
    /// The caller is known and may not do this.
    #[error("not allowed")]
    Forbidden,
    /// Input that breaks a rule, in words for whoever sent it.
    #[error("{0}")]
    Invalid(String),
    /// What is to be created or renamed exists already, in words for whoever sent it.
    #[error("{0}")]
    Conflict(String),
    /// It is not any more what the caller has read (RFC 9110 §13.1.1).
    #[error("changed meanwhile")]
    Changed,
    /// This node is not ready for it: the caller may come back.
    #[error("{0}")]
    NotYet(&'static str),
    /// Stored data that cannot be right; the text is for the log.
    #[error("internal error")]
    Internal(String),
}

impl FlowError {
    pub fn internal(reason: impl std::fmt::Display) -> Self {
        Self::Internal(reason.to_string())
    }
}
