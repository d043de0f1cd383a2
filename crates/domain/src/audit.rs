//! Audit lines: one JSON line for everything that ends, pauses or narrows a session, enough to apply it again.

use crate::{
    ids::{ClientId, GrantId, UserId, UserSessionId},
    time::Timestamp,
};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    User {
        user: UserId,
    },
    Admin {
        user: UserId,
    },
    Client {
        client: ClientId,
    },
    /// A rule of Perennial itself: reuse, a replayed code, a limit.
    Server,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// One grant ended; `why` is a word such as `revoked`, `reused`, `code_replayed`.
    GrantEnded {
        grant: GrantId,
        why: String,
    },
    /// All grants of a user with a client ended, and the consent with them.
    ConsentRevoked {
        user: UserId,
        client: ClientId,
        grants: u64,
    },
    /// A user let a client act for them; `chosen_end_s` in seconds, absent: until revoked.
    ConsentGiven {
        user: UserId,
        client: ClientId,
        scope: ScopeSet,
        chosen_end_s: Option<i64>,
    },
    /// With all of its grants and consents.
    ClientDeleted {
        client: ClientId,
    },
    UserSessionEnded {
        session: UserSessionId,
    },
    /// One access token became inactive before its time.
    AccessTokenDenied {
        jti: String,
    },
    GrantNarrowed {
        grant: GrantId,
        scope: ScopeSet,
    },
    /// A policy changed; what it had ended stays ended.
    PolicyChanged {
        before: serde_json::Value,
        after: serde_json::Value,
    },
    /// A protected resource came, changed or went; what its limits had ended stays ended. Null where there is none.
    ResourceChanged {
        resource: String,
        before: serde_json::Value,
        after: serde_json::Value,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Unix milliseconds.
    pub at: Timestamp,
    pub realm: String,
    #[serde(flatten)]
    pub actor: Actor,
    #[serde(flatten)]
    pub action: Action,
}
