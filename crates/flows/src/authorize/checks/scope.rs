//! `scope`: only what is assigned to the client; its default scopes come along (offline-access rules, gate one).

use super::{Context, Draft};
use crate::grants::gates::{check_scope, heed_strict_consent};
use perennial_protocol::{OAuthError, scope::OFFLINE_ACCESS};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    let scope = check_scope(context.realm, context.client, context.params.get("scope"))?;
    // Without a refresh token there is no access while the user is away, so nobody is asked for it.
    let refreshable = context.client.settings.use_refresh_tokens;
    let scope = if refreshable { scope } else { scope.without(OFFLINE_ACCESS) };
    draft.request.scope = if draft.prompt.consent { scope } else { heed_strict_consent(context.client, scope) };
    Ok(())
}
