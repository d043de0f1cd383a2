//! Groups as an admin creates, moves, changes and deletes them, and the roles that they give their members. Nobody gives, moves or
//! deletes through a group what is beyond them.

use super::{
    Caller, Permission,
    roles::{Mapping, RoleChange},
    room,
};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    GroupId,
    group::{DEEPEST_GROUP, Group, GroupSettings, lineage},
    realm::Realm,
    realm_model::RealmModel,
};
use perennial_storage::{Tx, groups, realms};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct GroupDraft {
    pub name: String,
    pub settings: GroupSettings,
}

/// From the group as it stands to the one wanted.
pub type GroupChange = Box<dyn Fn(&Group) -> GroupDraft + Send + Sync>;

pub fn find(model: &RealmModel, id: Option<GroupId>) -> FlowResult<&Group> {
    id.and_then(|id| model.groups.get(&id)).ok_or(FlowError::NotFound("Could not find group by id"))
}

/// At the top, or below another group.
pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    parent: Option<Option<GroupId>>,
    draft: GroupDraft,
) -> FlowResult<GroupId> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let (by, entropy) = (caller.clone(), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let model = &realm.model;
        let parent = parent.map(|id| manageable(realm, &by, id)).transpose()?.map(|group| group.id);
        room::GROUPS.check(model.groups.len())?;
        check_depth(model, parent, 1)?;
        check_free(model, parent, &draft.name, None)?;
        let id = GroupId(entropy.uuid_v7(tx.now()?.as_ms()));
        let GroupDraft { name, settings } = draft.clone();
        groups::insert(tx, model.realm.id, &Group { id, parent, name, settings, roles: BTreeSet::new() })?;
        Ok(id)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

pub async fn update(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<GroupId>,
    change: GroupChange,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = manageable(realm, &by, id)?;
        by.require_unchanged(before)?;
        let GroupDraft { name, settings } = change(before);
        check_free(&realm.model, before.parent, &name, Some(before.id))?;
        groups::update(tx, realm.model.realm.id, &Group { name, settings, ..before.clone() })?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// With everything below it; `None`: to the top. Its members have the roles of the groups around its new place.
pub async fn place(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<GroupId>,
    parent: Option<Option<GroupId>>,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let model = &realm.model;
        let moved = manageable(realm, &by, id)?;
        let parent = parent.map(|id| manageable(realm, &by, id)).transpose()?.map(|group| group.id);
        let below = model.group_tree(moved.id);
        if parent.is_some_and(|parent| below.contains(&parent)) {
            return Err(FlowError::Invalid("A group cannot be placed below itself".into()));
        }
        let depth = |id: GroupId| lineage(&model.groups, id).count();
        let height = below.iter().map(|id| depth(*id)).max().unwrap_or(1) + 1 - depth(moved.id);
        check_depth(model, parent, height)?;
        check_free(model, parent, &moved.name, Some(moved.id))?;
        groups::update(tx, model.realm.id, &Group { parent, ..moved.clone() })?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// With everything below it. Its members lose its roles from their next request on.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: Option<GroupId>) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let group = manageable(realm, &by, id)?;
        groups::delete(tx, realm.model.realm.id, group.id)?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// Acts on every member's next request.
pub async fn map_roles(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<GroupId>,
    change: RoleChange,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let group = manageable(realm, &by, id)?;
        let realm_id = realm.model.realm.id;
        for role in change.meant(realm, &by)? {
            match change.mapping {
                Mapping::Add => groups::add_role(tx, realm_id, group.id, role)?,
                Mapping::Remove => groups::remove_role(tx, realm_id, group.id, role)?,
            }
        }
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// Changes which groups a new user joins.
pub async fn set_default(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: Option<GroupId>,
    mapping: Mapping,
) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let group = manageable(realm, &by, id)?.id;
        let mut settings = realm.model.realm.settings.clone();
        match mapping {
            Mapping::Add => settings.default_groups.insert(group),
            Mapping::Remove => settings.default_groups.remove(&group),
        };
        let changed = Realm { settings, ..realm.model.realm.clone() };
        if realms::update(tx, &changed, realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// The group, if nothing that it or a group below it gives is beyond the caller.
pub(super) fn manageable<'r>(realm: &'r LoadedRealm, caller: &Caller, id: Option<GroupId>) -> FlowResult<&'r Group> {
    let group = find(&realm.model, id)?;
    caller.require_roles(realm, realm.model.effective_roles([], &realm.model.group_tree(group.id)))?;
    Ok(group)
}

fn check_free(model: &RealmModel, parent: Option<GroupId>, name: &str, own: Option<GroupId>) -> FlowResult<()> {
    if !model.groups_below(parent).iter().any(|group| group.name == name && own != Some(group.id)) {
        return Ok(());
    }
    Err(FlowError::Conflict(match parent {
        None => format!("Top level group named '{name}' already exists."),
        Some(_) => format!("Sibling group named '{name}' already exists."),
    }))
}

fn check_depth(model: &RealmModel, parent: Option<GroupId>, height: usize) -> FlowResult<()> {
    let above = parent.map_or(0, |id| lineage(&model.groups, id).count());
    if above + height <= DEEPEST_GROUP {
        return Ok(());
    }
    Err(FlowError::Invalid(format!("Groups nest at most {DEEPEST_GROUP} deep")))
}
