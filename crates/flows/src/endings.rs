//! What ends grants from outside the protocol: a user or an admin takes access away. Rows are really deleted, so that no
//! later change of policy can revive them.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    GrantId, Timestamp, UserId,
    audit::{Action, Actor},
    client::Client,
};
use perennial_storage::{Tx, consents, grants};

/// Ends one grant of the realm; `owner` restricts it to one user's.
pub async fn end_grant(
    site: &Site,
    realm_name: &str,
    (grant, owner): (GrantId, Option<UserId>),
    actor: Actor,
) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = grants::find(tx, grant)?;
        let own = found.is_some_and(|found| {
            found.realm_id == realm.model.realm.id && owner.is_none_or(|owner| owner == found.user_id)
        });
        if own && grants::delete(tx, grant)? { Ok(tx.now()?) } else { Err(FlowError::NotFound("Session not found")) }
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, Action::GrantEnded { grant, why: "revoked".into() });
    Ok(())
}

/// Takes an app's access away from a user: the consent and every grant, online and offline.
pub async fn revoke_consent(
    site: &Site,
    realm_name: &str,
    (user, client_id): (UserId, String),
    actor: Actor,
) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        remove(tx, user, client)
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, action);
    Ok(())
}

fn remove(tx: &mut Tx<'_>, user: UserId, client: &Client) -> FlowResult<(Action, Timestamp)> {
    let had_consent = consents::delete(tx, user, client.id)?;
    let ended = grants::delete_of_user_and_client(tx, user, client.id)?;
    if !had_consent && ended.is_empty() {
        return Err(FlowError::NotFound("Consent nor offline token not found"));
    }
    Ok((Action::ConsentRevoked { user, client: client.id, grants: ended.len() as u64 }, tx.now()?))
}
