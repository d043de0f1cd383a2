//! What a token takes with it: the grant behind its family ends, whoever showed the token, and with one event.

use crate::{FlowResult, LoadedRealm, events};
use perennial_crypto::PresentedToken;
use perennial_domain::{GrantId, audit::Action, event::Event, grant::Grant};
use perennial_storage::{Tx, grants};

/// The realm's grant that a refresh token is of, however old the token.
pub(crate) fn find(tx: &mut Tx<'_>, realm: &LoadedRealm, token: &PresentedToken) -> FlowResult<Option<Grant>> {
    let found = grants::find(tx, GrantId(token.grant_id))?;
    Ok(found.filter(|found| found.realm_id == realm.model.realm.id))
}

/// `None` where another request has ended it first. `told` says why; the caller records the action after the commit.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    grant: &Grant,
    told: Event,
    why: &str,
) -> FlowResult<Option<Action>> {
    if !grants::delete(tx, grant.id)? {
        return Ok(None);
    }
    events::raise(tx, realm, told.grant(grant))?;
    Ok(Some(Action::GrantEnded { grant: grant.id, why: why.to_owned() }))
}
