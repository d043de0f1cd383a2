//! `id_token_hint` (OIDC Core §3.1.2.1): the one user whom the answer may be about. Where a hint cannot be read, nobody can be, and the
//! client is told so.

use super::{Context, Draft};
use crate::id_token_hint;
use perennial_protocol::OAuthError;

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    if let Some(token) = context.params.get("id_token_hint") {
        let hint = id_token_hint::read(context.realm, token)?;
        draft.request.hinted_user = Some(hint.sub.parse().map_err(|_| id_token_hint::invalid())?);
    }
    Ok(())
}
