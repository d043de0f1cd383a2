//! The console's users, its search for anything, its realms and its revocation.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Client};
use serde_json::json;
use std::time::Duration;

const ENTER: &str = "\u{e007}";

#[tokio::test]
async fn an_admin_makes_a_user_changes_it_disables_it_and_deletes_it() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/users").await;
    browser.find_text("alice").await;
    browser.screenshots("admin-users").await;
    browser.click("#create").await;
    browser.fill("#username", "carol").await;
    browser.fill("#email", "carol").await;
    browser.click("#save").await;
    browser.find("#email[aria-invalid=true]").await;
    assert_eq!(browser.value_of("#username").await, "carol");
    browser.fill("#email", "carol@example.org").await;
    browser.click("#save").await;
    browser.find_text("The user has been created").await;
    // The form that made it has the same fields.
    browser.wait_for_url(|url| !url.path().ends_with("/create")).await;
    browser.fill("#firstName", "Carol").await;
    browser.click("#save").await;
    browser.find_text("has been saved").await;
    browser.screenshots("admin-user-details").await;
    browser.click("label[for=enabled]").await;
    browser.click("#save").await;
    browser.find_text("Disable carol?").await;
    browser.answer_dialog("Save and disable").await;
    browser.find_text("Disabled").await;
    browser.click("#delete").await;
    browser.find_text("No offline session ends by this").await;
    browser.answer_dialog("Delete user").await;
    browser.find_text("The user has been deleted").await;
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_resets_a_password_and_lets_the_apps_work_on() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let user = user_of(&server).await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/credentials")).await;
    browser.fill("#password", "a-new-password").await;
    browser.click("#what-ends option[value=keep]").await;
    browser.screenshots("admin-user-credentials").await;
    browser.click("#set-password").await;
    browser.find("dialog[open]").await;
    browser.answer_dialog("Set password").await;
    browser.find_text("The new password holds").await;
    client.refresh(&backup.refresh_token()).await.expect_tokens();
    let admin = Admin::sign_in(&server).await;
    let duties = async || admin.get(&format!("/demo/users/{user}")).await.expect(200).json()["requiredActions"].clone();
    assert_eq!(duties().await, json!(["UPDATE_PASSWORD"]), "it is temporary unless somebody says otherwise");
    browser.fill("#password", "one-that-stays").await;
    browser.click("label[for=temporary]").await;
    browser.click("#set-password").await;
    browser.find("dialog[open]").await;
    browser.answer_dialog("Set password").await;
    for _ in 0..600 {
        if duties().await == json!([]) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Client::photo_frame(&server)
        .password_grant(&Person::new("alice", "one-that-stays"), "openid")
        .await
        .expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_withdraws_a_permission_and_then_everything_of_an_app() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let user = user_of(&server).await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/sessions")).await;
    browser.find_text("nightly-backup").await;
    browser.screenshots("admin-user-sessions").await;
    browser.click(".pn-tabs a[href$='/consents']").await;
    browser.find("[aria-label='Withdraw email']").await;
    browser.screenshots("admin-user-consents").await;
    browser.click("[aria-label='Withdraw email']").await;
    browser.answer_dialog("Withdraw").await;
    browser.find_text("The permission has been withdrawn").await;
    client.refresh(&backup.refresh_token()).await.expect_tokens();
    browser.click_text("Take away").await;
    browser.find("dialog[open]").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("The access has been taken away").await;
    client.refresh(&backup.refresh_token()).await.expect_refusal("Offline session not found");
    browser.click(".pn-tabs a[href$='/roles']").await;
    browser.find("#give-role").await;
    browser.screenshots("admin-user-roles").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_slash_finds_a_client_by_name_with_the_keyboard_alone() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/users").await;
    browser.find_text("alice").await;
    browser.find("body").await.send_keys("/").await.expect("a key");
    let search = browser.client().active_element().await.expect("a focus");
    assert_eq!(search.attr("id").await.expect("an id").as_deref(), Some("search"));
    search.send_keys("nightly").await.expect("keys");
    browser.find("[role=option]").await;
    browser.screenshots("admin-search").await;
    search.send_keys(ENTER).await.expect("a key");
    browser.wait_for_url(|url| url.path().starts_with("/admin/demo/clients/")).await;
    browser.find("#redirectUris").await;
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_makes_a_realm_switches_to_it_and_revokes_everything_there() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/realms").await;
    browser.click("#create").await;
    browser.fill("#realm-name", "staging").await;
    browser.click("#save").await;
    browser.find_text("The realm has been created").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/staging")).await;
    browser.click("#realm").await;
    browser.find("#find-realm").await;
    browser.screenshots("admin-realm-switcher").await;
    browser.fill("#find-realm", "demo").await;
    browser.click("[role=option][id^='find-realm']").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/demo")).await;

    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    browser.client().goto(server.url("/admin/demo/revocation").as_str()).await.expect("a page");
    browser.click("#set-not-before").await;
    browser.find_text("1 offline session ends at once").await;
    browser.screenshots("admin-revocation").await;
    browser.answer_dialog("Revoke all until now").await;
    browser.find("#clear-not-before").await;
    client.refresh(&backup.refresh_token()).await.expect_error(400, "invalid_grant");
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_gives_a_role_takes_it_away_and_ends_everything_of_a_user() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    admin.post("/demo/roles", &serde_json::json!({"name": "clerk"})).await.expect(201);
    let role = admin.realm_role("clerk").await["id"].as_str().expect("an id").to_owned();
    let user = user_of(&server).await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/roles")).await;
    browser.click(&format!("#role option[value='{role}']")).await;
    browser.click("#give-role").await;
    browser.find_text("The role has been given").await;
    browser.click("[aria-label='Take clerk away']").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("The role has been taken away").await;
    let given = admin.get(&format!("/demo/users/{user}/role-mappings/realm")).await.expect(200).json();
    assert!(given.as_array().expect("a list").iter().all(|role| role["name"] != "clerk"), "{given}");
    browser.click(".pn-tabs a[href$='/sessions']").await;
    browser.click("#end-all").await;
    browser.find_text("1 offline session ends at once").await;
    browser.answer_dialog("End everything").await;
    browser.find_text("Every session has ended").await;
    client.refresh(&backup.refresh_token()).await.expect_error(400, "invalid_grant");
    browser.quit().await;
}

async fn user_of(server: &perennial_testkit::TestServer) -> String {
    let found = Admin::sign_in(server).await.get("/demo/users?username=alice&exact=true").await.expect(200).json();
    found[0]["id"].as_str().expect("an id").to_owned()
}
