//! What a relying party knows of itself and its provider before it has spoken to it.

use crate::refresh::RetryPolicy;
use openidconnect::ClientSecret;

/// A client's registration and habits.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) secret: Option<ClientSecret>,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) retry: RetryPolicy,
    pub(crate) plain_http: bool,
}

impl Config {
    /// A public client that asks for `openid offline_access`.
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            secret: None,
            redirect_uri: redirect_uri.into(),
            scopes: vec!["openid".into(), "offline_access".into()],
            retry: RetryPolicy::default(),
            plain_http: false,
        }
    }

    /// Makes it a confidential client (`client_secret_basic`).
    pub fn with_secret(self, secret: impl Into<String>) -> Self {
        Self { secret: Some(ClientSecret::new(secret.into())), ..self }
    }

    /// The scopes to ask for instead. `openid` is always asked for.
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..self }
    }

    /// How often and how patiently a refresh is tried again.
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Also speaks `http://` with other machines. For closed test networks: secrets travel in the clear.
    pub fn with_plain_http(self) -> Self {
        Self { plain_http: true, ..self }
    }
}
