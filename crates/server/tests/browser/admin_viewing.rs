//! Admins who may look and not change, or change only a part: nobody fills in what will be refused.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client, TestServer};
use serde_json::{Value, json};

async fn entered(server: &TestServer, page: &str, person: &Person) -> Chromium {
    let browser = Chromium::start().await;
    browser.open(&server.url(page)).await;
    browser.click("#sign-in [href*='realm=demo']").await;
    browser.sign_in(person).await;
    browser.wait_for_url(|url| url.path() == page).await;
    browser
}

#[tokio::test]
async fn who_may_only_look_meets_forms_that_cannot_be_filled_in_and_buttons_that_cannot_be_pressed() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let token = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
    let admin = Admin::sign_in(&server).await;
    admin.with_roles(&server, "vera", &["view-clients", "view-users", "view-realm", "view-events"]).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let page = format!("/admin/demo/clients/{uuid}");
    let browser = entered(&server, &page, &Person::new("vera", "vera-password")).await;
    browser.find_text("You may look at this, and not change it").await;
    browser.find("#clientId:disabled").await;
    browser.find("#delete[aria-disabled=true]").await;
    assert!(!browser.has("#save").await, "there is nothing to save");
    browser.screenshots("admin-view-only").await;
    browser.click(".pn-tabs a[href$='/scopes']").await;
    browser.find("#fullScope:disabled").await;
    browser.open(&server.url("/admin/demo/clients")).await;
    browser.find_text(demo::NIGHTLY_BACKUP).await;
    assert!(!browser.has("#create").await, "nothing can be made");
    browser.screenshots("admin-view-only-list").await;
    browser.open(&server.url("/admin/demo/settings/tokens")).await;
    browser.find("#save[aria-disabled=true]").await;
    let user = admin.user_id("alice").await;
    browser.open(&server.url(&format!("/admin/demo/users/{user}/sessions"))).await;
    browser.find("#end-all[aria-disabled=true]").await;
    browser.open(&server.url(&format!("/admin/demo/users/{user}/credentials"))).await;
    browser.find("#send-password-link[aria-disabled=true]").await;
    browser.click("#delete-password").await;
    browser.find("dialog[open] .pn-button-danger[aria-disabled=true]:not([aria-busy])").await;
    browser.open(&server.url("/admin/demo/overview")).await;
    browser.find("#live").await;
    assert!(!browser.text().await.contains("You may look at this"), "there is nothing to change there");
    client.refresh(&token).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn who_manages_one_part_changes_that_one_and_looks_at_the_others() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.with_roles(&server, "mia", &["manage-users", "view-clients"]).await;
    let user = admin.user_id("bob").await;
    let page = format!("/admin/demo/users/{user}");
    let browser = entered(&server, &page, &Person::new("mia", "mia-password")).await;
    browser.fill("#firstName", "Robert").await;
    browser.click("#save").await;
    browser.find_text("All changes are saved").await;
    assert_eq!(admin.get(&format!("/demo/users/{user}")).await.expect(200).json()["firstName"], "Robert");
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    browser.open(&server.url(&format!("/admin/demo/clients/{uuid}"))).await;
    browser.find("#clientId:disabled").await;
    browser.quit().await;
}

/// Where a tab or a part of a screen needs another role than its section, it is judged by that one.
#[tokio::test]
async fn each_screen_is_judged_by_what_its_calls_need() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let looks = ["view-clients", "view-users", "view-realm"];
    for (name, role) in [("cora", "create-client"), ("rita", "manage-realm"), ("clio", "manage-clients")] {
        admin.with_roles(&server, name, &[&looks[..], &[role]].concat()).await;
    }
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let scope = admin.scope_id("phone").await;
    let at = |page: &str| server.url(&format!("/admin/demo/{page}"));

    let browser = entered(&server, "/admin/demo/clients", &Person::new("cora", "cora-password")).await;
    browser.click("#create").await;
    browser.fill("#clientId", "from-cora").await;
    assert!(!browser.text().await.contains("You may look at this"), "she may make one");
    browser.click("#save").await;
    browser.find_text("The client has been created").await;
    browser.find("#clientId:disabled").await;
    browser.quit().await;

    let browser = entered(&server, "/admin/demo/settings/security", &Person::new("rita", "rita-password")).await;
    browser.click("#new-token").await;
    browser.find("dialog[open] .pn-button-primary[aria-disabled=true]").await;
    browser.open(&at("settings/transfer")).await;
    browser.find("#import[aria-disabled=true]").await;
    browser.find("#export:not([aria-disabled])").await;
    browser.open(&at(&format!("client-scopes/{scope}"))).await;
    browser.find("#name:disabled").await;
    browser.find("#new-clients:not(:disabled)").await;
    browser.open(&at("realms")).await;
    browser.find_text("You may look at this").await;
    assert!(!browser.has("#create").await, "realms are made by admins of all of them");
    browser.open(&at("settings/identity-providers")).await;
    browser.find("#new").await;
    browser.quit().await;

    let page = format!("/admin/demo/clients/{uuid}/sessions");
    let browser = entered(&server, &page, &Person::new("clio", "clio-password")).await;
    browser.find("#end-all:not([aria-disabled])").await;
    browser.open(&at(&format!("client-scopes/{scope}"))).await;
    browser.find("#name:not(:disabled)").await;
    browser.find("#new-clients:disabled").await;
    browser.open(&at("settings/security")).await;
    browser.click("#new-token").await;
    browser.find("dialog[open] .pn-button-primary:not([aria-disabled])").await;
    browser.open(&at("settings/identity-providers")).await;
    browser.find_text("No identity providers").await;
    assert!(!browser.has("#new").await, "providers are the realm's");
    browser.quit().await;
}

/// The places of the menu, as they are named.
async fn menu(browser: &Chromium) -> Value {
    browser.find(".pn-nav-link").await;
    let script = "return [...document.querySelectorAll('.pn-nav-link')].map(link => link.textContent.trim())";
    browser.client().execute(script, Vec::new()).await.expect("a script")
}

#[tokio::test]
async fn the_menu_names_what_the_admin_may_see_and_an_address_beyond_it_says_why_it_shows_nothing() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.with_roles(&server, "vic", &["view-users"]).await;
    admin.with_roles(&server, "kim", &["view-clients"]).await;
    let browser = entered(&server, "/admin/demo/users", &Person::new("vic", "vic-password")).await;
    browser.find_text("alice").await;
    assert_eq!(menu(&browser).await, json!(["Overview", "Offline access", "Users", "Realms"]));
    browser.screenshots("admin-menu-of-view-users").await;
    // Neither does the search lead there; what is not for her is no failure.
    browser.fill("#search", "keys").await;
    browser.find_text("Nothing in this realm has this name").await;
    assert!(!browser.text().await.contains("could be searched"), "all that is hers was searched");
    for place in ["clients", "keys", "settings/tokens"] {
        browser.open(&server.url(&format!("/admin/demo/{place}"))).await;
        browser.find_text("Your roles do not allow this").await;
        assert!(!browser.text().await.contains("You may look at this"), "she may not even look at {place}");
    }
    browser.quit().await;

    let browser = entered(&server, "/admin/demo/clients", &Person::new("kim", "kim-password")).await;
    assert_eq!(menu(&browser).await, json!(["Clients", "Client scopes", "Resources", "Realms"]));
    browser.open(&server.url("/admin/demo")).await;
    browser.wait_for_url(|url| url.path() == "/admin/demo/clients").await;
    browser.find_text(demo::NIGHTLY_BACKUP).await;
    browser.quit().await;

    let browser = admin_console(&server, "/admin/demo/clients").await;
    let all = menu(&browser).await;
    assert_eq!(all.as_array().map(Vec::len), Some(13), "{all}");
    browser.quit().await;
}
