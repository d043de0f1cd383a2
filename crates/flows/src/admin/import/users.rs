//! Users with their passwords, roles and consents. They keep their ids: tokens and the data of apps name them by these.

use super::{Import, Kind, Outcome, Package, Report, UserEntry};
use crate::{
    FlowResult,
    bootstrap::{add_default_roles, blank_user, join_default_groups},
    endings::{
        lapsed::end_unallowed,
        not_before::{self, NotBefore},
        of_user,
    },
};
use perennial_domain::{UserId, audit::Action, consent::Consent, ending::Subject, realm_model::Owner, user::User};
use perennial_storage::{
    Tx, action_links, consents, groups,
    sign_in_names::{self, Taken},
    taken_ids, users,
};

impl Import<'_> {
    pub(super) fn take_users(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        for entry in &package.users {
            let name = &entry.draft.username;
            let standing = match users::find_by_username(tx, self.id(), name)? {
                // What the file does not say is written as it was read, so nobody may change it in between.
                Some(user) => users::find_kept(tx, self.id(), user.id)?,
                None => None,
            };
            let outcome = self.outcome(standing.is_some(), &format!("User {name}"))?;
            if let (Some(user), Outcome::Skipped) = (&standing, outcome) {
                report.took(Kind::User, outcome, name, user.id.0);
                continue;
            }
            let user = match self.user(tx, entry, standing)? {
                Ok(user) => user,
                Err(why) => {
                    report.leave_out(format!("users[{name}]"), why);
                    continue;
                }
            };
            match outcome {
                Outcome::Added => self.add_user(tx, entry, &user)?,
                _ => self.overwrite_user(tx, entry, &user, report)?,
            }
            self.take_user_roles(tx, entry, user.id, report)?;
            self.take_memberships(tx, entry, user.id, report)?;
            self.take_consents(tx, entry, user.id, report)?;
            self.take_identities(tx, entry, user.id, report)?;
            report.took(Kind::User, outcome, name, user.id.0);
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
        Ok(match sign_in_names::find_taken(tx, self.id(), &user)? {
            None => Ok(user),
            Some(Taken::Username) => Err("the name is another user's e-mail address".into()),
            Some(Taken::Email) => Err("another user has the same e-mail address".into()),
        })
    }

    fn add_user(&self, tx: &mut Tx<'_>, entry: &UserEntry, user: &User) -> FlowResult<()> {
        let user = User { not_before_at: entry.not_before_at.min(self.now), ..user.clone() };
        Ok(users::insert(tx, self.id(), &user, entry.password_hash.as_deref())?)
    }

    /// What ends a user's sessions ends them here, too.
    fn overwrite_user(&self, tx: &mut Tx<'_>, entry: &UserEntry, user: &User, report: &mut Report) -> FlowResult<()> {
        let (hash, mark) = (entry.password_hash.as_deref(), entry.not_before_at.min(self.now));
        let before = users::find(tx, self.id(), user.id)?;
        let was_enabled = before.as_ref().is_some_and(|before| before.enabled);
        if before.is_some_and(|before| before.email != user.email) {
            action_links::delete_of_user(tx, user.id)?;
        }
        users::update(tx, self.id(), user)?;
        if hash.is_some() {
            users::set_password_hash(tx, user.id, hash)?;
            report.done.push(of_user::password_reset(tx, &self.realm, user.id)?);
        }
        if was_enabled && !user.enabled {
            report.done.push(of_user::disabled(tx, &self.realm, user.id)?);
        }
        if mark > user.not_before_at {
            let (of, mark) = (Subject::User(user.id), NotBefore::At(mark.as_s()));
            report.done.extend(not_before::apply(tx, &self.realm, of, mark)?);
        }
        Ok(())
    }

    fn take_user_roles(&self, tx: &mut Tx<'_>, entry: &UserEntry, id: UserId, report: &mut Report) -> FlowResult<()> {
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

    fn take_memberships(&self, tx: &mut Tx<'_>, entry: &UserEntry, id: UserId, report: &mut Report) -> FlowResult<()> {
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

    fn take_consents(&self, tx: &mut Tx<'_>, entry: &UserEntry, id: UserId, report: &mut Report) -> FlowResult<()> {
        for given in &entry.consents {
            let Some(client) = self.realm.model.find_client(&given.client_id) else {
                let what = format!("users[{}].clientConsents", entry.draft.username);
                report.leave_out(what, format!("there is no client {}", given.client_id));
                continue;
            };
            let stands = consents::find(tx, id, client.id)?;
            let Some(user) = users::find(tx, self.id(), id)? else { continue };
            let owner = Owner { user: &user, consent: stands.as_ref() };
            report.done.extend(end_unallowed(tx, &self.realm, client, owner, self.now)?);
            // It gives; only users and admins take away.
            let earlier = stands.as_ref();
            let updated_at = given.updated_at.unwrap_or(self.now);
            let consent = Consent {
                user_id: id,
                client_id: client.id,
                scope: earlier.map_or_else(|| given.scope.clone(), |consent| consent.scope.union(&given.scope)),
                chosen_end_s: earlier.map_or(given.chosen_end_s, |consent| consent.chosen_end_from(updated_at)),
                created_at: earlier.map(|consent| consent.created_at).or(given.created_at).unwrap_or(self.now),
                updated_at,
            };
            consents::save(tx, &consent)?;
            let Consent { user_id: user, client_id: client, scope, chosen_end_s, .. } = consent;
            report.done.push(Action::ConsentGiven { user, client, scope, chosen_end_s });
        }
        Ok(())
    }
}
