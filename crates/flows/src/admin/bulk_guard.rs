//! What a bulk ending asks of its caller: no less than the single endings that it stands for. Everything of the realm is its
//! managers' to end, everything of a client its managers', and a session of somebody who may do more than the caller nobody's.

use super::{Caller, Permission, bulk_revoke::Wish, client_guard, session_search::Walk, users::manageable};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{ClientId, GrantId, GroupId, RoleId, UserId, session_filter::SessionFilter};
use perennial_storage::{Tx, grants, groups, users};
use std::collections::BTreeSet;

/// Rows of one statement.
const PART: usize = 500;
/// Who is surrounded by more people who may do more than they is no admin of this realm.
const MOST_BEYOND: i64 = 1_000;

/// Asked of a dry run, too: it tells whose sessions there are.
pub(super) async fn check(site: &Site, realm_name: &str, caller: &Caller, wish: &Wish) -> FlowResult<()> {
    if caller.is_whole_admin_of(realm_name) {
        return Ok(());
    }
    // A floor of the realm ends all that began before an instant, too.
    if wish.only.is_empty() && wish.filter.client.is_none() && wish.filter.is_whole() {
        // Empty, and without the word that says so, it is refused as it is.
        let is_meant = wish.all || !wish.filter.is_empty();
        return if is_meant { caller.require(Permission::ManageRealm, realm_name) } else { Ok(()) };
    }
    let (by, filter, only) = (caller.clone(), wish.filter.clone(), wish.only.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if let Some(user) = filter.user {
            return manageable(tx, realm, &by, user).map(drop);
        }
        if let Some(client) = whole_client(&filter, &only)
            && may_end_all_of(tx, realm, &by, client)?
        {
            return Ok(());
        }
        let beyond = beyond(tx, realm, &by)?;
        let concerned = match only.is_empty() {
            true => any_has_match(tx, realm, &beyond, &filter)?,
            false => any_owns(tx, realm, &beyond, &only)?,
        };
        if concerned { Err(FlowError::Forbidden) } else { Ok(()) }
    };
    site.read(realm_name, unit).await?;
    Ok(())
}

/// The client of which every session is meant, or every one that began before a time.
fn whole_client(filter: &SessionFilter, only: &[GrantId]) -> Option<ClientId> {
    let bare =
        SessionFilter { client: filter.client, started_before: filter.started_before, ..SessionFilter::default() };
    filter.client.filter(|_| only.is_empty() && *filter == bare)
}

fn may_end_all_of(tx: &mut Tx<'_>, realm: &LoadedRealm, by: &Caller, client: ClientId) -> FlowResult<bool> {
    if !by.may(Permission::ManageClients, realm.name()) {
        return Ok(false);
    }
    match client_guard::steerable(tx, realm, by, client) {
        Ok(_) => Ok(true),
        Err(FlowError::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Those who may do more than the caller, by roles of their own or by their groups'.
pub(super) fn beyond(tx: &mut Tx<'_>, realm: &LoadedRealm, by: &Caller) -> FlowResult<BTreeSet<UserId>> {
    let model = &realm.model;
    let is_beyond = |roles: BTreeSet<RoleId>| by.require_roles(realm, roles).is_err();
    let roles: Vec<RoleId> = model.roles.keys().filter(|id| is_beyond(BTreeSet::from([**id]))).copied().collect();
    let of_group = |id: &GroupId| is_beyond(model.effective_roles([], &[*id]));
    let around: Vec<GroupId> = model.groups.keys().filter(|id| of_group(id)).copied().collect();
    let mut found: BTreeSet<UserId> = users::ids_with_any_role(tx, &roles, MOST_BEYOND)?.into_iter().collect();
    found.extend(groups::ids_of_members(tx, &around, MOST_BEYOND)?);
    if i64::try_from(found.len()).is_ok_and(|count| count < MOST_BEYOND) {
        Ok(found)
    } else {
        Err(FlowError::Forbidden)
    }
}

fn any_owns(tx: &mut Tx<'_>, realm: &LoadedRealm, beyond: &BTreeSet<UserId>, only: &[GrantId]) -> FlowResult<bool> {
    for part in only.chunks(PART) {
        let seen = grants::glance_at(tx, part)?;
        if seen.iter().any(|seen| seen.realm_id == realm.model.realm.id && beyond.contains(&seen.user_id)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A live one, as far as its row tells.
fn any_has_match(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    beyond: &BTreeSet<UserId>,
    filter: &SessionFilter,
) -> FlowResult<bool> {
    let now = tx.now()?;
    for user in beyond {
        let filter = SessionFilter { user: Some(*user), ..filter.clone() };
        let mut after = None;
        loop {
            let mut walk = Walk::open(tx, realm, &filter, after)?;
            while let Some(seen) = walk.next(tx, PART)? {
                let mut fitting = seen.iter().filter(|seen| filter.admits(realm.model.realm.id, seen));
                if fitting.any(|seen| seen.alive_until(&realm.model, now).is_some()) {
                    return Ok(true);
                }
            }
            match walk.rest {
                Some(rest) => after = Some(rest),
                None => break,
            }
        }
    }
    Ok(false)
}
