//! `private_key_jwt` (RFC 7523 §2.2 and §3, OIDC Core §9): a client proves itself by a short JWT that it signs, each of which is taken
//! once. Its keys are those an admin stored (`jwks.string`); nothing is ever fetched from a client's address.

use crate::{FlowResult, LoadedRealm, Site, client_auth::Credentials};
use perennial_crypto::token_hash;
use perennial_domain::{Timestamp, client::Client, client_assertion::AssertionClaims};
use perennial_protocol::{OAuthError, endpoints};
use perennial_storage::{Tx, used_assertions};

/// RFC 7523 §2.2.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Header types: none, plain, and the explicit one.
const TYPES: [&str; 3] = ["", "JWT", "client-authentication+jwt"];
/// Besides the issuer, what an assertion may name us by (RFC 7523 §3, RFC 9126 §2).
const OWN_ENDPOINTS: [&str; 2] = [endpoints::TOKEN, endpoints::PUSHED_AUTHORIZATION];

/// The credentials with their assertion proved and used up. Others pass as they are: each use case authenticates them itself.
pub async fn prove(site: &Site, realm_name: &str, credentials: Credentials) -> FlowResult<Credentials> {
    let Some(assertion) = credentials.assertion().map(str::to_owned) else { return Ok(credentials) };
    // Signatures are checked before and outside of the unit: a forged one costs no write.
    let realm = site.realm(realm_name).await?;
    let client = realm.model.find_client(&credentials.client_id).ok_or_else(|| refused("unknown client"))?;
    let claims = verify(&realm, client, &assertion)?;
    let (id, client_id) = (client.id, client.client_id.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let [token, pushed] = OWN_ENDPOINTS.map(|path| format!("{}{path}", realm.issuer));
        claims.check(&client_id, &[&realm.issuer, &token, &pushed], tx.now()?).map_err(refused)?;
        let used = token_hash(&format!("{id}.{}", claims.jti));
        if !used_assertions::take(tx, &used, Timestamp::from_s(claims.exp))? {
            return Err(refused("assertion used before").into());
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(credentials.proven())
}

/// By any of the client's keys. The algorithm is the key's own, never the header's choice: `none` and MACs are no key's.
fn verify(realm: &LoadedRealm, client: &Client, assertion: &str) -> Result<AssertionClaims, OAuthError> {
    let keys = realm.assertion_keys(client);
    let mut reason = "the client has no keys".to_owned();
    for key in keys {
        match key.verify_jwt(assertion, &TYPES) {
            Ok(claims) => return Ok(claims),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(refused(&reason))
}

fn refused(reason: &str) -> OAuthError {
    OAuthError::invalid_client(reason)
}
