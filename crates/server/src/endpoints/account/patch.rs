//! A `PATCH` of an offline session, read for the use case. Both APIs take the same one.

use crate::http::api_answer::ApiRefusal;
use perennial_api::{ApiError, OfflineSessionPatch};
use perennial_domain::Timestamp;
use perennial_flows::endings::steering::Steering;
use perennial_protocol::ScopeSet;

pub fn read(sent: OfflineSessionPatch) -> Result<Steering, ApiRefusal> {
    let scope = match sent.scopes {
        Some(names) if names.iter().any(|name| name.is_empty() || name.contains(' ')) => return Err(invalid_scopes()),
        Some(names) => Some(ScopeSet::parse(&names.join(" ")).ok_or_else(invalid_scopes)?),
        None => None,
    };
    Ok(Steering {
        paused: sent.paused,
        scope,
        ends_at: sent.expires.map(|end| end.map(Timestamp::from_ms)),
        label: sent.device_label,
    })
}

fn invalid_scopes() -> ApiRefusal {
    ApiRefusal::Invalid(ApiError::at_field("scopes", "must be a list of scope names"))
}
