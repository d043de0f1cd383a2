//! Access tokens of our own, presented back to us: signature, time, and the state of the grant behind them.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, dpop,
    holder::{self, Holder},
    witness::Witness,
};
use perennial_crypto::thumbprint_text;
use perennial_domain::{
    ClientId, GrantId, Timestamp,
    access::{Blocked, GrantUse},
    check::Check,
    claims::AccessFacts,
    client::Client,
    grant::{Grant, GrantType},
    mapper::{Targets, Teller},
    realm_model::Owner,
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet};
use perennial_storage::{Tx, consents, denied_tokens};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Arc};

impl Active {
    /// What mappers say of the token beyond itself: to a resource server or to the app that asks about its user.
    pub fn claims(&self, realm: &LoadedRealm, wanted: impl Fn(&Targets) -> bool) -> FlowResult<Map<String, Value>> {
        let client = realm.client(self.client)?;
        let holder = &self.holder;
        // An exchanged token carries no more roles than the one that was given for it, which only it knows itself.
        let roles =
            if self.is_exchanged() { BTreeSet::new() } else { realm.model.roles_in_scope(client, &holder.roles) };
        let teller = Teller {
            model: &realm.model,
            client,
            user: &holder.user,
            roles: &roles,
            groups: &holder.groups,
            grant: &self.grant,
            audience: &[],
        };
        let scope = ScopeSet::lenient(&self.facts.scope);
        let told = serde_json::to_value(teller.claims(&realm.model.rules_for(client, &scope), wanted));
        match told.map_err(FlowError::internal)? {
            Value::Object(claims) => Ok(claims),
            _ => Ok(Map::new()),
        }
    }

    /// Whether another client exchanged a token for this one (RFC 8693), or the grant that it is of. Such a client is trusted to act for
    /// the user at services, never with the admin API or the account.
    pub fn is_exchanged(&self) -> bool {
        self.client != self.grant.client_id || self.grant.grant_type == GrantType::TokenExchange
    }
}

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
    let facts: AccessFacts = verify_as(realm, token)?;
    if facts.iss != realm.issuer || facts.typ != "Bearer" {
        return Err(unverified("not an access token of this realm"));
    }
    Ok(facts)
}

/// Other claims of a token that [`verify`] has let through.
pub(crate) fn verify_as<T: DeserializeOwned>(realm: &LoadedRealm, token: &str) -> Result<T, OAuthError> {
    realm.signing.verify_jwt(token, &TYPES).map_err(|error| unverified(&error.to_string()))
}

fn unverified(reason: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "Token verification failed").because(reason)
}

/// The whole check: the grant lives, and nothing has made this token inactive since.
pub fn check(tx: &mut Tx<'_>, realm: &LoadedRealm, facts: AccessFacts) -> FlowResult<Option<Active>> {
    match judge(tx, realm, facts, &mut ()) {
        Ok(active) => Ok(Some(active)),
        Err(FlowError::OAuth(_)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// The same, listened to: a refusal says which check failed.
pub(crate) fn judge<W: Witness>(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    facts: AccessFacts,
    witness: &mut W,
) -> FlowResult<Active> {
    let found = match facts.gid.parse::<GrantId>() {
        Ok(id) => holder::find_held(tx, realm, id)?.filter(|(grant, _)| is_of(grant, realm, &facts)),
        Err(_) => None,
    };
    let (grant, holder) =
        witness.checked(Check::SessionExists, found.ok_or_else(|| inactive("its session is gone")))?;
    let now = tx.now()?;
    witness.session(&grant, &holder, now);
    let must = |holds: bool, reason: &str| if holds { Ok(()) } else { Err(inactive(reason)) };
    let of_epoch = grant.access_epoch == facts.gep;
    witness.checked(
        Check::AccessEpoch,
        must(of_epoch, "its session was narrowed, paused or given an earlier end since"),
    )?;
    witness.checked(Check::TokenNotExpired, must(facts.exp > now.as_s(), "expired"))?;
    let (own, client) = (realm.model.clients.get(&grant.client_id), client_of(realm, &facts, &grant));
    let known = own.zip(client).ok_or_else(|| inactive("its client is gone"));
    let (own, client) = witness.checked(Check::TokenClient, known)?;
    if client.id != own.id {
        let carries = may_carry_exchanged(tx, realm, client, &facts, &holder)?;
        witness.checked(Check::TokenClient, must(carries, "the client that exchanged it may not use it any more"))?;
    }
    let seen = |check, blocked: Option<Blocked>| {
        witness.seen(check, blocked.map(|blocked| inactive(blocked.as_str())).as_ref());
    };
    let used = GrantUse { client: own, grant: &grant, issued_at: Timestamp::from_s(facts.iat), now };
    holder.check_each(realm, used, seen).map_err(|blocked| inactive(blocked.as_str()))?;
    let denied = denied_tokens::contains(tx, &facts.jti)?;
    witness.checked(Check::TokenNotDenied, must(!denied, "revoked"))?;
    Ok(Active { client: client.id, facts, grant, holder })
}

/// Whose token it is. `azp` only informs: it is the name that the client had.
pub(crate) fn client_of<'r>(realm: &'r LoadedRealm, facts: &AccessFacts, grant: &Grant) -> Option<&'r Client> {
    let id = facts.xcl.as_ref().map_or(Some(grant.client_id), |id| id.parse().ok());
    id.and_then(|id| realm.model.clients.get(&id))
}

fn inactive(reason: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "Token is not active").because(reason)
}

/// The token as the caller of an API, with the realm that it was judged by, or `invalid_token`. One that is bound to a key is no bearer
/// token (RFC 9449 §7.2).
pub async fn authorize(site: &Site, realm_name: &str, token: String) -> FlowResult<(Active, Arc<LoadedRealm>)> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let facts = verify(realm, &token)?;
        if facts.cnf.is_some() {
            return Err(OAuthError::new(ErrorCode::InvalidToken, "The token is bound to a key").into());
        }
        judge(tx, realm, facts, &mut ())
    };
    site.read(realm_name, unit).await
}

/// A token that a client got by exchange (RFC 8693) names another client's grant: it needs that grant, and its own client's standing.
fn may_carry_exchanged(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    facts: &AccessFacts,
    holder: &Holder,
) -> FlowResult<bool> {
    if !realm.model.admits(client) || facts.iat < client.not_before_at.as_s() {
        return Ok(false);
    }
    if !client.needs_consent() || holder.user.service_account_of == Some(client.id) {
        return Ok(true);
    }
    let consent = consents::find(tx, holder.user.id, client.id)?;
    // `iat` has whole seconds, an approval milliseconds.
    let (started_at, now) = (Timestamp::from_s(facts.iat + 1), tx.now()?);
    let owner = Owner { user: &holder.user, consent: consent.as_ref() };
    let allowed = |name: &str| owner.gave(client, name) || client.approves(name, started_at, now);
    Ok(ScopeSet::lenient(&facts.scope).iter().all(allowed))
}

/// The token with a proof of the key that it is bound to (RFC 9449 §7.1).
pub async fn authorize_with_proof(
    site: &Site,
    realm_name: &str,
    token: String,
    presented: dpop::Presented,
) -> FlowResult<(Active, Arc<LoadedRealm>)> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let facts = verify(realm, &token)?;
        let unbound = || OAuthError::new(ErrorCode::InvalidToken, "The token is not bound to a key");
        let bound = facts.cnf.clone().ok_or_else(unbound)?;
        let key = dpop::accept(tx, realm, &presented, Some(&token))?;
        if thumbprint_text(&key) != bound.jkt {
            return Err(OAuthError::new(ErrorCode::InvalidToken, "The token is bound to another key").into());
        }
        judge(tx, realm, facts, &mut ())
    };
    // The proof is spent with the answer.
    site.write(realm_name, unit).await
}

fn is_of(grant: &Grant, realm: &LoadedRealm, facts: &AccessFacts) -> bool {
    grant.realm_id == realm.model.realm.id && grant.user_id.to_string() == facts.sub
}
