//! Audit lines: one JSON line for everything that ends, pauses or narrows a session, enough to apply it again.

use crate::{
    ending::{Extent, Subject},
    ids::{ClientId, GrantId, UserId, UserSessionId},
    time::Timestamp,
};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};

/// Who did it. Their own fields are all called `by`, since a line holds those of the action beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    User {
        #[serde(rename = "by")]
        user: UserId,
    },
    Admin {
        #[serde(rename = "by")]
        user: UserId,
    },
    Client {
        #[serde(rename = "by")]
        client: ClientId,
    },
    /// Somebody who held a token, and nothing is known of them.
    Anyone,
    /// Whoever runs the command line beside the database.
    Operator,
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
    /// Several grants ended together; `why` as above.
    GrantsEnded {
        grants: Vec<GrantId>,
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
    /// An admin's approval of a client was given, changed or taken away.
    AdminConsentChanged {
        client: ClientId,
        /// What is approved since; none: it was taken away. Absent in older lines.
        scopes: Option<ScopeSet>,
        /// Absent: until taken away.
        ends_at: Option<Timestamp>,
    },
    /// With all of their sessions, grants and consents.
    UserDeleted {
        user: UserId,
    },
    /// With everything in it.
    RealmDeleted {},
    UserSessionEnded {
        session: UserSessionId,
    },
    /// One access token became inactive before its time.
    AccessTokenDenied {
        jti: String,
        /// Absent in older lines.
        expires_at: Option<Timestamp>,
    },
    GrantNarrowed {
        grant: GrantId,
        scope: ScopeSet,
    },
    GrantPaused {
        grant: GrantId,
    },
    GrantResumed {
        grant: GrantId,
    },
    /// The session's own end was set; absent: until revoked.
    GrantEndChosen {
        grant: GrantId,
        ends_at: Option<Timestamp>,
    },
    /// A user took scopes out of a consent; the grants that it narrowed have lines of their own.
    ConsentNarrowed {
        user: UserId,
        client: ClientId,
        scope: ScopeSet,
    },
    /// Everything of the subject that started before this instant ended, as far as the extent says.
    SessionsEnded {
        of: Subject,
        extent: Extent,
        started_before: Timestamp,
        why: String,
    },
    /// A revocation policy was set, or cleared with the epoch.
    NotBeforeSet {
        of: Subject,
        not_before_at: Timestamp,
    },
    /// A new key of this purpose (`sign`, `refresh`) took over. It is sealed as in the database, in base64, so that what it made
    /// outlives a restored backup.
    KeyAdded {
        purpose: String,
        kid: String,
        algorithm: String,
        sealed: String,
    },
    /// A key was removed because others may know it, and with a refresh key every session of it ended.
    KeyCompromised {
        purpose: String,
        kid: String,
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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_line_is_read_back_as_it_was_written() {
        let (user, client) = (UserId(Uuid::from_u128(1)), ClientId(Uuid::from_u128(2)));
        let actors =
            [Actor::User { user }, Actor::Admin { user }, Actor::Client { client }, Actor::Server, Actor::Anyone];
        let actions = [
            Action::GrantEnded { grant: GrantId(Uuid::from_u128(3)), why: "revoked".into() },
            Action::ConsentRevoked { user: UserId(Uuid::from_u128(9)), client, grants: 2 },
            Action::ConsentGiven { user, client, scope: ScopeSet::lenient("openid"), chosen_end_s: None },
            Action::GrantEndChosen { grant: GrantId(Uuid::from_u128(3)), ends_at: None },
            Action::SessionsEnded {
                of: Subject::User(user),
                extent: Extent::ALL,
                started_before: Timestamp::from_ms(5),
                why: "logout".into(),
            },
            Action::NotBeforeSet { of: Subject::Realm, not_before_at: Timestamp::from_ms(5) },
        ];
        for actor in &actors {
            for action in &actions {
                let line = AuditLine {
                    at: Timestamp::from_ms(1),
                    realm: "demo".into(),
                    actor: actor.clone(),
                    action: action.clone(),
                };
                let text = serde_json::to_string(&line).expect("JSON");
                assert_eq!(serde_json::from_str::<AuditLine>(&text).expect(&text), line);
            }
        }
    }
}
