//! The document and the routes describe each other, and the document is whole in itself.

use super::{document, operations};
use crate::{routes, routing::ServiceConfig};
use actix_web::App;
use perennial_protocol::endpoints as oidc;
use serde_json::Value;
use std::collections::BTreeSet;

/// Redirects and pages for people: below the issuer.
const FOR_BROWSERS: [&str; 12] = [
    oidc::AUTHORIZE,
    oidc::LOGOUT,
    oidc::LOGIN_PAGE,
    oidc::NEW_PASSWORD_PAGE,
    oidc::VERIFY_EMAIL_PAGE,
    oidc::ACTION_LINK_PAGE,
    oidc::CONSENT_PAGE,
    oidc::APPROVAL_PAGE,
    oidc::DEVICE_PAGE,
    oidc::DEVICE_DONE_PAGE,
    oidc::LOGOUT_PAGE,
    oidc::SIGNED_OUT_PAGE,
];

/// What programs call; preflights are the fetch standard's own.
fn is_for_programs((path, method): &(String, String)) -> bool {
    let below_issuer = path.strip_prefix("/realms/{realm}").unwrap_or_default();
    let is_page = FOR_BROWSERS.contains(&below_issuer) || path == "/" || path == "/admin" || path.contains(":.*");
    let is_portal = below_issuer == "/account" || path.contains("/console/");
    method != "OPTIONS" && !is_page && !is_portal && path != "/openapi.json"
}

fn registered() -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let _ = App::new().configure(|config| {
        let mut routes = ServiceConfig::of(config);
        routes::register(&mut routes, false);
        all = routes.into_registered();
    });
    // A path within a path; the other patterns are the consoles' own.
    all.into_iter().map(|(path, method)| (path.replace("{path:.*}", "{path}"), method)).collect()
}

#[test]
fn every_route_is_described_and_every_described_one_is_registered() {
    let registered: BTreeSet<_> = registered().into_iter().filter(is_for_programs).collect();
    let described: BTreeSet<_> =
        operations().into_iter().map(|operation| (operation.path, operation.method.to_owned())).collect();
    let missing: Vec<_> = registered.difference(&described).collect();
    assert!(missing.is_empty(), "registered, but not described in `openapi`: {missing:#?}");
    let invented: Vec<_> = described.difference(&registered).collect();
    assert!(invented.is_empty(), "described in `openapi`, but not registered: {invented:#?}");
}

#[test]
fn no_operation_is_described_twice() {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        assert!(
            seen.insert((operation.path.clone(), operation.method)),
            "twice: {} {}",
            operation.method,
            operation.path
        );
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    for reference in references {
        let found = document.pointer(reference.trim_start_matches('#'));
        assert!(found.is_some(), "{reference} leads nowhere");
    }
    let mut names = BTreeSet::new();
    for place in document["paths"].as_object().expect("paths").values() {
        for operation in place.as_object().expect("operations").values() {
            let name = operation["operationId"].as_str().expect("a name").to_owned();
            assert!(names.insert(name.clone()), "two operations are called {name}");
            assert!(
                operation["responses"]
                    .as_object()
                    .is_some_and(|answers| answers.keys().any(|key| key < &"300".to_owned()))
            );
        }
    }
}

#[test]
fn secrets_are_accepted_where_no_answer_has_them() {
    let document = document();
    let has = |name: &str| document["components"]["schemas"][name]["properties"].get("credentials").is_some();
    assert!(has("UserRepresentationInput") && !has("UserRepresentation"));
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
