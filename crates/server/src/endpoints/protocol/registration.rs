//! Dynamic client registration (RFC 7591 §3) and management (RFC 7592 §2). Browser apps may call it from anywhere: no cookie is read.

use super::{
    cors::{self, Readers},
    userinfo::bearer_token,
};
use crate::{
    http::{browser, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use perennial_domain::client_metadata::{ClientInformation, ClientMetadata, invalid};
use perennial_flows::{
    FlowError, FlowResult,
    registration::{self, Visitor},
};
use perennial_protocol::{ErrorCode, OAuthError};
use serde_json::{Map, Value};

/// Members that are the server's alone (RFC 7592 §2.2).
const SERVERS_OWN: [&str; 4] =
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

type Path = web::Path<(String, String)>;

pub async fn create(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let created = async {
        let metadata = read(&request, &body)?;
        let visitor = Visitor { token: bearer_token(&request), place: browser::place(&request) };
        let made = registration::register(&state.site, &realm, visitor, metadata_of(metadata)?).await?;
        let mut answer = HttpResponse::Created();
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        Ok(answer.insert_header((header::LOCATION, made.registration_client_uri.clone())).json(made))
    };
    answer(&state, &request, &realm, created.await).await
}

pub async fn find(state: web::Data<AppState>, request: HttpRequest, path: Path) -> HttpResponse {
    let (realm, client) = path.into_inner();
    let found = async { Ok(shown(&registration::find(&state.site, &realm, client, token(&request)?).await?)) };
    answer(&state, &request, &realm, found.await).await
}

pub async fn update(state: web::Data<AppState>, request: HttpRequest, path: Path, body: web::Bytes) -> HttpResponse {
    let (realm, client) = path.into_inner();
    let updated = async {
        let token = token(&request)?;
        let sent = read(&request, &body)?;
        if SERVERS_OWN.iter().any(|name| sent.contains_key(*name)) {
            return Err(OAuthError::invalid_request("Members that only the server sets must not be sent").into());
        }
        // RFC 7592 §2.2: it must be named, and be the one that is updated.
        if sent.get("client_id").and_then(Value::as_str) != Some(client.as_str()) {
            return Err(OAuthError::invalid_request("client_id must be that of the client").into());
        }
        let updated = registration::update(&state.site, &realm, client, token, metadata_of(sent)?).await?;
        Ok(shown(&updated))
    };
    answer(&state, &request, &realm, updated.await).await
}

pub async fn delete(state: web::Data<AppState>, request: HttpRequest, path: Path) -> HttpResponse {
    let (realm, client) = path.into_inner();
    let deleted = async {
        registration::delete(&state.site, &realm, client, token(&request)?).await?;
        Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
    };
    answer(&state, &request, &realm, deleted.await).await
}

fn shown(information: &ClientInformation) -> HttpResponse {
    oauth_answer::json(information)
}

fn token(request: &HttpRequest) -> Result<String, OAuthError> {
    bearer_token(request).ok_or_else(|| OAuthError::new(ErrorCode::InvalidToken, "Missing token"))
}

fn read(request: &HttpRequest, body: &web::Bytes) -> Result<Map<String, Value>, OAuthError> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(OAuthError::invalid_request("The content type must be application/json"));
    }
    serde_json::from_slice(body).map_err(|_| invalid("The body is not a JSON object"))
}

fn metadata_of(sent: Map<String, Value>) -> Result<ClientMetadata, OAuthError> {
    // RFC 7591 §2: a member that is null is one that was not sent.
    let present: Map<String, Value> = sent.into_iter().filter(|(_, value)| !value.is_null()).collect();
    serde_json::from_value(Value::Object(present)).map_err(|_| invalid("A member has the wrong type"))
}

async fn answer(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    answered: FlowResult<HttpResponse>,
) -> HttpResponse {
    let has_token = bearer_token(request).is_some();
    let answer = match answered {
        Ok(answer) => answer,
        Err(error @ FlowError::UnknownRealm) => {
            use actix_web::ResponseError;
            oauth_answer::OAuthRefusal(error).error_response()
        }
        Err(error) => oauth_answer::refuse_bearer(&error, has_token),
    };
    cors::allow(state, request, realm, Readers::Anyone, answer).await
}
