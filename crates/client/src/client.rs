//! The client of one provider: discovery, the authorization request, and the redemption of its answer. Refreshing is
//! in `refresh.rs`, the other endpoints in `endpoints.rs`; where the token is kept is the store's business.

use crate::access_token::is_asymmetric;
use crate::answer::{AuthorizationAnswer, Outcome};
use crate::config::Config;
use crate::error::Error;
use crate::http::HttpClient;
use crate::id_token::nonce_of_sign_in;
use crate::keys::KeyCache;
use crate::store::StoredToken;
use crate::wire::{self, MoreMetadata, Oidc};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreIdTokenClaims, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AuthorizationCode, Client, ClientId, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;

/// What must be kept between the authorization request and its answer, by the browser session that made it. It can be
/// serialised into a session, is secret, and works once.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingSignIn {
    /// Ties the answer to this browser.
    pub state: CsrfToken,
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
    pub(crate) scopes: Vec<String>,
}

/// Access as the token endpoint gives it, verified.
#[derive(Debug, Clone)]
pub struct Access {
    /// For the protected resource.
    pub token: AccessToken,
    /// Its lifetime in seconds, as the provider states it.
    pub expires_in_s: Option<i64>,
    /// The scopes that it has.
    pub scopes: Vec<String>,
    /// The ID token's claims, if one came along.
    pub claims: Option<CoreIdTokenClaims>,
    /// `refresh_expires_in`: how long the standing access lasts if it is not used, in seconds; absent or 0 if nothing
    /// limits it or the provider does not say.
    pub refresh_expires_in_s: Option<i64>,
}

/// What a redeemed code gives.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Access for now.
    pub access: Access,
    /// `sub`.
    pub subject: String,
    /// To be stored before anything else; absent if the provider gave no refresh token.
    pub stored: Option<StoredToken>,
}

/// A relying party that has discovered its provider.
#[derive(Debug)]
pub struct OfflineClient {
    pub(crate) config: Config,
    pub(crate) oidc: Oidc,
    pub(crate) http: HttpClient,
    pub(crate) keys: Arc<KeyCache>,
    pub(crate) more: MoreMetadata,
    pub(crate) id_token_algs: Vec<CoreJwsSigningAlgorithm>,
}

impl OfflineClient {
    /// Fetches the provider's metadata and keys (OpenID Connect Discovery §4) and checks that they are the issuer's.
    pub async fn discover(config: Config) -> Result<Self, Error> {
        let http = HttpClient::new(config.plain_http)?;
        let metadata = wire::discover(&config.issuer, &http).await?;
        let redirect = RedirectUrl::new(config.redirect_uri.clone())
            .map_err(|error| Error::Config(format!("redirect URI {}: {error}", config.redirect_uri)))?;
        let token_url = metadata.token_endpoint().cloned().ok_or(Error::NoEndpoint("token"))?;
        let keys = KeyCache::new(metadata.jwks_uri().clone(), http.clone(), metadata.jwks().clone());
        let announced = metadata.id_token_signing_alg_values_supported().iter();
        Ok(Self {
            id_token_algs: announced.filter(|alg| is_asymmetric(alg)).cloned().collect(),
            more: metadata.additional_metadata().clone(),
            oidc: Client::from_provider_metadata(
                metadata,
                ClientId::new(config.client_id.clone()),
                config.secret.clone(),
            )
            .set_token_uri(token_url)
            .set_redirect_uri(redirect),
            keys: Arc::new(keys),
            http,
            config,
        })
    }

    /// The issuer that this client trusts.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Where to send the user, and what to keep until they are back: code flow, PKCE S256, fresh `state` and `nonce`.
    pub fn authorization_url(&self) -> (Url, PendingSignIn) {
        self.authorization_url_for(&self.config.scopes)
    }

    /// The same for other scopes. With `offline_access` among them `prompt=consent` is sent, as OpenID Connect Core
    /// §11 demands.
    pub fn authorization_url_for(&self, scopes: &[String]) -> (Url, PendingSignIn) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = self
            .oidc
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        // The library adds `openid` itself.
        for scope in scopes.iter().filter(|it| *it != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if scopes.iter().any(|it| it == "offline_access") {
            request = request.add_prompt(CoreAuthPrompt::Consent);
        }
        let (url, state, nonce) = request.url();
        (url, PendingSignIn { state, nonce, verifier, scopes: scopes.to_vec() })
    }

    /// Checks the answer against what was kept, redeems its code and verifies the ID token. Never tried again: a code
    /// works once.
    pub async fn redeem(&self, answer: AuthorizationAnswer, pending: PendingSignIn) -> Result<SignedIn, Error> {
        answer.check(pending.state.secret(), self.issuer(), self.more.iss_announced)?;
        let code = match answer.outcome {
            Outcome::Code(code) => AuthorizationCode::new(code),
            Outcome::Refused { error, description } => return Err(Error::Refused { error, description }),
        };
        let request = self.oidc.exchange_code(code).set_pkce_verifier(pending.verifier);
        let response = request.request_async(&self.http).await.map_err(wire::token_error)?;
        let nonce = pending.nonce;
        let claims = self.verified_claims(&response, |found| nonce_of_sign_in(found, &nonce)).await?;
        let claims = claims.ok_or_else(|| Error::IdToken("there is none".into()))?;
        let mut stored = response.refresh_token().map(|token| StoredToken {
            issuer: self.config.issuer.clone(),
            client_id: self.config.client_id.clone(),
            subject: claims.subject().to_string(),
            refresh_token: token.clone(),
            scopes: Vec::new(),
            nonce: Some(nonce.secret().clone()),
            authenticated_at: claims.auth_time().map(|it| it.timestamp_millis()),
            received_at: wire::now_ms(),
            ends_at: wire::ends_at(&response),
        });
        let subject = claims.subject().to_string();
        let access = wire::access(&response, &pending.scopes, Some(claims));
        if let Some(stored) = &mut stored {
            stored.scopes.clone_from(&access.scopes);
        }
        Ok(SignedIn { access, subject, stored })
    }
}
