//! `GET /openapi.json`: the OpenAPI 3.1 description of the admin, account and protocol endpoints. Schemas come from the types of
//! the contract, paths from its constants; a test holds the operations against the routes. Made once, needs no sign-in.

mod account;
mod clients;
mod groups;
mod identity_providers;
mod operation;
mod protocol;
mod realms;
mod refusals;
mod roles;
mod schemas;
mod scopes;
mod sessions;
#[cfg(test)]
mod tests;
mod users;
mod webhooks;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
};
use operation::Operation;
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

/// Seconds; behind it the tag saves the transfer.
const KEPT: &str = "public, max-age=300";

static DOCUMENT: LazyLock<(String, String)> = LazyLock::new(|| {
    let text = document().to_string();
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    (format!("\"{:016x}\"", hasher.finish()), text)
});

pub async fn get(request: HttpRequest) -> HttpResponse {
    let (tag, text) = &*DOCUMENT;
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.as_str())).insert_header((CACHE_CONTROL, KEPT));
    if is_known {
        return answer.finish();
    }
    answer.content_type("application/json").body(text.as_str())
}

/// Every operation, in the order of the routes.
fn operations() -> Vec<Operation> {
    let parts: [fn() -> Vec<Operation>; 12] = [
        protocol::operations,
        realms::operations,
        clients::operations,
        users::operations,
        groups::operations,
        roles::operations,
        scopes::operations,
        sessions::operations,
        sessions::endings,
        webhooks::operations,
        identity_providers::operations,
        account::operations,
    ];
    parts.iter().flat_map(|part| part()).collect()
}

fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let place = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        let method = operation.method.to_lowercase();
        place[method] = operation.describe(&mut schemas);
    }
    let refusals = refusals::components(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Perennial",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            "description": "OpenID Provider for standing access: its admin and account APIs, with Keycloak's paths and field names wherever Keycloak has them, and its protocol endpoints. An absent field of a PUT leaves the stored value alone; unknown fields are ignored. Refusals are told in English, and with Accept-Language: es in Spanish."
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.into_components(),
            "responses": refusals,
            "securitySchemes": security_schemes()
        }
    })
}

fn security_schemes() -> Value {
    let console = |name: &str, whose: &str| {
        json!({
            "type": "apiKey", "in": "cookie", "name": name,
            "description": format!("The session of {whose}. Changes need the header X-Perennial-Console: 1 and a page of the same origin.")
        })
    };
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "An access token whose audience names the API: realm-management for the admin API, account for the account API."
        },
        "adminConsole": console("perennial_admin", "the admin console"),
        "accountConsole": console("perennial_account", "the account portal"),
        "clientBasic": {"type": "http", "scheme": "basic", "description": "client_id and client_secret, form-encoded (RFC 6749 §2.3.1)."},
        "registration": {
            "type": "http", "scheme": "bearer",
            "description": "An initial access token to register, the registration access token afterwards (RFC 7591, RFC 7592)."
        }
    })
}
