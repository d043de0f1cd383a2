//! Client scopes as an admin creates, changes and assigns them: to clients, to new clients, and the roles that they carry.

use super::{
    Caller, Permission, client_guard,
    mappers::{self, MapperDraft},
    roles::{Mapping, RoleChange},
    room,
};
use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::lapsed::settle};
use perennial_domain::{
    ClientId, ClientScopeId, RoleId, Timestamp,
    audit::{Action, Actor},
    client_scope::{ClientScope, ClientScopeSettings, PermissionType},
    realm::Realm,
    realm_model::RealmModel,
};
use perennial_protocol::scope::OFFLINE_ACCESS;
use perennial_storage::{Tx, clients, realms, scopes, scopes::LinkKind};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct ScopeDraft {
    pub name: String,
    pub settings: ClientScopeSettings,
    /// All of them, instead of those that it has.
    pub mappers: Option<Vec<MapperDraft>>,
}

/// From the scope as it stands to the one wanted.
pub type ScopeChange = Box<dyn Fn(&ClientScope) -> ScopeDraft + Send + Sync>;

pub fn find(model: &RealmModel, id: Option<ClientScopeId>) -> FlowResult<&ClientScope> {
    id.and_then(|id| model.scopes.get(&id)).ok_or(FlowError::NotFound("Client scope not found"))
}

pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<ClientScopeId>,
    draft: ScopeDraft,
) -> FlowResult<ClientScopeId> {
    caller.require(Permission::ManageClients, realm_name)?;
    let entropy = site.entropy.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let id = id.unwrap_or_else(|| ClientScopeId(entropy.uuid_v7(now.as_ms())));
        if realm.model.scopes.contains_key(&id) {
            return Err(FlowError::Conflict(format!("Client Scope {} already exists", draft.name)));
        }
        check_free(&realm.model, &draft.name, None)?;
        room::SCOPES.check(realm.model.scopes.len())?;
        let (name, mut settings) = (draft.name.clone(), draft.settings.clone());
        if let Some(wanted) = &draft.mappers {
            settings.mappers = mappers::replaced(&entropy, now, &[], wanted)?;
        }
        let scope = ClientScope { id, name, settings, scope_mappings: BTreeSet::new() };
        scopes::insert(tx, realm.model.realm.id, &scope)?;
        Ok(id)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

pub async fn update(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<ClientScopeId>,
    change: ScopeChange,
) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let (entropy, by) = (site.entropy.clone(), caller.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = find(&realm.model, id)?;
        by.require_unchanged(before)?;
        let ScopeDraft { name, mut settings, mappers: wanted } = change(before);
        if let Some(wanted) = &wanted {
            settings.mappers = mappers::replaced(&entropy, tx.now()?, &before.settings.mappers, wanted)?;
        }
        if before.name == OFFLINE_ACCESS && name != before.name {
            return Err(FlowError::Invalid("The client scope offline_access keeps its name".into()));
        }
        if before.name == OFFLINE_ACCESS && settings.application_consent_required == Some(false) {
            let text = "A service keeps its access only where an admin lets its client use refresh tokens";
            return Err(FlowError::Invalid(text.into()));
        }
        check_free(&realm.model, &name, Some(before.id))?;
        let after = ClientScope { name, settings, ..before.clone() };
        client_guard::check_scope(realm, &by, before, Some(&after))?;
        let ended = if is_given_free(before, Some(&after)) { settle(tx, realm)? } else { Vec::new() };
        scopes::update(tx, realm.model.realm.id, &after)?;
        Ok((ended, tx.now()?))
    };
    let ((ended, at), _) = site.change(realm_name, unit).await?;
    record(site, realm_name, caller, ended, at);
    Ok(())
}

/// Whether only an admin could allow it until now, and anybody can from now on.
pub(super) fn is_given_free(before: &ClientScope, after: Option<&ClientScope>) -> bool {
    PermissionType::ALL.into_iter().any(|used| {
        let still = |after: &ClientScope| after.is_reserved(used) && after.name == before.name;
        before.is_reserved(used) && !after.is_some_and(still)
    })
}

fn record(site: &Site, realm_name: &str, caller: &Caller, ended: Vec<Action>, at: Timestamp) {
    for action in ended {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
}

/// No token carries it from the next refresh on.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: Option<ClientScopeId>) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let scope = find(&realm.model, id)?;
        client_guard::check_scope(realm, &by, scope, None)?;
        if scope.name == OFFLINE_ACCESS {
            // One of the same name would be assigned to nobody.
            return Err(FlowError::Invalid("The client scope offline_access is part of the realm".into()));
        }
        let ended = if is_given_free(scope, None) { settle(tx, realm)? } else { Vec::new() };
        scopes::delete(tx, realm.model.realm.id, scope.id)?;
        Ok((ended, tx.now()?))
    };
    let ((ended, at), _) = site.change(realm_name, unit).await?;
    record(site, realm_name, caller, ended, at);
    Ok(())
}

/// How a scope is to be assigned, or no longer.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    /// `None`: one that does not exist.
    pub scope: Option<ClientScopeId>,
    pub kind: LinkKind,
    pub mapping: Mapping,
}

impl Assignment {
    /// A scope is assigned by default or on request, never both.
    fn apply(
        self,
        model: &RealmModel,
        default: &mut BTreeSet<ClientScopeId>,
        optional: &mut BTreeSet<ClientScopeId>,
    ) -> FlowResult<()> {
        let scope = find(model, self.scope)?.id;
        let (own, other) = match self.kind {
            LinkKind::Default => (default, optional),
            LinkKind::Optional => (optional, default),
        };
        match self.mapping {
            Mapping::Add => {
                other.remove(&scope);
                own.insert(scope);
            }
            Mapping::Remove => drop(own.remove(&scope)),
        }
        Ok(())
    }
}

/// Changes which scopes a client has.
pub async fn assign(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    client: ClientId,
    assignment: Assignment,
) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut client = client_guard::steerable(tx, realm, &by, client)?.clone();
        assignment.apply(&realm.model, &mut client.default_scopes, &mut client.optional_scopes)?;
        clients::update(tx, realm.model.realm.id, &realm.stored(client))?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// Changes what new clients start with.
pub async fn assign_to_new_clients(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    assignment: Assignment,
) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut settings = realm.model.realm.settings.clone();
        let (default, optional) = (&mut settings.default_client_scopes, &mut settings.optional_client_scopes);
        assignment.apply(&realm.model, default, optional)?;
        let changed = Realm { settings, ..realm.model.realm.clone() };
        if realms::update(tx, &changed, realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// What carries roles: a client without full scope, or a client scope.
#[derive(Clone, Copy, Debug)]
pub enum Carrier {
    Client(ClientId),
    Scope(Option<ClientScopeId>),
}

impl Carrier {
    pub fn roles(self, model: &RealmModel) -> FlowResult<&BTreeSet<RoleId>> {
        match self {
            Self::Client(id) => {
                let client = model.clients.get(&id).ok_or(FlowError::NotFound("Client not found"))?;
                Ok(&client.scope_mappings)
            }
            Self::Scope(id) => Ok(&find(model, id)?.scope_mappings),
        }
    }
}

/// Changes the roles in the scope of a client, or those that a client scope carries: roles that the caller has.
pub async fn map_roles(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    carrier: Carrier,
    change: RoleChange,
) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut mapped = carrier.roles(&realm.model)?.clone();
        for id in change.meant(realm, &by)? {
            match change.mapping {
                Mapping::Add => mapped.insert(id),
                Mapping::Remove => mapped.remove(&id),
            };
        }
        let realm_id = realm.model.realm.id;
        match carrier {
            Carrier::Client(id) => {
                let mut client = client_guard::steerable(tx, realm, &by, id)?.clone();
                client.scope_mappings = mapped;
                clients::update(tx, realm_id, &realm.stored(client))?
            }
            Carrier::Scope(id) => {
                let mut scope = find(&realm.model, id)?.clone();
                scope.scope_mappings = mapped;
                scopes::update(tx, realm_id, &scope)?
            }
        };
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

fn check_free(model: &RealmModel, name: &str, own: Option<ClientScopeId>) -> FlowResult<()> {
    if model.find_scope(name).is_some_and(|other| own != Some(other.id)) {
        return Err(FlowError::Conflict(format!("Client Scope {name} already exists")));
    }
    Ok(())
}
