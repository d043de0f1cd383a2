//! Access tokens of our own, presented back to us: signature, time, and the state of the grant behind them.

use crate::{
    FlowResult, LoadedRealm, Site,
    holder::{self, Holder},
};
use perennial_domain::{ClientId, GrantId, Timestamp, claims::AccessFacts, client::Client, grant::Grant};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet};
use perennial_storage::{Tx, consents, denied_tokens};

/// Header types of access tokens: plain, and RFC 9068's.
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// A token that is good now, with the grant that it came from.
pub struct Active {
    pub facts: AccessFacts,
    pub grant: Grant,
    pub holder: Holder,
    /// Whose token it is: the grant's client, or one that exchanged a token for it.
    pub client: ClientId,
}

/// Signature, issuer and kind; nothing that a clock or the database decides.
pub fn verify(realm: &LoadedRealm, token: &str) -> Result<AccessFacts, OAuthError> {
    let invalid =
        |reason: String| OAuthError::new(ErrorCode::InvalidToken, "Token verification failed").because(reason);
    let facts: AccessFacts = realm.signing.verify_jwt(token, &TYPES).map_err(|error| invalid(error.to_string()))?;
    if facts.iss != realm.issuer || facts.typ != "Bearer" {
        return Err(invalid("not an access token of this realm".into()));
    }
    Ok(facts)
}

/// The whole check: the grant lives, and this token was not called in.
pub fn check(tx: &mut Tx<'_>, realm: &LoadedRealm, facts: AccessFacts) -> FlowResult<Option<Active>> {
    let Ok(id) = facts.gid.parse::<GrantId>() else { return Ok(None) };
    let Some((grant, holder)) = holder::find_held(tx, realm, id)?.filter(|(grant, _)| is_of(grant, realm, &facts))
    else {
        return Ok(None);
    };
    let now = tx.now()?;
    if facts.exp <= now.as_s() {
        return Ok(None);
    }
    let Some(own) = realm.model.clients.get(&grant.client_id) else { return Ok(None) };
    let Some(client) = realm.model.find_client(&facts.azp) else { return Ok(None) };
    if client.id != own.id && !may_carry_exchanged(tx, realm, client, (&facts, &holder))? {
        return Ok(None);
    }
    if !usable(realm, own, (&grant, &facts), &holder, now) || denied_tokens::contains(tx, &facts.jti)? {
        return Ok(None);
    }
    Ok(Some(Active { client: client.id, facts, grant, holder }))
}

/// The token as the caller of an API, or `invalid_token`.
pub async fn authorize(site: &Site, realm_name: &str, token: String) -> FlowResult<Active> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let inactive = || OAuthError::new(ErrorCode::InvalidToken, "Token is not active");
        check(tx, realm, verify(realm, &token)?)?.ok_or_else(|| inactive().into())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// A token that a client got by exchange (RFC 8693) names another client's grant: it needs that grant, and its own client's standing.
fn may_carry_exchanged(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    (facts, holder): (&AccessFacts, &Holder),
) -> FlowResult<bool> {
    if !realm.model.admits(client) || facts.iat < client.not_before_at.as_s() {
        return Ok(false);
    }
    if !client.needs_consent() || holder.user.service_account_of == Some(client.id) {
        return Ok(true);
    }
    let consent = consents::find(tx, holder.user.id, client.id)?;
    Ok(consent.is_some_and(|consent| ScopeSet::lenient(&facts.scope).is_subset_of(&consent.scope)))
}

fn is_of(grant: &Grant, realm: &LoadedRealm, facts: &AccessFacts) -> bool {
    grant.realm_id == realm.model.realm.id && grant.access_epoch == facts.gep && grant.user_id.to_string() == facts.sub
}

fn usable(
    realm: &LoadedRealm,
    client: &Client,
    (grant, facts): (&Grant, &AccessFacts),
    holder: &Holder,
    now: Timestamp,
) -> bool {
    holder.check(realm, client, (grant, Timestamp::from_s(facts.iat)), now).is_ok()
}
