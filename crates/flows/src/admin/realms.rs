//! Realms as an admin reads and changes them.

use super::{Caller, Permission, endings, lengthening, permission::MASTER};
use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::not_before::NotBefore};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    audit::{Action, Actor},
    ending::Subject,
    realm::{Realm, RealmSettings},
};
use perennial_storage::{Tx, realms};
use std::sync::Arc;

/// A change: from the settings as they stand to those wanted, or what is wrong with them.
pub type Change = Box<dyn Fn(&RealmSettings) -> Result<RealmSettings, String> + Send + Sync>;

/// A realm in the list of those that the caller has anything to do with.
pub enum Seen {
    Whole(Box<Realm>),
    /// Who may not view its settings learns its name, as with Keycloak.
    Named(String),
}

/// By name.
pub async fn list(site: &Site, caller: &Caller) -> FlowResult<Vec<Seen>> {
    let realms = site.store.read(|tx| Ok::<_, FlowError>(realms::list(tx)?)).await?;
    let seen = |realm: Realm| {
        if caller.may(Permission::ViewRealm, &realm.name) {
            return Some(Seen::Whole(Box::new(realm)));
        }
        let has_part = Permission::ALL.into_iter().any(|permission| caller.may(permission, &realm.name));
        has_part.then_some(Seen::Named(realm.name))
    };
    Ok(realms.into_iter().filter_map(seen).collect())
}

pub async fn find(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Realm> {
    caller.require(Permission::ViewRealm, realm_name)?;
    Ok(site.realm(realm_name).await?.model.realm.clone())
}

/// The realm as it is in force, for those who may change it.
pub async fn to_manage(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Arc<LoadedRealm>> {
    caller.require(Permission::ManageRealm, realm_name)?;
    site.realm(realm_name).await
}

/// Changes settings, and the revocation policy that came with them: both or neither. What the old policy had ended stays ended:
/// where a limit gets longer, a floor is left behind.
pub async fn update(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    change: Change,
    not_before: Option<NotBefore>,
) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = &realm.model.realm;
        by.require_unchanged(before)?;
        let settings = change(&before.settings).map_err(FlowError::Invalid)?;
        let mut done = Vec::new();
        if settings != before.settings {
            done.push(write(tx, realm, settings)?);
        }
        done.extend(endings::mark_in(tx, realm, &by, Subject::Realm, not_before)?);
        Ok((done, tx.now()?))
    };
    let ((done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(())
}

fn write(tx: &mut Tx<'_>, realm: &LoadedRealm, settings: RealmSettings) -> FlowResult<Action> {
    let before = &realm.model.realm;
    if realm.name() == MASTER && !settings.enabled {
        return Err(FlowError::Invalid("The realm of the admins cannot be disabled".into()));
    }
    check_algorithm(realm, &settings.default_algorithm)?;
    let token_policy = settings.token_policy.clone().keeping_ended_by(&before.settings.token_policy, tx.now()?);
    let after = Realm { settings: RealmSettings { token_policy, ..settings }, ..before.clone() };
    if !realms::update(tx, &after, realm.model.stamp)? {
        return Err(FlowError::StaleRealm);
    }
    let policy = &after.settings.token_policy;
    lengthening::keep_ended(tx, realm, |client, resources| realm.model.policy_under(policy, client, resources))?;
    let value = |settings: &RealmSettings| serde_json::to_value(&settings.token_policy).map_err(FlowError::internal);
    Ok(Action::PolicyChanged { before: value(&before.settings)?, after: value(&after.settings)? })
}

/// Without a key for it, no token could be signed.
fn check_algorithm(realm: &LoadedRealm, name: &str) -> FlowResult<()> {
    let key = name.parse::<SigningAlgorithm>().ok().and_then(|algorithm| realm.signing.signer(algorithm));
    key.map(drop).ok_or_else(|| FlowError::Invalid(format!("The realm has no active key for {name}")))
}
