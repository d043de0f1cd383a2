//! Taking an app's access away from a user: the consent and every grant of the two, and what could bring them back.

use super::by;
use crate::{FlowError, FlowResult, LoadedRealm, Site, events};
use perennial_domain::{
    Timestamp, UserId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
};
use perennial_storage::{Tx, codes, consents, devices, grants};

/// Takes an app's access away from a user: the consent and every grant, online and offline.
pub async fn revoke_consent(
    site: &Site,
    realm_name: &str,
    user: UserId,
    client_id: String,
    actor: Actor,
) -> FlowResult<()> {
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        remove(tx, realm, user, client, &done_by)
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, action);
    Ok(())
}

/// The same in a caller's unit, who records the action after the commit.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    client: &Client,
    done_by: &Actor,
) -> FlowResult<(Action, Timestamp)> {
    let codes = codes::delete_unredeemed(tx, user, Some(client.id))? + devices::withdraw(tx, user, client.id)?;
    let had_consent = consents::delete(tx, user, client.id)?;
    let ended = grants::delete_of_user_and_client(tx, user, client.id)?;
    if !had_consent && ended.is_empty() && codes == 0 {
        return Err(FlowError::NotFound("Consent nor offline token not found"));
    }
    let event = Event::new(EventType::RevokeGrant).client(&client.client_id).user(user);
    events::raise(tx, realm, event.detail("grants", ended.len()).detail(events::BY, by(done_by)))?;
    Ok((Action::ConsentRevoked { user, client: client.id, grants: ended.len() as u64 }, tx.now()?))
}
