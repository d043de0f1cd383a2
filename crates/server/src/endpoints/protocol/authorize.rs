//! The authorization endpoint (RFC 6749 §3.1): validates, then sends the browser to the page or the client that comes next.

use crate::{
    http::{
        browser, cross_site_post, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use perennial_flows::{
    FlowResult,
    authorize::{self, Step},
};
use perennial_protocol::{Params, endpoints};

pub async fn get(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let params = form::of_query(&request);
    answer(&state, &request, &realm, params).await
}

/// OIDC Core §3.1.2.1: the parameters may come as a form.
pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let read =
        form::of_body(&request, &body).and_then(|params| Ok((cross_site_post::as_get(&request, &params)?, params)));
    match read {
        Ok((Some(again), _)) => again,
        Ok((None, params)) => answer(&state, &request, &realm, params).await,
        Err(error) => page::error(&state, &request, &realm, &error.into()),
    }
}

async fn answer(state: &AppState, request: &HttpRequest, realm: &str, params: Params) -> HttpResponse {
    let begun = begin(state, request, realm, &params).await;
    begun.unwrap_or_else(|error| page::error(state, request, realm, &error))
}

async fn begin(state: &AppState, request: &HttpRequest, realm: &str, params: &Params) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let begun = authorize::begin(&state.site, realm, params, &visitor).await?;
    let (mut answer, body) = step_answer(state, request, realm, &begun.step).await?;
    if visitor.binding.is_none() {
        browser::bind(&mut answer, state, realm, &begun.binding);
    }
    Ok(answer.body(body))
}

/// The next page's address, or the answer on its way to the client.
pub async fn step_answer(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    step: &Step,
) -> FlowResult<(HttpResponseBuilder, String)> {
    let page_at = |path: &str, id: String| {
        let below = crate::http::cookies::realm_path(realm);
        (page::see_other(&format!("{below}{path}?request={id}")), String::new())
    };
    match step {
        Step::Login(id) => Ok(page_at(endpoints::LOGIN_PAGE, id.to_string())),
        Step::NewPassword(id) => Ok(page_at(endpoints::NEW_PASSWORD_PAGE, id.to_string())),
        Step::VerifyEmail(id) => Ok(page_at(endpoints::VERIFY_EMAIL_PAGE, id.to_string())),
        Step::Consent(id) => Ok(page_at(endpoints::CONSENT_PAGE, id.to_string())),
        Step::Approval(id) => Ok(page_at(endpoints::APPROVAL_PAGE, id.to_string())),
        Step::Answer(answer) => {
            let loaded = state.site.glance(realm).await?;
            let context = PageContext {
                state,
                request,
                realm_name: loaded.model.realm.display_name().to_owned(),
                accent: loaded.model.realm.settings.accent.clone(),
                languages: Vec::new(),
            };
            Ok(page::authorization_answer(&context, answer))
        }
    }
}
