//! Protecting an actix-web app with bearer access tokens (RFC 6750): an extractor for handlers that want the claims,
//! and a middleware for whole scopes. It verifies tokens and answers refusals; what a user may do is the app's.
//!
//! ```no_run
//! # use perennial_client::{Error, middleware::{Bearer, ProtectedResource, require_bearer}};
//! # use actix_web::{App, middleware::from_fn, web};
//! # async fn start() -> Result<(), Error> {
//! let resource = ProtectedResource::discover("https://id.example.org/realms/demo", "https://files.example.org").await?;
//! let resource = web::Data::new(resource);
//! let app = move || {
//!     App::new().app_data(resource.clone()).service(
//!         web::scope("/files")
//!             .wrap(from_fn(require_bearer))
//!             .route("", web::get().to(async |bearer: Bearer| bearer.0.sub)),
//!     )
//! };
//! # drop(app); Ok(()) }
//! ```

use crate::access_token::{AccessClaims, AccessTokenVerifier, Audience};
use crate::error::Error;
use crate::http::HttpClient;
use crate::keys::KeyCache;
use crate::wire;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What the app accepts: tokens of one issuer that are meant for it. Put it into the app's data.
#[derive(Debug, Clone)]
pub struct ProtectedResource {
    verifier: AccessTokenVerifier,
}

impl ProtectedResource {
    /// Fetches the issuer's keys; `resource` is this app's name as it stands in `aud`.
    pub async fn discover(issuer: &str, resource: &str) -> Result<Self, Error> {
        let http = HttpClient::new(false)?;
        let metadata = wire::discover(issuer, &http).await?;
        let keys = KeyCache::new(metadata.jwks_uri().clone(), http, metadata.jwks().clone());
        let audience = Audience::Resource(resource.to_owned());
        Ok(Self::new(AccessTokenVerifier::new(Arc::new(keys), issuer.to_owned(), audience)))
    }

    /// With a verifier that exists already.
    pub fn new(verifier: AccessTokenVerifier) -> Self {
        Self { verifier }
    }

    async fn admit(&self, headers: &HeaderMap) -> Result<AccessClaims, BearerError> {
        let token = bearer_token(headers)?;
        self.verifier.verify(token).await.map_err(|error| match error {
            Error::AccessToken(why) => BearerError::InvalidToken(why.to_string()),
            _ => BearerError::KeysUnavailable,
        })
    }
}

/// A verified access token's claims, as a handler's argument.
#[derive(Debug, Clone)]
pub struct Bearer(pub AccessClaims);

impl Bearer {
    /// Refuses with `insufficient_scope` unless this scope was granted.
    pub fn require_scope(&self, scope: &'static str) -> Result<(), BearerError> {
        if self.0.has_scope(scope) { Ok(()) } else { Err(BearerError::InsufficientScope(scope)) }
    }
}

impl FromRequest for Bearer {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { bearer(&request).await })
    }
}

/// Lets a request pass only with a good access token: `.wrap(from_fn(require_bearer))`.
pub async fn require_bearer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    bearer(request.request()).await?;
    next.call(request).await
}

/// Verifies once per request: behind the middleware the extractor finds the middleware's result.
async fn bearer(request: &HttpRequest) -> Result<Bearer, actix_web::Error> {
    if let Some(known) = request.extensions().get::<Bearer>() {
        return Ok(known.clone());
    }
    let resource = request.app_data::<web::Data<ProtectedResource>>().cloned();
    let resource = resource
        .ok_or_else(|| actix_web::error::ErrorInternalServerError("the app's data has no ProtectedResource"))?;
    let bearer = Bearer(resource.admit(request.headers()).await?);
    request.extensions_mut().insert(bearer.clone());
    Ok(bearer)
}

/// The token in the `Authorization` header, the one place where it is looked for (RFC 6750 §2.1; §5.3 warns of URLs).
fn bearer_token(headers: &HeaderMap) -> Result<&str, BearerError> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or(BearerError::Missing)?;
    if values.next().is_some() {
        return Err(BearerError::InvalidRequest);
    }
    let (scheme, token) = value.to_str().ok().and_then(|it| it.split_once(' ')).ok_or(BearerError::InvalidRequest)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(BearerError::Missing) }
}

/// Why a request was not let in (RFC 6750 §3.1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BearerError {
    /// No bearer token was sent.
    #[error("an access token is needed")]
    Missing,
    /// The header is repeated or not of its form.
    #[error("the Authorization header is malformed")]
    InvalidRequest,
    /// The token is not accepted.
    #[error("the access token is not accepted: {0}")]
    InvalidToken(String),
    /// The token lacks this scope.
    #[error("scope {0} is needed")]
    InsufficientScope(&'static str),
    /// The issuer could not be asked for its keys. The token may be good.
    #[error("the issuer's keys cannot be fetched now")]
    KeysUnavailable,
}

impl BearerError {
    /// RFC 6750 §3: a request without a token gets no error code.
    fn challenge(&self) -> Option<String> {
        let code = match self {
            BearerError::Missing => return Some("Bearer".into()),
            BearerError::InvalidRequest => "invalid_request",
            BearerError::InvalidToken(_) => "invalid_token",
            BearerError::InsufficientScope(scope) => {
                return Some(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""));
            }
            BearerError::KeysUnavailable => return None,
        };
        Some(format!("Bearer error=\"{code}\", error_description=\"{self}\""))
    }
}

impl ResponseError for BearerError {
    fn status_code(&self) -> StatusCode {
        match self {
            BearerError::Missing | BearerError::InvalidToken(_) => StatusCode::UNAUTHORIZED,
            BearerError::InvalidRequest => StatusCode::BAD_REQUEST,
            BearerError::InsufficientScope(_) => StatusCode::FORBIDDEN,
            BearerError::KeysUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        match self.challenge() {
            Some(challenge) => response.insert_header((WWW_AUTHENTICATE, challenge)),
            None => response.insert_header((RETRY_AFTER, "10")),
        };
        response.finish()
    }
}

#[cfg(test)]
mod tests;
