//! Groups with what is below them, their roles, and those that new users join.

use super::{GroupEntry, Import, Kind, Outcome, Package, Report};
use crate::{FlowError, FlowResult, admin::room};
use perennial_domain::{
    GroupId,
    group::{DEEPEST_GROUP, Group},
    realm::Realm,
};
use perennial_storage::{Tx, groups, realms, taken_ids};
use std::collections::BTreeSet;

/// The groups directly below one group, or at the top.
struct Level<'a> {
    parent: Option<GroupId>,
    /// From 1 at the top.
    depth: usize,
    entries: &'a [GroupEntry],
}

impl Import<'_> {
    pub(super) fn take_groups(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let mut there = self.realm.model.groups.len();
        self.take_level(tx, Level { parent: None, depth: 1, entries: &package.groups }, &mut there, report)
    }

    /// `there`: how many groups the realm has by now.
    fn take_level(&self, tx: &mut Tx<'_>, level: Level<'_>, there: &mut usize, report: &mut Report) -> FlowResult<()> {
        let Level { parent, depth, entries } = level;
        for entry in entries {
            let name = &entry.draft.name;
            if depth > DEEPEST_GROUP {
                report.leave_out(format!("groups[{name}]"), format!("groups nest at most {DEEPEST_GROUP} deep"));
                continue;
            }
            let standing = self.realm.model.groups_below(parent).into_iter().find(|group| group.name == *name);
            let outcome = self.outcome(standing.is_some(), &format!("Group {name}"))?;
            if outcome == Outcome::Added
                && let Err(why) = room::GROUPS.take(there)
            {
                report.leave_out(format!("groups[{name}]"), why);
                continue;
            }
            let id = match (standing, entry.id) {
                (Some(group), _) => group.id,
                (None, Some(id)) if !taken_ids::group(tx, id)? => id,
                _ => GroupId(self.new_id()),
            };
            let roles = self.group_roles(entry, report);
            match outcome {
                Outcome::Added => {
                    let settings = entry.draft.settings.clone();
                    groups::insert(tx, self.id(), &Group { id, parent, name: name.clone(), settings, roles })?;
                }
                Outcome::Overwritten => {
                    let before = standing.ok_or_else(|| FlowError::internal("a group vanished"))?;
                    groups::update(tx, self.id(), &Group { settings: entry.draft.settings.clone(), ..before.clone() })?;
                    for role in before.roles.difference(&roles) {
                        groups::remove_role(tx, self.id(), id, *role)?;
                    }
                    for role in roles.difference(&before.roles) {
                        groups::add_role(tx, self.id(), id, *role)?;
                    }
                }
                Outcome::Skipped => {}
            }
            report.took(Kind::Group, outcome, name, id.0);
            self.take_level(tx, Level { parent: Some(id), depth: depth + 1, entries: &entry.below }, there, report)?;
        }
        Ok(())
    }

    fn group_roles(&self, entry: &GroupEntry, report: &mut Report) -> BTreeSet<perennial_domain::RoleId> {
        let mut ids = BTreeSet::new();
        for name in &entry.roles {
            match self.find_role(name) {
                Some(role) => drop(ids.insert(role.id)),
                None => {
                    let what = format!("groups[{}].roles", entry.draft.name);
                    report.leave_out(what, format!("there is no role {name}"));
                }
            }
        }
        ids
    }

    pub(super) fn take_default_groups(
        &self,
        tx: &mut Tx<'_>,
        package: &Package,
        report: &mut Report,
    ) -> FlowResult<()> {
        let Some(paths) = &package.default_groups else { return Ok(()) };
        let default_groups = self.group_ids(paths, "defaultGroups", report).into_iter().collect();
        let realm = &self.realm.model.realm;
        let mut changed = Realm { settings: realm.settings.clone(), ..realm.clone() };
        changed.settings.default_groups = default_groups;
        if realms::update(tx, &changed, self.realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
    }

    /// Of paths that the realm has; the others are told.
    pub(super) fn group_ids(&self, paths: &[String], what: &str, report: &mut Report) -> Vec<GroupId> {
        let mut ids = Vec::new();
        for path in paths {
            match self.realm.model.find_group_by_path(path) {
                Some(group) => ids.push(group.id),
                None => report.leave_out(what, format!("there is no group {path}")),
            }
        }
        ids
    }
}
