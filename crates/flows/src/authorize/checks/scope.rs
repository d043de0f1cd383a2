//! `scope`: only what is assigned to the client; its default scopes come along (offline-access rules, gate one).

use super::{Context, Draft};
use crate::grants::check_scope;
use perennial_domain::client::OfflineConsent;
use perennial_protocol::{OAuthError, scope::OFFLINE_ACCESS};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    let mut scope = check_scope(context.realm, context.client, context.params.get("scope"))?;
    // OIDC Core §11: without prompt=consent the scope is ignored, where the client is held to that.
    if context.client.settings.offline_consent == OfflineConsent::Strict && !draft.prompt.consent {
        scope = scope.without(OFFLINE_ACCESS);
    }
    draft.request.scope = scope;
    Ok(())
}
