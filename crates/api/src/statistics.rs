//! `GET …/statistics`: how often what happened lately. Instants are Unix milliseconds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Statistics {
    pub as_of: i64,
    /// The last hour.
    pub minutes: Vec<StatisticsSpan>,
    /// The last 30 days, in UTC.
    pub days: Vec<StatisticsSpan>,
}

/// A minute or a day.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatisticsSpan {
    pub from: i64,
    /// Offline sessions that began.
    pub begun: u64,
    pub refreshed: u64,
    pub refused: u64,
    /// Sessions of apps that ended, by cause: `together`, `user`, `admin`, `client`, `server`, `reused`, `leaked`, `evicted`, `idle`, `max`, `chosen`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub endings: BTreeMap<String, u64>,
}
