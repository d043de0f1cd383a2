//! What the endpoints that clients call with a form have in common: the realm, the form, the client's credentials, and an answer
//! that the client's own pages may read, whether it is a refusal or not.

use super::cors::{self, Readers};
use crate::{
    http::{credentials, form, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web::Bytes};
use perennial_flows::{FlowResult, client_assertion, client_auth::Credentials};
use perennial_protocol::{OAuthError, Params};

/// A call as far as it could be read: the form, and who claims to have sent it.
pub type Call = Result<(Params, Result<Credentials, OAuthError>), OAuthError>;

pub fn of_request(request: &HttpRequest, body: &Bytes) -> Call {
    let params = form::of_oauth_body(request, body)?;
    let credentials = credentials::of_request(request, &params);
    Ok((params, credentials))
}

/// Runs the endpoint's own part on a readable call of an existing realm, and answers.
pub async fn answer(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    call: Call,
    run: impl AsyncFnOnce(Credentials, Params) -> FlowResult<HttpResponse>,
) -> HttpResponse {
    if let Err(error) = state.site.glance(realm).await {
        return oauth_answer::OAuthRefusal(error).error_response();
    }
    let (client_id, answered) = match call {
        Err(error) | Ok((_, Err(error))) => (None, Err(error.into())),
        Ok((params, Ok(credentials))) => {
            let name = credentials.client_id.clone();
            let answered = match client_assertion::prove(&state.site, realm, credentials).await {
                Ok(credentials) => run(credentials, params).await,
                Err(error) => Err(error),
            };
            (Some(name), answered)
        }
    };
    let answer = answered.unwrap_or_else(|error| oauth_answer::refuse(&oauth_answer::to_oauth(&error), Some(request)));
    let readers = client_id.as_deref().map_or(Readers::AnyClient, Readers::Of);
    cors::allow(state, request, realm, readers, answer).await
}
