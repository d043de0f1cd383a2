//! Token revocation (RFC 7009): any refresh token of a family ends its grant, an access token ends only itself.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, bearer,
    client_auth::{self, Credentials},
    events,
};
use perennial_domain::{
    ClientId, GrantId, Timestamp,
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
    (credentials, token, place): (Credentials, String, Place),
) -> FlowResult<()> {
    let (client_id, from) = (credentials.client_id.clone(), place.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        revoke(tx, realm, client, (&token, &place))
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

fn revoke(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, (token, place): (&str, &Place)) -> FlowResult<Ended> {
    let now = tx.now()?;
    if let Ok(presented) = realm.refresh.verify(token) {
        // However old: whoever holds one token of the family may want all of it gone.
        refuse_foreign(client, &presented.azp)?;
        let grant = GrantId(presented.grant_id);
        let Some(own) = grants::find(tx, grant)?.filter(|found| found.client_id == client.id) else { return Ok(None) };
        if !grants::delete(tx, grant)? {
            return Ok(None);
        }
        let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(&own).at_place(place);
        events::raise(tx, realm, event.detail(events::BY, "client"))?;
        return Ok(Some((client.id, Action::GrantEnded { grant, why: "revoked_by_client".into() }, now)));
    }
    let Ok(facts) = bearer::verify(realm, token) else { return Ok(None) };
    refuse_foreign(client, &facts.azp)?;
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

/// RFC 7009 §2.1: a client revokes its own tokens only.
fn refuse_foreign(client: &Client, azp: &str) -> FlowResult<()> {
    if client.client_id == azp {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::InvalidGrant, "Unmatching clients").into())
}
