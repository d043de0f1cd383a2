//! The console's clients: found, made, changed, and deleted after saying what ends.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Client};

const DAY_S: i64 = 86_400;

#[tokio::test]
async fn an_admin_makes_a_client_is_told_what_is_wrong_and_deletes_it_again() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.click("#create").await;
    browser.click("#save").await;
    browser.find_text("This is needed").await;
    browser.fill("#clientId", "photo-prints").await;
    browser.fill("#name", "Photo prints").await;
    browser.fill("#redirectUris", "https://prints.example/*#x").await;
    browser.click("#save").await;
    browser.find("#redirectUris[aria-invalid=true]").await;
    assert_eq!(browser.value_of("#clientId").await, "photo-prints");
    browser.screenshots("admin-client-create").await;
    browser.fill("#redirectUris", "https://prints.example/back").await;
    browser.click("#save").await;
    browser.find_text("The client has been created").await;
    browser.wait_for_url(|url| !url.path().ends_with("/create")).await;
    browser.find("#redirectUris").await;
    browser.screenshots("admin-client-settings").await;

    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid("photo-prints").await;
    let made = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
    assert_eq!(made["redirectUris"][0], "https://prints.example/back");
    let optional = made["optionalClientScopes"].as_array().expect("a list");
    assert!(optional.iter().any(|scope| scope == "offline_access"), "{made}");

    browser.click("#delete").await;
    browser.find_text("No offline session ends by this").await;
    browser.answer_dialog("Delete client").await;
    browser.find_text("The client has been deleted").await;
    admin.get(&format!("/demo/clients/{uuid}")).await.expect(404);
    browser.quit().await;
}

#[tokio::test]
async fn unsaved_changes_of_a_client_are_not_left_by_mistake_and_survive_a_refusal() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}")).await;
    browser.fill("#name", "Backup at night").await;
    browser.fill("#attributes-logoUri", "no address").await;
    browser.click("a[href$='/credentials']").await;
    browser.find_text("Leave without saving?").await;
    browser.answer_dialog("Cancel").await;
    browser.click("#save").await;
    browser.find("#attributes-logoUri[aria-invalid=true]").await;
    assert_eq!(browser.value_of("#name").await, "Backup at night");
    browser.fill("#attributes-logoUri", "https://backup.example/logo.svg").await;
    browser.click("#save").await;
    browser.find_text("has been saved").await;
    let saved = Admin::sign_in(&server).await.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
    assert_eq!(saved["name"], "Backup at night");
    assert_eq!(saved["attributes"]["logoUri"], "https://backup.example/logo.svg");
    browser.quit().await;
}

#[tokio::test]
async fn a_clients_secret_is_shown_on_demand_and_made_anew() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/credentials")).await;
    browser.find("#show-secret").await;
    assert!(!browser.has("#client-secret").await);
    browser.click("#show-secret").await;
    let before = browser.text_of("#client-secret").await;
    browser.screenshots("admin-client-credentials").await;
    browser.click("#regenerate").await;
    browser.find_text("stops working at once").await;
    browser.answer_dialog("Regenerate").await;
    browser.find_text("The new secret holds").await;
    let after = browser.text_of("#client-secret").await;
    assert_ne!(before, after);
    browser.quit().await;
}

#[tokio::test]
async fn a_clients_own_idle_timeout_is_counted_before_it_is_saved() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let old = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(2 * DAY_S).await;
    let young = client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/offline-access")).await;
    browser.fill("#attributes-client-offline-session-idle-timeout", "1").await;
    browser.find_text("Ends 1 of 2 sessions now").await;
    browser.screenshots("admin-client-policy").await;
    browser.click("#save").await;
    browser.find_text("1 session ends as soon as this is saved").await;
    browser.answer_dialog("Save and end them").await;
    browser.find_text("instead of the realm’s").await;
    client.refresh(&old.refresh_token()).await.expect_refusal("Offline session not active");
    client.refresh(&young.refresh_token()).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn every_tab_of_a_client_opens_by_its_address() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
    let uuid = Admin::sign_in(&server).await.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/scopes")).await;
    browser.find("#scope-offline_access").await;
    browser.screenshots("admin-client-scopes").await;
    for (tab, sign) in [
        ("roles", "Add a role"),
        ("sessions", "Signed in through this client"),
        ("offline-access", "When they end"),
        ("events", "Events"),
        ("advanced", "Revocation"),
    ] {
        browser.click(&format!(".pn-tabs a[href$='/{tab}']")).await;
        browser.find_text(sign).await;
        browser.screenshots(&format!("admin-client-{tab}")).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_withholds_a_scope_adds_a_role_and_sets_what_is_advanced() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/scopes")).await;
    browser.click("#scope-phone option[value=none]").await;
    browser.find_text("No offline session is concerned today").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("The assignment holds from the next request on").await;
    let scopes = admin.client(demo::NIGHTLY_BACKUP).await["optionalClientScopes"].clone();
    assert!(scopes.as_array().expect("a list").iter().all(|scope| scope != "phone"), "{scopes}");

    browser.click(".pn-tabs a[href$='/roles']").await;
    browser.fill("#role-name", "restore").await;
    browser.click("#add-role").await;
    browser.find_text("The role has been added").await;
    browser.find("[aria-label='Delete restore']").await;
    browser.fill("#role-name", "restore").await;
    browser.click("#add-role").await;
    browser.find("#role-name[aria-invalid=true]").await;
    browser.click("[aria-label='Delete restore']").await;
    browser.answer_dialog("Delete").await;
    browser.find_text("The role has been deleted").await;

    browser.click(".pn-tabs a[href$='/advanced']").await;
    let lifespan = "#attributes-access-token-lifespan";
    browser.fill(lifespan, "soon").await;
    browser.fill("#contacts", "ops@example.org").await;
    browser.click("#save").await;
    browser.find_text("Enter a whole number").await;
    browser.fill(lifespan, "2").await;
    browser.click("#attributes-access-token-lifespan-unit option[value=m]").await;
    browser.click("#save").await;
    browser.find_text("The client has been saved").await;
    let saved = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
    assert_eq!(saved["attributes"]["access.token.lifespan"], "120");
    assert_eq!(saved["contacts"][0], "ops@example.org");
    browser.quit().await;
}
