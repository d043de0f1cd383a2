//! The subject of an exchange: a token of this realm that is good now, and that the exchanging client may present (RFC 8693 §2.1).

mod carried;

use crate::{
    FlowError, FlowResult, LoadedRealm, bearer,
    dpop::{self, KeyThumbprint},
    grants::refresh_token::judge::Judge,
    holder::Holder,
};
use perennial_crypto::thumbprint_text;
use perennial_domain::{RoleId, Timestamp, client::Client, grant::Grant};
use perennial_protocol::{OAuthError, ScopeSet, token_exchange::TokenType};
use perennial_storage::Tx;
use std::collections::BTreeSet;

pub struct Subject {
    pub grant: Grant,
    pub holder: Holder,
    /// Of the token, as far as the grant still has it.
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    /// An access token's own end: what it is exchanged for must not renew it.
    pub ends_at: Option<Timestamp>,
    /// The user's roles that an access token can hand on; `None` for a refresh token, whose client keeps all in its scope.
    pub roles: Option<BTreeSet<RoleId>>,
    /// The thumbprint of the key that the token is bound to (RFC 9449 §6).
    bound_to: Option<String>,
}

impl Subject {
    pub fn find(
        tx: &mut Tx<'_>,
        realm: &LoadedRealm,
        client: &Client,
        token: &str,
        token_type: TokenType,
    ) -> FlowResult<Self> {
        match token_type {
            TokenType::Access => of_access_token(tx, realm, client, token),
            TokenType::Refresh => of_refresh_token(tx, realm, client, token),
        }
    }

    /// The key of a bound token, which the exchange must prove: it is worth as little here as anywhere else to who lacks it.
    pub fn bound_key(&self, proven: Option<KeyThumbprint>) -> Result<Option<KeyThumbprint>, OAuthError> {
        let Some(bound) = &self.bound_to else { return Ok(None) };
        match proven {
            None => Err(dpop::invalid("DPoP proof is missing")),
            Some(key) if thumbprint_text(&key) == *bound => Ok(Some(key)),
            Some(_) => Err(dpop::invalid("DPoP proof is of another key")),
        }
    }
}

/// RFC 8693 §2.2.2: whatever is wrong with the subject token is `invalid_request`.
pub fn unacceptable() -> OAuthError {
    OAuthError::invalid_request("Invalid subject_token")
}

fn of_access_token(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, token: &str) -> FlowResult<Subject> {
    let facts = bearer::verify(realm, token).map_err(|error| unacceptable().because(error.to_string()))?;
    let active = bearer::check(tx, realm, facts)?.ok_or_else(unacceptable)?;
    let meant_for = |name: &String| active.facts.aud.as_ref().is_some_and(|audience| audience.contains(name));
    if active.client != client.id && !meant_for(&client.client_id) {
        return Err(OAuthError::invalid_request("Client is not within the token audience").into());
    }
    let resources: Vec<String> = active.grant.resources.iter().filter(|name| meant_for(name)).cloned().collect();
    let roles = carried::roles(realm, client, &active, token, &resources)?;
    let bearer::Active { facts, grant, holder, .. } = active;
    Ok(Subject {
        roles: Some(roles),
        bound_to: facts.cnf.map(|cnf| cnf.jkt),
        scope: ScopeSet::lenient(&facts.scope).filtered(|name| grant.scope.contains(name)),
        resources,
        ends_at: Some(Timestamp::from_s(facts.exp)),
        holder,
        grant,
    })
}

/// Of the same client only, and only while it could refresh with it. Showing it here never counts as a use, nor as reuse.
fn of_refresh_token(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, token: &str) -> FlowResult<Subject> {
    let judged = Judge::of_shown(realm, client, token).look(tx, &mut ());
    let judged = judged.map_err(|refused| match refused {
        FlowError::OAuth(error) => FlowError::from(unacceptable().because(error.reason.unwrap_or(error.description))),
        trouble => trouble,
    })?;
    let grant = judged.grant;
    Ok(Subject {
        scope: grant.scope.clone(),
        resources: grant.resources.clone(),
        ends_at: None,
        roles: None,
        bound_to: grant.sender_key.map(|key| thumbprint_text(&key)),
        holder: judged.holder,
        grant,
    })
}
