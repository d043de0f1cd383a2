//! Middleware: carries what a changing request of the admin API is about down to the unit that makes the change, which
//! records it. Routes need not know of it. What was sent is told by the extractor that reads it, without its secrets.

use super::{admin_resource, url_origin};
use crate::state::AppState;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header::LOCATION},
    middleware::Next,
    web,
};
use perennial_api::paths::ADMIN_REALMS;
use perennial_domain::admin_event::Operation;
use perennial_flows::{
    FlowResult, Site,
    admin::act::{self, Act, Intent},
};
use serde_json::Value;
use std::sync::Arc;

/// In characters; both come from outside.
const LONGEST_PATH: usize = 1_000;
const LONGEST_REPRESENTATION: usize = 20_000;
const HIDDEN: &str = "**********";

pub async fn record<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let read = intent_of(request.method(), request.match_info().as_str());
    let Some((realm, intent)) = read else { return next.call(request).await };
    let path = intent.resource_path.clone();
    let is_creation = intent.operation == Operation::Create;
    let act = Act::new(intent);
    let answered = act::carry_out(Arc::clone(&act), next.call(request)).await?;
    if is_creation
        && answered.status() == StatusCode::CREATED
        && let Some(state) = answered.request().app_data::<web::Data<AppState>>()
        && let Err(error) = name_created(&state.site, &act, realm.is_some(), &path, &answered).await
    {
        tracing::error!(%error, "an admin event could not be completed");
    }
    Ok(answered)
}

/// What a request wants to change: the realm, if it names one, and what in it. The path is the one that the router goes by, in
/// which encoded letters have become plain ones.
fn intent_of(method: &Method, path: &str) -> Option<(Option<String>, Intent)> {
    let mut parts = path.strip_prefix(ADMIN_REALMS)?.split('/').filter(|part| !part.is_empty());
    let realm = parts.next().map(str::to_owned);
    let parts: Vec<&str> = parts.collect();
    let resource_path = parts.join("/").chars().filter(|c| !c.is_control()).take(LONGEST_PATH).collect();
    let intent = Intent {
        operation: admin_resource::operation(method, &parts)?,
        resource_type: admin_resource::resource_type(&parts),
        resource_path,
    };
    Some((realm, intent))
}

/// A creation's resource has its id from the answer.
async fn name_created<B>(
    site: &Site,
    act: &Act,
    in_realm: bool,
    path: &str,
    answered: &ServiceResponse<B>,
) -> FlowResult<()> {
    let location = answered.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let Some(id) = location.and_then(|location| location.rsplit('/').next()) else { return Ok(()) };
    match in_realm {
        true => act.name_resource(site, format!("{path}/{id}")).await,
        false => act.record_apart(site, id.to_owned()).await,
    }
}

/// For the extractor of JSON bodies.
pub fn describe(body: &Value) {
    act::describe(|| {
        // A long one is not even copied.
        room_beside(body, LONGEST_REPRESENTATION)?;
        let text = redacted(body.clone()).to_string();
        (text.len() <= LONGEST_REPRESENTATION).then_some(text)
    });
}

/// What is left of so many bytes beside the least that the value takes without its secrets; `None` where it takes more. Looks at no more
/// of it than that.
fn room_beside(value: &Value, room: usize) -> Option<usize> {
    match value {
        Value::String(text) => room.checked_sub(text.len() + 2),
        Value::Array(items) => items.iter().try_fold(room.checked_sub(2)?, |room, item| room_beside(item, room)),
        Value::Object(members) => members.iter().try_fold(room.checked_sub(2)?, |room, (name, value)| {
            let room = room.checked_sub(name.len() + 3)?;
            if is_shortened(name) && !is_harmless(value) { Some(room) } else { room_beside(value, room) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => room.checked_sub(1),
    }
}

/// A credential is `{"type": "password", "value": …}`; the type may be left out.
fn is_hidden(name: &str) -> bool {
    name == "value" || is_secret(name)
}

/// Many a webhook's address is a secret by itself.
fn is_shortened(name: &str) -> bool {
    name == "url" || is_hidden(name)
}

/// Without anything that might be a secret: by their names in Keycloak's representations and ours.
fn redacted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().map(|(name, value)| {
                let value = match value {
                    value if is_hidden(&name) && !is_harmless(&value) => Value::from(HIDDEN),
                    Value::String(url) if is_shortened(&name) => Value::from(url_origin::shown(&url)),
                    value => redacted(value),
                };
                (name, value)
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(redacted).collect()),
        other => other,
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("token")
        || ["secret", "password", "credential", "private", "jwks"].iter().any(|part| name.contains(part))
}

/// No secret is a number or a yes or no.
fn is_harmless(value: &Value) -> bool {
    value.is_number() || value.is_boolean() || value.is_null()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_kept_of_a_body_holds_no_secret() {
        let body = json!({
            "clientId": "app", "secret": "s1", "revokeRefreshToken": true, "accessTokenLifespan": 300,
            "credentials": [{"type": "password", "value": "s2"}], "registrationAccessToken": "s3",
            "attributes": {"client.secret": "s4"}
        });
        let kept = redacted(body).to_string();
        assert!((1..=4).all(|n| !kept.contains(&format!("s{n}"))), "{kept}");
        assert!(kept.contains("\"clientId\":\"app\"") && kept.contains("\"revokeRefreshToken\":true"), "{kept}");
        let hook = json!({"url": "https://hooks.example/services/s6", "eventTypes": ["*"]});
        let kept = redacted(json!({"webhooks": [hook]})).to_string();
        assert!(kept.contains("https://hooks.example/…") && !kept.contains("s6"), "{kept}");
        assert!(!redacted(json!({"type": "password", "temporary": false, "value": "s5"})).to_string().contains("s5"));
    }

    #[test]
    fn a_body_that_is_too_long_without_its_secrets_is_not_copied() {
        let room = |body: Value| room_beside(&body, 100);
        assert!(room(json!({"name": "x".repeat(120)})).is_none());
        assert!(room(json!(vec![json!({}); 60])).is_none());
        assert!(room(json!({"a": [[["x".repeat(50)], "x".repeat(50)]]})).is_none());
        assert!(room(json!({"secret": "x".repeat(120), "value": {"a": "x".repeat(120)}})).is_some());
        let body =
            json!({"a": [1, true, null, "text"], "b": {"c": "d"}, "password": "p", "url": "https://a.example/b"});
        let least = LONGEST_REPRESENTATION - room_beside(&body, LONGEST_REPRESENTATION).unwrap();
        assert!(least <= redacted(body).to_string().len(), "what would fit is kept");
    }

    #[test]
    fn only_changes_of_the_admin_api_are_recorded() {
        assert!(intent_of(&Method::GET, "/admin/realms/demo/users").is_none());
        assert!(intent_of(&Method::POST, "/realms/demo/account").is_none());
        assert!(intent_of(&Method::POST, "/admin/console/logout").is_none());
    }
}
