//! Middleware: why the admin and account APIs refuse something, or left it out of an import, in the language that its reader
//! prefers (RFC 9110 §12.5.4). It is written in English, whose sentences Keycloak's tools know; whoever asks for Spanish gets
//! those that are known in it. Codes and names of fields stay as they are, and so does an answer of which nothing is known.

use super::browser;
use crate::serve::limits::takes_a_realm;
use actix_web::{
    Error,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{ResponseHead, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue, VARY},
    },
    middleware::Next,
};
use perennial_api::spanish::in_spanish;
use perennial_ui::text::Lang;
use serde_json::Value;

/// In bytes; an answer that is longer stays as it is.
const LONGEST: u64 = 64 * 1024;

/// The members that hold a sentence, and those that hold a list of more such objects.
const SENTENCES: [&str; 4] = ["errorMessage", "error_description", "error", "why"];
const LISTS: [&str; 2] = ["errors", "leftOut"];

pub async fn translate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !is_of_an_api(request.path()) || browser::language(request.request()) != Lang::Es {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let reports = *request.method() == Method::POST && takes_a_realm(request.path());
    let is_told = move |status: StatusCode| {
        status.is_client_error() || status.is_server_error() || (reports && status.is_success())
    };
    match next.call(request).await {
        Ok(answered) if is_told(answered.status()) => Ok(answered.map_body(said_in_spanish)),
        Ok(answered) => Ok(answered.map_into_left_body()),
        // Its handler still has the request.
        Err(error) => {
            let told = error.error_response().map_body(said_in_spanish).map_into_boxed_body();
            Err(InternalError::from_response(error, told).into())
        }
    }
}

fn is_of_an_api(path: &str) -> bool {
    let below_realm = || path.strip_prefix("/realms/").and_then(|below| below.split('/').nth(1));
    path.starts_with("/admin/") || below_realm() == Some("account")
}

fn said_in_spanish<B: MessageBody>(head: &mut ResponseHead, body: B) -> EitherBody<B> {
    if !is_json(head) || !matches!(body.size(), BodySize::Sized(1..=LONGEST)) {
        return EitherBody::left(body);
    }
    let english = match body.try_into_bytes() {
        Ok(english) => english,
        Err(body) => return EitherBody::left(body),
    };
    let Some(spanish) = translated(&english) else { return EitherBody::right(BoxBody::new(english)) };
    let headers = head.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(Lang::Es.tag()));
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    EitherBody::right(BoxBody::new(spanish))
}

fn is_json(head: &ResponseHead) -> bool {
    let kind = head.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// `None` where nothing of it is known in Spanish.
fn translated(body: &[u8]) -> Option<String> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    translate_in(&mut body).then(|| body.to_string())
}

/// Whether there was something to translate.
fn translate_in(told: &mut Value) -> bool {
    let Some(members) = told.as_object_mut() else { return false };
    let mut has_any = false;
    for name in SENTENCES {
        if let Some(Value::String(words)) = members.get_mut(name)
            && let Some(spanish) = in_spanish(words)
        {
            *words = spanish;
            has_any = true;
        }
    }
    for name in LISTS {
        if let Some(Value::Array(several)) = members.get_mut(name) {
            for one in several {
                has_any |= translate_in(one);
            }
        }
    }
    has_any
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(body: Value) -> Option<Value> {
        translated(body.to_string().as_bytes()).map(|said| serde_json::from_str(&said).unwrap())
    }

    #[test]
    fn sentences_are_translated_and_all_else_stays() {
        let refused = json!({"field": "port", "errorMessage": "must be a port", "params": ["port", 70_000]});
        let told = json!({"field": "port", "errorMessage": "debe ser un puerto", "params": ["port", 70_000]});
        assert_eq!(said(refused), Some(told));
        let refused = json!({"error": "invalid_request", "error_description": "The query does not fit: a"});
        let told = json!({"error": "invalid_request", "error_description": "La consulta no encaja: a"});
        assert_eq!(said(refused), Some(told));
        assert_eq!(said(json!({"error": "Client not found"})), Some(json!({"error": "No existe el cliente"})));
    }

    #[test]
    fn each_of_several_is_translated_where_it_is_known() {
        let refused = json!({"errors": [{"errorMessage": "must be a port"}, {"errorMessage": "must rhyme"}]});
        let told = json!({"errors": [{"errorMessage": "debe ser un puerto"}, {"errorMessage": "must rhyme"}]});
        assert_eq!(said(refused), Some(told));
        let report = json!({"added": 1, "leftOut": [{"what": "a", "why": "it has no name"}]});
        let told = json!({"added": 1, "leftOut": [{"what": "a", "why": "no tiene nombre"}]});
        assert_eq!(said(report), Some(told));
    }

    #[test]
    fn what_is_not_known_is_not_written_anew() {
        for unknown in [json!({"error": "unknown_error"}), json!([]), json!("must be a port"), json!({"error": 1})] {
            assert_eq!(said(unknown.clone()), None, "{unknown}");
        }
        assert_eq!(translated(b"{"), None);
    }

    #[test]
    fn only_the_admin_and_account_apis_are_translated() {
        for path in ["/admin/realms", "/admin/realms/demo/users", "/admin/console/me", "/realms/a/account/sessions"] {
            assert!(is_of_an_api(path), "{path}");
        }
        for path in ["/", "/administrators", "/realms/account/protocol", "/realms/demo/accounts", "/realms/account"] {
            assert!(!is_of_an_api(path), "{path}");
        }
    }
}
