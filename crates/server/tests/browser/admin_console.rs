//! The admin console: a client's offline sessions, ending one, and a token policy that acts on what exists.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

/// Titles and numbers: of a day, of a week, of a month, of three months and beyond.
async fn histograms(browser: &Chromium) -> Value {
    browser.find(".adm-two-cards .adm-bars").await;
    let script = "return [...document.querySelectorAll('.adm-two-cards > *')].map(card => \
                  [card.querySelector('h2').textContent, \
                   ...[...card.querySelectorAll('.adm-bar-number')].map(number => Number(number.textContent))])";
    browser.client().execute(script, Vec::new()).await.expect("a script")
}

#[tokio::test]
async fn an_admin_finds_a_clients_sessions_and_ends_one() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let alices = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
    let bobs = client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
    server.advance_clock(7_200).await;
    client.refresh(&alices.refresh_token()).await.expect_tokens();

    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.find_text("nightly-backup").await;
    assert_eq!(browser.text_of("td a[href$='/offline-access']").await, "2");
    browser.screenshots("admin-clients").await;
    browser.click_text("ightly").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/demo/clients/")).await;
    browser.find("#redirectUris").await;
    browser.click(".pn-tabs a[href$='/offline-access']").await;
    browser.find_text("alice").await;
    let text = browser.text().await;
    assert!(text.contains("bob") && text.contains("127.0.0.1"), "{text}");
    browser.screenshots("admin-offline-access").await;
    assert_eq!(histograms(&browser).await, json!([["When they end", 0, 1, 1, 0, 0], ["Last used", 2, 0, 0, 0, 0]]));

    browser.click("[aria-label='End the session of alice']").await;
    browser.find("dialog[open]").await;
    browser.screenshots("admin-end-session").await;
    browser.answer_dialog("End session").await;
    browser.find_text("The session of alice has ended").await;
    client.refresh(&alices.refresh_token()).await.expect_refusal("Offline session not found");
    client.refresh(&bobs.refresh_token()).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_shortens_the_idle_timeout_after_seeing_what_it_would_end() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let old = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(2 * DAY_S).await;
    let young = client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;

    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.find("#offlineSessionIdleTimeout").await;
    browser.screenshots("admin-tokens").await;
    browser.fill("#offlineSessionIdleTimeout", "1").await;
    browser.find_text("Ends 1 of 2 sessions now").await;
    browser.screenshots("admin-tokens-what-if").await;
    browser.click_text("Save").await;
    browser.find("dialog[open]").await;
    browser.screenshots("admin-tokens-confirm").await;
    browser.answer_dialog("Save and end it").await;
    browser.find_text("The token policy has been saved").await;

    client.refresh(&old.refresh_token()).await.expect_refusal("Offline session not active");
    client.refresh(&young.refresh_token()).await.expect_tokens();
    assert_eq!(Admin::sign_in(&server).await.realm().await["offlineSessionIdleTimeout"], DAY_S);
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_sets_a_maximum_and_rotation_and_finds_them_again() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.click("label[for=offlineSessionMaxLifespanEnabled]").await;
    browser.fill("#offlineSessionMaxLifespan", "14").await;
    browser.click("#rotation option[value=always]").await;
    browser.click_text("Save").await;
    browser.find_text("The token policy has been saved").await;
    let realm = Admin::sign_in(&server).await.realm().await;
    assert_eq!(realm["offlineSessionMaxLifespanEnabled"], true);
    assert_eq!(realm["offlineSessionMaxLifespan"], 14 * DAY_S);
    assert_eq!(realm["rotation"], "always");
    browser.client().refresh().await.expect("a reload");
    assert_eq!(browser.value_of("#offlineSessionMaxLifespan").await, "14");
    browser.quit().await;
}

#[tokio::test]
async fn what_was_typed_wrongly_stays_and_is_said_at_the_field() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/tokens").await;
    browser.fill("#offlineSessionIdleTimeout", "soon").await;
    browser.click_text("Save").await;
    browser.find_text("Enter a whole number").await;
    browser.screenshots("admin-tokens-wrong").await;
    assert_eq!(browser.value_of("#offlineSessionIdleTimeout").await, "soon");
    assert_eq!(Admin::sign_in(&server).await.realm().await["offlineSessionIdleTimeout"], 30 * DAY_S);
    browser.quit().await;
}

#[tokio::test]
async fn a_client_without_sessions_says_so() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let uuid = Admin::sign_in(&server).await.client_uuid("photo-frame").await;
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/offline-access")).await;
    browser.find_text("No offline sessions").await;
    browser.screenshots("admin-no-sessions").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_user_of_the_demo_realm_is_no_admin() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start().await;
    browser.enter_console(&server.url("/admin/"), &Person::alice()).await;
    browser.find("[role=alert]").await;
    assert!(browser.has("input[name=password]").await, "{}", browser.describe().await);
    browser.quit().await;
}
