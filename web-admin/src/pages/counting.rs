//! How many offline sessions something is about: asked before it is changed.

use perennial_api::paths;
use perennial_api::session_search::SessionSummary;

use crate::api::use_api;
use crate::remote::{Remote, remote};

pub type SessionCount = Remote<i64>;

/// Live offline sessions of the realm with this one filter.
pub fn session_count(realm: &str, filter: &'static str, value: &str) -> SessionCount {
    let api = use_api();
    let path = format!("{}?{filter}={}", paths::admin_offline_session_summary(realm), paths::encode(value));
    let load = move |path: String| async move {
        let summary = api.get::<SessionSummary>(&path).await?;
        Ok(i64::try_from(summary.total).unwrap_or(i64::MAX))
    };
    remote(move || path.clone(), load)
}
