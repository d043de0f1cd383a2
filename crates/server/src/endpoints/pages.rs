//! The pages that people meet on their way through an authorization or a logout.

pub mod action_link;
pub mod approval;
pub mod consent;
pub mod device;
pub mod login;
pub mod new_password;
pub mod signed_out;
pub mod verify_email;

use crate::{http::same_origin, state::AppState};
use actix_web::HttpRequest;
use perennial_domain::RequestId;
use perennial_flows::{FlowError, FlowResult, sign_in};
use serde::Deserialize;

/// `?request=`: which authorization request a page belongs to.
#[derive(Deserialize)]
pub struct RequestQuery {
    pub request: String,
}

impl RequestQuery {
    pub fn id(&self) -> FlowResult<RequestId> {
        self.request.parse().map_err(|_| sign_in::foreign_form())
    }
}

/// Refuses a form that a page of another site has sent.
pub(super) fn check_origin(state: &AppState, request: &HttpRequest) -> Result<(), FlowError> {
    if same_origin::is_same_origin(request, &state.site.base_url) { Ok(()) } else { Err(sign_in::foreign_form()) }
}
