//! DPoP (RFC 9449): what a proof must say here and now. Its signature is checked before a unit begins; method, address, time,
//! nonce and single use are judged inside of it, by the database's clock.

use crate::{FlowResult, LoadedRealm, client_auth::Credentials};
use perennial_crypto::{DpopError, DpopProof, dpop_ath, dpop_use};
use perennial_domain::{Timestamp, client::Client};
use perennial_protocol::{ErrorCode, OAuthError};
use perennial_storage::{Tx, dpop_proofs};
use url::Url;

/// A proof may be this old, and its client's clock this far ahead, in seconds.
const OLDEST_S: i64 = 300;
const AHEAD_S: i64 = 60;

/// The SHA-256 thumbprint of a key.
pub type KeyThumbprint = [u8; 32];

/// A `DPoP` header, and the request that it came with.
#[derive(Clone)]
pub struct Presented {
    proof: Result<DpopProof, DpopError>,
    method: String,
    /// As clients know it, without query.
    url: String,
}

impl Presented {
    /// Reads the header and checks its signature.
    pub fn read(header: &str, method: &str, url: String) -> Self {
        Self { proof: DpopProof::read(header), method: method.to_owned(), url }
    }
}

/// The key that a token request proves, if it proves one. A client that must prove one is refused without.
pub fn check(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    credentials: &Credentials,
) -> FlowResult<Option<KeyThumbprint>> {
    match credentials.proof() {
        Some(presented) => accept(tx, realm, presented, None).map(Some),
        None if client.settings.dpop_bound_access_tokens => Err(invalid("DPoP proof is missing").into()),
        None => Ok(None),
    }
}

/// Steps 8 to 12 of RFC 9449 §4.3. With an access token, the proof must name it.
pub fn accept(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    presented: &Presented,
    access_token: Option<&str>,
) -> FlowResult<KeyThumbprint> {
    let now = tx.now()?;
    let proof = presented.proof.as_ref().map_err(|error| invalid(&error.to_string()))?;
    check_request(presented, proof)?;
    check_time(proof, now)?;
    if let Some(token) = access_token
        && proof.ath.as_deref() != Some(dpop_ath(token).as_str())
    {
        return Err(invalid("DPoP proof is for another access token").into());
    }
    if !proof.nonce.as_deref().is_some_and(|nonce| realm.refresh.accepts_nonce(nonce, now.as_s())) {
        let error = OAuthError::new(ErrorCode::UseDpopNonce, "DPoP proof must hold the server's nonce");
        return Err(OAuthError { dpop_nonce: Some(realm.refresh.nonce(now.as_s())), ..error }.into());
    }
    let realm_id = realm.model.realm.id.to_string();
    // Remembered until neither its `iat` nor a clock that runs a little behind could let it pass again.
    let expires_at = now.plus_s(OLDEST_S + 2 * AHEAD_S);
    if !dpop_proofs::spend(tx, &dpop_use(&realm_id, proof), expires_at)? {
        return Err(invalid("DPoP proof was used before").into());
    }
    Ok(proof.key)
}

/// Wherever a key must be the one that something is bound to.
pub fn must_be(bound: &KeyThumbprint, proven: Option<&KeyThumbprint>) -> Result<(), OAuthError> {
    match proven {
        None => Err(invalid("DPoP proof is missing")),
        Some(key) if key == bound => Ok(()),
        Some(_) => Err(invalid("DPoP proof is of another key")),
    }
}

pub(crate) fn invalid(description: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidDpopProof, description)
}

fn check_request(presented: &Presented, proof: &DpopProof) -> Result<(), OAuthError> {
    if proof.htm != presented.method {
        return Err(invalid("DPoP proof is for another method"));
    }
    // RFC 9449 §4.3: query and fragment do not count.
    let plain = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    match (plain(&proof.htu), plain(&presented.url)) {
        (Some(named), Some(asked)) if named == asked => Ok(()),
        _ => Err(invalid("DPoP proof is for another address")),
    }
}

fn check_time(proof: &DpopProof, now: Timestamp) -> Result<(), OAuthError> {
    let now_s = now.as_s();
    let fresh = (now_s - OLDEST_S..=now_s + AHEAD_S).contains(&proof.iat_s);
    if fresh { Ok(()) } else { Err(invalid("DPoP proof is too old or from the future")) }
}
