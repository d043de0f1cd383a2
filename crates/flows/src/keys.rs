//! A realm's keys: new ones take over, old ones verify for as long as a token of theirs can be about, compromised ones go at
//! once, and with a refresh key every session of it.

mod lost;
mod retirement;

pub use lost::{LostKey, bring_back};
pub use retirement::retire;

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::{Caller, Permission},
    loaded_realm::{new_refresh_key, new_signing_key},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    Timestamp,
    audit::{Action, Actor},
    keys::{KeyPurpose, KeyState, SealedKey},
};
use perennial_storage::{Tx, keys};
use std::{collections::BTreeSet, sync::Arc};

/// No unit of work lasts longer, so after it no row can newly name a key that was passive before.
const LONGEST_UNIT_S: i64 = 60;
/// A passive signing key is kept at least this long, for clients that ask for the key set once a day.
const LEAST_PASSIVE_S: i64 = 86_400;

/// Of one purpose: all of them are part of the realm's model, and published where they sign.
const MOST_KEYS: usize = 50;

#[derive(Clone, Debug)]
pub struct KeyRotation {
    pub purpose: KeyPurpose,
    /// Others may know the old keys: they go at once.
    pub compromised: bool,
    /// Only this key; otherwise every active one of the purpose.
    pub kid: Option<String>,
}

/// What a rotation did, by key ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysRotated {
    pub made: Vec<String>,
    pub passive: Vec<String>,
    pub removed: Vec<String>,
    pub ended_sessions: usize,
}

/// The realm with its keys, for those who may look at it.
pub async fn find(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<Arc<LoadedRealm>> {
    caller.require(Permission::ViewRealm, realm_name)?;
    site.realm(realm_name).await
}

pub async fn rotate_as(site: &Site, realm_name: &str, caller: &Caller, wanted: KeyRotation) -> FlowResult<KeysRotated> {
    caller.require(Permission::ManageRealm, realm_name)?;
    rotate(site, realm_name, wanted, Actor::Admin { user: caller.user }).await
}

/// What a rotation would do, as far as it can be known before: no new key has a name yet.
pub async fn foresee_as(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    wanted: &KeyRotation,
) -> FlowResult<KeysRotated> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let loaded = site.realm(realm_name).await?;
    let old = replaced(&loaded, wanted)?;
    let (removed, passive): (Vec<_>, Vec<_>) =
        old.into_iter().map(|key| key.kid.clone()).partition(|_| wanted.compromised);
    let mut foreseen = KeysRotated { passive, removed, ..KeysRotated::default() };
    if wanted.purpose == KeyPurpose::Refresh && !foreseen.removed.is_empty() {
        foreseen.ended_sessions = retirement::count_sessions_of(site, &foreseen.removed).await?;
    }
    Ok(foreseen)
}

/// New keys take over in one durable unit; what a compromised key had made is refused from its commit on.
pub async fn rotate(site: &Site, realm_name: &str, wanted: KeyRotation, actor: Actor) -> FlowResult<KeysRotated> {
    let purpose = wanted.purpose;
    let fresh = make_keys(site, realm_name, purpose).await?;
    let made = fresh.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((replace(tx, realm, &wanted, &fresh)?, tx.now()?));
    let ((mut done, at), _) = site.change(realm_name, unit).await?;
    let purpose_name = || purpose.as_str().to_owned();
    for key in made.iter().filter(|key| done.made.contains(&key.kid)) {
        let (kid, algorithm, sealed) = (key.kid.clone(), key.algorithm.clone(), STANDARD.encode(&key.sealed));
        let action = Action::KeyAdded { purpose: purpose_name(), kid, algorithm, sealed };
        site.record(at, realm_name, actor.clone(), action);
    }
    for kid in &done.removed {
        let action = Action::KeyCompromised { purpose: purpose_name(), kid: kid.clone() };
        site.record(at, realm_name, actor.clone(), action);
    }
    if purpose == KeyPurpose::Refresh && !done.removed.is_empty() {
        done.ended_sessions = retirement::end_sessions_of(site, &done.removed).await?;
    }
    Ok(done)
}

/// One for each algorithm that is in use. RSA generation takes a while, so it stays off the async workers.
async fn make_keys(site: &Site, realm_name: &str, purpose: KeyPurpose) -> FlowResult<Vec<SealedKey>> {
    let (now, realm) = site.read(realm_name, |tx, _| Ok(tx.now()?)).await?;
    let (master, entropy) = (site.master.clone(), site.entropy.clone());
    let work = move || {
        if purpose == KeyPurpose::Refresh {
            return Ok(vec![new_refresh_key(&entropy, &master, now)]);
        }
        let active = realm.signing.entries().iter().filter(|entry| entry.active);
        let algorithms: BTreeSet<&str> = active.map(|entry| entry.key.algorithm().as_str()).collect();
        let parse = |name: &str| name.parse::<SigningAlgorithm>().map_err(FlowError::internal);
        algorithms.into_iter().map(|name| new_signing_key(parse(name)?, &master, now)).collect()
    };
    tokio::task::spawn_blocking(work).await.map_err(FlowError::internal)?
}

/// The keys that a rotation is about.
fn replaced<'r>(realm: &'r LoadedRealm, wanted: &KeyRotation) -> FlowResult<Vec<&'r SealedKey>> {
    let own = realm.model.keys.iter().filter(|key| key.purpose == wanted.purpose);
    let old: Vec<&SealedKey> = match &wanted.kid {
        Some(kid) => own.filter(|key| key.kid == *kid).collect(),
        None => own.filter(|key| key.state == KeyState::Active).collect(),
    };
    if old.is_empty() { Err(FlowError::NotFound("Key not found")) } else { Ok(old) }
}

fn replace(tx: &mut Tx<'_>, realm: &LoadedRealm, wanted: &KeyRotation, fresh: &[SealedKey]) -> FlowResult<KeysRotated> {
    let (id, now) = (realm.model.realm.id, tx.now()?);
    let mut done = KeysRotated::default();
    let stand = realm.model.keys.iter().filter(|key| key.purpose == wanted.purpose).count();
    if stand >= MOST_KEYS && !wanted.compromised {
        let text = format!("There are {stand} keys already: passive ones retire when nothing is under them any more");
        return Err(FlowError::Invalid(text));
    }
    for key in replaced(realm, wanted)? {
        let is_active = key.state == KeyState::Active;
        if is_active {
            // Made for the algorithms that were in use a moment ago: where others are now, begin anew.
            let new = fresh.iter().find(|new| new.algorithm == key.algorithm).ok_or(FlowError::StaleRealm)?;
            if !done.made.contains(&new.kid) {
                keys::insert(tx, id, &SealedKey { created_at: now, ..new.clone() })?;
                done.made.push(new.kid.clone());
            }
        }
        // A missed guard means that somebody else rotates at this moment.
        if wanted.compromised {
            if !keys::delete(tx, id, &key.kid)? {
                return Err(FlowError::StaleRealm);
            }
            done.removed.push(key.kid.clone());
        } else if is_active {
            if !keys::make_passive(tx, id, &key.kid, retires_at(realm, wanted.purpose, now))? {
                return Err(FlowError::StaleRealm);
            }
            done.passive.push(key.kid.clone());
        } else {
            return Err(FlowError::Invalid("The key is passive already".into()));
        }
    }
    Ok(done)
}

/// A signing key stays until no token of it can be alive, nor a sign-in that one is the hint of (OIDC RP-Initiated Logout §2: an ID token
/// is one past its end, too); a refresh key until no row names it, which is looked at from then on.
pub(crate) fn retires_at(realm: &LoadedRealm, purpose: KeyPurpose, now: Timestamp) -> Timestamp {
    if purpose == KeyPurpose::Refresh {
        return now.plus_s(LONGEST_UNIT_S);
    }
    let model = &realm.model;
    let of_clients = model.clients.values().map(|client| model.policy_of(client).access_token_lifespan_s);
    let of_resources =
        model.resources.values().filter_map(|resource| resource.settings.token_policy.access_token_lifespan_s);
    let least_s = LEAST_PASSIVE_S.max(model.realm.settings.token_policy.sso_session_max_s);
    let longest_s = of_clients.chain(of_resources).fold(least_s, i64::max);
    now.plus_s(longest_s.saturating_add(LONGEST_UNIT_S))
}
