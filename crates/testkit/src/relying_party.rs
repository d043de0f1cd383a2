//! An independent witness: a relying party over the `openidconnect` crate, which we did not write. It discovers, builds
//! its own requests and verifies what it gets; what it refuses, other people's software refuses too.

use crate::demo;
use crate::server::{TestServer, http_client};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, JsonWebKey, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenResponse,
};
use serde_json::Value;
use url::Url;

type DiscoveredClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A client that knows nothing of the provider but its issuer.
pub struct RelyingParty {
    metadata: CoreProviderMetadata,
    client: DiscoveredClient,
    http: Http,
}

/// One authorization in progress, kept as a real app keeps it.
pub struct Attempt {
    pub url: Url,
    pub state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl RelyingParty {
    /// Discovers the demo realm as `nightly-backup`.
    pub async fn nightly_backup(server: &TestServer) -> Self {
        Self::discover(server, demo::NIGHTLY_BACKUP, Some(demo::NIGHTLY_BACKUP_SECRET)).await
    }

    /// Discovers the demo realm as `photo-frame`.
    pub async fn photo_frame(server: &TestServer) -> Self {
        Self::discover(server, demo::PHOTO_FRAME, None).await
    }

    async fn discover(server: &TestServer, id: &str, secret: Option<&str>) -> Self {
        let http = Http(http_client());
        let issuer = IssuerUrl::new(server.issuer(demo::REALM)).expect("an issuer");
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.expect("discovery");
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let redirect = RedirectUrl::new(demo::REDIRECT_URI.to_owned()).expect("a redirect URI");
        let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(id.to_owned()), secret)
            .set_redirect_uri(redirect);
        Self { metadata, client, http }
    }

    pub fn metadata(&self) -> &CoreProviderMetadata {
        &self.metadata
    }

    /// Code flow with PKCE, state and nonce, asking for offline access.
    pub fn begin(&self) -> Attempt {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("offline_access".into()))
            .set_pkce_challenge(challenge)
            .url();
        Attempt { url, state, nonce, verifier }
    }

    /// Redeems the code and verifies the ID token with its nonce and `at_hash`.
    pub async fn finish(&self, attempt: Attempt, code: &str) -> CoreTokenResponse {
        let exchange = self.client.exchange_code(AuthorizationCode::new(code.to_owned())).expect("a token endpoint");
        let tokens = exchange.set_pkce_verifier(attempt.verifier).request_async(&self.http).await.expect("tokens");
        let id_token = tokens.id_token().expect("an ID token");
        self.verify(id_token, |nonce: Option<&Nonce>| match nonce {
            Some(nonce) if nonce.secret() == attempt.nonce.secret() => Ok(()),
            other => Err(format!("wrong nonce: {other:?}")),
        });
        self.verify_hash(id_token, tokens.access_token());
        tokens
    }

    /// Refreshes and verifies the new ID token, which carries no nonce (OIDC Core §12.2).
    pub async fn refresh(&self, token: &str) -> CoreTokenResponse {
        let token = RefreshToken::new(token.to_owned());
        let exchange = self.client.exchange_refresh_token(&token).expect("a token endpoint");
        let tokens = exchange.request_async(&self.http).await.expect("fresh tokens");
        let without_nonce = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("a nonce on refresh".to_owned()));
        self.verify(tokens.id_token().expect("an ID token on refresh"), without_nonce);
        tokens
    }

    pub async fn userinfo(&self, access_token: &AccessToken) -> CoreUserInfoClaims {
        let request = self.client.user_info(access_token.clone(), None).expect("a userinfo endpoint");
        request.request_async(&self.http).await.expect("userinfo")
    }

    /// Verifies an ID token and gives its claims.
    pub fn claims<'t>(&self, id_token: &'t CoreIdToken) -> &'t CoreIdTokenClaims {
        self.verify(id_token, |_: Option<&Nonce>| Ok(()))
    }

    /// Verifies a JWT access token's signature with the published keys and gives its claims.
    pub fn verify_access_token(&self, token: &str) -> Value {
        let header = crate::token::header(token);
        let algorithm = match header["alg"].as_str() {
            Some("RS256") => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Some("ES256") => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            other => panic!("signed with {other:?}"),
        };
        let keys = self.metadata.jwks().keys();
        let named =
            keys.iter().find(|key| key.key_id().is_some_and(|kid| Some(kid.as_str()) == header["kid"].as_str()));
        let (message, signature) = token.rsplit_once('.').expect("a compact JWS");
        let signature = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature);
        let key = named.expect("the access token names a published key");
        key.verify_signature(&algorithm, message.as_bytes(), &signature.expect("base64url"))
            .expect("a right signature");
        crate::token::claims(token)
    }

    fn verify<'t>(&self, id_token: &'t CoreIdToken, nonce: impl openidconnect::NonceVerifier) -> &'t CoreIdTokenClaims {
        id_token.claims(&self.client.id_token_verifier(), nonce).expect("an ID token that verifies")
    }

    fn verify_hash(&self, id_token: &CoreIdToken, access_token: &AccessToken) {
        let Some(expected) = self.claims(id_token).access_token_hash() else { return };
        let verifier = self.client.id_token_verifier();
        let algorithm = id_token.signing_alg().expect("a signing algorithm");
        let key = id_token.signing_key(&verifier).expect("a published key");
        let actual = AccessTokenHash::from_token(access_token, algorithm, key).expect("a hash");
        assert_eq!(actual, *expected, "at_hash belongs to another access token");
    }
}

/// reqwest behind the crate's client trait.
struct Http(reqwest::Client);

impl<'c> openidconnect::AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.0.execute(reqwest::Request::try_from(request)?).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut answer = HttpResponse::new(response.bytes().await?.to_vec());
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        })
    }
}
