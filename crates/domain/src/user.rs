//! Users: who they are and the marks that refuse older sessions and tokens.

use crate::{
    ids::{ClientId, UserId},
    lifetime::Floors,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    /// Stored in lower case; compared without case.
    pub username: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub enabled: bool,
    pub locale: Option<String>,
    /// Tokens issued before are refused (revocation policy).
    pub not_before_at: Timestamp,
    pub floors: Floors,
    pub created_at: Timestamp,
    /// The client whose service account this is.
    pub service_account_of: Option<ClientId>,
}

impl User {
    /// First and last name, or `None` where neither is known.
    pub fn full_name(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().filter_map(|part| part.as_deref()).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}
