//! What ends grants from outside the protocol: a user or an admin takes access away. Rows are really deleted, so that no
//! later change of policy can revive them.

use crate::{FlowError, FlowResult, LoadedRealm, Site, events};
use perennial_domain::{
    GrantId, Timestamp, UserId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
};
use perennial_storage::{Tx, consents, grants};

/// Ends one grant of the realm; `owner` restricts it to one user's.
pub async fn end_grant(
    site: &Site,
    realm_name: &str,
    (grant, owner): (GrantId, Option<UserId>),
    actor: Actor,
) -> FlowResult<()> {
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = grants::find(tx, grant)?;
        let own = found
            .filter(|found| found.realm_id == realm.model.realm.id && owner.is_none_or(|owner| owner == found.user_id));
        let own = own.ok_or(FlowError::NotFound("Session not found"))?;
        if !grants::delete(tx, grant)? {
            return Err(FlowError::NotFound("Session not found"));
        }
        let client = realm.model.clients.get(&own.client_id).map(|client| client.client_id.as_str());
        let event = Event::new(EventType::RevokeGrant).client(client.unwrap_or_default()).grant(&own);
        events::raise(tx, realm, event.detail(events::BY, by(&done_by)))?;
        Ok(tx.now()?)
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
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        let (action, ended, at) = remove(tx, user, client)?;
        let event = Event::new(EventType::RevokeGrant).client(&client.client_id).user(user);
        events::raise(tx, realm, event.detail("grants", ended).detail(events::BY, by(&done_by)))?;
        Ok((action, at))
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, action);
    Ok(())
}

fn remove(tx: &mut Tx<'_>, user: UserId, client: &Client) -> FlowResult<(Action, usize, Timestamp)> {
    let had_consent = consents::delete(tx, user, client.id)?;
    let ended = grants::delete_of_user_and_client(tx, user, client.id)?;
    if !had_consent && ended.is_empty() {
        return Err(FlowError::NotFound("Consent nor offline token not found"));
    }
    Ok((Action::ConsentRevoked { user, client: client.id, grants: ended.len() as u64 }, ended.len(), tx.now()?))
}

/// Who did it, as events say it.
pub(crate) const fn by(actor: &Actor) -> &'static str {
    match actor {
        Actor::User { .. } => "user",
        Actor::Admin { .. } => "admin",
        Actor::Client { .. } => "client",
        Actor::Server => "server",
    }
}
