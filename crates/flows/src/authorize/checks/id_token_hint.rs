//! `id_token_hint` (OIDC Core §3.1.2.1): the one user whom the answer may be about. Where a hint cannot be read, or was somebody else's,
//! nobody is silently answered for: `prompt=none` gets `login_required`, and everybody else signs in.

use super::{Context, Draft};
use crate::id_token_hint;
use perennial_domain::UserId;
use perennial_protocol::OAuthError;

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    if let Some(token) = context.params.get("id_token_hint") {
        draft.request.hinted_user = named(context, token);
        draft.request.prompt_login |= draft.request.hinted_user.is_none();
    }
    Ok(())
}

/// By a token of the client's own: another's would tell it who is signed in before that user has allowed it anything. One whose name is
/// nobody's any more has been renamed.
fn named(context: &Context<'_>, token: &str) -> Option<UserId> {
    let hint = id_token_hint::read(context.realm, token).ok()?;
    let is_own = hint.azp == context.client.client_id || context.realm.model.find_client(&hint.azp).is_none();
    if is_own { hint.sub.parse().ok() } else { None }
}
