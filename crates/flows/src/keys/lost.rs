//! A key that a restored backup does not know: the audit log has it, sealed, and the tokens that it made are out there.

use super::retires_at;
use crate::{FlowError, FlowResult, LoadedRealm, Site, loaded_realm::opens};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use perennial_domain::{
    Timestamp,
    keys::{KeyPurpose, KeyState, SealedKey},
};
use perennial_storage::{Tx, keys};

/// As an audit line has it.
#[derive(Clone, Copy, Debug)]
pub struct LostKey<'a> {
    pub purpose: &'a str,
    pub kid: &'a str,
    pub algorithm: &'a str,
    /// In base64.
    pub sealed: &'a str,
    pub made_at: Timestamp,
}

/// Lets the key take over from those that are older than it; `false` where the realm knows it, or a younger one.
pub async fn bring_back(site: &Site, realm_name: &str, lost: LostKey<'_>) -> FlowResult<bool> {
    let key = lost.read().filter(|key| opens(key, &site.master));
    let key = key.ok_or_else(|| FlowError::Invalid(format!("the key {} cannot be opened", lost.kid)))?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| insert(tx, realm, &key);
    Ok(site.change(realm_name, unit).await?.0)
}

impl LostKey<'_> {
    fn read(&self) -> Option<SealedKey> {
        Some(SealedKey {
            kid: self.kid.to_owned(),
            purpose: KeyPurpose::parse(self.purpose)?,
            algorithm: self.algorithm.to_owned(),
            state: KeyState::Active,
            sealed: STANDARD.decode(self.sealed).ok()?,
            created_at: self.made_at,
            retires_at: None,
        })
    }
}

fn insert(tx: &mut Tx<'_>, realm: &LoadedRealm, key: &SealedKey) -> FlowResult<bool> {
    let (id, all) = (realm.model.realm.id, &realm.model.keys);
    let alike: Vec<&SealedKey> =
        all.iter().filter(|own| own.purpose == key.purpose && own.algorithm == key.algorithm).collect();
    // One that was retired since must not come back either.
    if all.iter().any(|own| own.kid == key.kid) || alike.iter().any(|own| own.created_at >= key.created_at) {
        return Ok(false);
    }
    let now = tx.now()?;
    for older in alike.iter().filter(|own| own.state == KeyState::Active) {
        keys::make_passive(tx, id, &older.kid, retires_at(realm, key.purpose, now))?;
    }
    keys::insert(tx, id, key)?;
    Ok(true)
}
