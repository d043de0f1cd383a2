//! The list of all offline sessions: what its menus, its address field and its bars leave over, and what a row says of a life.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Backend, Chromium, Client, TestServer};
use serde_json::json;

const DAY_S: i64 = 86_400;
const ENTER: &str = "\u{e007}";
const CHIP: &str = "[aria-label^='Remove the filter']";
const ELSEWHERE: [u8; 4] = [127, 0, 0, 9];

/// What is pressed, how the address goes on then, and what is left over.
struct Look {
    press: &'static str,
    query: &'static str,
    count: &'static str,
    /// Of the first row.
    client: &'static str,
}

const LOOKS: [Look; 7] = [
    look("#filter-last-use option[value='+7']", "usedAfter=", "2 sessions", "crm-connector"),
    // Once it has been removed, the same can be picked again.
    look("#filter-last-use option[value='+7']", "usedAfter=", "2 sessions", "crm-connector"),
    look("#filter-last-use option[value='-7']", "usedBefore=", "1 session", "mail-sync"),
    look("#filter-ends option[value='7']", "endsBefore=", "1 session", "mail-sync"),
    look("#filter-state option[value=paused]", "paused=true", "1 session", "crm-connector"),
    look(".ofl-bar[aria-label^='last day: 2']", "usedAfter=", "2 sessions", "crm-connector"),
    look(".ofl-bar[aria-label^='1–7 days: 1']", "endsBefore=", "1 session", "mail-sync"),
];

const fn look(press: &'static str, query: &'static str, count: &'static str, client: &'static str) -> Look {
    Look { press, query, count, client }
}

/// A session that begins now; its id.
async fn session(client: &Client) -> String {
    let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
    let jti = claims(&tokens.refresh_token())["jti"].as_str().expect("a jti").to_owned();
    // `<grant id>.<generation>`
    jti.split('.').next().expect("a grant").to_owned()
}

/// One that ends in five days where nobody uses it, a paused one, and the newest from elsewhere.
async fn sessions(server: &TestServer) {
    let admin = Admin::sign_in(server).await;
    for name in ["mail-sync", "crm-connector"] {
        let fields = json!({"clientId": name, "secret": "s", "directAccessGrantsEnabled": true});
        admin.create_client(fields).await;
    }
    session(&Client::confidential(server, "mail-sync", "s")).await;
    server.advance_clock(25 * DAY_S).await;
    let connector = Client::confidential(server, "crm-connector", "s");
    let paused = session(&connector).await;
    server.advance_clock(1).await;
    session(&connector.from_place(ELSEWHERE, "connector/2")).await;
    let admin = Admin::sign_in(server).await;
    admin.patch(&format!("/demo/offline-sessions/{paused}"), &json!({"paused": true})).await.expect(204);
}

async fn remove_the_filter(browser: &Chromium) {
    browser.click(CHIP).await;
    browser.wait_for_url(|url| url.query().is_none()).await;
    browser.find_text("3 sessions").await;
}

#[tokio::test]
async fn menus_the_address_field_and_bars_filter_and_each_row_shows_its_life() {
    let server = server_with_consoles(Backend::Sqlite).await;
    sessions(&server).await;
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.emulate(1_440, "light").await;
    browser.find_text("3 sessions").await;

    // The newest first.
    assert!(browser.text_of(".ofl-head").await.contains("Life and end"), "{}", browser.describe().await);
    browser.find("#offline-session-2 .ofl-life svg[role=img] desc").await;
    let oldest = browser.text_of("#offline-session-2 .ofl-ends").await;
    assert!(oldest.contains("idle, if not used by"), "{oldest}");
    let paused = browser.text_of("#offline-session-1 .ofl-ends").await;
    assert!(paused.contains("Paused"), "{paused}");

    for look in &LOOKS {
        browser.click(look.press).await;
        browser.wait_for_url(|url| url.query().is_some_and(|query| query.starts_with(look.query))).await;
        browser.find_text(look.count).await;
        let client = browser.text_of("#offline-session-0 .ofl-who .ofl-second").await;
        assert_eq!(client, look.client, "{}", look.press);
        remove_the_filter(&browser).await;
    }

    browser.fill("#filter", &format!("127.0.0.9{ENTER}")).await;
    browser.wait_for_url(|url| url.query() == Some("ipAddress=127.0.0.9")).await;
    browser.find_text("IP address: 127.0.0.9").await;
    browser.find_text("1 session").await;
    let device = browser.text_of("#offline-session-0 .ofl-device").await;
    assert!(device.contains("127.0.0.9"), "{device}");
    browser.quit().await;
}
