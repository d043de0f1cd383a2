//! Links in mails by which their reader does what is required of a user: whoever opens one reads that user's mail.

use crate::{ids::ClientId, user::RequiredAction};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Seconds for which a link that an admin sends is good, where they do not say: Keycloak's 12 hours.
pub const LIFESPAN_S: i64 = 43_200;
/// The longest that an admin may say.
pub const LONGEST_LIFESPAN_S: i64 = 2_592_000;
/// For one that the user asked for and waits for.
pub const OWN_LIFESPAN_S: i64 = 3_600;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionLink {
    pub actions: BTreeSet<RequiredAction>,
    /// Where the link went. It proves this address, and is worth nothing once the user has another one.
    pub email: String,
    /// Where the reader goes on afterwards.
    pub back: Option<Back>,
}

/// One of the client's own addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub client: ClientId,
    pub redirect_uri: String,
}
