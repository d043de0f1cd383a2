//! How large a request's body may be. Refusals are JSON that OAuth clients and callers of the API both understand.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{InternalError, JsonPayloadError, PayloadError, UrlencodedError};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use perennial_api::paths;
use serde_json::json;

/// In bytes; the longest sensible body is a client's settings.
pub const BODY_LIMIT: usize = 256 * 1024;
/// For whole realms, with ten thousands of users; larger ones go through the command line.
const REALM_FILE_LIMIT: usize = 16 * 1024 * 1024;

/// Limits of the extractors, for bodies that do not tell their length.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.app_data(web::PayloadConfig::new(BODY_LIMIT));
    routes.app_data(web::FormConfig::default().limit(BODY_LIMIT).error_handler(|error, _| form_error(error)));
    routes.app_data(
        web::JsonConfig::default().limit(BODY_LIMIT).error_handler(|error, request| json_error(error, request.path())),
    );
    routes.app_data(web::QueryConfig::default().error_handler(|error, _| {
        let answer = refusal(StatusCode::BAD_REQUEST, &format!("The query does not fit: {error}"));
        InternalError::from_response(error, answer).into()
    }));
}

/// For the routes that take realm files, which are read as bytes first.
pub fn realm_file() -> web::PayloadConfig {
    web::PayloadConfig::new(REALM_FILE_LIMIT)
}

pub fn takes_a_realm(path: &str) -> bool {
    path == paths::ADMIN_REALMS || path.ends_with("/partialImport")
}

fn limit_for(path: &str) -> usize {
    if takes_a_realm(path) { REALM_FILE_LIMIT } else { BODY_LIMIT }
}

/// Middleware: refuses a body that says it is too large before it is read.
pub async fn enforce<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit_for(request.path()) as u64) {
        let refused = too_large(limit_for(request.path()));
        return Ok(request.into_response(refused).map_into_right_body());
    }
    let answered = next.call(request).await?;
    if is_bare_overflow(&answered) {
        let (request, _) = answered.into_parts();
        let refused = too_large(limit_for(request.path()));
        return Ok(ServiceResponse::new(request, refused).map_into_right_body());
    }
    if answered.status() == StatusCode::METHOD_NOT_ALLOWED {
        return Ok(wrong_method(answered).map_into_right_body());
    }
    Ok(answered.map_into_left_body())
}

/// 408: the body did not come.
pub fn too_slow() -> HttpResponse {
    refusal(StatusCode::REQUEST_TIMEOUT, "The request took too long to arrive.")
}

/// The router's bare 405 with a reason; `Allow` stays (RFC 9110 §15.5.6).
fn wrong_method<B>(answered: ServiceResponse<B>) -> ServiceResponse {
    let allow = answered.headers().get(ALLOW).cloned();
    let (request, _) = answered.into_parts();
    let mut told = refusal(StatusCode::METHOD_NOT_ALLOWED, "This method is not allowed here.");
    if let Some(allow) = allow {
        told.headers_mut().insert(ALLOW, allow);
    }
    ServiceResponse::new(request, told)
}

/// Extractors of raw bytes refuse a body of untold length in plain text.
fn is_bare_overflow<B>(answered: &ServiceResponse<B>) -> bool {
    let kind = answered.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    answered.status() == StatusCode::PAYLOAD_TOO_LARGE && !kind.is_some_and(|kind| kind.contains("json"))
}

/// 413 with its reason; the limit in bytes.
fn too_large(limit: usize) -> HttpResponse {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("The request body is larger than {} KiB.", limit / 1_024))
}

fn form_error(error: UrlencodedError) -> Error {
    let answer = match &error {
        UrlencodedError::Overflow { .. } | UrlencodedError::Payload(PayloadError::Overflow) => too_large(BODY_LIMIT),
        UrlencodedError::ContentType => {
            refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The request body must be application/x-www-form-urlencoded.")
        }
        _ => refusal(StatusCode::BAD_REQUEST, "The request body is not a well-formed form."),
    };
    InternalError::from_response(error, answer).into()
}

/// Why a body at this path is not taken.
pub fn json_error(error: JsonPayloadError, path: &str) -> Error {
    let answer = match &error {
        JsonPayloadError::OverflowKnownLength { .. }
        | JsonPayloadError::Overflow { .. }
        | JsonPayloadError::Payload(PayloadError::Overflow) => too_large(limit_for(path)),
        JsonPayloadError::ContentType => {
            refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The request body must be application/json.")
        }
        // Says which field and where; the text is made from the sender's own input only.
        JsonPayloadError::Deserialize(reason) => {
            refusal(StatusCode::BAD_REQUEST, &format!("The request body does not fit: {reason}"))
        }
        _ => refusal(StatusCode::BAD_REQUEST, "The request body is not well-formed JSON."),
    };
    InternalError::from_response(error, answer).into()
}

fn refusal(status: StatusCode, description: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    if matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
        // The rest of the body is not read.
        response.insert_header((CONNECTION, "close"));
    }
    response.json(json!({"error": "invalid_request", "error_description": description}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
    use actix_web::{App, middleware::from_fn};
    use std::collections::HashMap;

    async fn post(content_type: &str, body: Vec<u8>) -> ServiceResponse<impl MessageBody> {
        let form = async |_: web::Form<HashMap<String, String>>| HttpResponse::Ok().finish();
        let json = async |_: web::Json<HashMap<String, u8>>| HttpResponse::Ok().finish();
        let bytes = async |_: web::Bytes| HttpResponse::Ok().finish();
        let app = App::new()
            .configure(configure)
            .wrap(from_fn(enforce))
            .route("/form", web::post().to(form))
            .route("/json", web::post().to(json))
            .route("/bytes", web::post().to(bytes));
        let app = init_service(app).await;
        let uri = match content_type {
            "application/json" => "/json",
            "application/octet-stream" => "/bytes",
            _ => "/form",
        };
        let request = TestRequest::post().uri(uri).insert_header(("content-type", content_type)).set_payload(body);
        call_service(&app, request.to_request()).await
    }

    #[actix_web::test]
    async fn a_body_above_the_limit_is_refused_with_a_reason() {
        for kind in ["application/x-www-form-urlencoded", "application/json", "application/octet-stream"] {
            let answer = post(kind, vec![b'a'; BODY_LIMIT + 1]).await;
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let body: HashMap<String, String> = read_body_json(answer).await;
            assert_eq!(body["error"], "invalid_request");
        }
    }

    #[actix_web::test]
    async fn a_body_of_the_wrong_kind_or_shape_is_refused_with_a_reason() {
        let unfit = post("application/json", b"{\"a\": \"text\"}".to_vec()).await;
        assert_eq!(unfit.status(), StatusCode::BAD_REQUEST);
        let body: HashMap<String, String> = read_body_json(unfit).await;
        assert!(body["error_description"].contains("does not fit"), "{body:?}");
        assert_eq!(post("text/plain", b"a=b".to_vec()).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(post("application/x-www-form-urlencoded", b"a=b".to_vec()).await.status(), StatusCode::OK);
    }
}
