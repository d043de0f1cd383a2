//! The page on which a user waits until their e-mail address is verified.

use super::{RequestQuery, check_origin};
use crate::{
    endpoints::protocol::authorize::step_answer,
    http::{
        browser, cookies, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use perennial_domain::RequestId;
use perennial_flows::{
    FlowResult,
    authorize::verify_email::{self, VerifyEmailForm, VerifyEmailOutcome, Wish},
    sign_in::{Browser, foreign_form, form_token},
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{VerifyEmailNote, VerifyEmailPage, verify_email_page};

type Query = web::Query<RequestQuery>;

pub async fn show(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Result<Query, actix_web::Error>,
) -> HttpResponse {
    let shown = async {
        let id = query.map_err(|_| foreign_form())?.id()?;
        render((&state, &request), (&realm, id), &browser::of_request(&request), None).await
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, (&realm, &error)))
}

pub async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    (realm, query): (web::Path<String>, Result<Query, actix_web::Error>),
    body: web::Bytes,
) -> HttpResponse {
    let submitted = async {
        check_origin(&state, &request)?;
        let id = query.map_err(|_| foreign_form())?.id()?;
        wish((&state, &request), (&realm, id), form::of_oauth_body(&request, &body)?).await
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, (&realm, &error)))
}

async fn wish(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    params: Params,
) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let wish = if params.get("send").is_some() { Wish::Mail } else { Wish::GoOn };
    let csrf = params.get("csrf").unwrap_or_default().to_owned();
    let filled = VerifyEmailForm { csrf, wish, mail_server: state.couriers.mailer.url.is_some() };
    let note = match verify_email::submit(&state.site, realm, (id, &visitor), filled).await? {
        VerifyEmailOutcome::GoesOn(step) => {
            let (mut answer, page) = step_answer(state, request, (realm, &step)).await?;
            return Ok(answer.body(page));
        }
        VerifyEmailOutcome::ShowAnew => return Ok(page::see_other(&page_address(realm, id)).finish()),
        VerifyEmailOutcome::Sent => VerifyEmailNote::Sent,
        VerifyEmailOutcome::NotYet => VerifyEmailNote::NotYet,
        VerifyEmailOutcome::TooMany => VerifyEmailNote::TooMany,
        VerifyEmailOutcome::CannotSend => VerifyEmailNote::CannotSend,
    };
    render((state, request), (realm, id), &visitor, Some(note)).await
}

fn page_address(realm: &str, id: RequestId) -> String {
    format!("{}{}?request={id}", cookies::realm_path(realm), endpoints::VERIFY_EMAIL_PAGE)
}

async fn render(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    visitor: &Browser,
    note: Option<VerifyEmailNote>,
) -> FlowResult<HttpResponse> {
    let view = verify_email::view(&state.site, realm, (id, visitor)).await?;
    let binding = visitor.binding.as_deref().ok_or_else(foreign_form)?;
    let context = PageContext {
        state,
        request,
        realm_name: view.realm_name,
        accent: view.accent,
        languages: vec![view.ui_locales, view.user_locale],
    };
    let page = VerifyEmailPage {
        frame: context.frame(),
        action: page_address(realm, id),
        csrf: form_token(binding, &id.to_string(), view.session),
        user_name: view.user_name,
        email: view.email,
        note,
    };
    Ok(page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(verify_email_page(&page)))
}
