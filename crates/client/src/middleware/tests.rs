//! What a protected app answers to whom.

use super::*;
use crate::access_token::test_tokens;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, web};

async fn files(bearer: Bearer) -> Result<String, actix_web::Error> {
    if bearer.0.sub == "unwanted" {
        bearer.require_scope("files.delete")?;
    }
    Ok(bearer.0.sub)
}

/// Status and `WWW-Authenticate` of a request with these `Authorization` headers.
async fn answer(authorization: &[&str]) -> (StatusCode, Option<String>) {
    let resource = web::Data::new(ProtectedResource::new(test_tokens::verifier()));
    let scope = web::scope("/files").wrap(from_fn(require_bearer)).route("", web::get().to(files));
    let app = init_service(App::new().app_data(resource).service(scope)).await;
    let mut request = TestRequest::with_uri("/files").method(Method::GET);
    for value in authorization {
        request = request.append_header((AUTHORIZATION, *value));
    }
    let response = actix_web::test::try_call_service(&app, request.to_request()).await;
    let response = match response {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let challenge = response.headers().get(WWW_AUTHENTICATE).map(|it| it.to_str().unwrap().to_owned());
    (response.status(), challenge)
}

#[actix_web::test]
async fn a_good_token_opens_the_door() {
    assert_eq!(answer(&[&format!("Bearer {}", test_tokens::good())]).await, (StatusCode::OK, None));
    assert_eq!(answer(&[&format!("bearer {}", test_tokens::good())]).await.0, StatusCode::OK);
}

#[actix_web::test]
async fn without_a_token_the_challenge_names_no_error() {
    let challenge = Some("Bearer".to_owned());
    assert_eq!(answer(&[]).await, (StatusCode::UNAUTHORIZED, challenge.clone()));
    assert_eq!(answer(&["Basic YTpi"]).await, (StatusCode::UNAUTHORIZED, challenge));
}

#[actix_web::test]
async fn a_bad_token_is_named_as_such() {
    let (status, challenge) = answer(&["Bearer garbage"]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(challenge.unwrap().contains("error=\"invalid_token\""));
}

#[actix_web::test]
async fn a_repeated_or_malformed_header_is_a_bad_request() {
    let good = format!("Bearer {}", test_tokens::good());
    assert_eq!(answer(&[&good, &good]).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(answer(&["Bearer"]).await.0, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn a_token_without_the_scope_is_forbidden() {
    let (status, challenge) = answer(&[&format!("Bearer {}", test_tokens::of("unwanted"))]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(challenge.unwrap(), "Bearer error=\"insufficient_scope\", scope=\"files.delete\"");
}

#[actix_web::test]
async fn keys_that_cannot_be_fetched_are_not_the_tokens_fault() {
    let unknown_key = test_tokens::under_an_unknown_key();
    assert_eq!(answer(&[&format!("Bearer {unknown_key}")]).await.0, StatusCode::SERVICE_UNAVAILABLE);
}
