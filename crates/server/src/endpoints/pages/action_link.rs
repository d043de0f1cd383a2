//! Where a link in a mail leads. Its token goes from the address into a cookie at once, so that neither the page, nor its form, nor
//! the browser's history has it; looking at the page changes nothing, as programs look at links in mails, too.

use super::{check_origin, new_password};
use crate::{
    http::{
        browser, cookies, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use perennial_api::paths;
use perennial_flows::{
    FlowResult,
    action_links::{self, LinkDone, LinkForm, LinkOutcome, LinkView},
    sign_in::foreign_form,
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{
    ActionDonePage, ConfirmEmailPage, Link, NewPasswordPage, NewPasswordProblem, action_done_page, confirm_email_page,
    new_password_page,
};
use zeroize::Zeroizing;

/// The token of a link that was opened.
const COOKIE: &str = "perennial_link";
/// The token's parameter, as with Keycloak.
const KEY: &str = "key";

pub async fn show(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let params = form::of_query(&request);
    let shown = async {
        match params.get(KEY) {
            Some(token) => open(&state, &realm, token).await,
            None => render(&state, &request, &realm, None).await,
        }
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
        follow(&state, &request, &realm, form::of_oauth_body(&request, &body)?).await
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

fn address(realm: &str) -> String {
    format!("{}{}", cookies::realm_path(realm), endpoints::ACTION_LINK_PAGE)
}

fn token_of(request: &HttpRequest) -> FlowResult<Zeroizing<String>> {
    cookies::read(request, COOKIE).map(Zeroizing::new).ok_or_else(foreign_form)
}

async fn open(state: &AppState, realm: &str, token: &str) -> FlowResult<HttpResponse> {
    action_links::view(&state.site, realm, token).await?;
    let mut answer = page::see_other(&address(realm));
    answer.cookie(cookies::lax(COOKIE, token.to_owned(), address(realm), state.https));
    Ok(answer.finish())
}

async fn follow(state: &AppState, request: &HttpRequest, realm: &str, params: Params) -> FlowResult<HttpResponse> {
    let filled = LinkForm {
        token: token_of(request)?,
        csrf: params.get("csrf").unwrap_or_default().to_owned(),
        place: browser::place(request),
        chosen: new_password::chosen(&params),
    };
    match action_links::follow(&state.site, realm, filled).await? {
        LinkOutcome::Refused(unfit) => render(state, request, realm, Some(new_password::problem_of(unfit))).await,
        LinkOutcome::Done(done) => Ok(finished(state, request, realm, *done)),
    }
}

fn context<'a>(state: &'a AppState, request: &'a HttpRequest, view: &LinkView) -> PageContext<'a> {
    PageContext {
        state,
        request,
        realm_name: view.realm_name.clone(),
        accent: view.accent.clone(),
        languages: vec![view.user_locale.clone()],
    }
}

async fn render(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    problem: Option<NewPasswordProblem>,
) -> FlowResult<HttpResponse> {
    let view = action_links::view(&state.site, realm, &token_of(request)?).await?;
    let frame = context(state, request, &view).frame();
    let (action, csrf, user_name) = (address(realm), view.csrf, view.user_name);
    let page = if view.asks_password {
        new_password_page(&NewPasswordPage { frame, action, csrf, user_name, by_link: true, problem })
    } else {
        confirm_email_page(&ConfirmEmailPage { frame, action, csrf, user_name, email: view.email })
    };
    Ok(page::builder(StatusCode::OK, None).body(page))
}

fn finished(state: &AppState, request: &HttpRequest, realm: &str, done: LinkDone) -> HttpResponse {
    let page = ActionDonePage {
        frame: context(state, request, &done.view).frame(),
        new_password: done.view.asks_password,
        email: done.view.email,
        app: done.app.map(|(label, href)| Link { label, href }),
        account_href: format!("{}/", paths::account(realm)),
    };
    let mut answer = page::builder(StatusCode::OK, None);
    answer.cookie(cookies::removed(cookies::lax(COOKIE, String::new(), address(realm), state.https)));
    answer.body(action_done_page(&page))
}
