//! What is required of users before a sign-in gives anything, and where links in mails lead, as people meet them.

use crate::support::server_with_consoles;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Backend, Chromium, MailServer, TestServer};
use serde_json::json;

const ALICE: &str = "alice@demo.example";

async fn choose(browser: &Chromium, password: &str, again: &str) {
    browser.fill("#password-new", password).await;
    browser.fill("#password-confirm", again).await;
    browser.click("#kc-new-password").await;
}

#[tokio::test]
async fn a_temporary_password_is_replaced() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let path = format!("/demo/users/{}/reset-password", admin.user_id("alice").await);
    admin.put(&path, &json!({"type": "password", "value": "for-once-only", "temporary": true})).await.expect(204);
    let browser = Chromium::start().await;
    browser.open(&AuthorizationRequest::photo_frame().url(&server)).await;
    browser.sign_in(&Person::new("alice", "for-once-only")).await;
    browser.find("#password-new").await;
    browser.screenshots("new-password").await;
    choose(&browser, "long-enough-1", "long-enough-2").await;
    browser.find("#password-confirm[aria-invalid=true]").await;
    browser.screenshots("new-password-different").await;
    choose(&browser, "for-once-only", "for-once-only").await;
    browser.find("#password-new[aria-invalid=true]").await;
    choose(&browser, "alices-own-words", "alices-own-words").await;
    let url = browser.wait_for_url(|url| url.port() == Some(9999)).await;
    assert!(url.query_pairs().any(|(name, _)| name == "code"), "{url}");
    browser.quit().await;
}

async fn newest_link(server: &TestServer, mails: &MailServer, count: usize) -> String {
    server.run_jobs().await;
    let mail = mails.wait_for(ALICE, count).await.remove(count - 1);
    mail.text.lines().find(|line| line.contains("?key=")).expect("a link").trim().to_owned()
}

#[tokio::test]
async fn an_address_is_verified_and_a_password_chosen_by_links() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let mails = MailServer::start().await;
    let admin = Admin::sign_in(&server).await;
    let smtp = json!({"host": "127.0.0.1", "port": mails.port().to_string(), "from": "no-reply@demo.example"});
    admin.change_realm(json!({"smtpServer": smtp})).await;
    admin.change_user("alice", json!({"emailVerified": false, "requiredActions": ["VERIFY_EMAIL"]})).await;
    let browser = Chromium::start().await;
    browser.open(&AuthorizationRequest::photo_frame().url(&server)).await;
    browser.sign_in(&Person::alice()).await;
    browser.find("#kc-send").await;
    browser.screenshots("verify-email").await;
    browser.click("#kc-send").await;
    browser.find_text("on its way").await;
    browser.screenshots("verify-email-sent").await;
    browser.open(&newest_link(&server, &mails, 1).await).await;
    browser.find("#kc-confirm-email").await;
    browser.screenshots("confirm-email").await;
    browser.click("#kc-confirm-email").await;
    browser.find_text("is verified").await;
    let id = admin.user_id("alice").await;
    let back = format!("client_id={}&redirect_uri={}", demo::PHOTO_FRAME, demo::REDIRECT_URI);
    let path = format!("/demo/users/{id}/execute-actions-email?{back}");
    admin.put(&path, &json!(["UPDATE_PASSWORD"])).await.expect(204);
    browser.open(&newest_link(&server, &mails, 2).await).await;
    browser.find("#password-new").await;
    assert!(!browser.url().await.as_str().contains("key="), "the token is not in the address any more");
    browser.screenshots("link-new-password").await;
    choose(&browser, "alices-own-words", "alices-own-words").await;
    browser.find_text("Your new password is set").await;
    browser.screenshots("link-done").await;
    browser.quit().await;
}
