//! Groups: a tree of names whose members have the roles of their group and of all groups around it.

use crate::{
    ids::{GroupId, RoleId},
    realm_model::RealmModel,
    user::Attributes,
};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

/// Deeper trees are refused, so that no walk to the top is long.
pub const DEEPEST_GROUP: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupSettings {
    pub description: Option<String>,
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    pub id: GroupId,
    /// `None`: at the top.
    pub parent: Option<GroupId>,
    /// Unique below its parent.
    pub name: String,
    pub settings: GroupSettings,
    /// Those given to the group itself.
    pub roles: BTreeSet<RoleId>,
}

/// A realm's groups by id.
pub type Groups = HashMap<GroupId, Group>;

/// The group and those around it, from the inside out. Storage refuses circles; a bound makes one harmless.
pub fn lineage(groups: &Groups, id: GroupId) -> impl Iterator<Item = &Group> {
    let start = groups.get(&id);
    std::iter::successors(start, |group| groups.get(&group.parent?)).take(DEEPEST_GROUP)
}

impl RealmModel {
    /// All that these roles include, and those of the groups.
    pub fn effective_roles(&self, own: impl IntoIterator<Item = RoleId>, groups: &[GroupId]) -> BTreeSet<RoleId> {
        let of_groups = groups.iter().flat_map(|id| lineage(&self.groups, *id)).flat_map(|group| &group.roles);
        self.closure(own.into_iter().chain(of_groups.copied()))
    }

    /// `/outer/inner`; a slash within a name is written `~/`, as in Keycloak.
    pub fn group_path(&self, id: GroupId) -> Option<String> {
        let mut names: Vec<String> = lineage(&self.groups, id).map(|group| group.name.replace('/', "~/")).collect();
        names.reverse();
        (!names.is_empty()).then(|| format!("/{}", names.join("/")))
    }

    /// The path, or the name alone.
    pub fn group_name(&self, id: GroupId, full_path: bool) -> Option<Cow<'_, str>> {
        if full_path {
            return self.group_path(id).map(Cow::Owned);
        }
        self.groups.get(&id).map(|group| Cow::Borrowed(group.name.as_str()))
    }

    /// The groups right below, by name; `None`: those at the top.
    pub fn groups_below(&self, parent: Option<GroupId>) -> Vec<&Group> {
        let mut found: Vec<&Group> = self.groups.values().filter(|group| group.parent == parent).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// All groups by what they are right below, by name: one pass, for whoever walks the whole tree.
    pub fn groups_by_parent(&self) -> HashMap<Option<GroupId>, Vec<&Group>> {
        let mut all: HashMap<Option<GroupId>, Vec<&Group>> = HashMap::new();
        for group in self.groups.values() {
            all.entry(group.parent).or_default().push(group);
        }
        for below in all.values_mut() {
            below.sort_by(|a, b| a.name.cmp(&b.name));
        }
        all
    }

    /// The group and everything below it.
    pub fn group_tree(&self, id: GroupId) -> Vec<GroupId> {
        let within = |group: &&Group| lineage(&self.groups, group.id).any(|outer| outer.id == id);
        self.groups.values().filter(within).map(|group| group.id).collect()
    }

    pub fn find_group_by_path(&self, path: &str) -> Option<&Group> {
        self.groups.values().find(|group| self.group_path(group.id).as_deref() == Some(path))
    }
}
