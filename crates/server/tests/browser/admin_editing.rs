//! Editing in the console when something is in the way: a session that ends, values that are too long or hostile; and
//! lists with the keyboard alone.

use crate::support::{admin_console, server_with_consoles};
use fantoccini::Locator;
use fantoccini::wd::WindowHandle;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client, TestServer};
use serde_json::json;
use std::time::Duration;

const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";
const ENTER: &str = "\u{e007}";

/// Goes to the tab that has been opened beside this one.
async fn go_to_second_tab(browser: &Chromium, here: &WindowHandle) {
    let second = loop {
        let tabs = browser.client().windows().await.expect("tabs");
        if let Some(second) = tabs.into_iter().find(|tab| tab != here) {
            break second;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    browser.client().switch_to_window(second).await.expect("the second tab");
}

/// Once the console is there.
async fn come_back(browser: &Chromium, here: WindowHandle) {
    browser.find(".pn-layout").await;
    browser.client().close_window().await.expect("the second tab closes");
    browser.client().switch_to_window(here).await.expect("the first tab");
}

/// Signs in again in the tab that the console opens for it, and comes back.
async fn sign_in_in_a_second_tab(browser: &Chromium, person: &Person) {
    let here = browser.client().window().await.expect("a tab");
    browser.click(".adm-signed-out a[target=_blank]").await;
    go_to_second_tab(browser, &here).await;
    browser.sign_in(person).await;
    come_back(browser, here).await;
    // Coming back to the tab is noticed, at times before the button for those who do not wait can be pressed.
    for _ in 0..1_200 {
        let Ok(button) = browser.client().find(Locator::Css(".adm-signed-out button")).await else { break };
        if button.click().await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.wait_until_gone("(new tab)").await;
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_an_edit_loses_nothing_typed() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}")).await;
    browser.fill("#name", "Backup at night").await;
    browser.fill("#description", "Copies what matters").await;
    all_admins_are_signed_out(&server).await;
    browser.click("#save").await;
    browser.find_text("You are signed out.").await;
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    browser.screenshots("admin-signed-out-while-editing").await;

    sign_in_in_a_second_tab(&browser, &Person::admin()).await;
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    assert_eq!(browser.value_of("#description").await, "Copies what matters");
    browser.click("#save").await;
    browser.find_text("The client has been saved").await;
    let saved = Admin::sign_in(&server).await.client(demo::NIGHTLY_BACKUP).await;
    assert_eq!(saved["name"], "Backup at night");
    assert_eq!(saved["description"], "Copies what matters");
    browser.quit().await;
}

async fn all_admins_are_signed_out(server: &TestServer) {
    Admin::sign_in(server).await.post("/master/logout-all", &json!({})).await;
}

#[tokio::test]
async fn a_token_policy_that_is_being_typed_outlives_the_session() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.fill("#offlineSessionIdleTimeout", "10").await;
    browser.fill("#offlineSessionLimit", "7").await;
    all_admins_are_signed_out(&server).await;
    browser.click("#save").await;
    browser.find_text("You are signed out.").await;
    sign_in_in_a_second_tab(&browser, &Person::admin()).await;
    assert_eq!(browser.value_of("#offlineSessionIdleTimeout").await, "10");
    assert_eq!(browser.value_of("#offlineSessionLimit").await, "7");
    browser.click("#save").await;
    browser.find_text("The token policy has been saved").await;
    let realm = Admin::sign_in(&server).await.realm().await;
    assert_eq!((&realm["offlineSessionIdleTimeout"], &realm["offlineSessionLimit"]), (&json!(864_000), &json!(7)));
    browser.quit().await;
}

#[tokio::test]
async fn a_password_that_is_being_set_outlives_the_session() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let user = Admin::sign_in(&server).await.user_id("bob").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/credentials")).await;
    browser.fill("#password", "typed before the end").await;
    browser.click("label[for=temporary]").await;
    browser.click("#set-password").await;
    // What ends by it has been counted before the session ends.
    browser.find("dialog[open] .pn-dialog-actions button:last-child:not([aria-disabled])").await;
    all_admins_are_signed_out(&server).await;
    browser.answer_dialog("Set password").await;
    let told = browser.text_of("dialog[open] [role=alert]").await;
    assert!(told.contains("You are signed out"), "{told}");
    browser.answer_dialog("Cancel").await;
    sign_in_in_a_second_tab(&browser, &Person::admin()).await;
    assert_eq!(browser.value_of("#password").await, "typed before the end");
    browser.click("#set-password").await;
    browser.answer_dialog("Set password").await;
    browser.find_text("The new password holds").await;
    let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
    cli.password_grant(&Person::new("bob", "typed before the end"), "openid").await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn what_is_being_typed_into_a_question_outlives_the_session() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(30)).await;
    let held = Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await;
    let id = held[0]["id"].as_str().expect("an id");
    let browser = admin_console(&server, &format!("/admin/demo/offline-access/{id}")).await;
    browser.click("#rename").await;
    browser.fill("#device-label", "In the cellar").await;
    all_admins_are_signed_out(&server).await;
    browser.answer_dialog("Save").await;
    let told = browser.text_of("dialog[open] [role=alert]").await;
    assert!(told.contains("You are signed out"), "{told}");
    // The question lies over the way in that the console offers.
    let here = browser.client().window().await.expect("a tab");
    browser.client().new_window(true).await.expect("another tab");
    go_to_second_tab(&browser, &here).await;
    browser.enter_console(&server.url("/admin/demo/overview"), &Person::admin()).await;
    come_back(&browser, here).await;
    assert_eq!(browser.value_of("#device-label").await, "In the cellar");
    browser.answer_dialog("Save").await;
    browser.find_text("In the cellar").await;
    let held = Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await;
    assert_eq!(held[0]["deviceLabel"], "In the cellar");
    browser.quit().await;
}

#[tokio::test]
async fn a_realms_own_admin_enters_by_the_page_of_the_realm_and_comes_back_to_an_edit_after_the_session_ended() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.with_roles(&server, "rita", &["realm-admin"]).await;
    let rita = Person::new("rita", "rita-password");
    let (uuid, id) = (admin.client_uuid(demo::NIGHTLY_BACKUP).await, admin.user_id("rita").await);
    let browser = Chromium::start().await;
    let page = format!("/admin/demo/clients/{uuid}");
    browser.open(&server.url(&page)).await;
    browser.find("#sign-in .pn-button:not(.pn-button-primary)[href*='realm=master']").await;
    browser.screenshots("admin-ways-to-sign-in").await;
    browser.click("#sign-in .pn-button-primary[href*='realm=demo']").await;
    browser.sign_in(&rita).await;
    browser.wait_for_url(|url| url.path() == page).await;

    browser.fill("#name", "Backup at night").await;
    admin.post(&format!("/demo/users/{id}/logout"), &json!({})).await.expect(204);
    browser.click("#save").await;
    browser.find_text("You are signed out.").await;
    browser.screenshots("admin-signed-out-of-a-realm").await;
    sign_in_in_a_second_tab(&browser, &rita).await;
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    browser.click("#save").await;
    browser.find_text("The client has been saved").await;
    assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["name"], "Backup at night");

    // What they may see is their realm, and the start leads to it.
    browser.open(&server.url("/admin")).await;
    browser.wait_for_url(|url| url.path() == "/admin/demo/overview").await;
    browser.quit().await;
}

/// Types each value into the field, is told at that field, and finds it still there.
async fn is_refused_at(browser: &Chromium, css: &str, values: &[&str]) {
    for value in values {
        browser.fill(css, value).await;
        browser.click("#save").await;
        // What takes something away is asked about before it is sent.
        browser.find(&format!("{css}[aria-invalid=true], dialog[open]")).await;
        if browser.has("dialog[open]").await {
            browser.click("dialog[open] .pn-dialog-actions button:last-child:not([aria-disabled])").await;
        }
        browser.find(&format!("{css}[aria-invalid=true]")).await;
        assert_eq!(browser.value_of(css).await, *value);
    }
}

#[tokio::test]
async fn hostile_and_over_long_values_are_refused_at_their_fields() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let long = "x".repeat(300);
    let user = Admin::sign_in(&server).await.user_id("bob").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}")).await;
    is_refused_at(&browser, "#username", &[&long]).await;
    browser.fill("#username", "bob").await;
    is_refused_at(&browser, "#email", &["nobody", "a@b@c", "a b@example.org"]).await;
    browser.fill("#email", "bob@example.org").await;
    is_refused_at(&browser, "#firstName", &[&long]).await;
    browser.screenshots("admin-user-refused").await;
    // What looks like markup is a name as any other.
    browser.fill("#firstName", "<img src=x onerror=alert(1)>").await;
    browser.click("#save").await;
    browser.find_text("The user has been saved").await;
    browser.find_text("<img src=x onerror=alert(1)>").await;
    assert!(!browser.has("main img").await);

    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    browser.open(server.url(&format!("/admin/demo/clients/{uuid}")).as_str()).await;
    is_refused_at(&browser, "#redirectUris", &["javascript:alert(1)", "https://*.example/", "no address"]).await;
    browser.fill("#redirectUris", "https://backup.example/back").await;
    is_refused_at(&browser, "#attributes-logoUri", &["javascript:alert(1)"]).await;
    browser.quit().await;
}

async fn focused(browser: &Chromium) -> String {
    let element = browser.client().active_element().await.expect("a focus");
    element.text().await.expect("a text")
}

async fn press(browser: &Chromium, key: &str) {
    browser.client().active_element().await.expect("a focus").send_keys(key).await.expect("a key");
}

async fn people(server: &TestServer, names: &[&str]) {
    let admin = Admin::sign_in(server).await;
    for name in names {
        admin.create_user(json!({"username": name, "enabled": true})).await;
    }
}

#[tokio::test]
async fn the_arrows_lead_through_a_list_and_enter_opens_what_they_reached() {
    let server = server_with_consoles(Backend::Sqlite).await;
    people(&server, &["anna", "ben"]).await;
    let browser = admin_console(&server, "/admin/demo/users").await;
    browser.find_text("ben").await;
    browser.click("#filter").await;
    press(&browser, DOWN).await;
    assert_eq!(focused(&browser).await, "alice");
    press(&browser, DOWN).await;
    assert_eq!(focused(&browser).await, "anna");
    press(&browser, UP).await;
    press(&browser, UP).await;
    let field = browser.client().active_element().await.expect("a focus");
    assert_eq!(field.attr("id").await.expect("an id").as_deref(), Some("filter"));
    press(&browser, DOWN).await;
    press(&browser, DOWN).await;
    press(&browser, ENTER).await;
    browser.find("#username").await;
    assert_eq!(browser.value_of("#username").await, "anna");
    browser.quit().await;
}
