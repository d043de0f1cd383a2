//! Token revocation (RFC 7009): any refresh token of a family ends its grant, an access token ends only itself.

use crate::{
    FlowResult, LoadedRealm, Site, bearer,
    client_auth::{self, Credentials},
};
use perennial_domain::{
    ClientId, GrantId, Timestamp,
    audit::{Action, Actor},
    claims::AccessFacts,
    client::Client,
};
use perennial_protocol::{ErrorCode, OAuthError};
use perennial_storage::{Tx, denied_tokens, grants};

/// What was ended, if anything: the answer is 200 either way (RFC 7009 §2.2).
type Ended = Option<(ClientId, Action, Timestamp)>;

pub async fn run(site: &Site, realm_name: &str, (credentials, token): (Credentials, String)) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        revoke(tx, realm, client, &token)
    };
    let (ended, _) = site.write(realm_name, unit).await?;
    if let Some((client, action, at)) = ended {
        site.record(at, realm_name, Actor::Client { client }, action);
    }
    Ok(())
}

fn revoke(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, token: &str) -> FlowResult<Ended> {
    let now = tx.now()?;
    if let Ok(presented) = realm.refresh.verify(token) {
        // However old: whoever holds one token of the family may want all of it gone.
        refuse_foreign(client, &presented.azp)?;
        let grant = GrantId(presented.grant_id);
        let own = grants::find(tx, grant)?.is_some_and(|found| found.client_id == client.id);
        if !own || !grants::delete(tx, grant)? {
            return Ok(None);
        }
        return Ok(Some((client.id, Action::GrantEnded { grant, why: "revoked_by_client".into() }, now)));
    }
    let Ok(facts) = bearer::verify(realm, token) else { return Ok(None) };
    refuse_foreign(client, &facts.azp)?;
    Ok(deny(tx, &facts, now)?.map(|action| (client.id, action, now)))
}

/// Makes one access token inactive for the rest of its life. An expired or denied one is inactive already; it must not fill the
/// table and the log.
pub(crate) fn deny(tx: &mut Tx<'_>, facts: &AccessFacts, now: Timestamp) -> FlowResult<Option<Action>> {
    if facts.exp <= now.as_s() || denied_tokens::contains(tx, &facts.jti)? {
        return Ok(None);
    }
    denied_tokens::insert(tx, &facts.jti, Timestamp::from_s(facts.exp))?;
    Ok(Some(Action::AccessTokenDenied { jti: facts.jti.clone() }))
}

/// RFC 7009 §2.1: a client revokes its own tokens only.
fn refuse_foreign(client: &Client, azp: &str) -> FlowResult<()> {
    if client.client_id == azp {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::InvalidGrant, "Unmatching clients").into())
}
