//! The device authorization endpoint (RFC 8628 §3.1).

use super::client_call;
use crate::{
    http::{browser, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_domain::event::EventType;
use perennial_flows::{FlowError, device, events};

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let asked = client_call::of_request(&request, &body);
    client_call::answer(&state, &request, &realm, asked, async |credentials, params| {
        let (client_id, place) = (credentials.client_id.clone(), browser::place(&request));
        let answered = device::authorize(&state.site, &realm, &params, credentials, place.clone()).await;
        if let Err(FlowError::OAuth(error)) = &answered {
            let event = events::refusal(EventType::DeviceAuthError, error).client(&client_id).at_place(&place);
            state.site.raise_refusal(&realm, event);
        }
        Ok(oauth_answer::json(&answered?))
    })
    .await
}
