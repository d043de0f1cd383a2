//! CORS for browser apps (Fetch standard): the origins that an admin has listed for a client, echoed one by one and never
//! together with credentials.

use crate::state::AppState;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    web,
};
use perennial_flows::LoadedRealm;
use perennial_protocol::endpoints;

const PREFLIGHT_AGE_S: u32 = 3_600;

/// Who may read an answer.
#[derive(Clone, Copy)]
pub enum Readers<'a> {
    /// Public documents.
    Anyone,
    /// The origins of this client.
    Of(&'a str),
    /// The origins of any client of the realm: before the client is known.
    AnyClient,
}

/// Adds what lets the page at the request's origin read the answer.
pub async fn allow(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    readers: Readers<'_>,
    mut answer: HttpResponse,
) -> HttpResponse {
    if matches!(readers, Readers::Anyone) {
        set(answer.headers_mut(), header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        return answer;
    }
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return answer;
    };
    if let Ok(realm) = state.site.glance(realm).await
        && is_listed(&realm, readers, origin)
    {
        set(answer.headers_mut(), header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(answer.headers_mut(), header::ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, Retry-After, DPoP-Nonce");
    }
    answer
}

/// `OPTIONS` on every endpoint that browser apps call.
pub async fn preflight(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let public = [endpoints::DISCOVERY, endpoints::CERTS].iter().any(|path| request.path().ends_with(path))
        || request.path().contains(endpoints::REGISTRATION);
    let readers = if public { Readers::Anyone } else { Readers::AnyClient };
    let mut answer = HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE, OPTIONS"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, DPoP"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE_S))
        .finish();
    answer = allow(&state, &request, &realm, readers, answer).await;
    answer
}

fn is_listed(realm: &LoadedRealm, readers: Readers<'_>, origin: &str) -> bool {
    match readers {
        Readers::Anyone => true,
        Readers::Of(client) => realm.model.find_client(client).is_some_and(|client| client.allows_origin(origin)),
        Readers::AnyClient => realm.model.clients.values().any(|client| client.allows_origin(origin)),
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
