//! The page on which a user replaces a temporary password.

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
    authorize::new_password::{self, NewPasswordForm, NewPasswordOutcome},
    chosen_password::{AlsoEnds, ChosenPassword, Unfit},
    sign_in::{Browser, foreign_form, form_token},
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{NewPasswordPage, NewPasswordProblem, new_password_page};

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
        choose((&state, &request), (&realm, id), form::of_oauth_body(&request, &body)?).await
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, (&realm, &error)))
}

async fn choose(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    params: Params,
) -> FlowResult<HttpResponse> {
    let visitor = browser::of_request(request);
    let csrf = params.get("csrf").unwrap_or_default().to_owned();
    let filled = NewPasswordForm { csrf, chosen: chosen(&params) };
    match new_password::submit(&state.site, realm, (id, &visitor), filled).await? {
        NewPasswordOutcome::Chosen(step) => {
            let (mut answer, page) = step_answer(state, request, (realm, &step)).await?;
            Ok(answer.body(page))
        }
        NewPasswordOutcome::ShowAnew => Ok(page::see_other(&page_address(realm, id)).finish()),
        NewPasswordOutcome::Refused(unfit) => {
            render((state, request), (realm, id), &visitor, Some(problem_of(unfit))).await
        }
    }
}

fn page_address(realm: &str, id: RequestId) -> String {
    format!("{}{}?request={id}", cookies::realm_path(realm), endpoints::NEW_PASSWORD_PAGE)
}

/// What the form's fields say, on whichever page it stands.
pub fn chosen(params: &Params) -> ChosenPassword {
    let field = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let ticked = |name: &str| params.get(name).is_some();
    ChosenPassword {
        password: field("password-new"),
        again: field("password-confirm"),
        ends: AlsoEnds { other_sessions: ticked("logout-sessions"), offline_sessions: ticked("logout-offline") },
    }
}

pub const fn problem_of(unfit: Unfit) -> NewPasswordProblem {
    match unfit {
        Unfit::WrongLength => NewPasswordProblem::WrongLength,
        Unfit::Different => NewPasswordProblem::Different,
        Unfit::Same => NewPasswordProblem::Same,
        Unfit::TooMany => NewPasswordProblem::TooManyAttempts,
    }
}

async fn render(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    visitor: &Browser,
    problem: Option<NewPasswordProblem>,
) -> FlowResult<HttpResponse> {
    let view = new_password::view(&state.site, realm, (id, visitor)).await?;
    let binding = visitor.binding.as_deref().ok_or_else(foreign_form)?;
    let context = PageContext {
        state,
        request,
        realm_name: view.realm_name,
        accent: view.accent,
        languages: vec![view.ui_locales, view.user_locale],
    };
    let page = NewPasswordPage {
        frame: context.frame(),
        action: page_address(realm, id),
        csrf: form_token(binding, &id.to_string(), view.session),
        user_name: view.user_name,
        by_link: false,
        problem,
    };
    Ok(page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(new_password_page(&page)))
}
