//! The login page.

use super::{Query, check_origin, request_id};
use crate::{
    endpoints::protocol::authorize::step_answer,
    http::{
        browser, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use perennial_domain::RequestId;
use perennial_flows::{
    FlowResult,
    authorize::login::{self, LoginForm, LoginOutcome, LoginView},
    sign_in::{Browser, csrf_token, foreign_form},
};
use perennial_protocol::Params;
use perennial_ui::pages::{LoginPage, LoginProblem, login_page};

pub async fn show(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Query,
) -> HttpResponse {
    let visitor = browser::of_request(&request);
    let shown = async {
        let id = request_id(query)?;
        let login = WaitingLogin::find(&state, &realm, id, &visitor).await?;
        let username = login.view.login_hint.clone().unwrap_or_default();
        login.render(&state, &request, username, Vec::new())
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

pub async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Query,
    body: web::Bytes,
) -> HttpResponse {
    let submitted = async {
        check_origin(&state, &request)?;
        let id = request_id(query)?;
        sign_in(&state, &request, &realm, id, form::of_oauth_body(&request, &body)?).await
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

async fn sign_in(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    id: RequestId,
    params: Params,
) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let field = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let (username, password) = (field("username"), field("password"));
    let mut problems = Vec::new();
    if username.trim().is_empty() {
        problems.push(LoginProblem::UsernameMissing);
    }
    if password.is_empty() {
        problems.push(LoginProblem::PasswordMissing);
    }
    if problems.is_empty() {
        let filled = LoginForm { csrf: field("csrf"), username: username.clone(), password };
        match login::submit(&state.site, realm, id, &visitor, filled).await? {
            LoginOutcome::Wrong => problems.push(LoginProblem::WrongCredentials),
            LoginOutcome::TooMany => problems.push(LoginProblem::TooManyAttempts),
            LoginOutcome::SignedIn(step, cookie) => {
                let (mut answer, page) = step_answer(state, request, realm, &step).await?;
                browser::keep_signed_in(&mut answer, state, realm, &cookie);
                return Ok(answer.body(page));
            }
        }
    }
    WaitingLogin::find(state, realm, id, &visitor).await?.render(state, request, username, problems)
}

/// A request that waits for its user to sign in, in this browser.
struct WaitingLogin<'a> {
    realm: &'a str,
    id: RequestId,
    visitor: &'a Browser,
    view: LoginView,
}

impl<'a> WaitingLogin<'a> {
    async fn find(state: &AppState, realm: &'a str, id: RequestId, visitor: &'a Browser) -> FlowResult<Self> {
        let view = login::view(&state.site, realm, id, visitor).await?;
        Ok(Self { realm, id, visitor, view })
    }

    fn render(
        self,
        state: &AppState,
        request: &HttpRequest,
        username: String,
        problems: Vec<LoginProblem>,
    ) -> FlowResult<HttpResponse> {
        let Self { realm, id, visitor, view } = self;
        let binding = visitor.binding.as_deref().ok_or_else(foreign_form)?;
        // A refused form is shown with 200: a 4xx would make password managers and scripts take the page for broken.
        let context = PageContext {
            state,
            request,
            realm_name: view.realm_name,
            accent: view.accent,
            languages: vec![view.ui_locales],
        };
        let page = LoginPage {
            frame: context.frame(),
            action: format!("{}/login?request={id}", crate::http::cookies::realm_path(realm)),
            csrf: csrf_token(binding, &id.to_string()),
            app_name: Some(view.client_name),
            username,
            problems,
        };
        Ok(page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(login_page(&page)))
    }
}
