//! A user's consent for an app: looked at, and changed by the user or an admin. What is taken out of it is taken from every
//! session of the app.

use super::{by, lapsed::end_unallowed, removal, steering, steering::guarded};
use crate::{FlowError, FlowResult, LoadedRealm, Site, events, grants::gates::refuse_reserved};
use perennial_domain::{
    Timestamp, UserId,
    audit::{Action, Actor},
    client::Client,
    client_scope::PermissionType,
    consent::Consent,
    event::{Event, EventType},
    realm_model::Owner,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, codes, consents, devices, grants, users};

/// The consent as it stands; the client must exist.
pub async fn find(site: &Site, realm_name: &str, user: UserId, client_id: String) -> FlowResult<Option<Consent>> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(consents::find(tx, user, known(realm, &client_id)?.id)?);
    Ok(site.read(realm_name, unit).await?.0)
}

/// Who changes a consent, and whose.
#[derive(Clone, Debug)]
pub struct Change {
    pub user: UserId,
    /// The OAuth `client_id`.
    pub client_id: String,
    /// The scopes that stay.
    pub scope: ScopeSet,
    pub actor: Actor,
    /// More than there is can only be given by the user in person.
    pub in_person: bool,
}

/// Leaves the user's consent with exactly these scopes; nobody but the user has it changed this way.
pub async fn replace(site: &Site, realm_name: &str, change: Change) -> FlowResult<Consent> {
    let actor = change.actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((replace_in(tx, realm, &change)?, tx.now()?));
    let (((consent, done), at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, actor.clone(), action);
    }
    Ok(consent)
}

/// The same in a caller's unit, who records the actions after the commit.
pub(crate) fn replace_in(tx: &mut Tx<'_>, realm: &LoadedRealm, change: &Change) -> FlowResult<(Consent, Vec<Action>)> {
    let client = known(realm, &change.client_id)?;
    let stored = consents::find(tx, change.user, client.id)?;
    let granted = match &stored {
        Some(consent) => consent.scope.clone(),
        None => scope_of_grants(tx, change.user, client)?,
    };
    let stands = Standing { client, stored, granted };
    let now = tx.now()?;
    check(realm, &stands, change, now)?;
    write(tx, realm, stands, change)
}

/// What a user has allowed a client.
struct Standing<'a> {
    client: &'a Client,
    stored: Option<Consent>,
    /// Of the stored consent; where there is none, of what the client has without one.
    granted: ScopeSet,
}

fn scope_of_grants(tx: &mut Tx<'_>, user: UserId, client: &Client) -> FlowResult<ScopeSet> {
    let held = grants::list_of_user_and_client(tx, user, client.id)?;
    Ok(held.iter().fold(ScopeSet::default(), |scope, grant| scope.union(&grant.scope)))
}

fn known<'r>(realm: &'r LoadedRealm, client_id: &str) -> FlowResult<&'r Client> {
    realm.model.find_client(client_id).ok_or(FlowError::NotFound("Client not found"))
}

fn check(realm: &LoadedRealm, stands: &Standing<'_>, change: &Change, now: Timestamp) -> FlowResult<()> {
    let added = change.scope.filtered(|name| !stands.granted.contains(name));
    if stands.granted.is_empty() && change.scope.is_empty() {
        return Err(FlowError::NotFound("Consent nor offline token not found"));
    }
    if added.is_empty() {
        return Ok(());
    }
    if !change.in_person {
        return Err(FlowError::Forbidden);
    }
    if added.iter().any(|name| !realm.model.may_request(stands.client, name)) {
        return Err(FlowError::Invalid("grantedScopes must be scopes of the client".into()));
    }
    refuse_reserved(realm, stands.client, PermissionType::Delegated, &added, now)?;
    Ok(())
}

fn write(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    stands: Standing<'_>,
    change: &Change,
) -> FlowResult<(Consent, Vec<Action>)> {
    let now: Timestamp = tx.now()?;
    let (user, client, scope) = (change.user, stands.client, &change.scope);
    let stored = stands.stored.as_ref();
    let after = Consent {
        user_id: user,
        client_id: client.id,
        scope: scope.clone(),
        chosen_end_s: stored.and_then(|consent| consent.chosen_end_from(now)),
        created_at: stored.map_or(now, |consent| consent.created_at),
        updated_at: now,
    };
    if scope.is_empty() {
        return Ok((after, vec![removal::remove(tx, realm, user, client, &change.actor)?.0]));
    }
    let mut done = Vec::new();
    if stands.granted == *scope && (stored.is_some() || !change.in_person) {
        return Ok((after, done));
    }
    match stored {
        // A guard that is missed means that the user consented in between: judge anew.
        Some(stored) if scope.is_subset_of(&stored.scope) => {
            guarded(consents::narrow(tx, stored, scope, now)?)?;
            done.push(Action::ConsentNarrowed { user, client: client.id, scope: scope.clone() });
        }
        // What the client has without a consent can be narrowed by others; only the user's own word is stored.
        None if !change.in_person => {}
        _ => {
            let owner = users::find(tx, realm.model.realm.id, user)?.ok_or(FlowError::NotFound("User not found"))?;
            let owner = Owner { user: &owner, consent: stored };
            done.extend(end_unallowed(tx, realm, client, owner, now)?);
            guarded(consents::replace(tx, stored, &after)?)?;
            let chosen_end_s = after.chosen_end_s;
            done.push(Action::ConsentGiven { user, client: client.id, scope: scope.clone(), chosen_end_s });
        }
    }
    let event = Event::new(EventType::UpdateConsent).client(&client.client_id).user(user);
    events::raise(tx, realm, event.detail("scope", scope).detail(events::BY, by(&change.actor)))?;
    let withdrawn = stands.granted.filtered(|name| !scope.contains(name));
    if !withdrawn.is_empty() {
        codes::delete_unredeemed(tx, user, Some(client.id))?;
        devices::withdraw(tx, user, client.id)?;
        done.extend(narrow_grants(tx, realm, client, change, &withdrawn)?);
    }
    Ok((after, done))
}

/// Each offline session tells in its own timeline what it lost; online ones are narrowed silently.
fn narrow_grants(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    change: &Change,
    withdrawn: &ScopeSet,
) -> FlowResult<Vec<Action>> {
    let mut done = Vec::new();
    for grant in grants::list_of_user_and_client(tx, change.user, client.id)? {
        let left = grant.scope.filtered(|name| !withdrawn.contains(name));
        let Some(action) = steering::narrow(tx, &grant, &left)? else { continue };
        if grant.is_offline() {
            steering::raise(tx, realm, &grant, by(&change.actor), std::slice::from_ref(&action))?;
        }
        done.push(action);
    }
    Ok(done)
}
