//! Protected resources (RFC 8707) as an admin reads and changes them. A change acts on existing sessions at once, and what
//! the limits before it had ended stays ended.

use super::{Caller, Permission, lengthening, room};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    ResourceId, Timestamp,
    audit::{Action, Actor},
    realm_model::RealmModel,
    resource::{Resource, ResourceSettings},
};
use perennial_storage::{StorageError, Tx, resources};

/// In the words of the API.
pub const NOT_FOUND: &str = "Resource not found";

/// A change: from the settings as they stand to those wanted, or what is wrong with them.
pub type Change = Box<dyn Fn(&ResourceSettings) -> Result<ResourceSettings, String> + Send + Sync>;

/// All resources of the realm, by URI.
pub async fn list(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Vec<Resource>> {
    caller.require(Permission::ViewClients, realm_name)?;
    let mut all: Vec<Resource> = site.realm(realm_name).await?.model.resources.values().cloned().collect();
    all.sort_unstable_by(|a, b| a.uri.cmp(&b.uri));
    Ok(all)
}

pub async fn find(site: &Site, realm_name: &str, caller: &Caller, id: ResourceId) -> FlowResult<Resource> {
    caller.require(Permission::ViewClients, realm_name)?;
    known(&site.realm(realm_name).await?.model, id).cloned()
}

pub async fn create(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    uri: String,
    settings: ResourceSettings,
) -> FlowResult<ResourceId> {
    caller.require(Permission::ManageClients, realm_name)?;
    let entropy = site.entropy.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        check(&realm.model, &settings)?;
        if realm.model.resources.contains_key(&uri) {
            return Err(exists(&uri));
        }
        room::RESOURCES.check(realm.model.resources.len())?;
        let id = ResourceId(entropy.uuid_v7(tx.now()?.as_ms()));
        let resource = Resource { id, uri: uri.clone(), settings: settings.clone() };
        // Sessions may name it from an earlier time.
        let change = change_of(tx, realm, &uri, Some(&resource))?;
        match resources::insert(tx, realm.model.realm.id, &resource) {
            Err(StorageError::Conflict(_)) => Err(exists(&uri)),
            done => done.map(|()| (id, change)).map_err(Into::into),
        }
    };
    let ((id, (changes, at)), _) = site.change(realm_name, unit).await?;
    record(site, realm_name, caller, changes, at);
    Ok(id)
}

pub async fn update(site: &Site, realm_name: &str, caller: &Caller, id: ResourceId, change: Change) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = known(&realm.model, id)?;
        by.require_unchanged(before)?;
        let settings = change(&before.settings).map_err(FlowError::Invalid)?;
        check(&realm.model, &settings)?;
        let after = Resource { settings, ..before.clone() };
        let change = change_of(tx, realm, &before.uri, Some(&after))?;
        if !resources::update(tx, realm.model.realm.id, id, &after.settings)? {
            return Err(FlowError::StaleRealm);
        }
        Ok(change)
    };
    let ((changes, at), _) = site.change(realm_name, unit).await?;
    record(site, realm_name, caller, changes, at);
    Ok(())
}

/// Sessions for it alone are refused from now on; the others go on without it, and come to the limits of what is left.
pub async fn delete(site: &Site, realm_name: &str, caller: &Caller, id: ResourceId) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let uri = known(&realm.model, id)?.uri.clone();
        let change = change_of(tx, realm, &uri, None)?;
        if !resources::delete(tx, realm.model.realm.id, id)? {
            return Err(FlowError::StaleRealm);
        }
        Ok(change)
    };
    let ((changes, at), _) = site.change(realm_name, unit).await?;
    record(site, realm_name, caller, changes, at);
    Ok(())
}

fn change_of(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    uri: &str,
    after: Option<&Resource>,
) -> FlowResult<(Vec<Action>, Timestamp)> {
    Ok((changes_of(tx, realm, &[(uri, after.cloned())])?, tx.now()?))
}

/// Keeps ended what the limits as they stand have ended, and says what is changed for the audit log. For all resources that change
/// together: a session for several comes to the shortest limit of theirs.
pub(super) fn changes_of(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    changes: &[(&str, Option<Resource>)],
) -> FlowResult<Vec<Action>> {
    let mut becoming = realm.model.clone();
    let mut done = Vec::new();
    let value = |resource: Option<&Resource>| {
        serde_json::to_value(resource.map(|resource| &resource.settings)).map_err(FlowError::internal)
    };
    for (uri, after) in changes {
        let before = becoming.resources.remove(*uri);
        let (resource, before, now) = ((*uri).to_owned(), value(before.as_ref())?, value(after.as_ref())?);
        done.push(Action::ResourceChanged { resource, before, after: now });
        becoming.resources.extend(after.clone().map(|resource| ((*uri).to_owned(), resource)));
    }
    lengthening::keep_ended(tx, realm, |client, resources| becoming.policy_for(client, resources))?;
    Ok(done)
}

fn record(site: &Site, realm_name: &str, caller: &Caller, done: Vec<Action>, at: Timestamp) {
    for action in done {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
}

fn check(model: &RealmModel, settings: &ResourceSettings) -> FlowResult<()> {
    match settings.scopes.iter().find(|name| model.find_scope(name).is_none()) {
        Some(name) => Err(FlowError::Invalid(format!("No such client scope: {name}"))),
        None => Ok(()),
    }
}

fn known(model: &RealmModel, id: ResourceId) -> FlowResult<&Resource> {
    model.resources.values().find(|resource| resource.id == id).ok_or(FlowError::NotFound(NOT_FOUND))
}

fn exists(uri: &str) -> FlowError {
    FlowError::Conflict(format!("Resource {uri} already exists"))
}
