//! Userinfo (OIDC Core §5.3): the claims that the access token's scope allows, as mappers tell them.

use crate::{FlowResult, Site, bearer, dpop};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet, scope::OPENID};
use serde_json::{Map, Value};

/// With a proof where the token comes in the `DPoP` scheme.
pub async fn run(
    site: &Site,
    realm_name: &str,
    token: String,
    proof: Option<dpop::Presented>,
) -> FlowResult<Map<String, Value>> {
    let (active, realm) = match proof {
        Some(proof) => bearer::authorize_with_proof(site, realm_name, token, proof).await?,
        None => bearer::authorize(site, realm_name, token).await?,
    };
    let scope = ScopeSet::lenient(&active.facts.scope);
    if !scope.contains(OPENID) {
        return Err(OAuthError::new(ErrorCode::InsufficientScope, "Missing openid scope").into());
    }
    let mut answer = active.claims(&realm, |targets| targets.userinfo)?;
    answer.insert("sub".into(), active.facts.sub.into());
    Ok(answer)
}
