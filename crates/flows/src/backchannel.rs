//! Back-channel logout (OIDC Back-Channel Logout 1.0): clients are told that a user session has ended, by a signed token that is
//! queued in the unit that ends the session and signed anew for each attempt to deliver it.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    ClientId, RealmId, Timestamp, UserId, UserSessionId,
    client::Client,
    outbox::{Kind, Parcel},
    upstream::{LOGOUT_EVENT, REVOKE_OFFLINE_ACCESS},
};
use perennial_storage::{Tx, grants, outbox, realms};
use serde_json::{Value, json};

/// The longest life that §2.4 recommends.
const LIFESPAN_S: i64 = 120;
const HEADER_TYPE: &str = "logout+jwt";

/// The clients that took part in the session and want to be told.
pub fn clients_to_tell(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    session: UserSessionId,
    user: UserId,
) -> FlowResult<Vec<ClientId>> {
    let wants = |client: &Client| client.settings.enabled && client.backchannel_logout_url().is_some();
    if !realm.model.clients.values().any(wants) {
        return Ok(Vec::new());
    }
    let took_part = grants::list_clients_of_session(tx, user, session)?;
    Ok(took_part.into_iter().filter(|id| realm.model.clients.get(id).is_some_and(wants)).collect())
}

/// Queues one token: it leaves if and only if the session has ended.
pub fn queue(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: ClientId,
    session: UserSessionId,
    user: UserId,
) -> FlowResult<()> {
    let parcel = Parcel {
        realm_id: realm.model.realm.id,
        kind: Kind::LogoutToken,
        lane: client.0,
        topic: "logout".to_owned(),
        payload: json!({"user": user, "session": session}).to_string(),
    };
    outbox::insert(tx, &parcel)?;
    Ok(())
}

/// Where a token goes, and the token.
pub struct Ready {
    pub url: String,
    pub token: String,
}

/// Address and keys are those of now, not of when it was queued; `None` where nobody wants to be told any more.
pub async fn prepare(site: &Site, parcel: &Parcel, now: Timestamp) -> FlowResult<Option<Ready>> {
    let Some(realm) = realm_of(site, parcel.realm_id).await? else { return Ok(None) };
    let realm = site.realm(&realm).await?;
    let Some(client) = realm.model.clients.get(&ClientId(parcel.lane)) else { return Ok(None) };
    let Some(url) = client.backchannel_logout_url() else { return Ok(None) };
    let ended: Value = serde_json::from_str(&parcel.payload).map_err(FlowError::internal)?;
    let claims = claims_of(site, &realm, client, &ended, now);
    let signer = realm.signer(client.settings.id_token_algorithm.as_deref())?;
    let token = signer.sign_jwt(HEADER_TYPE, &claims).map_err(FlowError::internal)?;
    Ok(Some(Ready { url: url.to_owned(), token }))
}

/// §2.4: never a nonce, so that it cannot pass for an ID token.
fn claims_of(site: &Site, realm: &LoadedRealm, client: &Client, ended: &Value, now: Timestamp) -> Value {
    let event = match client.backchannel_revokes_offline_tokens() {
        true => json!({REVOKE_OFFLINE_ACCESS: true}),
        false => json!({}),
    };
    let mut claims = json!({
        "iss": realm.issuer,
        "aud": client.client_id,
        "iat": now.as_s(),
        "exp": now.as_s() + LIFESPAN_S,
        "jti": site.entropy.uuid_v7(now.as_ms()).to_string(),
        "typ": "Logout",
        "sub": ended["user"],
        "events": {LOGOUT_EVENT: event},
    });
    if client.backchannel_session_required() {
        claims["sid"] = ended["session"].clone();
    }
    claims
}

async fn realm_of(site: &Site, id: RealmId) -> FlowResult<Option<String>> {
    site.store.read(move |tx| Ok::<_, FlowError>(realms::find_name(tx, id)?)).await
}
