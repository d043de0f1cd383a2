//! `response_type=code` and nothing else (RFC 9700 §2.1.2); `response_mode` as query or form post.

use super::{Context, Draft};
use perennial_protocol::{ErrorCode, OAuthError, authorize::ResponseMode};

pub(super) fn check(context: &Context<'_>, draft: &mut Draft) -> Result<(), OAuthError> {
    match context.params.require("response_type")? {
        "code" => {}
        _ => return Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "Unsupported response_type")),
    }
    let mode = ResponseMode::parse(context.params.get("response_mode"))?;
    draft.request.form_post = mode == ResponseMode::FormPost;
    Ok(())
}
