//! Roles, what they include, and which of them clients and client scopes carry.

use super::{CarrierName, Import, Kind, Outcome, Package, Report, RoleName};
use crate::{FlowResult, admin::room};
use perennial_domain::{
    ClientId, ClientScopeId, RoleId,
    role::{REALM_MANAGEMENT_CLIENT, Role},
};
use perennial_storage::{Tx, clients, roles, scopes, taken_ids};
use std::collections::{BTreeMap, BTreeSet};

impl Import<'_> {
    pub(super) fn take_roles(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let mut there: BTreeMap<Option<ClientId>, usize> = BTreeMap::new();
        for role in self.realm.model.roles.values() {
            *there.entry(role.client_id).or_default() += 1;
        }
        for entry in &package.roles {
            let role = &entry.role;
            let kind = if role.client.is_some() { Kind::ClientRole } else { Kind::RealmRole };
            let Some(owner) = self.owner(role) else {
                report.leave_out(format!("roles[{role}]"), "its client was not taken over");
                continue;
            };
            let standing = self.find_role(role);
            if standing.is_none() && role.client.as_deref() == Some(REALM_MANAGEMENT_CLIENT) {
                report.leave_out(
                    format!("roles[{role}]"),
                    "admin roles are part of the realm, and this one is not known here",
                );
                continue;
            }
            let outcome = self.outcome(standing.is_some(), &format!("Role {role}"))?;
            if outcome == Outcome::Added
                && let Err(why) = room::ROLES.take(there.entry(owner).or_default())
            {
                report.leave_out(format!("roles[{role}]"), why);
                continue;
            }
            let id = match (standing, entry.id) {
                (Some(role), _) => role.id,
                (None, Some(id)) if !taken_ids::role(tx, id)? => id,
                _ => RoleId(self.new_id()),
            };
            let description = entry.description.clone().or_else(|| standing?.description.clone());
            let changed =
                Role { id, name: role.name.clone(), client_id: owner, description, composites: BTreeSet::new() };
            match outcome {
                Outcome::Added => roles::insert(tx, self.id(), &changed)?,
                Outcome::Overwritten => drop(roles::update(tx, self.id(), &changed)?),
                Outcome::Skipped => {}
            }
            report.took(kind, outcome, role.to_string(), id.0);
        }
        Ok(())
    }

    /// `None`: it belongs to a client that is not there.
    fn owner(&self, role: &RoleName) -> Option<Option<ClientId>> {
        match &role.client {
            None => Some(None),
            Some(name) => self.realm.model.find_client(name).map(|client| Some(client.id)),
        }
    }

    pub(super) fn find_role(&self, role: &RoleName) -> Option<&Role> {
        let owner = self.owner(role)?;
        self.realm.model.roles.values().find(|own| own.client_id == owner && own.name == role.name)
    }

    /// A role includes what the package says, and nothing else: a fresh realm's defaults must not give more than it says.
    pub(super) fn take_includes(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let skipped =
            |id: RoleId| report.taken.iter().any(|taken| taken.id == id.0 && taken.outcome == Outcome::Skipped);
        let mut missing = Vec::new();
        for entry in &package.roles {
            let is_fixed = entry.role.client.as_deref() == Some(REALM_MANAGEMENT_CLIENT);
            let Some(role) = self.find_role(&entry.role).filter(|role| !is_fixed && !skipped(role.id)) else {
                continue;
            };
            let mut wanted = BTreeSet::new();
            for name in &entry.includes {
                match self.find_role(name) {
                    Some(included) => drop(wanted.insert(included.id)),
                    None => {
                        missing.push((format!("roles[{}].composites", entry.role), format!("there is no role {name}")))
                    }
                }
            }
            for id in role.composites.difference(&wanted) {
                roles::exclude(tx, self.id(), role.id, *id)?;
            }
            for id in wanted.difference(&role.composites) {
                roles::include(tx, self.id(), role.id, *id)?;
            }
        }
        for (what, why) in missing {
            report.leave_out(what, why);
        }
        Ok(())
    }

    pub(super) fn take_scope_mappings(
        &self,
        tx: &mut Tx<'_>,
        package: &Package,
        report: &mut Report,
    ) -> FlowResult<()> {
        let mut of_clients: BTreeMap<ClientId, BTreeSet<RoleId>> = BTreeMap::new();
        let mut of_scopes: BTreeMap<ClientScopeId, BTreeSet<RoleId>> = BTreeMap::new();
        for mapping in &package.scope_mappings {
            let Some(role) = self.find_role(&mapping.role) else {
                report.leave_out("scopeMappings", format!("there is no role {}", mapping.role));
                continue;
            };
            match &mapping.carrier {
                CarrierName::Client(name) => match self.realm.model.find_client(name) {
                    Some(client) => drop(of_clients.entry(client.id).or_default().insert(role.id)),
                    None => report.leave_out("scopeMappings", format!("there is no client {name}")),
                },
                CarrierName::Scope(name) => match self.realm.model.find_scope(name) {
                    Some(scope) => drop(of_scopes.entry(scope.id).or_default().insert(role.id)),
                    None => report.leave_out("scopeMappings", format!("there is no client scope {name}")),
                },
            }
        }
        for (id, roles) in of_clients {
            let mut client = self.realm.client(id)?.clone();
            client.scope_mappings.extend(roles);
            clients::update(tx, self.id(), &self.realm.stored(client))?;
        }
        for (id, roles) in of_scopes {
            let Some(scope) = self.realm.model.scopes.get(&id) else { continue };
            let mut scope = scope.clone();
            scope.scope_mappings.extend(roles);
            scopes::update(tx, self.id(), &scope)?;
        }
        Ok(())
    }
}
