//! Server pages on their way out: the frame around them, their security policy, and the one error page.

use super::{browser, oauth_answer::RETRY_AFTER_S};
use crate::{logging::RequestId, security_headers::page_policy, state::AppState};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use perennial_flows::FlowError;
use perennial_flows::authorize::Answer;
use perennial_protocol::{ErrorCode, redirect};
use perennial_ui::pages::{ErrorPage, FormPostPage, Frame, error_page, form_post_page};
use perennial_ui::text::{Lang, Trouble};

/// Where a page belongs and who reads it.
pub struct PageContext<'a> {
    pub state: &'a AppState,
    pub request: &'a HttpRequest,
    pub realm_name: String,
    pub accent: Option<String>,
    /// Before the browser's own languages.
    pub languages: Vec<Option<String>>,
}

impl PageContext<'_> {
    pub fn frame(&self) -> Frame {
        let first: Vec<Option<&str>> = self.languages.iter().map(Option::as_deref).collect();
        Frame {
            lang: Lang::choose(&browser::languages(self.request, &first)),
            css: self.state.assets.pages_css_path(),
            realm_name: self.realm_name.clone(),
            accent: self.accent.clone(),
        }
    }
}

/// A page's answer, with nothing in it yet. `redirect_uri`: where its form may lead.
pub fn builder(status: StatusCode, redirect_uri: Option<&str>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    let policy = page_policy(redirect_uri.and_then(redirect::csp_source));
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// Sends the browser on. 303: whatever the method was, the next one is GET.
pub fn see_other(location: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, location)).insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// An authorization answer: a redirect, or a page whose form posts it (no script does, so a person presses a button).
pub fn authorization_answer(context: &PageContext<'_>, answer: &Answer) -> (HttpResponseBuilder, String) {
    if !answer.form_post {
        return (see_other(&answer.location()), String::new());
    }
    let page = FormPostPage {
        frame: context.frame(),
        action: answer.redirect_uri.clone(),
        app_name: answer.client_name.clone(),
        fields: answer.params.clone(),
    };
    (builder(StatusCode::OK, Some(&answer.redirect_uri)), form_post_page(&page))
}

/// The one error page. Its reference finds the request in the log.
pub fn error(state: &AppState, request: &HttpRequest, realm: &str, error: &FlowError) -> HttpResponse {
    let (status, trouble) = trouble_of(error);
    tracing::info!(%error, status = status.as_u16(), "error page");
    answer(status, &page_of(state, request, realm, trouble, detail_of(error)))
}

/// For a request that may not be answered in time: made while it is at hand.
pub fn unavailable(state: &AppState, request: &HttpRequest, realm: &str) -> ErrorPage {
    page_of(state, request, realm, Trouble::Internal, None)
}

/// 503 with such a page.
pub fn told(page: &ErrorPage) -> HttpResponse {
    answer(StatusCode::SERVICE_UNAVAILABLE, page)
}

fn page_of(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    trouble: Trouble,
    detail: Option<String>,
) -> ErrorPage {
    let loaded = state.site.peek(realm);
    let known = loaded.as_ref().map(|loaded| &loaded.model.realm);
    let context = PageContext {
        state,
        request,
        realm_name: known.map_or(realm, |realm| realm.display_name()).to_owned(),
        accent: known.and_then(|realm| realm.settings.accent.clone()),
        languages: Vec::new(),
    };
    let (frame, reference) = (context.frame(), RequestId::of(request).0.to_string());
    ErrorPage { frame, trouble, detail, reference, back: None }
}

fn answer(status: StatusCode, page: &ErrorPage) -> HttpResponse {
    let mut answer = builder(status, None);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, RETRY_AFTER_S));
    }
    answer.body(error_page(page))
}

fn trouble_of(error: &FlowError) -> (StatusCode, Trouble) {
    match error {
        FlowError::UnknownRealm | FlowError::NotFound(_) => (StatusCode::NOT_FOUND, Trouble::NotFound),
        FlowError::Forbidden => (StatusCode::FORBIDDEN, Trouble::Forbidden),
        FlowError::Invalid(_) | FlowError::Conflict(_) | FlowError::Changed => {
            (StatusCode::BAD_REQUEST, Trouble::Expired)
        }
        FlowError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, Trouble::Internal),
        FlowError::Storage(_) | FlowError::StaleRealm | FlowError::NotYet(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, Trouble::Internal)
        }
        FlowError::OAuth(error) => match error.code {
            ErrorCode::TemporarilyUnavailable => (StatusCode::SERVICE_UNAVAILABLE, Trouble::Internal),
            ErrorCode::AccessDenied => (StatusCode::FORBIDDEN, Trouble::AskAdmin),
            ErrorCode::UnauthorizedClient => (StatusCode::BAD_REQUEST, Trouble::UnknownApp),
            _ if error.description.starts_with("Client") => (StatusCode::BAD_REQUEST, Trouble::UnknownApp),
            _ if error.description.contains("redirect_uri") => (StatusCode::BAD_REQUEST, Trouble::WrongReturnAddress),
            _ => (StatusCode::BAD_REQUEST, Trouble::BadRequest),
        },
    }
}

/// Only what is meant for outside.
fn detail_of(error: &FlowError) -> Option<String> {
    match error {
        FlowError::OAuth(error) => Some(format!("{}: {}", error.code, error.description)),
        _ => None,
    }
}
