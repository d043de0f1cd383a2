//! A user's own consent for an app: looked at, and changed. What is taken out of it is taken from every session of the app.

use super::{lapsed::end_unallowed, removal, steering};
use crate::{FlowError, FlowResult, LoadedRealm, Site, events, grants::refuse_reserved};
use perennial_domain::{
    Timestamp, UserId,
    audit::{Action, Actor},
    client::Client,
    consent::Consent,
    event::{Event, EventType},
    realm_model::Owner,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, codes, consents, devices, grants, users};

/// The consent as it stands; the client must exist.
pub async fn find(site: &Site, realm_name: &str, (user, client_id): (UserId, String)) -> FlowResult<Option<Consent>> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(consents::find(tx, user, known(realm, &client_id)?.id)?);
    Ok(site.read(realm_name, unit).await?.0)
}

/// Leaves the consent with exactly these scopes. More than it has can only be given by the user in person (`in_person`).
pub async fn replace(
    site: &Site,
    realm_name: &str,
    (user, client_id): (UserId, String),
    (scope, in_person): (ScopeSet, bool),
) -> FlowResult<Consent> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = known(realm, &client_id)?;
        let stands = consents::find(tx, user, client.id)?;
        let now = tx.now()?;
        check(realm, client, (stands.as_ref(), &scope), (in_person, now))?;
        let (consent, done) = write(tx, realm, (user, client, stands), &scope)?;
        Ok((consent, done, now))
    };
    let ((consent, done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, Actor::User { user }, action);
    }
    Ok(consent)
}

fn known<'r>(realm: &'r LoadedRealm, client_id: &str) -> FlowResult<&'r Client> {
    realm.model.find_client(client_id).ok_or(FlowError::NotFound("Client not found"))
}

fn check(
    realm: &LoadedRealm,
    client: &Client,
    (stands, scope): (Option<&Consent>, &ScopeSet),
    (in_person, now): (bool, Timestamp),
) -> FlowResult<()> {
    let added = scope.filtered(|name| !stands.is_some_and(|consent| consent.scope.contains(name)));
    if added.is_empty() && stands.is_some() {
        return Ok(());
    }
    if !in_person {
        return Err(FlowError::Forbidden);
    }
    if added.iter().any(|name| !realm.model.may_request(client, name)) {
        return Err(FlowError::Invalid("grantedScopes must be scopes of the client".into()));
    }
    refuse_reserved(realm, client, (&added, now))?;
    Ok(())
}

fn write(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (user, client, stands): (UserId, &Client, Option<Consent>),
    scope: &ScopeSet,
) -> FlowResult<(Consent, Vec<Action>)> {
    let now: Timestamp = tx.now()?;
    let created_at = stands.as_ref().map_or(now, |consent| consent.created_at);
    let chosen_end_s = stands.as_ref().and_then(|consent| consent.chosen_end_s);
    let after = Consent {
        user_id: user,
        client_id: client.id,
        scope: scope.clone(),
        chosen_end_s,
        created_at,
        updated_at: now,
    };
    let withdrawn = stands.as_ref().map(|consent| consent.scope.filtered(|name| !scope.contains(name)));
    let withdrawn = withdrawn.unwrap_or_default();
    if scope.is_empty() {
        return Ok((after, vec![removal::remove(tx, realm, (user, client), &Actor::User { user })?.0]));
    }
    let mut done = Vec::new();
    match &stands {
        Some(stands) if stands.scope == *scope => return Ok((after, done)),
        // A guard that is missed means that the user consented in between: judge anew.
        Some(stands) if scope.is_subset_of(&stands.scope) => {
            if !consents::narrow(tx, stands, (scope, now))? {
                return Err(FlowError::StaleRealm);
            }
            done.push(Action::ConsentNarrowed { user, client: client.id, scope: scope.clone() });
        }
        _ => {
            let owner = users::find(tx, realm.model.realm.id, user)?.ok_or(FlowError::NotFound("User not found"))?;
            let owner = Owner { user: &owner, consent: stands.as_ref() };
            done.extend(end_unallowed(tx, realm, (client, owner), now)?);
            consents::save(tx, &after)?;
            done.push(Action::ConsentGiven { user, client: client.id, scope: scope.clone(), chosen_end_s });
        }
    }
    let event = Event::new(EventType::UpdateConsent).client(&client.client_id).user(user);
    events::raise(tx, realm, event.detail("scope", scope).detail(events::BY, "user"))?;
    if !withdrawn.is_empty() {
        codes::delete_unredeemed(tx, user, Some(client.id))?;
        devices::withdraw(tx, user, client.id)?;
        done.extend(narrow_grants(tx, realm, (user, client), &withdrawn)?);
    }
    Ok((after, done))
}

/// Each offline session tells in its own timeline what it lost; online ones are narrowed silently.
fn narrow_grants(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (user, client): (UserId, &Client),
    withdrawn: &ScopeSet,
) -> FlowResult<Vec<Action>> {
    let mut done = Vec::new();
    for grant in grants::list_of_user_and_client(tx, user, client.id)? {
        let left = grant.scope.filtered(|name| !withdrawn.contains(name));
        let Some(action) = steering::narrow(tx, &grant, &left)? else { continue };
        if grant.is_offline() {
            steering::raise(tx, realm, (&grant, "user"), std::slice::from_ref(&action))?;
        }
        done.push(action);
    }
    Ok(done)
}
