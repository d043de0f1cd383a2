//! A client that is held to push its requests (RFC 9126 §6): what only a browser brings is not taken.

use super::{Context, Draft};
use perennial_protocol::OAuthError;

/// The client setting, by Keycloak's name.
const REQUIRED: &str = "require.pushed.authorization.requests";

pub(super) fn check(context: &Context<'_>, _: &mut Draft) -> Result<(), OAuthError> {
    if context.was_pushed || !context.client.has_attribute_set(REQUIRED) {
        return Ok(());
    }
    Err(OAuthError::invalid_request("Pushed Authorization Request is only allowed."))
}
