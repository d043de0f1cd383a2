//! What a server starts with: the realm of the admins, and on request the demo realm.

mod demo;
mod fresh_realm;

pub use demo::ensure_demo;
pub(crate) use fresh_realm::{FreshRealm, add_default_roles, join_default_groups, roles_of_new_users};
pub use fresh_realm::{NewRealm, NewUser, create_realm, create_user};

use crate::{FlowError, FlowResult, LoadedRealm, Site, admin::permission::MASTER};
use perennial_crypto::Entropy;
use perennial_domain::{
    Timestamp, UserId,
    lifetime::Floors,
    role::ADMIN_ROLE,
    user::{Attributes, User},
};
use perennial_storage::{Tx, realms, users};
use std::collections::BTreeSet;

/// The first admin, as it turned out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstAdmin {
    /// The realm was there already; whatever password is configured counts only for a new database.
    Existed,
    Created,
}

/// Makes sure that the realm `master` with its first admin exists.
pub async fn ensure_master(site: &Site, username: &str, password: &str) -> FlowResult<FirstAdmin> {
    if has_master(site).await? {
        return Ok(FirstAdmin::Existed);
    }
    // A server killed between the two steps goes on where it was.
    if !realm_exists(site, MASTER).await? {
        create_realm(site, NewRealm::new(MASTER, "Perennial")).await?;
    }
    let admin = NewUser { username: username.into(), roles: vec![ADMIN_ROLE.into()], ..NewUser::default() };
    create_user(site, MASTER, admin, password.to_owned()).await?;
    Ok(FirstAdmin::Created)
}

/// Whether the realm `master` and a user in it exist, so that no password needs to be made up.
pub async fn has_master(site: &Site) -> FlowResult<bool> {
    let unit = |tx: &mut Tx<'_>| match realms::find_by_name(tx, MASTER)? {
        Some(realm) => Ok(users::count(tx, realm.id)? > 0),
        None => Ok(false),
    };
    site.store.read::<_, FlowError, _>(unit).await
}

async fn user_exists(site: &Site, realm_name: &str, username: &str) -> FlowResult<bool> {
    let username = username.to_owned();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        Ok(users::find_by_username(tx, realm.model.realm.id, &username)?.is_some())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub(crate) async fn realm_exists(site: &Site, name: &str) -> FlowResult<bool> {
    let name = name.to_owned();
    site.store.read(move |tx| Ok::<_, FlowError>(realms::find_by_name(tx, &name)?.is_some())).await
}

/// A user with nothing but a name.
pub(crate) fn blank_user(entropy: &Entropy, username: &str, now: Timestamp) -> User {
    User {
        id: UserId(entropy.uuid_v7(now.as_ms())),
        username: username.to_lowercase(),
        email: None,
        email_verified: false,
        first_name: None,
        last_name: None,
        enabled: true,
        locale: None,
        not_before_at: Timestamp::default(),
        floors: Floors::default(),
        created_at: now,
        service_account_of: None,
        attributes: Attributes::new(),
        required_actions: BTreeSet::new(),
    }
}

/// The service account of a client that has none yet.
pub async fn ensure_service_account(site: &Site, realm_name: &str, client_id: &str) -> FlowResult<()> {
    let client_id = client_id.to_owned();
    let template = blank_user(&site.entropy, &format!("service-account-{client_id}"), site_now(site).await?);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        if users::find_service_account(tx, client.id)?.is_some() {
            return Ok(());
        }
        let account = User { service_account_of: Some(client.id), ..template.clone() };
        users::insert(tx, realm.model.realm.id, &account, None)?;
        fresh_realm::add_default_roles(tx, realm, account.id)
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

async fn site_now(site: &Site) -> FlowResult<Timestamp> {
    site.store.read(|tx| Ok::<_, FlowError>(tx.now()?)).await
}
