//! The pushed authorization request endpoint (RFC 9126 §2).

use super::client_call;
use crate::{
    http::{browser, dpop, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use perennial_domain::event::EventType;
use perennial_flows::{FlowError, authorize::pushed, events};

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let asked = client_call::of_request(&request, &body);
    client_call::answer(&state, &request, &realm, asked, async |credentials, params| {
        let (client_id, place) = (credentials.client_id.clone(), browser::place(&request));
        let credentials = credentials.with_proof(dpop::of_request(&state, &request)?);
        let answered = pushed::push(&state.site, &realm, &params, credentials, place.clone()).await;
        if let Err(FlowError::OAuth(error)) = &answered
            && events::is_refusal(error)
        {
            let event = events::refusal(EventType::PushedAuthorizationRequestError, error).client(&client_id);
            state.site.raise_refusal(&realm, event.at_place(&place));
        }
        let pushed = answered?;
        let mut answer = oauth_answer::json(&pushed);
        dpop::set_nonce(&mut answer, pushed.dpop_nonce.as_deref());
        *answer.status_mut() = StatusCode::CREATED;
        Ok(answer)
    })
    .await
}
