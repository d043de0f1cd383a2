//! `dpop_jkt` (RFC 9449 §10): the key that the code is bound to.

use super::{Context, Draft};
use perennial_protocol::{OAuthError, authorize::is_s256_challenge};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    let Some(thumbprint) = context.params.get("dpop_jkt") else { return Ok(()) };
    // A thumbprint is written like a challenge: 32 bytes as 43 characters of base64url.
    if !is_s256_challenge(thumbprint) {
        return Err(OAuthError::invalid_request("Invalid parameter: dpop_jkt"));
    }
    draft.request.dpop_jkt = Some(thumbprint.to_owned());
    Ok(())
}
