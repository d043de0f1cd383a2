//! Client scopes, those that new clients start with, and protected resources.

use super::{IfExists, Import, Kind, Outcome, Package, Report, ScopeEntry};
use crate::{
    FlowError, FlowResult,
    admin::{client_scopes::is_given_free, mappers, resources::changes_of, room},
    endings::lapsed::settle,
};
use perennial_domain::{
    ClientScopeId, ResourceId,
    client_scope::{ClientScope, ClientScopeSettings},
    realm::Realm,
    resource::Resource,
};
use perennial_storage::{Tx, realms, resources, scopes, taken_ids};
use std::collections::BTreeSet;

impl Import<'_> {
    pub(super) fn take_scopes(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let is_free = |entry: &ScopeEntry| {
            let before = self.realm.model.find_scope(&entry.name);
            before.is_some_and(|before| {
                let after = ClientScope { settings: (entry.change)(&before.settings), ..before.clone() };
                is_given_free(before, Some(&after))
            })
        };
        if self.tools.if_exists == IfExists::Overwrite && package.scopes.iter().any(is_free) {
            report.done.extend(settle(tx, &self.realm)?);
        }
        let mut there = self.realm.model.scopes.len();
        for entry in &package.scopes {
            let standing = self.realm.model.find_scope(&entry.name);
            let outcome = self.outcome(standing.is_some(), &format!("Client Scope {}", entry.name))?;
            if outcome == Outcome::Added
                && let Err(why) = room::SCOPES.take(&mut there)
            {
                report.leave_out(format!("clientScopes[{}]", entry.name), why);
                continue;
            }
            let mut scope = match standing {
                Some(scope) => ClientScope { settings: (entry.change)(&scope.settings), ..scope.clone() },
                None => self.new_scope(tx, entry)?,
            };
            if let Some(wanted) = &entry.mappers {
                let (entropy, now) = (&self.tools.entropy, self.now);
                scope.settings.mappers = match mappers::replaced(entropy, now, &scope.settings.mappers, wanted) {
                    Err(FlowError::Invalid(why) | FlowError::Conflict(why)) => {
                        report.leave_out(format!("clientScopes[{}].protocolMappers", entry.name), why);
                        scope.settings.mappers
                    }
                    replaced => replaced?,
                };
            }
            match outcome {
                Outcome::Added => scopes::insert(tx, self.id(), &scope)?,
                Outcome::Overwritten => drop(scopes::update(tx, self.id(), &scope)?),
                Outcome::Skipped => {}
            }
            report.took(Kind::Scope, outcome, &entry.name, scope.id.0);
        }
        Ok(())
    }

    fn new_scope(&self, tx: &mut Tx<'_>, entry: &ScopeEntry) -> FlowResult<ClientScope> {
        let id = match entry.id {
            Some(id) if !taken_ids::scope(tx, id)? => id,
            _ => ClientScopeId(self.new_id()),
        };
        let settings = (entry.change)(&ClientScopeSettings::default());
        Ok(ClientScope { id, name: entry.name.clone(), settings, scope_mappings: BTreeSet::new() })
    }

    pub(super) fn take_scopes_of_new_clients(
        &self,
        tx: &mut Tx<'_>,
        package: &Package,
        report: &mut Report,
    ) -> FlowResult<()> {
        let Some((default, optional)) = &package.scopes_of_new_clients else { return Ok(()) };
        let default_client_scopes = self.scope_ids(default, "defaultDefaultClientScopes", report);
        let mut optional_client_scopes = self.scope_ids(optional, "defaultOptionalClientScopes", report);
        optional_client_scopes.retain(|id| !default_client_scopes.contains(id));
        let realm = &self.realm.model.realm;
        let mut settings = realm.settings.clone();
        (settings.default_client_scopes, settings.optional_client_scopes) =
            (default_client_scopes, optional_client_scopes);
        let changed = Realm { settings, ..realm.clone() };
        if realms::update(tx, &changed, self.realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
    }

    /// Of names that the realm has; the others are told.
    pub(super) fn scope_ids(&self, names: &[String], what: &str, report: &mut Report) -> BTreeSet<ClientScopeId> {
        let mut ids = BTreeSet::new();
        for name in names {
            match self.realm.model.find_scope(name) {
                Some(scope) => drop(ids.insert(scope.id)),
                None => report.leave_out(what, format!("there is no client scope {name}")),
            }
        }
        ids
    }

    pub(super) fn take_resources(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let (mut changes, mut there) = (Vec::new(), self.realm.model.resources.len());
        for entry in &package.resources {
            let standing = self.realm.model.resources.get(&entry.uri);
            let outcome = self.outcome(standing.is_some(), &format!("Resource {}", entry.uri))?;
            if outcome == Outcome::Added
                && let Err(why) = room::RESOURCES.take(&mut there)
            {
                report.leave_out(format!("resources[{}]", entry.uri), why);
                continue;
            }
            let mut settings = entry.settings.clone();
            settings.scopes.retain(|name| {
                let known = self.realm.model.find_scope(name).is_some();
                if !known {
                    report.leave_out(
                        format!("resources[{}].scopes", entry.uri),
                        format!("there is no client scope {name}"),
                    );
                }
                known
            });
            let id = standing.map_or_else(|| ResourceId(self.new_id()), |resource| resource.id);
            let resource = Resource { id, uri: entry.uri.clone(), settings };
            match outcome {
                Outcome::Added => resources::insert(tx, self.id(), &resource)?,
                Outcome::Overwritten => drop(resources::update(tx, self.id(), id, &resource.settings)?),
                Outcome::Skipped => {}
            }
            if outcome != Outcome::Skipped {
                changes.push((entry.uri.as_str(), Some(resource)));
            }
            report.took(Kind::Resource, outcome, &entry.uri, id.0);
        }
        // Also for a new one: sessions may name it from an earlier time.
        report.done.extend(changes_of(tx, &self.realm, &changes)?);
        Ok(())
    }
}
