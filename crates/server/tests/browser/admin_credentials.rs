//! What a user signs in with, in the admin console: seen, deleted after a question, and set right by the user with a link.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client, MailServer};
use serde_json::json;

const ALICE: &str = "alice@demo.example";

#[tokio::test]
async fn a_password_is_listed_and_deleted_only_after_saying_what_ends_with_it() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/credentials")).await;
    browser.click("#delete-password").await;
    browser.find_text("Delete the password of alice?").await;
    browser.find_text("1 offline session ends at once").await;
    browser.screenshots("admin-user-credential-delete").await;
    browser.answer_dialog("Cancel").await;
    client.refresh(&backup.refresh_token()).await.expect_tokens();
    browser.click("#delete-password").await;
    browser.answer_dialog("Delete").await;
    browser.find_text("The password has been deleted").await;
    browser.find_text("This user has no password").await;
    let path = format!("/demo/users/{user}/credentials");
    assert_eq!(admin.get(&path).await.expect(200).json(), json!([]));
    client.refresh(&backup.refresh_token()).await.expect_error(400, "invalid_grant");
    browser.fill("#password", "a-new-password").await;
    browser.click("#set-password").await;
    browser.answer_dialog("Set password").await;
    browser.find("#delete-password").await;
    browser.quit().await;
}

#[tokio::test]
async fn deleting_a_password_says_that_apps_work_on_where_the_realm_lets_them() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let backup = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    admin.change_realm(json!({"passwordResetKeepsOfflineSessions": true})).await;
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/credentials")).await;
    browser.click("#delete-password").await;
    browser.find_text("Apps that work offline keep working").await;
    browser.answer_dialog("Delete").await;
    browser.find_text("This user has no password").await;
    client.refresh(&backup.refresh_token()).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn a_user_is_sent_links_to_choose_a_password_and_to_confirm_the_address() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let mails = MailServer::start().await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/credentials")).await;
    browser.find_text("The mail goes to alice@demo.example").await;
    browser.click("#send-password-link").await;
    browser.find_text("This realm has no mail server").await;
    browser.screenshots("admin-user-mail-refused").await;
    let smtp = json!({"host": "127.0.0.1", "port": mails.port().to_string(), "from": "no-reply@demo.example"});
    admin.change_realm(json!({"smtpServer": smtp})).await;
    browser.click("#send-password-link").await;
    browser.find_text("A mail is on its way to alice@demo.example").await;
    browser.screenshots("admin-user-mail-sent").await;
    server.run_jobs().await;
    let mail = mails.wait_for(ALICE, 1).await.remove(0);
    let link = mail.text.lines().find(|line| line.contains("?key=")).expect("a link").trim().to_owned();
    let alices = Chromium::start().await;
    alices.open(&link).await;
    alices.find("#password-new").await;
    alices.quit().await;

    admin.change_user("alice", json!({"emailVerified": false})).await;
    browser.click("#send-address-link").await;
    browser.find_text("A mail is on its way to alice@demo.example").await;
    server.run_jobs().await;
    let mail = mails.wait_for(ALICE, 2).await.remove(1);
    assert!(mail.subject.starts_with("Verify your e-mail address"), "{}", mail.subject);
    browser.quit().await;
}

#[tokio::test]
async fn no_link_is_offered_to_whom_none_can_be_sent() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let carol = admin.create_user(json!({"username": "carol", "enabled": true})).await;
    let dora = admin.create_user(json!({"username": "dora", "email": "dora@demo.example", "enabled": false})).await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{carol}/credentials")).await;
    browser.find_text("The user has no email address").await;
    browser.find("#send-password-link[aria-disabled=true]").await;
    browser.find("#send-address-link[aria-disabled=true]").await;
    browser.screenshots("admin-user-no-address").await;
    browser.open(&server.url(&format!("/admin/demo/users/{dora}/credentials"))).await;
    browser.find_text("A disabled user is sent no links").await;
    browser.find("#send-password-link[aria-disabled=true]").await;
    browser.quit().await;
}
