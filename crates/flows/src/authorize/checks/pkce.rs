//! PKCE (RFC 7636 §4.4.1): S256 only; required by the client's setting.

use super::{Context, Draft};
use perennial_protocol::{OAuthError, authorize::is_s256_challenge};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    let method = context.params.get("code_challenge_method");
    let Some(challenge) = context.params.get("code_challenge") else {
        if context.client.requires_pkce() || method.is_some() {
            return Err(OAuthError::invalid_request("Missing parameter: code_challenge"));
        }
        return Ok(());
    };
    // An absent method means `plain` (RFC 7636 §4.3), which protects nothing here (RFC 9700 §2.1.1).
    if method != Some("S256") {
        return Err(OAuthError::invalid_request("Invalid parameter: code_challenge_method must be S256"));
    }
    if !is_s256_challenge(challenge) {
        return Err(OAuthError::invalid_request("Invalid parameter: code_challenge"));
    }
    draft.request.code_challenge = Some(challenge.to_owned());
    Ok(())
}
