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
use perennial_storage::{
    Tx,
    pushed_requests::{self, PushedRequest},
};
use std::borrow::Cow;

/// Bytes of all names and values of a request together. It is stored as it was sent, for whoever sends it.
const LONGEST: usize = 16_384;

pub async fn push(
    site: &Site,
    realm_name: &str,
    params: &Params,
    credentials: Credentials,
    place: Place,
) -> FlowResult<PushedAuthorization> {
    params.check_repeated()?;
    if params.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("A pushed request cannot refer to another one").into());
    }
    let reference = site.entropy.secret();
    let (params, hash) = (params.clone(), token_hash(&reference));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        let own = own_params(tx, realm, client, &params, &credentials)?;
        let target = checks::validate_target(realm, &own)?;
        checks::validate_request(realm, &target, &own, true)?;
        admit(tx, realm, &place)?;
        let (id, now, params) = (realm.model.realm.id, tx.now()?, own.pairs().to_vec());
        let expires_at = now.plus_s(LIFESPAN_S);
        let new = PushedRequest { realm: id, client: client.id, reference_hash: &hash, params: &params, expires_at };
        pushed_requests::insert(tx, &new)?;
        Ok(credentials.proof().map(|_| realm.refresh.nonce(now.as_s())))
    };
    let (dpop_nonce, _) = site.write(realm_name, unit).await?;
    let request_uri = format!("{REFERENCE_PREFIX}{reference}");
    Ok(PushedAuthorization { request_uri, expires_in: LIFESPAN_S, dpop_nonce })
}

/// The request in the name of who authenticated. A key that was proven with it is the one that the code is bound to (RFC 9449 §10.1).
fn own_params(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    params: &Params,
    credentials: &Credentials,
) -> FlowResult<Params> {
    let mut own = kept(params)?;
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

/// What of it counts at the authorization endpoint: credentials do not, and nothing is kept that nobody reads.
fn kept(params: &Params) -> Result<Vec<(String, String)>, OAuthError> {
    let is_asked = |name: &str| name != "client_id" && checks::PARAMETERS.contains(&name);
    let own: Vec<_> = params.pairs().iter().filter(|(name, _)| is_asked(name)).cloned().collect();
    if own.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > LONGEST {
        return Err(OAuthError::invalid_request("The request is too long"));
    }
    Ok(own)
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
        let taken = pushed_requests::take(tx, realm.model.realm.id, client.id, &hash, now)?;
        Ok(taken.ok_or_else(unknown)?)
    };
    let (pairs, _) = site.write(realm_name, unit).await?;
    Ok((Cow::Owned(Params::new(pairs)), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn nothing_is_kept_that_the_authorization_endpoint_does_not_read() {
        let junk = "x".repeat(2 * LONGEST);
        let sent: [(&str, &str); 5] =
            [("scope", "openid"), ("junk", &junk), ("client_secret", "s"), ("client_assertion", &junk), ("state", "")];
        let kept = kept(&params(&sent)).expect("short enough");
        assert_eq!(kept, params(&[("scope", "openid"), ("state", "")]).pairs());
    }

    #[test]
    fn what_is_kept_has_a_bound_in_all() {
        let half = "x".repeat(LONGEST / 2 - "resource".len());
        assert!(kept(&params(&[("resource", &half), ("resource", &half)])).is_ok());
        assert!(kept(&params(&[("resource", &half), ("resource", &half), ("state", "")])).is_err());
    }
}
