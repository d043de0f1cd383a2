//! Users with their passwords, roles and consents. They keep their ids: tokens and the data of apps name them by these.

use super::{Import, Kind, Outcome, Package, Report, UserEntry};
use crate::{
    FlowResult,
    bootstrap::{add_default_roles, blank_user, join_default_groups},
    endings::of_user,
};
use perennial_domain::{UserId, consent::Consent, user::User};
use perennial_storage::{Tx, action_links, consents, groups, taken_ids, users};

impl Import<'_> {
    pub(super) fn take_users(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        for entry in &package.users {
            let name = &entry.draft.username;
            let standing = users::find_by_username(tx, self.id(), name)?;
            let outcome = self.outcome(standing.is_some(), &format!("User {name}"))?;
            if let (Some(user), Outcome::Skipped) = (&standing, outcome) {
                report.took((Kind::User, outcome), name, user.id.0);
                continue;
            }
            let user = match self.user(tx, entry, standing)? {
                Ok(user) => user,
                Err(why) => {
                    report.leave_out(format!("users[{name}]"), why);
                    continue;
                }
            };
            self.write_user(tx, (entry, &user), outcome)?;
            self.take_user_roles(tx, (entry, user.id), report)?;
            self.take_memberships(tx, (entry, user.id), report)?;
            self.take_consents(tx, (entry, user.id), report)?;
            report.took((Kind::User, outcome), name, user.id.0);
        }
        Ok(())
    }

    /// The user as it is to be stored, or why it cannot be.
    fn user(&self, tx: &mut Tx<'_>, entry: &UserEntry, standing: Option<User>) -> FlowResult<Result<User, String>> {
        let service_account_of = match &entry.service_account_of {
            None => None,
            Some(name) => match self.realm.model.find_client(name) {
                Some(client)
                    if users::find_service_account(tx, client.id)?
                        .is_none_or(|own| Some(own.id) == standing.as_ref().map(|user| user.id)) =>
                {
                    Some(client.id)
                }
                Some(_) => return Ok(Err(format!("the client {name} has a service account already"))),
                None => return Ok(Err(format!("its client {name} was not taken over"))),
            },
        };
        let before = match standing {
            Some(user) if user.service_account_of != service_account_of => {
                return Ok(Err("a person and a service account have the same name".into()));
            }
            Some(user) => user,
            None => {
                let mut user = blank_user(&self.tools.entropy, &entry.draft.username, self.now);
                if let Some(id) = entry.id
                    && !taken_ids::user(tx, id)?
                {
                    user.id = id;
                }
                user.created_at = entry.created_at.unwrap_or(self.now);
                user
            }
        };
        let mut user = entry.draft.clone().put_into(before);
        user.service_account_of = service_account_of;
        user.not_before_at = user.not_before_at.max(entry.not_before_at);
        if let Some(email) = &user.email
            && users::find_by_email(tx, self.id(), email)?.is_some_and(|other| other.id != user.id)
        {
            return Ok(Err("another user has the same e-mail address".into()));
        }
        Ok(Ok(user))
    }

    fn write_user(&self, tx: &mut Tx<'_>, (entry, user): (&UserEntry, &User), outcome: Outcome) -> FlowResult<()> {
        let hash = entry.password_hash.as_deref();
        if outcome == Outcome::Added {
            return Ok(users::insert(tx, self.id(), user, hash)?);
        }
        let before = users::find(tx, self.id(), user.id)?;
        let was_enabled = before.as_ref().is_some_and(|before| before.enabled);
        if before.is_some_and(|before| before.email != user.email) {
            action_links::delete_of_user(tx, user.id)?;
        }
        users::update(tx, self.id(), user)?;
        if hash.is_some() {
            users::set_password_hash(tx, user.id, hash)?;
            of_user::password_reset(tx, &self.realm, user.id)?;
        }
        if was_enabled && !user.enabled {
            of_user::disabled(tx, &self.realm, user.id)?;
        }
        Ok(())
    }

    fn take_user_roles(
        &self,
        tx: &mut Tx<'_>,
        (entry, id): (&UserEntry, UserId),
        report: &mut Report,
    ) -> FlowResult<()> {
        let Some(names) = &entry.roles else { return add_default_roles(tx, &self.realm, id) };
        let mut wanted = Vec::new();
        for name in names {
            match self.find_role(name) {
                Some(role) => wanted.push(role.id),
                None => {
                    report.leave_out(
                        format!("users[{}].roles", entry.draft.username),
                        format!("there is no role {name}"),
                    );
                }
            }
        }
        for standing in users::role_ids(tx, id)? {
            if !wanted.contains(&standing) {
                users::remove_role(tx, id, standing)?;
            }
        }
        for role in wanted {
            users::add_role(tx, id, role)?;
        }
        Ok(())
    }

    fn take_memberships(
        &self,
        tx: &mut Tx<'_>,
        (entry, id): (&UserEntry, UserId),
        report: &mut Report,
    ) -> FlowResult<()> {
        let Some(paths) = &entry.groups else { return join_default_groups(tx, &self.realm, id) };
        let wanted = self.group_ids(paths, &format!("users[{}].groups", entry.draft.username), report);
        for standing in groups::of_user(tx, id)?.into_iter().filter(|group| !wanted.contains(group)) {
            groups::leave(tx, id, standing)?;
        }
        for group in wanted {
            groups::join(tx, id, group)?;
        }
        Ok(())
    }

    fn take_consents(&self, tx: &mut Tx<'_>, (entry, id): (&UserEntry, UserId), report: &mut Report) -> FlowResult<()> {
        for given in &entry.consents {
            let Some(client) = self.realm.model.find_client(&given.client_id) else {
                let what = format!("users[{}].clientConsents", entry.draft.username);
                report.leave_out(what, format!("there is no client {}", given.client_id));
                continue;
            };
            let consent = Consent {
                user_id: id,
                client_id: client.id,
                scope: given.scope.clone(),
                chosen_end_s: given.chosen_end_s,
                created_at: given.created_at.unwrap_or(self.now),
                updated_at: given.updated_at.unwrap_or(self.now),
            };
            consents::save(tx, &consent)?;
        }
        Ok(())
    }
}
