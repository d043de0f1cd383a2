//! `max_age` (OIDC Core §3.1.2.1): seconds since the sign-in; 0 asks for a fresh one.

use super::{Context, Draft};
use perennial_protocol::OAuthError;

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    if let Some(text) = context.params.get("max_age") {
        let seconds = text.parse::<u32>().map_err(|_| OAuthError::invalid_request("Invalid parameter: max_age"))?;
        draft.request.max_age_s = Some(i64::from(seconds));
    }
    Ok(())
}
