//! Upstream providers, and who users are there. Nobody is linked with a provider that is not here.

use super::{Import, Kind, Outcome, Package, Report, UserEntry};
use crate::{FlowResult, admin::identity_providers, endings::bulk::derived_id};
use perennial_domain::UserId;
use perennial_storage::{Tx, identity_links};

impl Import<'_> {
    pub(super) fn take_identity_providers(
        &self,
        tx: &mut Tx<'_>,
        package: &Package,
        report: &mut Report,
    ) -> FlowResult<()> {
        let mut all = self.realm.model.realm.settings.identity_providers.clone();
        for (alias, provider) in &package.identity_providers {
            let outcome = self.outcome(all.contains_key(alias), &format!("Identity Provider {alias}"))?;
            if outcome != Outcome::Skipped {
                if let Err(why) = identity_providers::check(&all, alias, provider) {
                    report.leave_out(format!("identityProviders[{alias}]"), why);
                    continue;
                }
                if let Some(before) = all.insert(alias.clone(), provider.clone()) {
                    identity_providers::forget_users_of_another(tx, &self.realm, alias, &before, provider)?;
                }
            }
            let id = derived_id(&format!("identity provider {} {alias}", self.id()));
            report.took(Kind::IdentityProvider, outcome, alias, id);
        }
        if all == self.realm.model.realm.settings.identity_providers {
            return Ok(());
        }
        identity_providers::write(tx, &self.realm, all)
    }

    pub(super) fn take_identities(
        &self,
        tx: &mut Tx<'_>,
        entry: &UserEntry,
        id: UserId,
        report: &mut Report,
    ) -> FlowResult<()> {
        let standing = identity_links::list_of_user(tx, id)?;
        for link in entry.identities.iter().filter(|link| !standing.contains(link)) {
            let what = || format!("users[{}].federatedIdentities", entry.draft.username);
            if !self.realm.model.realm.settings.identity_providers.contains_key(&link.alias) {
                report.leave_out(what(), format!("there is no identity provider {}", link.alias));
            } else if !identity_links::insert(tx, self.id(), id, link)? {
                report.leave_out(what(), format!("somebody is linked with {} already", link.alias));
            }
        }
        Ok(())
    }
}
