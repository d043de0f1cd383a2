//! The console before it takes something away: it says what and from how many, asks where nothing could be counted, and
//! never overwrites what another admin saved meanwhile.

use crate::support::{admin_console, server_with_consoles, value_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client, TestServer};
use serde_json::{Value, json};

/// A server where nightly-backup works for alice while she is away.
async fn with_a_session() -> (TestServer, Admin, Client, String) {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    (server, admin, client, backup.refresh_token())
}

async fn page_of_the_client(server: &TestServer, admin: &Admin, tab: &str) -> Chromium {
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    admin_console(server, &format!("/admin/demo/clients/{uuid}{tab}")).await
}

/// From now on the page's calls to addresses with these words get no answer, or this one.
async fn disturb(browser: &Chromium, words: &str, answer: Option<&Value>) {
    let script = "const call = window.fetch; const [words, answer] = arguments; \
                  window.fetch = (request, ...more) => { \
                    if (!String(request.url ?? request).includes(words)) return call(request, ...more); \
                    return answer ? Promise.resolve(new Response(answer)) : Promise.reject(new TypeError('down')); }";
    let answer = answer.map_or(Value::Null, |answer| answer.to_string().into());
    browser.client().execute(script, vec![words.into(), answer]).await.expect("a script");
}

#[tokio::test]
async fn a_scope_is_moved_without_being_missing_in_between_and_taken_only_after_saying_from_how_many() {
    let (server, admin, client, token) = with_a_session().await;
    let browser = page_of_the_client(&server, &admin, "/scopes").await;
    browser.click("#scope-offline_access option[value=default]").await;
    browser.find_text("The assignment holds from the next request on").await;
    let moved = admin.client(demo::NIGHTLY_BACKUP).await;
    assert!(moved["defaultClientScopes"].as_array().expect("a list").contains(&json!("offline_access")), "{moved}");
    // One call that moves it: between two of them each refresh would have been refused.
    assert_eq!(admin.admin_events("operationTypes=DELETE").await, Vec::<Value>::new());
    client.refresh(&token).await.expect_tokens();

    browser.click("#scope-offline_access option[value=none]").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-client-scope-take").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(value_of(&browser, "#scope-offline_access").await, "default");
    client.refresh(&token).await.expect_tokens();
    browser.click("#scope-offline_access option[value=none]").await;
    browser.answer_dialog("Take away").await;
    browser.wait_until_gone("Take offline_access from the client").await;
    client.refresh(&token).await.expect_error(400, "invalid_grant");
    browser.quit().await;
}

#[tokio::test]
async fn a_client_is_disabled_renamed_and_narrowed_only_after_saying_from_how_many() {
    let (server, admin, client, token) = with_a_session().await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    admin.put(&format!("/demo/clients/{uuid}"), &json!({"fullScopeAllowed": true})).await.expect(204);
    let browser = page_of_the_client(&server, &admin, "").await;
    browser.click("label[for=enabled]").await;
    browser.click("#save").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-client-disable").await;
    browser.answer_dialog("Cancel").await;
    client.refresh(&token).await.expect_tokens();
    browser.click_text("Discard changes").await;
    browser.fill("#clientId", "backup-by-night").await;
    browser.click("#save").await;
    browser.find_text("until it introduces itself by the new ID").await;
    browser.answer_dialog("Cancel").await;
    browser.click_text("Discard changes").await;

    browser.click(".pn-tabs a[href$='/scopes']").await;
    browser.click("label[for=fullScope]").await;
    browser.click("#save").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.answer_dialog("Cancel").await;
    browser.click_text("Discard changes").await;

    browser.click(".pn-tabs a[href$='/advanced']").await;
    browser.click("label[for=attributes-use-refresh-tokens]").await;
    browser.click("#save").await;
    browser.find_text("those that it holds are refused").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-client-no-refresh").await;
    client.refresh(&token).await.expect_tokens();
    browser.answer_dialog("Save all the same").await;
    browser.find_text("The client has been saved").await;
    client.refresh(&token).await.expect_error(400, "unauthorized_client");
    browser.quit().await;
}

#[tokio::test]
async fn a_role_that_carries_offline_access_is_taken_only_after_saying_from_how_many() {
    let (server, admin, client, token) = with_a_session().await;
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/roles")).await;
    browser.click("[aria-label='Take default-roles-demo away']").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-role-take").await;
    client.refresh(&token).await.expect_tokens();
    browser.answer_dialog("Take away").await;
    browser.find_text("The role has been taken away").await;
    client.refresh(&token).await.expect_error(400, "invalid_grant");
    browser.quit().await;
}

#[tokio::test]
async fn what_cannot_be_counted_or_only_in_part_is_asked_about_all_the_same() {
    let (server, admin, client, token) = with_a_session().await;
    let scope = admin.scope_id("offline_access").await;
    let browser = admin_console(&server, &format!("/admin/demo/client-scopes/{scope}")).await;
    browser.find("#adminConsentRequired").await;
    disturb(&browser, "offline-sessions/revoke", None).await;
    disturb(&browser, "offline-sessions/summary", Some(&json!({"total": 0, "complete": false}))).await;
    browser.click("label[for=adminConsentRequired]").await;
    browser.click("#save").await;
    browser.find_text("Offline sessions concerned: at least 0.").await;
    browser.answer_dialog("Cancel").await;
    client.refresh(&token).await.expect_tokens();
    browser.quit().await;

    let browser = page_of_the_client(&server, &admin, "/offline-access").await;
    browser.find("#attributes-client-offline-session-idle-timeout").await;
    disturb(&browser, "token-policy/preview", None).await;
    browser.fill("#attributes-client-offline-session-idle-timeout", "1").await;
    browser.click("#save").await;
    browser.find_text("could not be counted").await;
    browser.answer_dialog("Cancel").await;
    let saved = admin.client(demo::NIGHTLY_BACKUP).await;
    assert!(saved["attributes"]["client.offline.session.idle.timeout"].as_str().unwrap_or_default().is_empty());
    browser.quit().await;
}

#[tokio::test]
async fn what_another_admin_saved_meanwhile_is_shown_and_never_overwritten_unseen() {
    let (server, admin, _, _) = with_a_session().await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = page_of_the_client(&server, &admin, "").await;
    browser.fill("#name", "Backup at night").await;
    let theirs = json!({"description": "Copies what matters", "redirectUris": ["https://backup.example/cb"]});
    admin.put(&format!("/demo/clients/{uuid}"), &theirs).await.expect(204);
    browser.click("#save").await;
    browser.find_text("another admin has changed this meanwhile").await;
    browser.screenshots("admin-overtaken").await;
    assert_eq!(value_of(&browser, "#name").await, "Backup at night");
    assert_ne!(admin.client(demo::NIGHTLY_BACKUP).await["name"], "Backup at night");

    browser.click("#load-newer").await;
    browser.find_text("The fields that you changed still hold what you typed").await;
    assert_eq!(value_of(&browser, "#name").await, "Backup at night");
    assert_eq!(value_of(&browser, "#description").await, "Copies what matters");
    browser.click("#save").await;
    browser.find_text("The client has been saved").await;
    let saved = admin.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!((&saved["name"], &saved["description"]), (&json!("Backup at night"), &theirs["description"]));
    assert_eq!(saved["redirectUris"], theirs["redirectUris"]);

    // What the page does not show is no reason to refuse.
    browser.fill("#name", "Nightly").await;
    admin.post(&format!("/demo/clients/{uuid}/logout-all"), &json!({})).await.expect(200);
    browser.click("#save").await;
    browser.find_text("All changes are saved").await;
    assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["name"], "Nightly");
    browser.quit().await;
}

#[tokio::test]
async fn the_token_policy_has_the_times_of_all_clients_and_keeps_what_another_admin_set() {
    let (server, admin, _, _) = with_a_session().await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.fill("#clientOfflineSessionIdleTimeout", "7").await;
    browser.click("#clientOfflineSessionIdleTimeout-unit option[value=d]").await;
    browser.find_text("which wins: the time here acts on no client").await;
    browser.screenshots("admin-tokens-of-clients").await;
    admin.put("/demo", &json!({"offlineSessionLimit": 7})).await.expect(204);
    browser.click("#save").await;
    browser.find_text("another admin has changed this meanwhile").await;
    browser.click("#load-newer").await;
    browser.find_text("The fields that you changed still hold what you typed").await;
    assert_eq!(value_of(&browser, "#offlineSessionLimit").await, "7");
    browser.click("#save").await;
    browser.find_text("The token policy has been saved").await;
    let realm = admin.realm().await;
    assert_eq!(realm["clientOfflineSessionIdleTimeout"], 7 * 86_400);
    assert_eq!(realm["offlineSessionLimit"], 7);
    browser.quit().await;
}
