//! Roles of realms and clients as an admin creates, combines and deletes them.

use super::{Caller, Permission, permission::MASTER, room};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    ClientId, RoleId,
    realm_model::RealmModel,
    role::{ADMIN_ROLE, OFFLINE_ACCESS_ROLE, REALM_MANAGEMENT_CLIENT, Role, default_roles_name},
};
use perennial_storage::{Tx, roles};
use std::collections::BTreeSet;

/// What a role belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Realm,
    Client(ClientId),
}

impl Container {
    pub const fn of(role: &Role) -> Self {
        match role.client_id {
            Some(client) => Self::Client(client),
            None => Self::Realm,
        }
    }

    pub const fn view(self) -> Permission {
        match self {
            Self::Realm => Permission::ViewRealm,
            Self::Client(_) => Permission::ViewClients,
        }
    }

    const fn manage(self) -> Permission {
        match self {
            Self::Realm => Permission::ManageRealm,
            Self::Client(_) => Permission::ManageClients,
        }
    }

    const fn client(self) -> Option<ClientId> {
        match self {
            Self::Realm => None,
            Self::Client(client) => Some(client),
        }
    }

    pub fn check(self, model: &RealmModel) -> FlowResult<()> {
        match self {
            Self::Client(client) if !model.clients.contains_key(&client) => {
                Err(FlowError::NotFound("Client not found"))
            }
            _ => Ok(()),
        }
    }

    pub fn holds(self, role: &Role) -> bool {
        role.client_id == self.client()
    }
}

/// How a path names a role.
#[derive(Clone, Debug)]
pub enum RoleKey {
    Named(Container, String),
    Id(Option<RoleId>),
}

/// How a body names a role: by id, else by name within what it belongs to.
#[derive(Clone, Debug)]
pub struct RoleRef {
    pub id: Option<RoleId>,
    pub name: Option<String>,
}

#[derive(Clone, Debug)]
pub struct RoleDraft {
    /// Absent: it stays.
    pub name: Option<String>,
    pub description: Option<String>,
}

/// Whether roles are to be added or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    Add,
    Remove,
}

/// Roles that are to be added somewhere, or taken away.
#[derive(Clone, Debug)]
pub struct RoleChange {
    /// What they must belong to; `None`: to anything.
    pub within: Option<Container>,
    pub roles: Vec<RoleRef>,
    pub mapping: Mapping,
}

impl RoleChange {
    /// The roles that are meant. All of them exist, and the caller has what they give.
    pub(super) fn meant(&self, realm: &LoadedRealm, caller: &Caller) -> FlowResult<BTreeSet<RoleId>> {
        let model = &realm.model;
        if let Some(container) = self.within {
            container.check(model)?;
        }
        let one = |wanted: &RoleRef| {
            let fits = |role: &&Role| self.within.is_none_or(|container| container.holds(role));
            let by_id = || model.roles.get(&wanted.id?);
            let by_name = || find(model, &RoleKey::Named(self.within?, wanted.name.clone()?)).ok();
            let found = if wanted.id.is_some() { by_id() } else { by_name() };
            found.filter(fits).map(|role| role.id).ok_or_else(missing)
        };
        let meant: BTreeSet<RoleId> = self.roles.iter().map(one).collect::<FlowResult<_>>()?;
        caller.require_roles(realm, meant.iter().copied())?;
        Ok(meant)
    }
}

pub fn find<'m>(model: &'m RealmModel, key: &RoleKey) -> FlowResult<&'m Role> {
    let found = match key {
        RoleKey::Id(id) => id.and_then(|id| model.roles.get(&id)),
        RoleKey::Named(container, name) => {
            container.check(model)?;
            model.roles.values().find(|role| container.holds(role) && role.name == *name)
        }
    };
    found.ok_or_else(missing)
}

pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    container: Container,
    draft: RoleDraft,
) -> FlowResult<()> {
    caller.require(container.manage(), realm_name)?;
    let entropy = site.entropy.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        container.check(&realm.model)?;
        let name = draft.name.clone().ok_or_else(|| FlowError::Invalid("A role needs a name".into()))?;
        check_free(&realm.model, container, &name, None)?;
        room::ROLES.check(realm.model.roles.values().filter(|role| container.holds(role)).count())?;
        // A new role of that client would be one that nobody has been checked for.
        check_ordinary(realm, container)?;
        let role = Role {
            id: RoleId(entropy.uuid_v7(tx.now()?.as_ms())),
            name,
            client_id: container.client(),
            description: draft.description.clone(),
            composites: BTreeSet::new(),
        };
        Ok(roles::insert(tx, realm.model.realm.id, &role)?)
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

pub async fn update(site: &Site, caller: &Caller, realm_name: &str, key: RoleKey, draft: RoleDraft) -> FlowResult<()> {
    require_manage(caller, realm_name, &key)?;
    let (by, name) = (caller.clone(), realm_name.to_owned());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = manageable(realm, &by, &name, &key)?;
        by.require_unchanged(before)?;
        let after = Role {
            name: draft.name.clone().unwrap_or_else(|| before.name.clone()),
            description: draft.description.clone().or_else(|| before.description.clone()),
            ..before.clone()
        };
        if after.name != before.name {
            check_ordinary(realm, Container::of(before))?;
            check_dispensable(realm, before)?;
            check_free(&realm.model, Container::of(before), &after.name, Some(before.id))?;
        }
        roles::update(tx, realm.model.realm.id, &after)?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// From the next request on nobody has it.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, key: RoleKey) -> FlowResult<()> {
    require_manage(caller, realm_name, &key)?;
    let (by, name) = (caller.clone(), realm_name.to_owned());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let role = manageable(realm, &by, &name, &key)?;
        check_ordinary(realm, Container::of(role))?;
        check_dispensable(realm, role)?;
        roles::delete(tx, realm.model.realm.id, role.id)?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// Changes what a role includes.
pub async fn change_composites(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    key: RoleKey,
    change: RoleChange,
) -> FlowResult<()> {
    require_manage(caller, realm_name, &key)?;
    let (by, name) = (caller.clone(), realm_name.to_owned());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let role = manageable(realm, &by, &name, &key)?;
        let realm_id = realm.model.realm.id;
        for id in change.meant(realm, &by)? {
            match change.mapping {
                Mapping::Add => roles::include(tx, realm_id, role.id, id)?,
                Mapping::Remove => roles::exclude(tx, realm_id, role.id, id)?,
            }
        }
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// Before the realm is looked up: who may change no role there does not learn whether it exists.
fn require_manage(caller: &Caller, name: &str, key: &RoleKey) -> FlowResult<()> {
    match key {
        RoleKey::Named(container, _) => caller.require(container.manage(), name),
        RoleKey::Id(_) if caller.may(Permission::ManageRealm, name) => Ok(()),
        RoleKey::Id(_) => caller.require(Permission::ManageClients, name),
    }
}

fn manageable<'r>(realm: &'r LoadedRealm, caller: &Caller, name: &str, key: &RoleKey) -> FlowResult<&'r Role> {
    let role = find(&realm.model, key)?;
    caller.require(Container::of(role).manage(), name)?;
    caller.require_roles(realm, [role.id])?;
    Ok(role)
}

fn check_free(model: &RealmModel, container: Container, name: &str, own: Option<RoleId>) -> FlowResult<()> {
    let taken = |role: &Role| container.holds(role) && role.name == name && own != Some(role.id);
    if model.roles.values().any(taken) {
        return Err(FlowError::Conflict(format!("Role with name {name} already exists")));
    }
    Ok(())
}

fn check_ordinary(realm: &LoadedRealm, container: Container) -> FlowResult<()> {
    let management = realm.model.find_client(REALM_MANAGEMENT_CLIENT).map(|client| client.id);
    if container.client().is_some() && container.client() == management {
        return Err(FlowError::Invalid("The roles of realm-management are part of the realm".into()));
    }
    Ok(())
}

fn check_dispensable(realm: &LoadedRealm, role: &Role) -> FlowResult<()> {
    let default = default_roles_name(realm.name());
    let admin = realm.name() == MASTER && role.name == ADMIN_ROLE;
    let built_in = admin || role.name == default || role.name == OFFLINE_ACCESS_ROLE;
    if role.client_id.is_none() && built_in {
        return Err(FlowError::Invalid(format!("The role {} is part of the realm", role.name)));
    }
    Ok(())
}

fn missing() -> FlowError {
    FlowError::NotFound("Could not find role")
}
