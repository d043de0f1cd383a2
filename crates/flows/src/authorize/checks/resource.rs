//! `resource` (RFC 8707 §2.1): no protected resource is registered in a realm yet, so none can be granted.

use super::{Context, Draft};
use perennial_protocol::{ErrorCode, OAuthError};

pub(super) fn check(context: &Context<'_>, _: &mut Draft) -> Result<(), OAuthError> {
    if context.params.all("resource").next().is_some() {
        return Err(OAuthError::new(ErrorCode::InvalidTarget, "Unknown resource"));
    }
    Ok(())
}
