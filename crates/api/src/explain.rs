//! `POST …/explain`: why a token or session works or fails, check by check, and what ends it when. Instants are Unix milliseconds.

use crate::policy::EndsBy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Exactly one of the two. No `Debug`: a token is a secret.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExplainRequest {
    /// A refresh or an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The id of a session: explained as if its client showed its current refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExplainedKind {
    RefreshToken,
    AccessToken,
    /// Nothing that this realm issued.
    #[default]
    Foreign,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckStatus {
    Passed,
    Failed,
    /// An earlier check failed.
    #[default]
    NotReached,
    /// It does not concern this kind of session.
    NotApplicable,
    /// Only a real request could show it.
    Assumed,
}

/// What a refresh would do now.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefreshOutcome {
    /// The same token again.
    Keep,
    Rotate,
    /// The successor that was issued before, once more.
    Replay,
    /// Refused, and the session would end.
    Reuse,
    /// The database lost a commit; it would be taken up again.
    Recover,
    /// Refused: newer than a lost commit explains.
    TooNew,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Explanation {
    pub kind: ExplainedKind,
    /// Whether the token can be used now.
    pub works: bool,
    /// When this was found out, by the server's clock.
    pub seen_at: i64,
    /// What the client would be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<ExplainedRefusal>,
    /// In the order in which they are made.
    pub checks: Vec<ExplainedCheck>,
    /// The grant's id; this and all that follows only for tokens of this realm whose session exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Of the refresh token shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// That the session stands at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_generation: Option<u64>,
    /// Every limit there is, also those that do not limit this session.
    pub limits: Vec<ExplainedLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_by: Option<EndsBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RefreshOutcome>,
}

/// An OAuth error, and the reason that only admins read.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExplainedRefusal {
    pub status: u16,
    pub error: String,
    pub error_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExplainedCheck {
    /// `client-enabled`, `token-genuine`, `not-ended`, …
    pub name: String,
    pub status: CheckStatus,
    /// For anybody.
    pub public: String,
    /// For admins.
    pub admin: String,
    /// What was looked at.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, SeenValue>,
}

/// Something that a check looked at; instants are Unix milliseconds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SeenValue {
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
    Absent,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedLimit {
    /// `idle`, `max`, `consent`, `floor`.
    pub limit: EndsBy,
    /// `client`, `realm-client`, `realm`, …: who set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// What it is counted from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Absent: it does not limit this session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<i64>,
    /// The one that ends the session first.
    pub wins: bool,
}
