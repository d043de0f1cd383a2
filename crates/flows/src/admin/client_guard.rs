//! Which clients an admin may change. Who controls a client acts as its service account, and with the roles of the users who
//! come through it: nobody gains roles by that which they do not have.

use super::Caller;
use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_domain::{
    ClientId, RoleId,
    client::{Client, ClientSettings},
    client_scope::{ClientScope, PermissionType},
    mapper::MapperKind,
    realm_model::RealmModel,
    role::REALM_MANAGEMENT_CLIENT,
};
use perennial_storage::{Tx, groups, users};
use std::collections::BTreeSet;

const ACCOUNT_CLIENTS: [&str; 2] = ["account", "account-console"];
/// Those through which admins use the admin API.
const ADMIN_CLIENTS: [&str; 2] = ["admin-cli", "security-admin-console"];

/// Without these the consoles and the realm's own admins would be locked out.
pub(super) fn is_built_in(client_id: &str) -> bool {
    client_id == REALM_MANAGEMENT_CLIENT
        || client_id == "broker"
        || ACCOUNT_CLIENTS.contains(&client_id)
        || ADMIN_CLIENTS.contains(&client_id)
}

/// The roles that a user may use the admin API with through this client: with the realm's own tools all, with a client's own
/// account those in its scope, else only those that somebody who has them put into the client's scope. Full scope is not
/// enough, because any manager of clients may give it.
pub fn admin_roles(model: &RealmModel, client: &Client, of_user: &BTreeSet<RoleId>, is_own: bool) -> BTreeSet<RoleId> {
    if is_own || ADMIN_CLIENTS.contains(&client.client_id.as_str()) {
        return model.roles_in_scope(client, of_user);
    }
    let mapped = model.closure(client.scope_mappings.iter().copied());
    of_user.intersection(&mapped).copied().collect()
}

/// The client, if nothing that can be done through it is beyond the caller.
pub(super) fn manageable<'r>(
    tx: &mut Tx<'_>,
    realm: &'r LoadedRealm,
    caller: &Caller,
    id: ClientId,
) -> FlowResult<&'r Client> {
    let client = realm.client(id)?;
    let mut roles: Vec<RoleId> = client.scope_mappings.iter().copied().collect();
    if let Some(account) = users::find_service_account(tx, id)? {
        roles.extend(users::role_ids(tx, account.id)?);
        roles.extend(realm.model.effective_roles([], &groups::of_user(tx, account.id)?));
    }
    caller.require_roles(realm, roles)?;
    Ok(client)
}

/// The same for what decides who may use the client, and for what: of those that belong to the realm only its whole admins
/// change that.
pub(super) fn steerable<'r>(
    tx: &mut Tx<'_>,
    realm: &'r LoadedRealm,
    caller: &Caller,
    id: ClientId,
) -> FlowResult<&'r Client> {
    let client = manageable(tx, realm, caller, id)?;
    if is_built_in(&client.client_id) {
        require_whole(realm, caller)?
    };
    Ok(client)
}

/// A change of a client as a whole: of a built-in one, its looks and lifetimes are any manager's to change, of the admins' own tools
/// its looks.
pub(super) fn check_change(
    realm: &LoadedRealm,
    caller: &Caller,
    before: &Client,
    after: &Client,
    names_secret: bool,
) -> FlowResult<()> {
    let ordinary = !is_built_in(&before.client_id);
    if ordinary || (!names_secret && is_harmless(&realm.stored(before.clone()), after)) {
        return Ok(());
    }
    require_whole(realm, caller)
}

/// A change of a client scope that the admins' own tools are assigned: only whole admins take away what they are recognised by (without
/// the resolved audience the admin API refuses their tokens), or reserve what they ask for, which nobody could then approve.
pub(super) fn check_scope(
    realm: &LoadedRealm,
    caller: &Caller,
    before: &ClientScope,
    after: Option<&ClientScope>,
) -> FlowResult<()> {
    let has_it =
        |client: &Client| client.default_scopes.contains(&before.id) || client.optional_scopes.contains(&before.id);
    let is_tool = |client: &Client| ADMIN_CLIENTS.contains(&client.client_id.as_str());
    let resolves = before.settings.mappers.iter().any(|mapper| mapper.kind == MapperKind::AudienceResolve);
    let comes_to_be = |used, after: &ClientScope| after.is_reserved(used) && !before.is_reserved(used);
    let is_reserved = after.is_some_and(|after| PermissionType::ALL.into_iter().any(|used| comes_to_be(used, after)));
    if (resolves || is_reserved) && realm.model.clients.values().any(|client| is_tool(client) && has_it(client)) {
        require_whole(realm, caller)?;
    }
    Ok(())
}

fn is_harmless(before: &Client, after: &Client) -> bool {
    let (old, new) = (&before.settings, after.settings.clone());
    let looks = ClientSettings {
        name: old.name.clone(),
        description: old.description.clone(),
        logo_uri: old.logo_uri.clone(),
        policy_uri: old.policy_uri.clone(),
        tos_uri: old.tos_uri.clone(),
        contacts: old.contacts.clone(),
        ..new
    };
    // A lifetime of a second, or a consent that nobody can give there, would end what admins do with their tools.
    let settings = if ADMIN_CLIENTS.contains(&before.client_id.as_str()) { looks } else { lifetimes_as(old, looks) };
    // A secret that was made up because there was none is known to nobody.
    let sealed_secret = if before.sealed_secret.is_none() { None } else { after.sealed_secret.clone() };
    Client { settings, sealed_secret, ..after.clone() } == *before
}

fn lifetimes_as(old: &ClientSettings, new: ClientSettings) -> ClientSettings {
    ClientSettings {
        consent_required: old.consent_required,
        offline_consent: old.offline_consent,
        use_refresh_tokens: old.use_refresh_tokens,
        access_token_algorithm: old.access_token_algorithm.clone(),
        id_token_algorithm: old.id_token_algorithm.clone(),
        access_token_rfc9068: old.access_token_rfc9068,
        token_policy: old.token_policy.clone(),
        ..new
    }
}

fn require_whole(realm: &LoadedRealm, caller: &Caller) -> FlowResult<()> {
    if caller.is_whole_admin_of(realm.name()) { Ok(()) } else { Err(FlowError::Forbidden) }
}
