//! The two handlers of every page that asks the user of a waiting request something: showing it, and taking its form. What a page asks
//! and does with the answer is the page's own.

use super::{Query, check_origin, request_id};
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
    authorize::asking::{Outcome, PageView},
    sign_in::{Browser, foreign_form, form_token},
};
use perennial_protocol::Params;
use perennial_ui::pages::Frame;

pub(crate) trait AskingPage {
    /// Below the issuer.
    const PATH: &'static str;
    /// What the page says when its form did not lead on.
    type Note;

    async fn page(asked: &Asked<'_>, note: Option<Self::Note>) -> FlowResult<HttpResponse>;
    async fn submit(asked: &Asked<'_>, params: &Params) -> FlowResult<Outcome<Self::Note>>;
}

/// Which request a page belongs to, and who looks at it.
pub(crate) struct Asked<'a> {
    pub state: &'a AppState,
    pub request: &'a HttpRequest,
    pub realm: &'a str,
    pub id: RequestId,
    pub visitor: Browser,
}

pub(crate) async fn show<P: AskingPage>(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Query,
) -> HttpResponse {
    let shown = async { P::page(&Asked::of(&state, &request, &realm, query)?, None).await };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

pub(crate) async fn submit<P: AskingPage>(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Query,
    body: web::Bytes,
) -> HttpResponse {
    let submitted = async {
        check_origin(&state, &request)?;
        let asked = Asked::of(&state, &request, &realm, query)?;
        match P::submit(&asked, &form::of_body(&request, &body)?).await? {
            Outcome::GoesOn(step) => {
                let (mut answer, page) = step_answer(&state, &request, &realm, &step).await?;
                Ok(answer.body(page))
            }
            Outcome::Again(note) => P::page(&asked, Some(note)).await,
            Outcome::ShowAnew => Ok(page::see_other(&asked.address(P::PATH)).finish()),
        }
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

impl<'a> Asked<'a> {
    fn of(state: &'a AppState, request: &'a HttpRequest, realm: &'a str, query: Query) -> FlowResult<Self> {
        Ok(Self { state, request, realm, id: request_id(query)?, visitor: browser::of_request(request) })
    }

    /// Of a page of this request.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}?request={}", cookies::realm_path(self.realm), self.id)
    }

    pub fn frame(&self, view: &PageView) -> Frame {
        let context = PageContext {
            state: self.state,
            request: self.request,
            realm_name: view.realm_name.clone(),
            accent: view.accent.clone(),
            languages: vec![view.ui_locales.clone(), view.user_locale.clone()],
        };
        context.frame()
    }

    /// Binds the form to this browser, this request, and the user who is asked.
    pub fn csrf(&self, view: &PageView) -> FlowResult<String> {
        let binding = self.visitor.binding.as_deref().ok_or_else(foreign_form)?;
        Ok(form_token(binding, &self.id.to_string(), view.session))
    }
}

/// A page whose form may lead back to the app.
pub(crate) fn answer(view: &PageView, page: String) -> HttpResponse {
    page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(page)
}
