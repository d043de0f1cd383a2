//! Token revocation (RFC 7009): any refresh token of a family ends its grant, an access token ends only itself.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, bearer,
    client_auth::{self, Credentials},
    endings::family,
    events, genuine,
};
use perennial_domain::{
    ClientId, Timestamp,
    audit::{Action, Actor},
    claims::AccessFacts,
    client::Client,
    event::{Event, EventType},
    grant::Place,
};
use perennial_protocol::{ErrorCode, OAuthError};
use perennial_storage::{Tx, denied_tokens, grants};

/// What was ended, if anything: the answer is 200 either way (RFC 7009 §2.2).
type Ended = Option<(ClientId, Action, Timestamp)>;

pub async fn run(
    site: &Site,
    realm_name: &str,
    credentials: Credentials,
    token: String,
    place: Place,
) -> FlowResult<()> {
    // Of a client that is who it says, what none of our keys made is worth nothing, whatever stands in the database.
    let is_client = client_auth::authenticate(&*site.glance(realm_name).await?, &credentials).is_ok();
    if is_client && !genuine::is_ours(site, realm_name, &token).await? {
        return Ok(());
    }
    let (client_id, from) = (credentials.client_id.clone(), place.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        revoke(tx, realm, client, &token, &place)
    };
    let done = site.write(realm_name, unit).await;
    if let Err(FlowError::OAuth(error)) = &done {
        let event = events::refusal(EventType::RevokeGrantError, error);
        site.raise_refusal(realm_name, event.client(&client_id).at_place(&from));
    }
    let (ended, _) = done?;
    if let Some((client, action, at)) = ended {
        site.record(at, realm_name, Actor::Client { client }, action);
    }
    Ok(())
}

fn revoke(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, token: &str, place: &Place) -> FlowResult<Ended> {
    let now = tx.now()?;
    if let Ok(presented) = realm.refresh.verify(token) {
        // However old: whoever holds one token of the family may want all of it gone.
        let found = family::find(tx, realm, &presented)?;
        let of = found.as_ref().map(|found| found.client_id);
        refuse_foreign(client, of.or_else(|| named(realm, &presented.azp)))?;
        let Some(own) = found else { return Ok(None) };
        let event = Event::new(EventType::RevokeGrant).client(&client.client_id).at_place(place);
        let ended = family::end(tx, realm, &own, event.detail(events::BY, "client"), "revoked_by_client")?;
        return Ok(ended.map(|action| (client.id, action, now)));
    }
    let Ok(facts) = bearer::verify(realm, token) else { return Ok(None) };
    let found = facts.gid.parse().ok().map(|id| grants::find(tx, id)).transpose()?.flatten();
    let of = found.and_then(|grant| bearer::client_of(realm, &facts, &grant)).map(|client| client.id);
    refuse_foreign(client, of.or_else(|| named(realm, &facts.azp)))?;
    let Some(action) = deny(tx, &facts, now)? else { return Ok(None) };
    let event = Event::new(EventType::RevokeGrant).client(&client.client_id).at_place(place);
    let event = Event { user: facts.sub.parse().ok(), grant: facts.gid.parse().ok(), ..event };
    events::raise(tx, realm, event.detail("token_type", "access_token").detail(events::BY, "client"))?;
    Ok(Some((client.id, action, now)))
}

/// Makes one access token inactive for the rest of its life. An expired or denied one is inactive already; it must not fill the
/// table and the log.
pub(crate) fn deny(tx: &mut Tx<'_>, facts: &AccessFacts, now: Timestamp) -> FlowResult<Option<Action>> {
    if facts.exp <= now.as_s() || denied_tokens::contains(tx, &facts.jti)? {
        return Ok(None);
    }
    denied_tokens::insert(tx, &facts.jti, Timestamp::from_s(facts.exp))?;
    Ok(Some(Action::AccessTokenDenied { jti: facts.jti.clone(), expires_at: Some(Timestamp::from_s(facts.exp)) }))
}

/// Of a token whose grant is gone only the token itself tells whose it was, by the name that its client had.
fn named(realm: &LoadedRealm, azp: &str) -> Option<ClientId> {
    realm.model.find_client(azp).map(|client| client.id)
}

/// RFC 7009 §2.1: a client revokes its own tokens only. What is nobody's is worth nothing to anybody.
fn refuse_foreign(client: &Client, of: Option<ClientId>) -> FlowResult<()> {
    match of {
        Some(other) if other != client.id => Err(OAuthError::new(ErrorCode::InvalidGrant, "Unmatching clients").into()),
        _ => Ok(()),
    }
}
