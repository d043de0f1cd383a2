//! An admin's consent for a client, in the name of every user of the realm: given, changed, taken away.

use super::{Caller, Permission, client_guard};
use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::lapsed::end_lapsed};
use perennial_domain::{
    ClientId, Timestamp,
    admin_consent::AdminConsent,
    audit::{Action, Actor},
    client::Client,
    lapse::Lapses,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, clients};

/// What is approved: scopes by name, and until when.
#[derive(Clone, Debug)]
pub struct Approval {
    pub scopes: Vec<String>,
    pub ends_at: Option<Timestamp>,
}

/// Replaces what was approved before. What is approved no longer ends the sessions that needed it.
pub async fn give(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    client: ClientId,
    approval: Approval,
) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let (guard, by) = (caller.clone(), caller.user);
    let scopes = Some(ScopeSet::lenient(&approval.scopes.join(" ")));
    let action = Action::AdminConsentChanged { client, scopes, ends_at: approval.ends_at };
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut client = client_guard::steerable(tx, realm, &guard, client)?.clone();
        match &client.settings.admin_consent {
            Some(given) => guard.require_unchanged(given)?,
            None => guard.require_awaited()?,
        }
        let now = tx.now()?;
        check(realm, &client, &approval, now)?;
        let earlier = client.settings.admin_consent.as_ref();
        let consent = AdminConsent::renewed(earlier, &approval.scopes, approval.ends_at, by, now);
        let ended = replace(tx, realm, &mut client, Some(consent), now)?;
        Ok((ended, now))
    };
    let ((ended, at), _) = site.change(realm_name, unit).await?;
    for action in ended.into_iter().chain([action]) {
        site.record(at, realm_name, Actor::Admin { user: by }, action);
    }
    Ok(())
}

pub async fn take_away(site: &Site, caller: &Caller, realm_name: &str, client: ClientId) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let guard = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut client = client_guard::steerable(tx, realm, &guard, client)?.clone();
        if client.settings.admin_consent.is_none() {
            return Err(FlowError::NotFound("Admin consent not found"));
        }
        let now = tx.now()?;
        Ok((replace(tx, realm, &mut client, None, now)?, now))
    };
    let ((ended, at), _) = site.change(realm_name, unit).await?;
    let action = Action::AdminConsentChanged { client, scopes: Some(ScopeSet::default()), ends_at: None };
    for action in ended.into_iter().chain([action]) {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(())
}

fn check(realm: &LoadedRealm, client: &Client, approval: &Approval, now: Timestamp) -> FlowResult<()> {
    if approval.scopes.is_empty() {
        return Err(FlowError::Invalid("At least one scope must be approved".into()));
    }
    if let Some(foreign) = approval.scopes.iter().find(|scope| !realm.model.may_request(client, scope)) {
        return Err(FlowError::Invalid(format!("The client does not have the scope {foreign}")));
    }
    if approval.ends_at.is_some_and(|end| end <= now) {
        return Err(FlowError::Invalid("The end must lie in the future".into()));
    }
    Ok(())
}

/// Sessions that nothing allows any more end with the approval that they lived by, for good.
fn replace(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &mut Client,
    approval: Option<AdminConsent>,
    now: Timestamp,
) -> FlowResult<Option<Action>> {
    let lapses = Lapses::of(&realm.model, client, approval.as_ref(), now);
    let ended = end_lapsed(tx, realm, client, &lapses)?;
    client.settings.lapses = lapses;
    client.settings.admin_consent = approval;
    clients::update(tx, realm.model.realm.id, &realm.stored(client.clone()))?;
    Ok(ended)
}
