//! `GET /admin/realms/{realm}/keys`, in Keycloak's shape, and `POST …/keys/rotate`, which is ours.

use super::caller::AdminCaller;
use crate::{
    http::{
        api_answer::{ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use perennial_api::keys::{KeyKind, KeyMetadata, KeyRotation, KeysMetadata, KeysRotated};
use perennial_domain::keys::{KeyPurpose, KeyState, SealedKey};
use perennial_flows::{LoadedRealm, keys};

/// Keycloak's, of a generated key.
const PRIORITY: i64 = 100;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    Ok(json(&metadata(&*keys::find(&state.site, &realm, &caller.0).await?)))
}

pub async fn rotate(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<KeyRotation>,
) -> ApiResult {
    let KeyRotation { kind, compromised, kid, dry_run } = sent.0;
    let wanted = keys::KeyRotation { purpose: purpose_of(kind), compromised, kid };
    let done = match dry_run {
        true => keys::foresee_as(&state.site, &realm, &caller.0, &wanted).await?,
        false => keys::rotate_as(&state.site, &realm, &caller.0, wanted).await?,
    };
    let ended_sessions = done.ended_sessions as u64;
    Ok(json(&KeysRotated { made: done.made, passive: done.passive, removed: done.removed, ended_sessions }))
}

pub const fn purpose_of(kind: KeyKind) -> KeyPurpose {
    match kind {
        KeyKind::Refresh => KeyPurpose::Refresh,
        KeyKind::Signing => KeyPurpose::Sign,
    }
}

pub fn metadata(realm: &LoadedRealm) -> KeysMetadata {
    let keys = &realm.model.keys;
    // The first active one works.
    let active = keys.iter().rev().filter(|key| key.state == KeyState::Active);
    KeysMetadata {
        active: active.map(|key| (key.algorithm.clone(), key.kid.clone())).collect(),
        keys: keys.iter().map(|key| describe(realm, key)).collect(),
    }
}

fn describe(realm: &LoadedRealm, key: &SealedKey) -> KeyMetadata {
    let public = realm.signing.entries().iter().find(|entry| entry.key.kid() == key.kid);
    let kind = match key.algorithm.as_str() {
        "RS256" => "RSA",
        "ES256" => "EC",
        "EdDSA" => "OKP",
        _ => "OCT",
    };
    KeyMetadata {
        provider_id: key.kid.clone(),
        provider_priority: PRIORITY,
        kid: key.kid.clone(),
        status: key.state.as_str().to_uppercase(),
        kind: kind.to_owned(),
        algorithm: key.algorithm.clone(),
        use_: "SIG".to_owned(),
        public_key: public.and_then(|entry| entry.key.public_der().ok()).map(|der| STANDARD.encode(der)),
        created: key.created_at.as_ms(),
        retires: key.retires_at.map(perennial_domain::Timestamp::as_ms),
    }
}
