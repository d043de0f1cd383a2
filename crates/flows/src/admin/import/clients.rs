//! Clients. A part that this realm cannot hold is left out; a client that could not be used at all is left out whole.

use super::{
    Import, Kind, Outcome, Package, Report,
    package::{ApprovalEntry, ClientEntry},
};
use crate::{
    FlowError, FlowResult,
    admin::{client_guard, clients, lengthening},
    endings::{
        lapsed::end_lapsed,
        not_before::{self, NotBefore},
    },
};
use perennial_domain::{ClientId, UserId, admin_consent::AdminConsent, client::Client, ending::Subject};
use perennial_storage::{Tx, clients as rows, taken_ids};

/// A client as it was, or would begin, and as it is to be.
struct Change<'a> {
    entry: &'a ClientEntry,
    outcome: Outcome,
    before: &'a Client,
    after: &'a Client,
}

impl Import<'_> {
    pub(super) fn take_clients(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        for entry in &package.clients {
            let standing = self.realm.model.find_client(&entry.client_id);
            let outcome = self.outcome(standing.is_some(), &format!("Client {}", entry.client_id))?;
            if let (Some(client), Outcome::Skipped) = (standing, outcome) {
                report.took(Kind::Client, outcome, &entry.client_id, client.id.0);
                continue;
            }
            let before = match standing {
                Some(client) => client.clone(),
                None => clients::blank(&self.realm, self.client_id(tx, entry)?, self.now),
            };
            match self.drafted(&before, entry, report) {
                Ok(after) => {
                    let change = Change { entry, outcome, before: &before, after: &after };
                    self.write_client(tx, package, &change, report)?;
                    self.raise_client_mark(tx, &change, report)?;
                }
                Err(FlowError::Invalid(why) | FlowError::Conflict(why)) => {
                    report.leave_out(format!("clients[{}]", entry.client_id), why);
                    continue;
                }
                Err(error) => return Err(error),
            }
            report.took(Kind::Client, outcome, &entry.client_id, before.id.0);
        }
        Ok(())
    }

    fn client_id(&self, tx: &mut Tx<'_>, entry: &ClientEntry) -> FlowResult<ClientId> {
        match entry.id {
            Some(id) if !taken_ids::client(tx, id)? => Ok(id),
            _ => Ok(ClientId(self.new_id())),
        }
    }

    fn drafted(&self, before: &Client, entry: &ClientEntry, report: &mut Report) -> FlowResult<Client> {
        let mut draft = (entry.change)(before);
        for (field, names) in
            [("defaultClientScopes", &mut draft.default_scopes), ("optionalClientScopes", &mut draft.optional_scopes)]
        {
            let what = format!("clients[{}].{field}", entry.client_id);
            if let Some(names) = names {
                self.scope_ids(names, &what, report);
                names.retain(|name| self.realm.model.find_scope(name).is_some());
            }
        }
        if client_guard::is_built_in(&entry.client_id) {
            // Its addresses are this server's own.
            draft.settings.redirect_uris.clone_from(&before.settings.redirect_uris);
        }
        if let Some(entry_approval) = &entry.approval {
            draft.settings.admin_consent = self.approved(before, &entry.client_id, entry_approval, report);
        }
        self.tools.step.drafted(&self.realm, before, &draft, self.now)
    }

    /// What began before a revocation policy ends with it, for good; a new client has nothing yet.
    fn raise_client_mark(&self, tx: &mut Tx<'_>, change: &Change<'_>, report: &mut Report) -> FlowResult<()> {
        let Change { entry, outcome, before, .. } = *change;
        let mark = entry.not_before_at.min(self.now);
        if mark <= before.not_before_at {
            return Ok(());
        }
        if outcome == Outcome::Added {
            return Ok(rows::set_not_before(tx, self.id(), before.id, mark)?);
        }
        let (of, mark) = (Subject::Client(before.id), NotBefore::At(mark.as_s()));
        report.done.extend(not_before::apply(tx, &self.realm, of, mark)?);
        Ok(())
    }

    /// As if an admin gave it now: it revives nothing that went without.
    fn approved(
        &self,
        before: &Client,
        client_id: &str,
        approval: &ApprovalEntry,
        report: &mut Report,
    ) -> Option<AdminConsent> {
        let mut scopes = approval.scopes.clone();
        self.scope_ids(&scopes, &format!("clients[{client_id}].adminConsent"), report);
        scopes.retain(|name| self.realm.model.find_scope(name).is_some());
        let earlier = before.settings.admin_consent.as_ref();
        let by = UserId(uuid::Uuid::nil());
        let given = AdminConsent::renewed(earlier, &scopes, approval.ends_at, by, self.now);
        (!scopes.is_empty()).then_some(AdminConsent { given_by: None, ..given })
    }

    fn write_client(
        &self,
        tx: &mut Tx<'_>,
        package: &Package,
        change: &Change<'_>,
        report: &mut Report,
    ) -> FlowResult<()> {
        let Change { outcome, before, after, .. } = *change;
        if outcome == Outcome::Added {
            rows::insert(tx, self.id(), after)?;
        } else {
            let becoming = |other: &Client, resources: &[String]| {
                self.realm.model.policy_for(if other.id == before.id { after } else { other }, resources)
            };
            lengthening::keep_ended(tx, &self.realm, becoming)?;
            report.done.extend(end_lapsed(tx, &self.realm, before, &after.settings.lapses)?);
            report.done.extend(clients::policy_changed(&before.settings, &after.settings)?);
            rows::update(tx, self.id(), after)?;
        }
        // One that the package brings keeps the id that tokens name as their subject.
        let comes_along =
            package.users.iter().any(|user| user.service_account_of.as_deref() == Some(after.client_id.as_str()));
        if comes_along { Ok(()) } else { self.tools.step.add_service_account(tx, &self.realm, after) }
    }
}
