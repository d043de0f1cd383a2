//! The end of an authorization request: a single-use code for its client (RFC 6749 §4.1.2), or the answer that a device waits for
//! (RFC 8628 §3.3).

use super::{Answer, Target};
use crate::{FlowResult, LoadedRealm, holder::keep_enabled, sign_in::foreign_form};
use perennial_crypto::{Entropy, token_hash};
use perennial_domain::{
    ClientId, DeviceId, GrantId, Timestamp,
    authorization::{AuthorizationCode, CodeGrant, PendingRequest},
    device::Approval,
    grant::Place,
    lifetime::Floors,
    user_session::UserSession,
};
use perennial_protocol::{OAuthError, ScopeSet};
use perennial_storage::{Tx, codes, devices, requests, user_sessions};

/// What the user, or a stored consent, has granted.
pub struct Granted<'a> {
    pub scope: ScopeSet,
    /// Seconds; `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    pub session: &'a UserSession,
    /// The user's.
    pub floors: Floors,
    /// Where the user is.
    pub place: &'a Place,
}

/// A code that nobody has seen yet, and the id of the grant that it may become.
pub struct Fresh {
    code: String,
    grant_id: GrantId,
}

impl Fresh {
    pub fn new(entropy: &Entropy, now: Timestamp) -> Self {
        Self { code: entropy.secret(), grant_id: GrantId(entropy.uuid_v7(now.as_ms())) }
    }
}

/// Closes the request with what was granted.
pub fn answer(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    granted: Granted<'_>,
    fresh: &Fresh,
) -> FlowResult<Answer> {
    // What begins here is nobody's any more where the user was disabled, or all of theirs ended, while the page was answered.
    let user = keep_enabled(tx, realm, granted.session.user_id)?.ok_or_else(foreign_form)?;
    let alive = granted.session.started_at >= user.floors.online_ended_before_at;
    if !alive || user_sessions::find(tx, granted.session.id)?.is_none() {
        return Err(foreign_form());
    }
    let granted = Granted { floors: user.floors, ..granted };
    match pending.request.device {
        Some(device) => approve_device(tx, realm, pending, device, granted),
        None => issue_code(tx, realm, pending, granted, fresh),
    }
}

/// Closes the request with nothing granted.
pub fn refuse(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    error: &OAuthError,
) -> FlowResult<Answer> {
    requests::delete(tx, pending.id)?;
    if let Some(device) = pending.request.device {
        let now = tx.now()?;
        devices::deny(tx, device, now)?;
    }
    Ok(Target::of(&pending.request, realm)?.refuse(&realm.issuer, error))
}

/// Whoever answers the device first has answered it, and only in time.
fn approve_device(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    device: DeviceId,
    granted: Granted<'_>,
) -> FlowResult<Answer> {
    let now = tx.now()?;
    requests::delete(tx, pending.id)?;
    let approval = Approval {
        user_id: granted.session.user_id,
        user_session: granted.session.id,
        scope: granted.scope,
        resources: pending.request.resources.clone(),
        auth_at: granted.session.auth_at,
        chosen_end_s: granted.chosen_end_s,
        granted_at: counts_from(realm, pending.request.client_id, granted.floors, now)?,
    };
    if !devices::approve(tx, device, &approval, now)? {
        return Err(foreign_form());
    }
    user_sessions::touch(tx, granted.session.id, now)?;
    Ok(Target::of(&pending.request, realm)?.answer(&realm.issuer, Vec::new()))
}

/// When what is granted now counts as granted: after every ending that this unit knows of.
fn counts_from(realm: &LoadedRealm, client: ClientId, user: Floors, now: Timestamp) -> FlowResult<Timestamp> {
    let floors = realm.model.realm.floors.max(realm.client(client)?.floors).max(user);
    Ok(floors.start_of(now))
}

/// Stores the code's hash, closes the request, and answers with the code. The grant's id is fixed here, so that a replayed code
/// knows what to end.
fn issue_code(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    granted: Granted<'_>,
    fresh: &Fresh,
) -> FlowResult<Answer> {
    let (now, request) = (tx.now()?, &pending.request);
    let target = Target::of(request, realm)?;
    // A request that was stored is answered once, however often its form is sent.
    if requests::find(tx, pending.id)?.is_some() && !requests::delete(tx, pending.id)? {
        return Err(foreign_form());
    }
    let stored = AuthorizationCode {
        code_hash: token_hash(&fresh.code),
        realm_id: realm.model.realm.id,
        grant_id: fresh.grant_id,
        grant: CodeGrant {
            client_id: request.client_id,
            user_id: granted.session.user_id,
            user_session: granted.session.id,
            redirect_uri: request.redirect_uri.clone(),
            redirect_uri_sent: request.redirect_uri_sent,
            scope: granted.scope,
            resources: request.resources.clone(),
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            auth_at: granted.session.auth_at,
            chosen_end_s: granted.chosen_end_s,
            began_from: granted.place.clone(),
            issued_at: counts_from(realm, request.client_id, granted.floors, now)?,
        },
        expires_at: now.plus_s(realm.model.realm.settings.token_policy.authorization_code_lifespan_s),
        redeemed_at: None,
    };
    codes::insert(tx, &stored)?;
    user_sessions::touch(tx, granted.session.id, now)?;
    let session_state = ("session_state".to_owned(), granted.session.id.to_string());
    Ok(target.answer(&realm.issuer, vec![("code".to_owned(), fresh.code.clone()), session_state]))
}
