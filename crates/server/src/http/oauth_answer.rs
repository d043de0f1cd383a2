//! Answers of the protocol endpoints: never cached, errors as RFC 6749 §5.2 has them.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    http::{StatusCode, header},
};
use perennial_flows::FlowError;
use perennial_protocol::{ErrorCode, OAuthError, metadata::DPOP_ALGORITHMS};
use serde::Serialize;
use serde_json::json;
use std::fmt;

/// Seconds until a client should come back when the database is in trouble.
pub const RETRY_AFTER_S: u32 = 5;

/// A use case's refusal at a protocol endpoint.
#[derive(Debug)]
pub struct OAuthRefusal(pub FlowError);

impl fmt::Display for OAuthRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: Into<FlowError>> From<E> for OAuthRefusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl ResponseError for OAuthRefusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(to_oauth(&self.0).code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if matches!(self.0, FlowError::UnknownRealm) {
            return HttpResponse::NotFound().json(json!({"error": "Realm does not exist"}));
        }
        refuse(&to_oauth(&self.0), None)
    }
}

/// A JSON answer that nobody may keep (RFC 6749 §5.1).
pub fn json(body: &impl Serialize) -> HttpResponse {
    no_store(HttpResponse::Ok()).json(body)
}

/// An error whose 401 names the scheme that the client used (RFC 6749 §5.2).
pub fn refuse(error: &OAuthError, request: Option<&HttpRequest>) -> HttpResponse {
    tracing::info!(code = %error.code, reason = error.reason.as_deref(), description = %error.description, "refused");
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = no_store(HttpResponse::build(status));
    if let Some(seconds) = error.retry_after_s {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    if let Some(nonce) = &error.dpop_nonce {
        answer.insert_header((super::dpop::NONCE, nonce.as_str()));
    }
    let used_basic = request.is_none_or(|request| request.headers().contains_key(header::AUTHORIZATION));
    if error.code == ErrorCode::InvalidClient && used_basic {
        answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"clients\""));
    }
    answer.json(json!({"error": error.code.as_str(), "error_description": error.description}))
}

/// An error of a resource that bearer tokens open (RFC 6750 §3).
pub fn refuse_bearer(error: &FlowError, has_token: bool) -> HttpResponse {
    let error = to_oauth(error);
    if !matches!(error.code, ErrorCode::InvalidToken | ErrorCode::InsufficientScope | ErrorCode::InvalidRequest) {
        return refuse(&error, None);
    }
    let challenge = match has_token {
        // RFC 6750 §3.1: without any credentials the challenge says nothing more.
        false => "Bearer realm=\"perennial\"".to_owned(),
        true => format!(
            "Bearer realm=\"perennial\", error=\"{}\", error_description=\"{}\"",
            error.code,
            perennial_protocol::params::printable(&error.description)
        ),
    };
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    no_store(HttpResponse::build(status))
        .insert_header((header::WWW_AUTHENTICATE, challenge))
        // RFC 9449 §7.1: a token may be bound to a key as well.
        .append_header((header::WWW_AUTHENTICATE, format!("DPoP algs=\"{DPOP_ALGORITHMS}\"")))
        .json(json!({"error": error.code.as_str(), "error_description": error.description}))
}

/// How a use case's end reads as an OAuth error. Trouble of ours is a 5xx: clients throw tokens away on any 4xx.
pub fn to_oauth(error: &FlowError) -> OAuthError {
    match error {
        FlowError::OAuth(error) => error.clone(),
        FlowError::Storage(error) => {
            tracing::error!(reason = error.private_reason(), "the database is in trouble");
            OAuthError::unavailable(error.private_reason(), RETRY_AFTER_S)
        }
        FlowError::StaleRealm => OAuthError::unavailable("the realm kept changing", 1),
        FlowError::NotYet(text) => OAuthError::unavailable(*text, 1),
        FlowError::UnknownRealm
        | FlowError::NotFound(_)
        | FlowError::Invalid(_)
        | FlowError::Conflict(_)
        | FlowError::Changed => OAuthError::invalid_request(error.to_string()),
        FlowError::Forbidden => OAuthError::new(ErrorCode::InsufficientScope, "Not allowed"),
        FlowError::Internal(reason) => {
            tracing::error!(reason, "internal error");
            OAuthError::new(ErrorCode::ServerError, "Internal error").because(reason.clone())
        }
    }
}

fn no_store(mut answer: HttpResponseBuilder) -> HttpResponseBuilder {
    answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_storage::StorageError;

    #[test]
    fn trouble_with_the_database_is_503_with_retry_after_and_says_nothing_of_it() {
        let trouble = FlowError::Storage(StorageError::Unavailable("connection to 10.0.0.5 refused".into()));
        let error = to_oauth(&trouble);
        assert!(!error.description.contains("10.0.0.5"));
        let answer = refuse(&error, None);
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn a_missing_bearer_token_is_challenged_without_an_error() {
        let missing = FlowError::from(OAuthError::new(ErrorCode::InvalidToken, "Missing token"));
        let challenge = |has_token| {
            let answer = refuse_bearer(&missing, has_token);
            answer.headers().get(header::WWW_AUTHENTICATE).expect("a challenge").to_str().expect("text").to_owned()
        };
        assert!(!challenge(false).contains("error"));
        assert!(challenge(true).contains("error=\"invalid_token\""));
    }
}
