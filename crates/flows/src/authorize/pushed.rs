//! Pushed authorization requests (RFC 9126): the client sends its request itself, authenticated and judged at once, and the browser
//! brings only a reference to it, which is good once and for a minute.

use super::{admit, checks};
use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop,
};
use perennial_crypto::{thumbprint_text, token_hash};
use perennial_domain::{client::Client, grant::Place};
use perennial_protocol::{
    OAuthError, Params,
    pushed::{LIFESPAN_S, PushedAuthorization, REFERENCE_PREFIX},
};
use perennial_storage::{Tx, pushed_requests};
use std::borrow::Cow;

/// What tells who the client is, and is no part of its request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

pub async fn push(
    site: &Site,
    realm_name: &str,
    (params, credentials, place): (&Params, Credentials, Place),
) -> FlowResult<PushedAuthorization> {
    params.check_repeated()?;
    if params.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("A pushed request cannot refer to another one").into());
    }
    let reference = site.entropy.secret();
    let (params, hash) = (params.clone(), token_hash(&reference));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        let own = own_params(tx, realm, (client, &params), &credentials)?;
        let target = checks::validate_target(realm, &own)?;
        checks::validate_request(realm, &target, (&own, true))?;
        admit(tx, realm, &place)?;
        let (now, whose) = (tx.now()?, (realm.model.realm.id, client.id));
        let pairs = own.pairs().to_vec();
        Ok(pushed_requests::insert(tx, whose, (&hash, &pairs, now.plus_s(LIFESPAN_S)))?)
    };
    site.write(realm_name, unit).await?;
    Ok(PushedAuthorization { request_uri: format!("{REFERENCE_PREFIX}{reference}"), expires_in: LIFESPAN_S })
}

/// The request in the name of who authenticated. A key that was proven with it is the one that the code is bound to (RFC 9449 §10.1).
fn own_params(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, params): (&Client, &Params),
    credentials: &Credentials,
) -> FlowResult<Params> {
    let asked = params.pairs().iter().filter(|(name, _)| name != "client_id" && !CREDENTIALS.contains(&name.as_str()));
    let mut own: Vec<(String, String)> = asked.cloned().collect();
    own.push(("client_id".to_owned(), client.client_id.clone()));
    let Some(presented) = credentials.proof() else { return Ok(Params::new(own)) };
    let key = thumbprint_text(&dpop::accept(tx, realm, presented, None)?);
    match params.get("dpop_jkt") {
        Some(named) if named != key => Err(dpop::invalid("DPoP proof is of another key than dpop_jkt").into()),
        Some(_) => Ok(Params::new(own)),
        None => {
            own.retain(|(name, _)| name != "dpop_jkt");
            own.push(("dpop_jkt".to_owned(), key));
            Ok(Params::new(own))
        }
    }
}

/// The request itself, where the browser came with a reference; and whether it did. Beside a reference nothing else counts
/// (RFC 9126 §4).
pub(super) async fn resolve<'p>(
    site: &Site,
    realm_name: &str,
    params: &'p Params,
) -> FlowResult<(Cow<'p, Params>, bool)> {
    let Some(reference) = params.get("request_uri").and_then(|uri| uri.strip_prefix(REFERENCE_PREFIX)) else {
        return Ok((Cow::Borrowed(params), false));
    };
    params.check_repeated()?;
    let (hash, client_id) = (token_hash(reference), params.require("client_id")?.to_owned());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let unknown = || OAuthError::invalid_request("Invalid parameter: request_uri");
        let client = realm.model.find_client(&client_id).ok_or_else(unknown)?;
        let now = tx.now()?;
        let taken = pushed_requests::take(tx, (realm.model.realm.id, client.id), (&hash, now))?;
        Ok(taken.ok_or_else(unknown)?)
    };
    let (pairs, _) = site.write(realm_name, unit).await?;
    Ok((Cow::Owned(Params::new(pairs)), true))
}
