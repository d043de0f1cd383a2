//! The pages of the device grant (RFC 8628 §3.3): entering the code, and what came of it. Sign-in and consent in between are those of
//! every other request. Opening an address never looks a code up: only the form does, which a person has to send.

use super::check_origin;
use crate::{
    endpoints::protocol::authorize::step_answer,
    http::{
        browser, cookies, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode, web};
use perennial_flows::{
    FlowResult,
    device::{self, CSRF_PURPOSE, CodeForm, Entered, Problem},
    sign_in::{csrf_token, foreign_form},
};
use perennial_protocol::{
    Params,
    device::{display_user_code, normalize_user_code},
    endpoints,
};
use perennial_ui::pages::{DeviceCodePage, DeviceDonePage, DeviceProblem, device_code_page, device_done_page};

/// Characters of a typed code that are shown again.
const ECHOED: usize = 16;
/// Bytes of `ui_locales`.
const LONGEST_LOCALES: usize = 64;

pub async fn show(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let shown = async {
        let params = form::of_query(&request);
        params.check_repeated()?;
        let visitor = browser::of_request(&request);
        let binding = visitor.binding.clone().unwrap_or_else(|| state.site.entropy.secret());
        let (mut answer, page) =
            code_page(&state, &request, &realm, Asking { binding: &binding, params: &params, problem: None }).await?;
        if visitor.binding.is_none() {
            browser::bind(&mut answer, &state, &realm, &binding);
        }
        Ok(answer.body(page))
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

pub async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let submitted = async {
        check_origin(&state, &request)?;
        enter(&state, &request, &realm, form::of_oauth_body(&request, &body)?).await
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

async fn enter(state: &AppState, request: &HttpRequest, realm: &str, params: Params) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let field = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let filled = CodeForm {
        csrf: field("csrf"),
        user_code: field("user_code"),
        ui_locales: ui_locales(&params).map(str::to_owned),
    };
    let (mut answer, page) = match device::enter(&state.site, realm, &visitor, filled).await? {
        Entered::Known(step) => step_answer(state, request, realm, &step).await?,
        Entered::Refused(problem) => {
            let binding = visitor.binding.as_deref().ok_or_else(foreign_form)?;
            code_page(state, request, realm, Asking { binding, params: &params, problem: Some(problem) }).await?
        }
    };
    Ok(answer.body(page))
}

/// The languages that the page is asked for in.
fn ui_locales(params: &Params) -> Option<&str> {
    params.get("ui_locales").filter(|locales| locales.len() <= LONGEST_LOCALES)
}

/// What the page asks for a code with.
struct Asking<'a> {
    /// Of the browser; its form is bound to it.
    binding: &'a str,
    /// With a code that came with the address or was typed before.
    params: &'a Params,
    /// Of that code.
    problem: Option<Problem>,
}

async fn code_page(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    asking: Asking<'_>,
) -> FlowResult<(HttpResponseBuilder, String)> {
    let Asking { binding, params, problem } = asking;
    let sent = params.get("user_code").unwrap_or_default();
    let normalized = normalize_user_code(sent);
    let context = context(state, request, realm, ui_locales(params)).await?;
    let page = DeviceCodePage {
        frame: context.frame(),
        action: format!("{}{}", cookies::realm_path(realm), endpoints::DEVICE_PAGE),
        csrf: csrf_token(binding, CSRF_PURPOSE),
        // A whole code in the address is to be compared, not typed (RFC 8628 §3.3.1).
        confirm: normalized.is_some() && problem.is_none(),
        user_code: normalized.as_deref().map_or_else(|| sent.chars().take(ECHOED).collect(), display_user_code),
        ui_locales: ui_locales(params).map(str::to_owned),
        problem: problem.map(|problem| match problem {
            Problem::Missing => DeviceProblem::Missing,
            Problem::Wrong => DeviceProblem::Wrong,
            Problem::TooManyAttempts => DeviceProblem::TooManyAttempts,
        }),
    };
    Ok((page::builder(StatusCode::OK, None), device_code_page(&page)))
}

/// After the answer. The address says only whether access was given, and nothing hangs on it.
pub async fn done(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let shown = async {
        let params = form::of_query(&request);
        let context = context(&state, &request, &realm, ui_locales(&params)).await?;
        let page = DeviceDonePage {
            frame: context.frame(),
            allowed: params.get("error").is_none(),
            account_href: format!("{}/account/", cookies::realm_path(&realm)),
        };
        Ok(page::builder(StatusCode::OK, None).body(device_done_page(&page)))
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

async fn context<'a>(
    state: &'a AppState,
    request: &'a HttpRequest,
    realm: &str,
    ui_locales: Option<&str>,
) -> FlowResult<PageContext<'a>> {
    let loaded = state.site.glance(realm).await?;
    Ok(PageContext {
        state,
        request,
        realm_name: loaded.model.realm.display_name().to_owned(),
        accent: loaded.model.realm.settings.accent.clone(),
        languages: vec![ui_locales.map(str::to_owned)],
    })
}
