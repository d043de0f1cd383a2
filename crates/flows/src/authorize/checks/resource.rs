//! `resource` (RFC 8707 §2.1): each must be a protected resource of the realm.

use super::{Context, Draft};
use crate::resources;
use perennial_protocol::OAuthError;

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    draft.request.resources = resources::granted(context.realm, &resources::of_params(context.params))?;
    Ok(())
}
