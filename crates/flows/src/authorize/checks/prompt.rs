//! `prompt` (OIDC Core §3.1.2.1).

use super::{Context, Draft};
use perennial_protocol::{OAuthError, authorize::Prompt};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    draft.prompt = Prompt::parse(context.params.get("prompt"))?;
    draft.request.prompt_login = draft.prompt.login;
    draft.request.prompt_consent = draft.prompt.consent;
    draft.request.select_account = draft.prompt.select_account;
    Ok(())
}
