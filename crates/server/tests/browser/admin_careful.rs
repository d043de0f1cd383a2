//! The console before it takes something away: it says what and from how many, asks where nothing could be counted, and
//! never overwrites what another admin saved meanwhile.

use crate::support::{admin_console, server_with_consoles};
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
    assert_eq!(browser.value_of("#scope-offline_access").await, "default");
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
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    assert_ne!(admin.client(demo::NIGHTLY_BACKUP).await["name"], "Backup at night");

    browser.click("#load-newer").await;
    browser.find_text("The fields that you changed still hold what you typed").await;
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    assert_eq!(browser.value_of("#description").await, "Copies what matters");
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
    assert_eq!(browser.value_of("#offlineSessionLimit").await, "7");
    browser.click("#save").await;
    browser.find_text("The token policy has been saved").await;
    let realm = admin.realm().await;
    assert_eq!(realm["clientOfflineSessionIdleTimeout"], 7 * 86_400);
    assert_eq!(realm["offlineSessionLimit"], 7);
    browser.quit().await;
}

/// Each is asked about when it is saved, and nothing is saved before a yes.
#[tokio::test]
async fn ways_to_get_tokens_and_addresses_are_taken_only_after_saying_so() {
    let (server, admin, client, token) = with_a_session().await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let ways = json!({"directAccessGrantsEnabled": true, "serviceAccountsEnabled": true,
        "attributes": {"oauth2.device.authorization.grant.enabled": "true"}});
    admin.put(&format!("/demo/clients/{uuid}"), &ways).await.expect(204);
    let browser = page_of_the_client(&server, &admin, "").await;
    let device = "attributes-oauth2-device-authorization-grant-enabled";
    for (switch, words) in [
        ("standardFlowEnabled", "Nobody can sign in to it in a browser any more"),
        (device, "No device can be allowed anew"),
        ("directAccessGrantsEnabled", "Sign-ins by which the app sends a password are refused"),
        ("serviceAccountsEnabled", "What it does for itself stops"),
    ] {
        browser.click(&format!("label[for={switch}]")).await;
        browser.click("#save").await;
        browser.find_text(words).await;
        browser.find_text("Offline sessions concerned: 1.").await;
        browser.answer_dialog("Cancel").await;
        browser.click_text("Discard changes").await;
    }
    browser.fill("#redirectUris", " ").await;
    browser.click("#save").await;
    browser.find_text("No address is left to lead back to").await;
    browser.screenshots("admin-client-no-address").await;
    browser.answer_dialog("Cancel").await;
    browser.click_text("Discard changes").await;
    let before = admin.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!((&before["standardFlowEnabled"], &before["directAccessGrantsEnabled"]), (&json!(true), &json!(true)));
    assert_ne!(before["redirectUris"], json!([]));
    browser.fill("#redirectUris", "https://backup.example/elsewhere").await;
    browser.click("#save").await;
    browser.find_text("Sign-ins that lead back to a removed address are refused at once").await;
    browser.answer_dialog("Remove").await;
    browser.find_text("The client has been saved").await;
    let after = admin.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!(after["redirectUris"], json!(["https://backup.example/elsewhere"]));
    client.refresh(&token).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn names_that_others_know_are_changed_only_after_saying_what_it_means() {
    let (server, admin, _, _) = with_a_session().await;
    admin.post("/demo/roles", &json!({"name": "auditor"})).await.expect(201);
    let role = admin.realm_role("auditor").await;
    let (user, id) = (admin.user_id("bob").await, role["id"].as_str().expect("an id").to_owned());
    admin.post(&format!("/demo/users/{user}/role-mappings/realm"), &json!([role])).await.expect(204);
    let browser = admin_console(&server, &format!("/admin/demo/roles/{id}")).await;
    browser.fill("#name", "inspector").await;
    browser.click("#save").await;
    browser.find_text("Tokens say the new name from the next one on").await;
    browser.find_text("Users to whom it was given: 1.").await;
    browser.screenshots("admin-role-rename").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(admin.realm_role("auditor").await["id"], json!(id));
    browser.click("#save").await;
    browser.answer_dialog("Rename").await;
    browser.find_text("The role has been saved").await;
    assert_eq!(admin.realm_role("inspector").await["id"], json!(id));
    // The page goes on under the new name.
    browser.click("#delete").await;
    browser.find_text("Delete the role inspector?").await;
    browser.find_text("Users to whom it was given: 1.").await;
    browser.answer_dialog("Cancel").await;

    browser.open(&server.url(&format!("/admin/demo/users/{user}"))).await;
    browser.fill("#username", "robert").await;
    browser.click("#save").await;
    browser.find_text("The user signs in by the new name from now on").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(admin.user_id("bob").await, user);
    browser.click_text("Discard changes").await;

    let scope = admin.scope_id("phone").await;
    browser.open(&server.url(&format!("/admin/demo/client-scopes/{scope}"))).await;
    browser.click("#new-clients option[value=none]").await;
    browser.find_text("Clients that are made or register themselves from now on are refused").await;
    browser.screenshots("admin-scope-not-given").await;
    browser.answer_dialog("Cancel").await;
    assert_ne!(browser.value_of("#new-clients").await, "none");
    browser.click("#new-clients option[value=none]").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("What new clients start with has been changed").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_policy_whose_last_reading_failed_is_not_overwritten_unseen() {
    let (server, admin, _, _) = with_a_session().await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.fill("#offlineSessionLimit", "5").await;
    // From now on the realm can be written, and not read.
    let script = "window.whole = window.fetch; window.fetch = (request, ...more) => \
                  request.method === 'GET' && request.url.endsWith('/realms/demo') \
                    ? Promise.reject(new TypeError('down')) : whole(request, ...more)";
    browser.client().execute(script, Vec::new()).await.expect("a script");
    browser.click("#save").await;
    browser.find_text("The token policy has been saved").await;
    browser.client().execute("window.fetch = whole", Vec::new()).await.expect("a script");
    admin.put("/demo", &json!({"offlineSessionLimit": 7})).await.expect(204);
    browser.fill("#offlineSessionLimit", "6").await;
    browser.click("#save").await;
    browser.find_text("another admin has changed this meanwhile").await;
    assert_eq!(admin.realm().await["offlineSessionLimit"], 7);
    browser.quit().await;
}
