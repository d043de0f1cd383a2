//! Realm settings as an admin works through them: what is saved is found again, what is wrong is said at its field, what
//! was typed is never lost.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::{Admin, Backend, MailServer};
use serde_json::json;

#[tokio::test]
async fn a_realm_is_named_and_coloured() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/general").await;
    browser.fill("#displayName", "Demo & friends").await;
    browser.click("#accentColor label:nth-of-type(3)").await;
    browser.screenshots("admin-settings-general").await;
    browser.click("#save").await;
    browser.find_text("The settings have been saved").await;
    let realm = Admin::sign_in(&server).await.realm().await;
    assert_eq!(
        (&realm["displayName"], &realm["attributes"]["accentColor"]),
        (&json!("Demo & friends"), &json!("violet"))
    );
    browser.client().refresh().await.expect("a reload");
    assert_eq!(browser.value_of("#displayName").await, "Demo & friends");
    browser.quit().await;
}

#[tokio::test]
async fn closing_a_realm_says_what_it_means_and_can_be_left() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/general").await;
    browser.click("label[for=enabled]").await;
    browser.click("#save").await;
    browser.find("dialog[open]").await;
    browser.screenshots("admin-settings-close-realm").await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(Admin::sign_in(&server).await.realm().await["enabled"], true);
    // What was typed is still there, and leaving is asked about.
    browser.click_text("Sessions").await;
    browser.find_text("Leave without saving").await;
    browser.answer_dialog("Leave").await;
    browser.find("#ssoSessionIdleTimeout").await;
    browser.quit().await;
}

#[tokio::test]
async fn sessions_login_and_language_are_set_and_found_again() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/sessions").await;
    browser.fill("#ssoSessionIdleTimeout", "45").await;
    browser.click("label[for=disablingKeepsOfflineSessions]").await;
    browser.fill("#offlineSessionDormantNoticeDays", "many").await;
    browser.click("#save").await;
    browser.find_text("Enter a whole number").await;
    browser.screenshots("admin-settings-sessions-wrong").await;
    browser.fill("#offlineSessionDormantNoticeDays", "90").await;
    browser.click("#save").await;
    browser.find_text("The settings have been saved").await;
    browser.screenshots("admin-settings-sessions").await;
    let realm = Admin::sign_in(&server).await.realm().await;
    assert_eq!(realm["ssoSessionIdleTimeout"], 45 * 60);
    assert_eq!(realm["disablingKeepsOfflineSessions"], true);
    assert_eq!(realm["offlineSessionDormantNoticeDays"], 90);

    browser.click_text("Login").await;
    browser.click("#offlineAccessDenied option[value=online]").await;
    browser.screenshots("admin-settings-login").await;
    browser.click("#save").await;
    browser.find_text("All changes are saved").await;
    browser.click_text("Localization").await;
    browser.click("#defaultLocale option[value=es]").await;
    browser.screenshots("admin-settings-localization").await;
    browser.click("#save").await;
    browser.find_text("All changes are saved").await;
    let realm = Admin::sign_in(&server).await.realm().await;
    assert_eq!((&realm["offlineAccessDenied"], &realm["defaultLocale"]), (&json!("online"), &json!("es")));
    browser.quit().await;
}

#[tokio::test]
async fn a_mail_server_is_tried_out_and_saved() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let mails = MailServer::start().await;
    let browser = admin_console(&server, "/admin/demo/settings/email").await;
    browser.fill("[id='smtpServer.host']", "127.0.0.1").await;
    browser.fill("[id='smtpServer.port']", &mails.port().to_string()).await;
    browser.fill("[id='smtpServer.from']", "nobody").await;
    browser.click("#save").await;
    browser.find_text("Must be an e-mail address").await;
    browser.screenshots("admin-settings-email-wrong").await;
    browser.fill("[id='smtpServer.from']", "no-reply@demo.example").await;
    browser.fill("#test-mail-to", "admin@demo.example").await;
    browser.click("#test-mail").await;
    browser.find_text("The mail server took it").await;
    assert_eq!(mails.wait_for("admin@demo.example", 1).await.len(), 1);
    browser.click("#save").await;
    browser.find_text("The settings have been saved").await;
    browser.screenshots("admin-settings-email").await;
    assert_eq!(Admin::sign_in(&server).await.realm().await["smtpServer"]["host"], "127.0.0.1");
    browser.quit().await;
}

#[tokio::test]
async fn an_initial_access_token_is_shown_once_and_taken_away() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/security").await;
    browser.find_text("Without one, only admins make clients here").await;
    browser.click("#new-token").await;
    browser.fill("#count", "3").await;
    browser.screenshots("admin-settings-new-token").await;
    browser.answer_dialog("New token").await;
    browser.find_text("This token is shown only now").await;
    browser.find_text("3 of 3").await;
    browser.screenshots("admin-settings-security").await;
    browser.click_text("Take away").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("The token has been taken away").await;
    let left = Admin::sign_in(&server).await.get("/demo/clients-initial-access").await.expect(200);
    assert_eq!(left.json(), json!([]));
    browser.quit().await;
}
