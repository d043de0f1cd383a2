//! Keys, events and webhooks as an admin meets them: what a step ends is said before, and what happened can be read after.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client, Listener};
use std::time::Duration;

/// At what the server does of itself.
const LOOKS: usize = 600;
const PAUSE: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_compromised_key_goes_after_saying_how_many_sessions_end() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let browser = admin_console(&server, "/admin/demo/keys").await;
    browser.find_text("Refresh token keys").await;
    browser.screenshots("admin-keys").await;
    browser.click("#rotate-refresh").await;
    browser.find_text("No session ends").await;
    browser.screenshots("admin-keys-rotate").await;
    browser.answer_dialog("Rotate").await;
    browser.find_text("New keys are in use").await;
    let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
    browser.find_text("Passive").await;

    browser.click_text("Compromised").await;
    browser.answer_dialog("Cancel").await;
    let page = Admin::sign_in(&server).await.get("/demo/keys").await.expect(200).json();
    let keys = page["keys"].as_array().expect("keys");
    let active = keys.iter().find(|key| key["type"] == "OCT" && key["status"] == "ACTIVE").expect("one");
    let label = format!("[aria-label='The key {} is compromised']", active["kid"].as_str().expect("a name"));
    browser.click(&label).await;
    browser.find_text("1 session holds a token of this key").await;
    browser.screenshots("admin-keys-compromised").await;
    browser.answer_dialog("Remove the key").await;
    browser.find_text("Sessions ended: 1").await;
    assert_eq!(client.refresh(&tokens.refresh_token()).await.status, 400);
    browser.quit().await;
}

#[tokio::test]
async fn an_event_is_found_by_filters_that_stay_in_the_address() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    client.authorize(&server, &Person::alice(), &Choice::accept()).await;
    client.authorize(&server, &Person::bob(), &Choice::accept()).await;
    client.refresh("not a token").await;
    let browser = admin_console(&server, "/admin/demo/events").await;
    browser.find_text("REFRESH_TOKEN_ERROR").await;
    browser.screenshots("admin-events").await;
    browser.click("#filter-type option[value=LOGIN]").await;
    browser.fill("#filter-user", "alice").await;
    browser.click("#apply-filters").await;
    browser.wait_for_url(|url| url.query() == Some("type=LOGIN&user=alice")).await;
    browser.wait_until_gone("bob").await;
    browser.click_text("Details").await;
    browser.find_text("sessionId").await;
    browser.screenshots("admin-events-filtered").await;
    browser.client().refresh().await.expect("a reload");
    assert_eq!(browser.value_of("#filter-user").await, "alice");
    browser.fill("#filter-user", "nobody").await;
    browser.click("#apply-filters").await;
    browser.find_text("No event matches").await;
    browser.screenshots("admin-events-none").await;
    browser.quit().await;
}

#[tokio::test]
async fn what_admins_did_is_read_and_what_is_kept_is_chosen() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/events/settings").await;
    browser.click("label[for=adminEventsDetailsEnabled]").await;
    browser.screenshots("admin-events-config").await;
    browser.click("#save").await;
    browser.find_text("What is kept has been changed").await;
    let admin = Admin::sign_in(&server).await;
    admin.change_realm(serde_json::json!({"displayName": "Kept in an event"})).await;
    browser.click_text("Admins").await;
    browser.find_text("Changed").await;
    browser.click_text("Details").await;
    browser.find_text("Kept in an event").await;
    browser.screenshots("admin-events-admin").await;
    browser.click_text("What is kept").await;
    browser.click("#clear-admin-events").await;
    browser.find_text("cannot be brought back").await;
    browser.screenshots("admin-events-clear").await;
    browser.answer_dialog("Delete them").await;
    browser.find_text("The events are gone").await;
    browser.quit().await;
}

/// Looks again until the listener's answer has been written down.
async fn until_delivered(browser: &Chromium) {
    for _ in 0..LOOKS {
        browser.click("#reload:not([aria-busy])").await;
        // The rows that come are others than the ones that stand there.
        browser.find("#reload:not([aria-busy])").await;
        if browser.text_of("#deliveries tbody").await.contains("Delivered") {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("not delivered: {}", browser.describe().await);
}

#[tokio::test]
async fn a_webhook_is_made_tested_sent_again_looked_into_and_deleted() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let listener = Listener::start().await;
    let browser = admin_console(&server, "/admin/demo/webhooks").await;
    browser.find_text("No webhooks").await;
    browser.screenshots("admin-webhooks-none").await;
    browser.click("#new").await;
    browser.fill("#url", "ftp://nowhere").await;
    browser.click("#save").await;
    browser.find("#url[aria-invalid=true]").await;
    browser.screenshots("admin-webhook-new-wrong").await;
    browser.fill("#url", &listener.url("/hook")).await;
    browser.click("#save").await;
    browser.find_text("This secret is shown only now").await;
    browser.screenshots("admin-webhook-secret").await;
    browser.click("#to-webhook").await;
    browser.find_text("Nothing has been delivered yet").await;
    browser.click("#ping").await;
    listener.wait_for(1).await;
    browser.find_text("PING").await;
    until_delivered(&browser).await;
    browser.click("[aria-label='Send PING again']").await;
    browser.find_text("It is on its way again").await;
    let received = listener.wait_for(2).await;
    let ids = [&received[0], &received[1]].map(|request| request.header("webhook-id"));
    assert!(!ids[0].is_empty() && ids[0] == ids[1], "{ids:?}");
    until_delivered(&browser).await;
    browser.click_text("Payload").await;
    browser.find(".adm-json").await;
    browser.screenshots("admin-webhook").await;
    browser.click("#renew-secret").await;
    browser.find_text("signed with the new one").await;
    browser.answer_dialog("Make a new secret").await;
    browser.find_text("This secret is shown only now").await;
    browser.click("#delete").await;
    browser.answer_dialog("Delete webhook").await;
    browser.find_text("No webhooks").await;
    browser.quit().await;
}
