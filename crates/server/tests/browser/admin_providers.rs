//! Identity providers in the console, and who users are there: set up, told apart by what they mean, and taken away after saying so.

use crate::support::{admin_console, server_with_consoles};
use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::{Admin, Backend};
use serde_json::{Value, json};

const PATH: &str = "/demo/identity-provider/instances";

#[tokio::test]
async fn an_admin_sets_up_a_provider_and_says_who_a_user_is_there() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let browser = admin_console(&server, "/admin/demo/settings/identity-providers").await;
    browser.find_text("No identity providers").await;
    browser.find_text("Nobody signs in through it").await;
    browser.screenshots("admin-providers-none").await;
    browser.click("#new").await;
    browser.fill("#alias", "head-office").await;
    browser.fill("#displayName", "Head office").await;
    browser.fill("#config-issuer", "https://id.example").await;
    browser.fill("#config-clientId", "perennial").await;
    browser.fill("#config-jwksUrl", "ftp://id.example/keys").await;
    browser.click("#save").await;
    browser.find("#config-jwksUrl[aria-invalid=true]").await;
    assert_eq!(browser.value_of("#config-issuer").await, "https://id.example", "what was typed stays");
    browser.screenshots("admin-provider-refused").await;
    browser.fill("#config-jwksUrl", "https://id.example/keys").await;
    browser.click("#save").await;
    browser.wait_for_url(|url| url.path().ends_with("/settings/identity-providers/head-office")).await;
    browser.find_text("logout/backchannel-logout").await;
    browser.screenshots("admin-provider").await;

    let user = admin.user_id("alice").await;
    let linked = format!("/demo/users/{user}/federated-identity");
    browser.open(&server.url(&format!("/admin/demo/users/{user}/linked"))).await;
    browser.find_text("No linked accounts").await;
    browser.click("#provider option[value=head-office]").await;
    browser.fill("#subject", "u-4711").await;
    browser.fill("#account-name", "alice.head").await;
    browser.click("#link-account").await;
    browser.find_text("The account has been linked").await;
    browser.find_text("u-4711").await;
    browser.screenshots("admin-user-linked").await;
    let expected = json!([{"identityProvider": "head-office", "userId": "u-4711", "userName": "alice.head"}]);
    assert_eq!(admin.get(&linked).await.expect(200).json(), expected);
    // One account at a provider is one user's.
    browser.click("#provider option[value=head-office]").await;
    browser.fill("#subject", "u-4712").await;
    browser.click("#link-account").await;
    browser.find_text("already linked").await;
    browser.click("[aria-label='Unlink from head-office']").await;
    browser.find_text("Who signs out there stays signed in here").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(admin.get(&linked).await.expect(200).json(), expected);
    browser.click("[aria-label='Unlink from head-office']").await;
    browser.answer_dialog("Unlink").await;
    browser.find_text("The account has been unlinked").await;
    assert_eq!(admin.get(&linked).await.expect(200).json(), json!([]));
    browser.quit().await;
}

#[tokio::test]
async fn a_provider_is_found_changed_and_deleted_after_saying_what_is_forgotten() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let config = json!({"issuer": "https://id.example", "clientId": "perennial", "jwksUrl": "https://id.example/keys"});
    admin.post(PATH, &json!({"alias": "head-office", "config": config})).await.expect(201);
    for name in ["alice", "bob"] {
        let linked = format!("/demo/users/{}/federated-identity/head-office", admin.user_id(name).await);
        admin.post(&linked, &json!({"userId": name})).await.expect(204);
    }
    let shown = |answer: Value| answer["config"]["issuer"].as_str().unwrap_or_default().to_owned();
    let browser = admin_console(&server, "/admin/demo/overview").await;
    browser.fill("#search", "head-off").await;
    browser.click("[role=option]").await;
    browser.wait_for_url(|url| url.path().ends_with("/settings/identity-providers/head-office")).await;
    browser.fill("#config-issuer", "https://other.example").await;
    browser.click("#save").await;
    browser.find_text("who the users of this realm are at the provider is forgotten").await;
    browser.find_text("2 users are linked with it").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(shown(admin.get(&format!("{PATH}/head-office")).await.expect(200).json()), "https://id.example");
    browser.click_text("Discard changes").await;
    browser.click("label[for=enabled]").await;
    browser.click("#save").await;
    browser.find_text("its logout messages are refused until this is on again").await;
    browser.find_text("2 users are linked with it").await;
    browser.answer_dialog("Save all the same").await;
    browser.find_text("The provider has been saved").await;

    browser.click("label[for=config-useJwksUrl]").await;
    browser.fill("#config-publicKeySignatureVerifier", "not keys").await;
    browser.click("#save").await;
    browser.find("#config-publicKeySignatureVerifier[aria-invalid=true]").await;
    let key = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
    browser.fill("#config-publicKeySignatureVerifier", &json!({"keys": [key.public_jwk()]}).to_string()).await;
    browser.click("#save").await;
    browser.find_text("All changes are saved").await;
    let saved = admin.get(&format!("{PATH}/head-office")).await.expect(200).json();
    assert_eq!((&saved["enabled"], &saved["config"]["useJwksUrl"]), (&json!(false), &json!("false")));

    let bob = format!("/demo/users/{}/federated-identity/head-office", admin.user_id("bob").await);
    admin.delete(&bob).await.expect(204);
    browser.click("#delete").await;
    browser.find_text("who users are there is forgotten for all of them").await;
    // Counted when it is asked, not when the page was opened.
    browser.find_text("1 user is linked with it").await;
    browser.screenshots("admin-provider-delete").await;
    browser.answer_dialog("Delete provider").await;
    browser.find_text("No identity providers").await;
    admin.get(&format!("{PATH}/head-office")).await.expect(404);
    browser.quit().await;
}
