//! The protocol endpoints that programs call. Those for browsers answer with redirects and pages, and are not described here.

use super::operation::{Access, Operation, Part};
use perennial_api::paths;
use perennial_protocol::{
    device::DeviceAuthorizationResponse, endpoints as oidc, introspection::Introspection, metadata::ProviderMetadata,
    token::TokenResponse,
};
use serde_json::{Map, Value, json};

pub fn operations() -> Vec<Operation> {
    let open = Part { access: Access::Anyone, tag: "Protocol" };
    let at_root = "/.well-known/oauth-authorization-server/realms/{realm}";
    let keys = json!({"type": "object", "required": ["keys"], "properties": {"keys": {"type": "array", "items": {"type": "object", "required": ["kty"]}}}});
    let mut all = vec![
        open.get(of_realm(oidc::DISCOVERY), "Provider metadata (OIDC Discovery)").gives::<ProviderMetadata>(),
        open.get(at_root, "Provider metadata (RFC 8414)").gives::<ProviderMetadata>(),
        open.get(of_realm(oidc::CERTS), "Keys that check tokens (RFC 7517)").gives_json(200, "OK", keys),
        open.post(paths::REVOKE_LEAKED, "Takes in a token that somebody found; the answer says nothing of it")
            .takes_form(form(&["token"], &[]))
            .takes_json(form(&["token"], &[]))
            .done(),
        open.post(
            of_realm(oidc::BACKCHANNEL_LOGOUT),
            "Takes a logout token of an identity provider (OIDC Back-Channel Logout)",
        )
        .takes_form(form(&["logout_token"], &[]))
        .gives_json(200, "Done, or there was nothing to do", json!({"type": "object"})),
    ];
    all.extend(of_clients());
    all.extend(userinfo());
    all.extend(registration());
    all
}

fn of_realm(path: &str) -> String {
    format!("/realms/{{realm}}{path}")
}

/// How a client names itself in a form, unless it does in the header.
const CREDENTIALS: [&str; 4] = ["client_id", "client_secret", "client_assertion_type", "client_assertion"];

/// What an authorization request holds (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).
const OF_AUTHORIZATION: [&str; 14] = [
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "resource",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
];

fn pushed_answer() -> Value {
    json!({
        "type": "object",
        "required": ["request_uri", "expires_in"],
        "properties": {"request_uri": {"type": "string"}, "expires_in": {"type": "integer"}}
    })
}

fn of_clients() -> Vec<Operation> {
    let clients = Part { access: Access::Client, tag: "Protocol" };
    let of_grants = [
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "username",
        "password",
        "scope",
        "device_code",
        "subject_token",
        "subject_token_type",
        "requested_token_type",
        "audience",
        "resource",
    ];
    vec![
        clients
            .post(of_realm(oidc::TOKEN), "Tokens for a grant (RFC 6749 §3.2)")
            .takes_form(form(&["grant_type"], &[&of_grants, &CREDENTIALS]))
            .gives::<TokenResponse>()
            .with_header("DPoP-Nonce", "For the next proof (RFC 9449 §8)", false),
        clients
            .post(of_realm(oidc::PUSHED_AUTHORIZATION), "Keeps an authorization request (RFC 9126 §2.1)")
            .takes_form(form(&[], &[&OF_AUTHORIZATION, &CREDENTIALS]))
            .gives_json(201, "Kept", pushed_answer())
            .with_header("DPoP-Nonce", "For the next proof (RFC 9449 §8)", false),
        clients
            .post(of_realm(oidc::INTROSPECT), "What a token is worth (RFC 7662)")
            .takes_form(form(&["token"], &[&["token_type_hint"], &CREDENTIALS]))
            .gives::<Introspection>(),
        clients
            .post(of_realm(oidc::REVOKE), "Ends a token's session, or an access token (RFC 7009)")
            .takes_form(form(&["token"], &[&["token_type_hint"], &CREDENTIALS]))
            .gives_json(200, "Done, or there was nothing to do", json!({"type": "object"})),
        clients
            .post(of_realm(oidc::DEVICE_AUTHORIZATION), "Codes for a device (RFC 8628 §3.1)")
            .takes_form(form(&[], &[&["scope", "resource"], &CREDENTIALS]))
            .gives::<DeviceAuthorizationResponse>(),
    ]
}

fn userinfo() -> [Operation; 2] {
    let bearers = Part { access: Access::Token, tag: "Protocol" };
    let claims = json!({"type": "object", "required": ["sub"], "properties": {"sub": {"type": "string"}}});
    [
        bearers.get(of_realm(oidc::USERINFO), "Claims about the user (OIDC Core §5.3)").gives_json(
            200,
            "OK",
            claims.clone(),
        ),
        bearers
            .post(of_realm(oidc::USERINFO), "Claims about the user; the token may stand in the form")
            .may_take_form(form(&[], &[&["access_token"]]))
            .gives_json(200, "OK", claims),
    ]
}

fn registration() -> [Operation; 4] {
    let registration = Part { access: Access::Registration, tag: "Registration" };
    let one = || of_realm(&format!("{}/{{client}}", oidc::REGISTRATION));
    [
        registration
            .post(of_realm(oidc::REGISTRATION), "Registers a client (RFC 7591 §3.1)")
            .takes_json(metadata(&[]))
            .gives_json(201, "Registered", information())
            .with_header("Location", "The client's registration address", true),
        registration.get(one(), "A client's own registration (RFC 7592 §2.1)").gives_json(200, "OK", information()),
        registration
            .put(one(), "Replaces a client's own registration (RFC 7592 §2.2)")
            .takes_json(metadata(&["client_id"]))
            .gives_json(200, "OK", information()),
        registration.delete(one(), "Takes a client's registration back (RFC 7592 §2.3)").done(),
    ]
}

/// Client metadata (RFC 7591 §2), each member of which may be null or left out.
fn metadata(required: &[&str]) -> Value {
    let lists = ["redirect_uris", "grant_types", "response_types", "contacts", "post_logout_redirect_uris"];
    let texts = [
        "token_endpoint_auth_method",
        "client_name",
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "scope",
        "jwks_uri",
        "subject_type",
        "id_token_signed_response_alg",
        "software_id",
        "software_version",
    ];
    let mut properties = Map::new();
    for name in lists {
        properties.insert(name.to_owned(), json!({"type": ["array", "null"], "items": {"type": "string"}}));
    }
    for name in texts {
        properties.insert(name.to_owned(), json!({"type": ["string", "null"]}));
    }
    for name in required {
        properties.insert((*name).to_owned(), json!({"type": "string"}));
    }
    json!({"type": "object", "required": required, "properties": properties})
}

fn information() -> Value {
    let mut told = metadata(&["client_id", "registration_access_token", "registration_client_uri"]);
    told["properties"]["client_secret"] = json!({"type": "string"});
    for name in ["client_id_issued_at", "client_secret_expires_at"] {
        told["properties"][name] = json!({"type": "integer"});
    }
    told
}

fn form(required: &[&str], optional: &[&[&str]]) -> Value {
    let names = required.iter().chain(optional.iter().copied().flatten());
    let properties: Map<String, Value> = names.map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "required": required, "properties": properties})
}
