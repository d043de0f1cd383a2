//! `request` and `request_uri` (OIDC Core §6) are not supported, and must not be ignored: they could say something else.

use super::{Context, Draft};
use perennial_protocol::{ErrorCode, OAuthError};

pub(super) fn check(context: &Context<'_>, _: &mut Draft) -> Result<(), OAuthError> {
    if context.params.get("request").is_some() {
        return Err(OAuthError::new(ErrorCode::RequestNotSupported, "Request objects are not supported"));
    }
    if context.params.get("request_uri").is_some() {
        return Err(OAuthError::new(ErrorCode::RequestUriNotSupported, "Request URIs are not supported"));
    }
    Ok(())
}
