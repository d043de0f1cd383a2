//! Bounds on what is stored or sent back for the client.

use super::{Context, Draft};
use perennial_protocol::{OAuthError, scope};

/// Characters of `state`, which comes back to the client whole or not at all.
pub(super) const STATE: usize = 2_048;
const NONCE: usize = 512;
/// Hints longer than this are ignored.
pub(super) const HINT: usize = 255;

pub(super) fn check(context: &Context<'_>, _: &mut Draft) -> Result<(), OAuthError> {
    for (name, longest) in [("state", STATE), ("nonce", NONCE), ("scope", scope::LONGEST)] {
        if context.params.get(name).is_some_and(|value| value.len() > longest) {
            return Err(OAuthError::invalid_request(format!("Parameter too long: {name}")));
        }
    }
    Ok(())
}
