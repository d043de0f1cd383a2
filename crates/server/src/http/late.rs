//! What is answered to a request that took too long: in the shape of its endpoint's errors, which has to be known before the request goes
//! on its way, and never as a fault of the asker's where it is ours.

use super::{
    api_answer::ApiRefusal,
    oauth_answer::{RETRY_AFTER_S, refuse},
    page,
};
use crate::{serve::limits, state::AppState};
use actix_web::{
    Error, HttpResponse, ResponseError as _, dev::ServiceRequest, error::InternalError, http::header, web,
};
use perennial_api::paths;
use perennial_flows::FlowError;
use perennial_protocol::OAuthError;
use perennial_ui::pages::ErrorPage;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Longer than anything that the server waits for itself.
const ANSWER_TIMEOUT_MS: u64 = 60_000;

/// How long whoever has sent a whole request waits for its answer.
pub struct Patience(AtomicU64);

impl Default for Patience {
    fn default() -> Self {
        Self(AtomicU64::new(ANSWER_TIMEOUT_MS))
    }
}

impl Patience {
    pub fn of(request: &ServiceRequest) -> Duration {
        let state = request.app_data::<web::Data<AppState>>();
        let ms = state.map_or(ANSWER_TIMEOUT_MS, |state| state.patience.0.load(Ordering::Relaxed));
        Duration::from_millis(ms)
    }

    pub fn set_ms(&self, ms: u64) {
        self.0.store(ms, Ordering::Relaxed);
    }
}

pub enum Shape {
    Api,
    OAuth,
    Page(Box<ErrorPage>),
}

impl Shape {
    pub fn of(request: &ServiceRequest) -> Self {
        let path = request.path();
        if path.starts_with(paths::ADMIN_REALMS) {
            return Self::Api;
        }
        let accepted = request.headers().get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
        if accepted.is_some_and(|accepted| accepted.contains("text/html"))
            && let Some(state) = request.app_data::<web::Data<AppState>>()
        {
            return Self::Page(Box::new(page::unavailable(state, request.request(), realm_of(path))));
        }
        if path.contains("/account") { Self::Api } else { Self::OAuth }
    }

    /// 503: what was asked for goes on, and asking again is right.
    pub fn answer(self) -> HttpResponse {
        const TEXT: &str = "This takes longer than expected, please try again";
        match self {
            Self::Api => ApiRefusal::Flow(FlowError::NotYet(TEXT)).error_response(),
            Self::OAuth => refuse(&OAuthError::unavailable("it took too long", RETRY_AFTER_S), None),
            Self::Page(page) => page::told(&page),
        }
    }
}

fn realm_of(path: &str) -> &str {
    let below = path.strip_prefix("/realms/").and_then(|below| below.split('/').next());
    below.unwrap_or("Perennial")
}

/// The request is with its handler, so this passes the outer middleware as an error.
pub fn unanswered(shape: Shape) -> Error {
    InternalError::from_response("a request took too long to be answered", shape.answer()).into()
}

/// 408 (RFC 9110 §15.5.9): nothing has been done yet.
pub fn never_arrived() -> Error {
    InternalError::from_response("a request took too long to arrive", limits::too_slow()).into()
}
