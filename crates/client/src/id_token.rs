//! Verification of ID tokens as they come from the token endpoint (OpenID Connect Core §3.1.3.7 and §12.2), with the
//! access token beside them. What the nonce must be is the caller's knowledge.

use crate::client::OfflineClient;
use crate::error::{Error, with_causes};
use crate::store::StoredToken;
use crate::wire::{self, TokenResponse};
use openidconnect::core::{CoreIdTokenClaims, CoreJsonWebKey, CoreJsonWebKeySet};
use openidconnect::{
    AccessTokenHash, ClientId, IdTokenVerifier, Nonce, OAuth2TokenResponse, SignatureVerificationError,
    TokenResponse as _,
};

impl OfflineClient {
    /// The verified claims of the response's ID token, if it has one. A key unknown so far is asked for once.
    pub(crate) async fn verified_claims(
        &self,
        response: &TokenResponse,
        nonce: impl Fn(Option<&Nonce>) -> Result<(), String>,
    ) -> Result<Option<CoreIdTokenClaims>, Error> {
        use openidconnect::ClaimsVerificationError::SignatureVerification;
        let Some(id_token) = response.id_token() else { return Ok(None) };
        let mut keys = self.keys.current().await;
        let mut verifier = self.id_token_verifier(&keys)?;
        let mut verified = id_token.claims(&verifier, &nonce);
        if let Err(SignatureVerification(SignatureVerificationError::NoMatchingKey)) = verified
            && let Some(newer) = self.keys.newer_than(&keys).await?
        {
            keys = newer;
            verifier = self.id_token_verifier(&keys)?;
            verified = id_token.claims(&verifier, &nonce);
        }
        let rejected = |error: &dyn std::error::Error| Error::IdToken(with_causes(error));
        let claims = verified.map_err(|error| rejected(&error))?;
        // OpenID Connect Core §3.1.3.8: the ID token vouches for the access token beside it.
        if let Some(expected) = claims.access_token_hash() {
            let alg = id_token.signing_alg().map_err(|error| rejected(&error))?;
            let key = id_token.signing_key(&verifier).map_err(|error| rejected(&error))?;
            let found =
                AccessTokenHash::from_token(response.access_token(), alg, key).map_err(|error| rejected(&error))?;
            if found != *expected {
                return Err(Error::IdToken("the access token is not the one that it names".into()));
            }
        }
        Ok(Some(claims.clone()))
    }

    fn id_token_verifier(&self, keys: &CoreJsonWebKeySet) -> Result<IdTokenVerifier<'static, CoreJsonWebKey>, Error> {
        let client_id = ClientId::new(self.config.client_id.clone());
        let issuer = wire::issuer_url(&self.config.issuer)?;
        // "Public": only the issuer's own keys count, never the shared client secret.
        Ok(IdTokenVerifier::new_public_client(client_id, issuer, keys.clone())
            .set_allowed_algs(self.id_token_algs.iter().cloned()))
    }
}

/// The nonce of a sign-in: there, and the one that was sent.
pub(crate) fn nonce_of_sign_in(found: Option<&Nonce>, sent: &Nonce) -> Result<(), String> {
    match found {
        Some(found) if found.secret() == sent.secret() => Ok(()),
        _ => Err("its nonce is not the one that was sent".into()),
    }
}

/// The nonce on a refresh: none, or the one of the sign-in.
pub(crate) fn nonce_of_refresh(found: Option<&Nonce>, stored: &StoredToken) -> Result<(), String> {
    match (found, stored.nonce.as_deref()) {
        (None, _) => Ok(()),
        (Some(found), Some(sent)) if found.secret() == sent => Ok(()),
        (Some(_), _) => Err("its nonce is not the one of the sign-in".into()),
    }
}

/// OpenID Connect Core §12.2: a refreshed ID token speaks of the same user and the same sign-in. (The verifier has
/// compared `iss` and `aud` already.)
pub(crate) fn same_sign_in(claims: &CoreIdTokenClaims, stored: &StoredToken) -> Result<(), Error> {
    if claims.subject().as_str() != stored.subject {
        return Err(Error::IdToken("it speaks of another user than the sign-in".into()));
    }
    let authenticated_at = claims.auth_time().map(|it| it.timestamp_millis());
    match (authenticated_at, stored.authenticated_at) {
        (Some(now), Some(then)) if now != then => {
            Err(Error::IdToken("its auth_time is not the one of the sign-in".into()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openidconnect::RefreshToken;

    fn stored() -> StoredToken {
        StoredToken {
            issuer: "http://localhost:8080/realms/demo".into(),
            client_id: "nightly-backup".into(),
            subject: "alice-id".into(),
            refresh_token: RefreshToken::new("secret".into()),
            scopes: Vec::new(),
            nonce: Some("n-1".into()),
            authenticated_at: Some(1_790_000_000_000),
            received_at: 0,
            ends_at: None,
        }
    }

    fn claims(subject: &str, auth_time: Option<i64>) -> CoreIdTokenClaims {
        let mut claims = serde_json::json!({
            "iss": "http://localhost:8080/realms/demo", "aud": "nightly-backup", "sub": subject,
            "exp": 1_900_000_000, "iat": 1_790_000_500,
        });
        if let Some(auth_time) = auth_time {
            claims["auth_time"] = auth_time.into();
        }
        serde_json::from_value(claims).unwrap()
    }

    #[test]
    fn a_sign_in_needs_the_nonce_that_was_sent() {
        let sent = Nonce::new("n-1".into());
        assert!(nonce_of_sign_in(Some(&sent), &sent).is_ok());
        assert!(nonce_of_sign_in(Some(&Nonce::new("n-2".into())), &sent).is_err());
        assert!(nonce_of_sign_in(None, &sent).is_err());
    }

    #[test]
    fn a_refresh_has_no_nonce_or_that_of_the_sign_in() {
        assert!(nonce_of_refresh(None, &stored()).is_ok());
        assert!(nonce_of_refresh(Some(&Nonce::new("n-1".into())), &stored()).is_ok());
        assert!(nonce_of_refresh(Some(&Nonce::new("n-2".into())), &stored()).is_err());
        let unknown = StoredToken { nonce: None, ..stored() };
        assert!(nonce_of_refresh(Some(&Nonce::new("n-1".into())), &unknown).is_err());
    }

    #[test]
    fn a_refreshed_id_token_speaks_of_the_same_user_and_sign_in() {
        assert!(same_sign_in(&claims("alice-id", Some(1_790_000_000)), &stored()).is_ok());
        assert!(same_sign_in(&claims("alice-id", None), &stored()).is_ok());
        assert!(same_sign_in(&claims("bob-id", None), &stored()).is_err());
        assert!(same_sign_in(&claims("alice-id", Some(1_790_000_001)), &stored()).is_err());
    }
}
