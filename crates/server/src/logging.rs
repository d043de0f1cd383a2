//! Logs, as text or JSON on standard error, and the scope of one request: its span, its id, its line in the log and its
//! figures in the metrics. Query strings, bodies, cookies and headers never reach a log.

use std::future::{Ready, ready};
use std::io::{self, IsTerminal as _};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest};
use tracing::{Instrument as _, Span, field};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use uuid::Uuid;

use crate::config_values::LogFormat;
use crate::metrics;

/// Longest part of a path in the log, in characters: it comes from outside.
const PATH_LENGTH: usize = 200;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Checks a filter such as `info` or `warn,perennial_server=debug`.
pub fn filter(text: &str) -> Result<String, &'static str> {
    const ACCEPTED: &str =
        "`error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,perennial_flows=debug`";
    match EnvFilter::try_new(text) {
        Ok(_) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err(ACCEPTED),
    }
}

/// Starts logging for the whole process. Fails where something else has done so.
pub fn start(directives: &str, format: LogFormat) -> Result<(), TryInitError> {
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Json => {
            registry.with(lines.json().flatten_event(true).with_current_span(true).with_span_list(false)).try_init()
        }
        LogFormat::Text => registry.with(lines.with_ansi(io::stderr().is_terminal())).try_init(),
    }
}

/// Names one request in the log, in `X-Request-Id` and on error pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl FromRequest for RequestId {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl RequestId {
    #[expect(clippy::disallowed_methods, reason = "names a request in the log; no decision and no test depends on it")]
    fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// A new one where the request has not passed [`request_scope`].
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().copied().unwrap_or_else(Self::new)
    }
}

/// The outermost middleware.
pub async fn request_scope(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = RequestId::new();
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let span = span(&request, id);
    let answered = next.call(request).instrument(span.clone()).await;
    let told = |headers: &mut HeaderMap, status: StatusCode, route: Option<&str>| {
        if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
            headers.insert(REQUEST_ID, value);
        }
        let (status, elapsed) = (status.as_u16(), started.elapsed());
        metrics::count_request(method.as_str(), route, status, elapsed);
        span.record("status", status);
        span.in_scope(|| log_line(route, status, elapsed.as_micros() as f64 / 1000.0));
    };
    match answered {
        Ok(mut response) => {
            let (status, route) = (response.status(), response.request().match_pattern());
            told(response.headers_mut(), status, route.as_deref());
            Ok(response)
        }
        // Its handler still has the request.
        Err(error) => {
            let mut response = error.error_response();
            let status = response.status();
            told(response.headers_mut(), status, None);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn span(request: &ServiceRequest, id: RequestId) -> Span {
    let path: String = request.path().chars().take(PATH_LENGTH).collect();
    let span = tracing::info_span!(
        "request",
        method = %request.method(),
        path,
        request_id = %id.0,
        realm = field::Empty,
        status = field::Empty,
    );
    if let Some(realm) = realm_of(request.path()) {
        span.record("realm", realm);
    }
    span
}

/// `/realms/{realm}/…` and `/admin/realms/{realm}/…`.
fn realm_of(path: &str) -> Option<&str> {
    let below = path.strip_prefix("/admin").unwrap_or(path).strip_prefix("/realms/")?;
    below.split('/').next().filter(|realm| !realm.is_empty() && realm.len() <= 64)
}

/// What a monitor asks all day long is told only to those who ask for details.
fn log_line(route: Option<&str>, status: u16, duration_ms: f64) {
    let is_routine = route.is_some_and(|route| route.starts_with("/health") || route == "/metrics");
    if status >= 500 {
        tracing::error!(duration_ms, "answered");
    } else if is_routine {
        tracing::debug!(duration_ms, "answered");
    } else {
        tracing::info!(duration_ms, "answered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_realm_is_read_from_the_path() {
        assert_eq!(realm_of("/realms/demo/account/"), Some("demo"));
        assert_eq!(realm_of("/admin/realms/demo/users"), Some("demo"));
        assert_eq!(realm_of("/admin/demo/clients"), None);
        assert_eq!(realm_of("/realms/"), None);
    }

    #[test]
    fn a_filter_is_checked_before_it_is_used() {
        assert!(filter("info,perennial_flows=debug").is_ok());
        assert!(filter("perennial=loud").is_err());
        assert!(filter(" ").is_err());
    }
}
