//! Answers of the admin and account API: Keycloak's shapes for errors.

use super::oauth_answer::RETRY_AFTER_S;
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use perennial_api::ApiError;
use perennial_flows::FlowError;
use perennial_protocol::OAuthError;
use perennial_storage::StorageError;
use std::fmt;

/// A refusal in the API's own shape.
#[derive(Debug)]
pub enum ApiRefusal {
    Flow(FlowError),
    /// Nobody is signed in, or the token is not good here.
    Unauthorized,
    /// A changing call that did not come from a console's own page.
    Foreign,
    /// What was sent breaks a rule; names the fields.
    Invalid(ApiError),
}

pub type ApiResult = Result<HttpResponse, ApiRefusal>;

impl fmt::Display for ApiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flow(error) => error.fmt(f),
            Self::Unauthorized => f.write_str("not signed in"),
            Self::Foreign => f.write_str("not from a page of ours"),
            Self::Invalid(error) => f.write_str(error.text().unwrap_or("invalid")),
        }
    }
}

impl<E: Into<FlowError>> From<E> for ApiRefusal {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

impl ResponseError for ApiRefusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Flow(error) => status_of(error),
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        match self {
            Self::Unauthorized => {
                answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"perennial\""));
                answer.json(ApiError::error("HTTP 401 Unauthorized"))
            }
            Self::Foreign => answer.json(ApiError::error("HTTP 403 Forbidden")),
            Self::Invalid(error) => answer.json(error),
            Self::Flow(error) => {
                if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
                    answer.insert_header((header::RETRY_AFTER, RETRY_AFTER_S));
                }
                answer.json(body_of(error))
            }
        }
    }
}

fn status_of(error: &FlowError) -> StatusCode {
    match error {
        FlowError::OAuth(OAuthError { code, .. }) => {
            StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST)
        }
        // Two admins made the same thing at once.
        FlowError::Storage(StorageError::Conflict(_)) => StatusCode::CONFLICT,
        FlowError::Storage(_) | FlowError::StaleRealm | FlowError::NotYet(_) => StatusCode::SERVICE_UNAVAILABLE,
        FlowError::UnknownRealm | FlowError::NotFound(_) => StatusCode::NOT_FOUND,
        FlowError::Forbidden => StatusCode::FORBIDDEN,
        FlowError::Invalid(_) => StatusCode::BAD_REQUEST,
        FlowError::Changed => StatusCode::PRECONDITION_FAILED,
        FlowError::Conflict(_) => StatusCode::CONFLICT,
        FlowError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn body_of(error: &FlowError) -> ApiError {
    match error {
        FlowError::UnknownRealm => ApiError::error(ApiError::REALM_NOT_FOUND),
        FlowError::NotFound(text) | FlowError::NotYet(text) => ApiError::error(*text),
        FlowError::Forbidden => ApiError::error("HTTP 403 Forbidden"),
        FlowError::Invalid(text) | FlowError::Conflict(text) => ApiError::message(text),
        FlowError::Changed => ApiError::message("It was changed after you read it: read it again"),
        FlowError::OAuth(error) => ApiError::error(error.description.clone()),
        FlowError::Storage(StorageError::Conflict(_)) => {
            ApiError::message("This exists already, or what it belongs to is gone")
        }
        FlowError::Storage(error) => {
            tracing::error!(reason = error.private_reason(), "the database is in trouble");
            ApiError::error("Temporarily unavailable, please try again")
        }
        FlowError::StaleRealm => ApiError::error("Temporarily unavailable, please try again"),
        FlowError::Internal(reason) => {
            tracing::error!(reason, "internal error");
            ApiError::error("unknown_error")
        }
    }
}

/// A body that nobody may keep.
pub fn json(body: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

/// What an admin may change, with the tag that a change can insist on in `If-Match`.
pub fn tagged(tag: &str, body: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::ETAG, tag)).json(body)
}

/// 201 with the address of what was made.
pub fn created(address: &str) -> HttpResponse {
    HttpResponse::Created().insert_header((header::LOCATION, address)).finish()
}

pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
