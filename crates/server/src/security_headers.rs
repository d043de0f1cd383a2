//! Headers that every answer carries, and the content security policies of server pages and consoles.
//! A handler may set a header itself; then its own value stays.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// Consoles run one module and its wasm from this origin, nothing inline.
pub const CONSOLE_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const ALWAYS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
];
/// One year (RFC 6797 §6.1.1). Subdomains are not ours to decide about.
const HSTS: (&str, &str) = ("strict-transport-security", "max-age=31536000");

/// Whether the server is reached by https; application data.
#[derive(Clone, Copy, Debug)]
pub struct IsHttps(pub bool);

/// The policy of a server page. `form_targets` are sources that a form's answer may redirect to besides this origin:
/// browsers hold redirects after a form post to `form-action` too, so the client's redirect origin has to be named.
pub fn page_policy<S: AsRef<str>>(form_targets: impl IntoIterator<Item = S>) -> String {
    let mut policy = String::from(
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'",
    );
    for target in form_targets {
        let target = target.as_ref();
        // What could end the directive, or the header, is dropped; then the browser refuses the redirect, visibly.
        let is_plain = !target.is_empty() && target.bytes().all(|b| b.is_ascii_graphic() && !b";,'\"".contains(&b));
        if is_plain {
            policy.push(' ');
            policy.push_str(target);
        }
    }
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'");
    policy
}

/// Middleware: adds what the handler has not set.
pub async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_https = request.app_data::<web::Data<IsHttps>>().is_some_and(|data| data.0);
    match next.call(request).await {
        Ok(mut response) => {
            harden(response.headers_mut(), is_https);
            Ok(response)
        }
        // Its handler still has the request.
        Err(error) => {
            let mut response = error.error_response();
            harden(response.headers_mut(), is_https);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn harden(headers: &mut HeaderMap, is_https: bool) {
    for (name, value) in ALWAYS.into_iter().chain(is_https.then_some(HSTS)) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, HttpResponse, middleware::from_fn, test};

    #[::core::prelude::v1::test]
    fn a_page_may_post_to_itself_and_be_sent_on_to_the_client() {
        assert_eq!(
            page_policy(["http://localhost:9999", "com.example.app:"]),
            "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' https: data:; \
             form-action 'self' http://localhost:9999 com.example.app:; base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[::core::prelude::v1::test]
    fn a_hostile_target_cannot_add_a_directive() {
        let policy = page_policy(["https://a; script-src *", "https://b,c", "'unsafe-inline'", "x\r\ny", ""]);
        assert!(policy.contains("form-action 'self'; base-uri"), "{policy}");
    }

    #[actix_web::test]
    async fn every_answer_carries_the_headers_and_https_adds_hsts() {
        for (https, expected) in [(false, None), (true, Some("max-age=31536000"))] {
            let app = App::new().app_data(web::Data::new(IsHttps(https))).wrap(from_fn(add)).route(
                "/own",
                web::get().to(async || HttpResponse::Ok().insert_header(("referrer-policy", "origin")).finish()),
            );
            let app = test::init_service(app).await;
            let missing = test::call_service(&app, test::TestRequest::get().uri("/none").to_request()).await;
            assert_eq!(missing.headers().get("x-frame-options").unwrap(), "DENY");
            assert_eq!(missing.headers().get("x-content-type-options").unwrap(), "nosniff");
            assert_eq!(missing.headers().get("strict-transport-security").map(|v| v.to_str().unwrap()), expected);
            let own = test::call_service(&app, test::TestRequest::get().uri("/own").to_request()).await;
            assert_eq!(own.headers().get("referrer-policy").unwrap(), "origin");
        }
    }
}
