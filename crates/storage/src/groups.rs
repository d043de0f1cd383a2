//! Groups, their roles and their members. Groups and roles are part of the realm's model, so changing them renews the realm's stamp;
//! members are read with their users.

use std::collections::BTreeSet;

use diesel::prelude::*;
use perennial_domain::group::Group;
use perennial_domain::user::User;
use perennial_domain::{GroupId, RealmId, RoleId, UserId};

use crate::columns::{from_json, is_storable, to_json};
use crate::realms::renew_stamp;
use crate::schema::{group_roles, realm_groups, user_groups, users};
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::users::{UserPage, UserRow, fold};
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = realm_groups)]
pub(crate) struct GroupRow {
    id: Id,
    parent_id: Option<Id>,
    name: String,
    settings: String,
}

impl GroupRow {
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    pub(crate) fn into_group(self, roles: BTreeSet<RoleId>) -> StorageResult<Group> {
        Ok(Group {
            id: self.id.into(),
            parent: self.parent_id.map(Into::into),
            name: self.name,
            settings: from_json(&self.settings)?,
            roles,
        })
    }
}

/// A second group of the same name in the same place is a conflict.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, group: &Group) -> StorageResult<()> {
    diesel::insert_into(realm_groups::table)
        .values((
            realm_groups::id.eq(Id::from(group.id)),
            realm_groups::realm_id.eq(Id::from(realm)),
            realm_groups::parent_id.eq(group.parent.map(Id::from)),
            realm_groups::name.eq(&group.name),
            realm_groups::settings.eq(to_json(&group.settings)?),
        ))
        .execute(tx.connection())?;
    for role in &group.roles {
        add_role(tx, realm, group.id, *role)?;
    }
    renew_stamp(tx, realm)
}

/// Writes place, name and settings. `false` where the group is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, group: &Group) -> StorageResult<bool> {
    let own = realm_groups::table
        .filter(realm_groups::id.eq(Id::from(group.id)))
        .filter(realm_groups::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((
            realm_groups::parent_id.eq(group.parent.map(Id::from)),
            realm_groups::name.eq(&group.name),
            realm_groups::settings.eq(to_json(&group.settings)?),
        ))
        .execute(tx.connection())?;
    renew_stamp(tx, realm)?;
    Ok(written == 1)
}

/// With the groups below it. The members stay users.
pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: GroupId) -> StorageResult<bool> {
    let own = realm_groups::table
        .filter(realm_groups::id.eq(Id::from(id)))
        .filter(realm_groups::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

/// No change where the group has the role already.
pub fn add_role(tx: &mut Tx<'_>, realm: RealmId, group: GroupId, role: RoleId) -> StorageResult<()> {
    let pair = (group_roles::group_id.eq(Id::from(group)), group_roles::role_id.eq(Id::from(role)));
    on_each!(tx, |connection| diesel::insert_into(group_roles::table)
        .values(pair)
        .on_conflict_do_nothing()
        .execute(connection))?;
    renew_stamp(tx, realm)
}

pub fn remove_role(tx: &mut Tx<'_>, realm: RealmId, group: GroupId, role: RoleId) -> StorageResult<()> {
    let pair = group_roles::table.find((Id::from(group), Id::from(role)));
    diesel::delete(pair).execute(tx.connection())?;
    renew_stamp(tx, realm)
}

/// The groups that the user is a member of itself.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<Vec<GroupId>> {
    let ids: Vec<Id> = user_groups::table
        .filter(user_groups::user_id.eq(Id::from(user)))
        .select(user_groups::group_id)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// No change where the user is a member already.
pub fn join(tx: &mut Tx<'_>, user: UserId, group: GroupId) -> StorageResult<()> {
    let pair = (user_groups::user_id.eq(Id::from(user)), user_groups::group_id.eq(Id::from(group)));
    on_each!(tx, |connection| diesel::insert_into(user_groups::table)
        .values(pair)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

pub fn leave(tx: &mut Tx<'_>, user: UserId, group: GroupId) -> StorageResult<bool> {
    let own = user_groups::table.find((Id::from(user), Id::from(group)));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

/// At most `max` of those who are in one of the groups.
pub fn ids_of_members(tx: &mut Tx<'_>, of: &[GroupId], max: i64) -> StorageResult<Vec<UserId>> {
    let of: Vec<Id> = of.iter().map(|id| Id::from(*id)).collect();
    let ids: Vec<Id> = user_groups::table
        .filter(user_groups::group_id.eq_any(of))
        .select(user_groups::user_id)
        .limit(max)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// One page of the members by user name.
pub fn members(tx: &mut Tx<'_>, group: GroupId, page: &UserPage) -> StorageResult<Vec<User>> {
    if !page.after.as_deref().is_none_or(is_storable) {
        return Ok(Vec::new());
    }
    let rows: Vec<UserRow> = users::table
        .inner_join(user_groups::table.on(user_groups::user_id.eq(users::id)))
        .filter(user_groups::group_id.eq(Id::from(group)))
        // No user name is empty.
        .filter(users::username.gt(fold(page.after.as_deref().unwrap_or_default())))
        .order(users::username)
        .offset(page.first)
        .limit(page.max)
        .select(UserRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(UserRow::into_user).collect()
}
