//! Two admins in the same field or list, and a user who allows more while an admin looks on: nobody's change is lost unseen.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Backend, Choice, Chromium, Client};
use serde_json::{Value, json};

async fn save_over_a_newer_one(browser: &Chromium) {
    browser.click("#save").await;
    browser.find_text("another admin has changed this meanwhile").await;
    browser.click("#load-newer").await;
}

#[tokio::test]
async fn what_two_admins_add_to_one_list_holds_and_a_field_that_both_changed_is_asked_about() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}")).await;
    browser.find("#redirectUris").await;
    let before = browser.value_of("#redirectUris").await;
    browser.fill("#redirectUris", &format!("{before}\nhttps://mine.example/cb")).await;
    browser.fill("#name", "My backup").await;
    browser.fill("#description", "Mine").await;
    let theirs = json!({
        "name": "Their backup",
        "description": "Theirs",
        "redirectUris": before.lines().chain(["https://theirs.example/cb"]).collect::<Vec<_>>(),
    });
    admin.put(&format!("/demo/clients/{uuid}"), &theirs).await.expect(204);
    save_over_a_newer_one(&browser).await;
    browser.find_text("Another admin changed the same as you").await;
    browser.find_text("now: Their backup").await;
    browser.screenshots("admin-same-field").await;
    assert_eq!(browser.value_of("#name").await, "My backup");
    let merged = browser.value_of("#redirectUris").await;
    assert!(merged.contains("https://mine.example/cb") && merged.contains("https://theirs.example/cb"), "{merged}");

    browser.click("#save").await;
    browser.find_text("say first what holds").await;
    assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["name"], "Their backup");
    browser.click("[aria-label='Keep mine: Display name'], [aria-label='Keep mine: Name']").await;
    browser.click("[aria-label='Take it: Description']").await;
    browser.wait_until_gone("Another admin changed the same as you").await;
    assert_eq!(browser.value_of("#description").await, "Theirs");
    browser.click("#save").await;
    browser.find_text("The client has been saved").await;
    let saved = admin.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!((&saved["name"], &saved["description"]), (&json!("My backup"), &json!("Theirs")));
    let uris = saved["redirectUris"].to_string();
    assert!(uris.contains("https://mine.example/cb") && uris.contains("https://theirs.example/cb"), "{uris}");
    browser.quit().await;
}

#[tokio::test]
async fn attributes_that_two_admins_add_to_a_user_stand_beside_each_other() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    let path = format!("/demo/users/{user}");
    admin.put(&path, &json!({"attributes": {"team": ["a"]}})).await.expect(204);
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/attributes")).await;
    browser.find("#value-0").await;
    browser.fill("#value-0", "b").await;
    browser.click("#add-attribute").await;
    browser.fill("#attribute-1", "phone").await;
    browser.fill("#value-1", "1").await;
    admin.put(&path, &json!({"attributes": {"team": ["c"], "dept": ["x"]}})).await.expect(204);
    save_over_a_newer_one(&browser).await;
    browser.find_text("now: c").await;
    browser.screenshots("admin-same-attribute").await;
    browser.click("[aria-label='Take it: team']").await;
    browser.wait_until_gone("now: c").await;
    browser.click("#save").await;
    browser.find_text("The attributes have been saved").await;
    let saved = admin.get(&path).await.expect(200).json()["attributes"].clone();
    assert_eq!(saved, json!({"team": ["c"], "dept": ["x"], "phone": ["1"]}));
    browser.quit().await;
}

#[tokio::test]
async fn a_time_of_the_token_policy_that_two_admins_changed_is_asked_about() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.fill("#offlineSessionLimit", "5").await;
    browser.fill("#accessTokenLifespan", "7").await;
    admin.put("/demo", &json!({"offlineSessionLimit": 9})).await.expect(204);
    save_over_a_newer_one(&browser).await;
    browser.find_text("now: 9").await;
    browser.screenshots("admin-same-policy").await;
    browser.click("#save").await;
    browser.find_text("say first what holds").await;
    assert_eq!(admin.realm().await["offlineSessionLimit"], 9);
    browser.click(".adm-clash button[aria-label^='Take it']").await;
    browser.wait_until_gone("now: 9").await;
    assert_eq!(browser.value_of("#offlineSessionLimit").await, "9");
    browser.click("#save").await;
    browser.find_text("The token policy has been saved").await;
    assert_eq!(admin.realm().await["offlineSessionLimit"], 9);
    browser.quit().await;
}

#[tokio::test]
async fn of_two_admins_who_both_give_the_first_consent_the_second_sees_the_others() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let page = format!("/admin/demo/client-scopes/admin-consents/{uuid}");
    let browser = admin_console(&server, &page).await;
    browser.click("input[value=phone]").await;
    let path = format!("/demo/admin-consents/{uuid}");
    admin.put(&path, &json!({"scopes": ["email"]})).await.expect(204);
    save_over_a_newer_one(&browser).await;
    browser.find("input[value=email]:checked").await;
    browser.find("input[value=phone]:checked").await;
    browser.screenshots("admin-consent-overtaken").await;
    browser.click("#save").await;
    browser.find_text("The consent has been given").await;
    let given = admin.get(&path).await.expect(200).json();
    assert_eq!(given["scopes"], json!(["email", "phone"]), "{given}");
    browser.quit().await;
}

#[tokio::test]
async fn withdrawing_one_permission_leaves_what_the_user_gave_since_the_page_was_loaded() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/consents")).await;
    browser.find("[aria-label='Withdraw email']").await;
    let more = AuthorizationRequest::nightly_backup().scope("openid offline_access email phone");
    client.authorize_with(&server, &more, &Person::alice(), &Choice::accept()).await;
    browser.click("[aria-label='Withdraw email']").await;
    browser.answer_dialog("Withdraw").await;
    browser.find_text("The permission has been withdrawn").await;
    let left = admin.get(&format!("/demo/users/{user}/consents")).await.expect(200).json();
    let scopes = left[0]["grantedClientScopes"].to_string();
    assert!(scopes.contains("phone") && !scopes.contains("email"), "{left}");
    browser.quit().await;
}

#[tokio::test]
async fn a_way_in_is_closed_and_a_group_is_left_only_after_saying_what_that_breaks() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let token = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let path = format!("/demo/clients/{uuid}");
    admin.put(&path, &json!({"serviceAccountsEnabled": true})).await.expect(204);
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/credentials")).await;
    browser.click("#method option[value=client-jwt]").await;
    browser.fill("#jwks", r#"{"keys": []}"#).await;
    browser.click("#save").await;
    browser.find_text("Its secret stops working at once").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-client-to-keys").await;
    browser.answer_dialog("Cancel").await;
    browser.click_text("Discard changes").await;
    for (tab, switch, words) in [
        ("", "label[for=serviceAccountsEnabled]", "What it does for itself stops"),
        ("/advanced", "label[for=attributes-dpop-bound-access-tokens]", "Every refresh without a proof"),
    ] {
        browser.open(&server.url(&format!("/admin/demo/clients/{uuid}{tab}"))).await;
        browser.click(switch).await;
        browser.click("#save").await;
        browser.find_text(words).await;
        browser.find_text("Offline sessions concerned: 1.").await;
        browser.answer_dialog("Cancel").await;
        browser.click_text("Discard changes").await;
    }
    let stored: Value = admin.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!(stored["serviceAccountsEnabled"], true);
    client.refresh(&token).await.expect_tokens();

    let user = admin.user_id("alice").await;
    let group = admin.post("/demo/groups", &json!({"name": "night shift"})).await.created_id();
    admin.put(&format!("/demo/users/{user}/groups/{group}"), &json!({})).await.expect(204);
    browser.open(&server.url(&format!("/admin/demo/users/{user}/groups"))).await;
    browser.click("[aria-label='Leave night shift']").await;
    browser.find_text("The roles that the user has by this group").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-group-leave").await;
    browser.answer_dialog("Leave").await;
    browser.find_text("In no group").await;
    browser.quit().await;
}
