//! What a client's representation says of its settings, and what it changes in them.

use super::*;
use perennial_api::{ReplayWindow, Rotation, client::attributes};
use perennial_domain::token_policy::{ClientTokenPolicy, RotationMode};
use serde_json::{Value, from_value, json};

fn sent(fields: Value) -> ClientRepresentation {
    from_value(fields).expect("a representation")
}

#[test]
fn absent_fields_and_attributes_stay() {
    let before = apply(
        &ClientSettings::default(),
        &sent(json!({"name": "App", "attributes": {"own": "1", "access.token.lifespan": "60"}})),
    );
    let after = apply(&before, &sent(json!({"consentRequired": true, "attributes": {"use.refresh.tokens": "false"}})));
    assert_eq!(after.name.as_deref(), Some("App"));
    assert_eq!(after.attributes["own"], "1");
    assert_eq!(after.token_policy.access_token_lifespan_s, Some(60));
    assert!(after.consent_required && !after.use_refresh_tokens);
}

#[test]
fn an_empty_attribute_is_taken_away() {
    let before =
        apply(&ClientSettings::default(), &sent(json!({"attributes": {"own": "1", "access.token.lifespan": "60"}})));
    let after = apply(&before, &sent(json!({"attributes": {"own": "", "access.token.lifespan": null}})));
    assert_eq!(after, ClientSettings::default());
}

#[test]
fn of_field_and_attribute_the_one_that_was_changed_counts() {
    let token_policy = ClientTokenPolicy { rotation: Some(RotationMode::Never), ..Default::default() };
    let before = ClientSettings { token_policy, ..Default::default() };
    let both = |field: Rotation, attribute: &str| ClientRepresentation {
        rotation: Some(field),
        attributes: Some(BTreeMap::from([(attributes::ROTATION.to_owned(), attribute.to_owned())])),
        ..Default::default()
    };
    let mode = |sent: &ClientRepresentation| apply(&before, sent).token_policy.rotation;
    assert_eq!(mode(&both(Rotation::Always, "never")), Some(RotationMode::Always));
    assert_eq!(mode(&both(Rotation::Never, "aging")), Some(RotationMode::Aging));
    assert_eq!(mode(&both(Rotation::Never, "never")), Some(RotationMode::Never));
}

#[test]
fn each_wrong_field_is_named() {
    for (wrong, field) in [
        (json!({"clientId": " "}), "clientId"),
        (json!({"clientId": "a\u{0}b"}), "clientId"),
        (json!({"clientId": ".."}), "clientId"),
        (json!({"redirectUris": ["https://app.example/*"]}), "redirectUris"),
        (json!({"redirectUris": ["javascript:alert(1)"]}), "redirectUris"),
        (json!({"webOrigins": ["*"]}), "webOrigins"),
        (json!({"webOrigins": ["https://app.example/"]}), "webOrigins"),
        (json!({"contacts": ["nobody"]}), "contacts"),
        (json!({"protocol": "saml"}), "protocol"),
        (json!({"offlineSessionLimit": -1}), "offlineSessionLimit"),
        (json!({"rootUrl": "javascript:alert(1)"}), "rootUrl"),
        (json!({"rootUrl": "https://app.example/\u{0}"}), "rootUrl"),
        (json!({"baseUrl": "//evil.example/"}), "baseUrl"),
        (json!({"baseUrl": format!("/{}", "x".repeat(3_000))}), "baseUrl"),
        (json!({"attributes": {"access.token.lifespan": "soon"}}), "attributes.access.token.lifespan"),
        (json!({"attributes": {"pkce.code.challenge.method": "plain"}}), "attributes.pkce.code.challenge.method"),
        (json!({"attributes": {"logoUri": "javascript:alert(1)"}}), "attributes.logoUri"),
        (json!({"attributes": {"use.refresh.tokens": "perhaps"}}), "attributes.use.refresh.tokens"),
        (json!({"attributes": {"jwks.string": "../../x"}}), "attributes.jwks.string"),
        (json!({"attributes": {"jwks.string": "{\"keys\": 1}"}}), "attributes.jwks.string"),
    ] {
        let error = check(&sent(wrong.clone())).expect_err("one field is wrong");
        assert!(error.for_field(field).is_some(), "{wrong}: {error:?}");
    }
}

#[test]
fn a_replay_window_of_auto_inherits() {
    let seconds = apply(&ClientSettings::default(), &sent(json!({"replayWindow": 5})));
    let auto = ClientRepresentation { replay_window: Some(ReplayWindow::Auto), ..Default::default() };
    assert_eq!(apply(&seconds, &auto), ClientSettings::default());
}
