//! Identifiers: UUIDv7 in a type per thing, so that a user's id can never stand where a client's is meant.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    RealmId,
    /// The client's internal id; the OAuth `client_id` is a string of its own.
    ClientId,
    ClientScopeId,
    RoleId,
    GroupId,
    /// A protocol mapper of a client scope or client.
    MapperId,
    UserId,
    UserSessionId,
    /// An online grant or an offline session; the `gid` claim of access tokens.
    GrantId,
    /// An authorization request that waits for its user.
    RequestId,
    /// A token with which an admin lets clients register.
    InitialAccessId,
    /// A device that waits for its user (RFC 8628).
    DeviceId,
    ConsoleSessionId,
    WebhookId,
    /// Something that leaves the server later; of a webhook delivery it is the `webhook-id`.
    OutboxId,
    /// A protected resource; requests and grants name it by its URI.
    ResourceId,
    /// An event or admin event; ordered by when it happened.
    EventId,
}
