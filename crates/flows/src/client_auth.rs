//! Client authentication (RFC 6749 §2.3): one function for every endpoint that clients call themselves.

use crate::{FlowResult, LoadedRealm, dpop};
use perennial_crypto::secrets_match;
use perennial_domain::client::{Client, ClientKind};
use perennial_protocol::OAuthError;
use zeroize::Zeroizing;

/// What a request says about its client. The server takes it from the `Authorization` header or the form, never from both.
#[derive(Clone)]
pub struct Credentials {
    pub client_id: String,
    secret: Option<Zeroizing<String>>,
    /// A signed JWT (RFC 7523 §2.2).
    assertion: Option<Zeroizing<String>>,
    /// The assertion was good, and is used up.
    proven: bool,
    /// The key that the request proves (RFC 9449): for tokens, or for the code that a pushed request leads to.
    proof: Option<dpop::Presented>,
}

impl Credentials {
    /// Of a client that names itself and no more.
    pub fn named(client_id: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), secret: None, assertion: None, proven: false, proof: None }
    }

    #[must_use]
    pub fn with_secret(self, secret: Option<Zeroizing<String>>) -> Self {
        Self { secret, ..self }
    }

    #[must_use]
    pub fn with_assertion(self, assertion: impl Into<String>) -> Self {
        Self { assertion: Some(Zeroizing::new(assertion.into())), ..self }
    }

    #[must_use]
    pub fn with_proof(self, proof: Option<dpop::Presented>) -> Self {
        Self { proof, ..self }
    }

    pub(crate) fn proof(&self) -> Option<&dpop::Presented> {
        self.proof.as_ref()
    }

    pub fn has_secret(&self) -> bool {
        self.secret.is_some()
    }

    pub(crate) fn assertion(&self) -> Option<&str> {
        self.assertion.as_ref().map(|assertion| assertion.as_str())
    }

    pub(crate) fn proven(self) -> Self {
        Self { proven: true, ..self }
    }
}

/// The authenticated client. One answer for every failure, so that nobody learns which client ids exist.
pub fn authenticate<'r>(realm: &'r LoadedRealm, credentials: &Credentials) -> Result<&'r Client, OAuthError> {
    let found = realm.model.find_client(&credentials.client_id);
    // An unknown client costs a comparison, too.
    let stored = found.and_then(|client| realm.secret_of(client));
    let presented = credentials.secret.as_ref().map(|secret| secret.as_str());
    let matches = secrets_match(presented.unwrap_or_default(), stored.unwrap_or_default());
    let client = found.ok_or_else(|| OAuthError::invalid_client("unknown client"))?;
    check_enabled(realm, client)?;
    if credentials.assertion.is_some() || client.signs_assertions() {
        // Whoever signs has no other way: a secret that leaked, or is forgotten, opens nothing.
        let good = credentials.proven && client.signs_assertions() && presented.is_none();
        return if good { Ok(client) } else { Err(OAuthError::invalid_client("no good assertion")) };
    }
    match (client.settings.kind, presented) {
        (ClientKind::Public, None) => Ok(client),
        (ClientKind::Public, Some(_)) => Err(OAuthError::invalid_client("public client sent a secret")),
        (ClientKind::Confidential, Some(_)) if stored.is_some() && matches => Ok(client),
        (ClientKind::Confidential, Some(_)) => Err(OAuthError::invalid_client("wrong secret")),
        (ClientKind::Confidential, None) => Err(OAuthError::invalid_client("no secret")),
    }
}

/// A client is refused while it or its realm is disabled, and goes on afterwards.
pub fn check_enabled(realm: &LoadedRealm, client: &Client) -> Result<(), OAuthError> {
    if realm.model.admits(client) { Ok(()) } else { Err(OAuthError::invalid_client("client or realm disabled")) }
}

/// For endpoints that only confidential clients may call (RFC 7662 §2.1).
pub fn authenticate_confidential<'r>(realm: &'r LoadedRealm, credentials: &Credentials) -> FlowResult<&'r Client> {
    let client = authenticate(realm, credentials)?;
    if client.is_public() {
        return Err(OAuthError::invalid_client("public client at an endpoint for confidential ones").into());
    }
    Ok(client)
}
