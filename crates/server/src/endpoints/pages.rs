//! The pages that people meet on their way through an authorization or a logout.

pub mod action_link;
pub mod approval;
pub mod asking;
pub mod consent;
pub mod device;
pub mod login;
pub mod new_password;
pub mod signed_out;
pub mod verify_email;

use crate::{http::same_origin, state::AppState};
use actix_web::{HttpRequest, web};
use perennial_domain::RequestId;
use perennial_flows::{FlowError, FlowResult, sign_in};
use serde::Deserialize;

/// `?request=`: which authorization request a page belongs to.
#[derive(Deserialize)]
pub struct RequestQuery {
    pub request: String,
}

/// As a page's handler gets it: an address without it is no error of the framework's, but a page of ours.
pub(super) type Query = Result<web::Query<RequestQuery>, actix_web::Error>;

/// The request that a page was asked for.
pub(super) fn request_id(query: Query) -> FlowResult<RequestId> {
    let named = query.map_err(|_| sign_in::foreign_form())?;
    named.request.parse().map_err(|_| sign_in::foreign_form())
}

/// Refuses a form that a page of another site has sent.
pub(super) fn check_origin(state: &AppState, request: &HttpRequest) -> Result<(), FlowError> {
    if same_origin::is_same_origin(request, &state.site.base_url) { Ok(()) } else { Err(sign_in::foreign_form()) }
}
