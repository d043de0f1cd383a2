//! Logging out: the question, where it must be asked, and the page afterwards.

use super::check_origin;
use crate::{
    http::{
        browser, cookies, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode, web};
use perennial_flows::{
    FlowResult,
    logout::{self, CSRF_PURPOSE, LogoutRequest, LogoutStep},
    sign_in::csrf_token,
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{LogoutPage, SignedOutPage, logout_page, signed_out_page};
use url::form_urlencoded::Serializer;

/// Parameters that the confirmation form brings back.
const KEPT: [&str; 5] = ["client_id", "post_logout_redirect_uri", "state", "id_token_hint", "ui_locales"];

/// A logout request at the protocol endpoint.
pub async fn begin(state: &AppState, request: &HttpRequest, realm: &str, params: &Params) -> HttpResponse {
    let visitor = browser::of_request(request);
    let begun = async {
        match logout::begin(&state.site, realm, params, &visitor).await? {
            LogoutStep::Done(done) => Ok(signed_out(state, request, realm, &done)),
            LogoutStep::Confirm(asked) => ask(state, request, realm, params, &asked).await,
        }
    };
    begun.await.unwrap_or_else(|error| page::error(state, request, realm, &error))
}

/// The confirmation page's form.
pub async fn confirm(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let confirmed = async {
        check_origin(&state, &request)?;
        let params = form::of_oauth_body(&request, &body)?;
        let csrf = params.get("csrf").unwrap_or_default();
        let visitor = browser::of_request(&request);
        let done = logout::confirm(&state.site, &realm, &params, csrf, &visitor).await?;
        Ok(signed_out(&state, &request, &realm, &done))
    };
    confirmed.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

/// The page afterwards, where no app asked to be returned to.
pub async fn show(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let shown = async {
        let context = context(&state, &request, &realm, None).await?;
        let below = cookies::realm_path(&realm);
        let page = SignedOutPage {
            frame: context.frame(),
            app: None,
            sign_in_href: None,
            account_href: Some(format!("{below}/account/")),
        };
        Ok(page::builder(StatusCode::OK, None).body(signed_out_page(&page)))
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

async fn ask(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    params: &Params,
    asked: &LogoutRequest,
) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let binding = visitor.binding.clone().unwrap_or_else(|| state.site.entropy.secret());
    let context = context(state, request, realm, asked.ui_locales.clone()).await?;
    let below = cookies::realm_path(realm);
    let kept = |name: &&str| params.get(name).map(|value| ((*name).to_owned(), value.to_owned()));
    let user = logout::current_user(&state.site, realm, &visitor).await?;
    let page = LogoutPage {
        frame: context.frame(),
        action: format!("{below}{}", endpoints::LOGOUT_PAGE),
        csrf: csrf_token(&binding, CSRF_PURPOSE),
        hidden: KEPT.iter().filter_map(kept).collect(),
        user_name: user.unwrap_or_default(),
        stay_href: Some(format!("{below}/account/")),
    };
    let mut answer = page::builder(StatusCode::OK, asked.post_logout_redirect_uri.as_deref());
    browser::bind(&mut answer, state, realm, &binding);
    Ok(answer.body(logout_page(&page)))
}

/// To the app that asked, with its `state` (§3), or to the page that says so.
fn signed_out(state: &AppState, request: &HttpRequest, realm: &str, done: &LogoutRequest) -> HttpResponse {
    let location = match &done.post_logout_redirect_uri {
        Some(uri) => with_state(uri, done.state.as_deref()),
        None => format!("{}{}", cookies::realm_path(realm), endpoints::SIGNED_OUT_PAGE),
    };
    let mut answer: HttpResponseBuilder = page::see_other(&location);
    // Only what the request showed has ended; a cookie that did not come along still has its session.
    if cookies::read(request, cookies::SESSION).is_some() {
        browser::forget_session(&mut answer, state, realm);
    }
    answer.finish()
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{}", Serializer::new(String::new()).append_pair("state", state).finish())
}

async fn context<'a>(
    state: &'a AppState,
    request: &'a HttpRequest,
    realm: &str,
    ui_locales: Option<String>,
) -> FlowResult<PageContext<'a>> {
    let loaded = state.site.realm(realm).await?;
    Ok(PageContext {
        state,
        request,
        realm_name: loaded.model.realm.display_name().to_owned(),
        accent: loaded.model.realm.settings.accent.clone(),
        languages: vec![ui_locales],
    })
}
