//! A request that waits for its user: found again only by the browser that began it.

use crate::{
    FlowResult, LoadedRealm,
    sign_in::{Browser, foreign_form},
};
use perennial_crypto::token_hash;
use perennial_domain::{RequestId, authorization::PendingRequest};
use perennial_protocol::{ErrorCode, OAuthError};
use perennial_storage::{Tx, requests};

/// The pending request, if it is this browser's and has not expired.
pub fn find_pending(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    id: RequestId,
    browser: &Browser,
) -> FlowResult<PendingRequest> {
    let found = requests::find(tx, id)?;
    let now = tx.now()?;
    let own = |pending: &PendingRequest| {
        let binding = browser.binding.as_deref().map(token_hash);
        pending.realm_id == realm.model.realm.id && pending.expires_at > now && binding == Some(pending.binding_hash)
    };
    let pending = found.filter(own).ok_or_else(foreign_form)?;
    if !realm.model.admits(realm.client(pending.request.client_id)?) {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client disabled").into());
    }
    Ok(pending)
}
