//! Users: who they are, what else is known of them, and the marks that refuse older sessions and tokens.

use crate::{
    ids::{ClientId, UserId},
    lifetime::Floors,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Further facts by name, each with one or more values.
pub type Attributes = BTreeMap<String, Vec<String>>;

/// What a user must do before a sign-in is complete; the names are Keycloak's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequiredAction {
    /// The password is a temporary one.
    UpdatePassword,
    /// A link that was mailed to the user's address has to be opened.
    VerifyEmail,
}

impl RequiredAction {
    pub const ALL: [Self; 2] = [Self::UpdatePassword, Self::VerifyEmail];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UpdatePassword => "UPDATE_PASSWORD",
            Self::VerifyEmail => "VERIFY_EMAIL",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    pub attributes: Attributes,
    pub required_actions: BTreeSet<RequiredAction>,
}

impl User {
    /// An address that is verified need not be verified again.
    pub fn must(&self, action: RequiredAction) -> bool {
        let is_done = action == RequiredAction::VerifyEmail && self.email_verified;
        self.required_actions.contains(&action) && !is_done
    }

    /// The values of an attribute; the names of a user's own fields mean those, as in Keycloak.
    pub fn values_of(&self, name: &str) -> Vec<Cow<'_, str>> {
        let field = match name {
            "username" => Some(self.username.as_str()),
            "email" => self.email.as_deref(),
            "firstName" => self.first_name.as_deref(),
            "lastName" => self.last_name.as_deref(),
            "locale" => self.locale.as_deref(),
            other => {
                let values = self.attributes.get(other).into_iter().flatten();
                return values.map(|value| Cow::Borrowed(value.as_str())).collect();
            }
        };
        field.into_iter().map(Cow::Borrowed).collect()
    }

    /// First and last name, or `None` where neither is known.
    pub fn full_name(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().filter_map(|part| part.as_deref()).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}
