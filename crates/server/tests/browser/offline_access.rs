//! All offline sessions of a realm: filtered, chosen with the keyboard, ended together; one of them looked at, paused, narrowed
//! and shortened; and the overview.

use crate::support::{admin_console, has_focus, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Answer, Backend, Chromium, Client, TestServer};
use serde_json::json;

const DOWN: &str = "\u{e015}";
const END: &str = "\u{e010}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const GRID: &str = "#offline-sessions";

/// `count` sessions each of two clients, for alice.
async fn sessions(server: &TestServer, admin: &Admin, count: usize) -> Vec<(Client, Answer)> {
    admin.change_realm(json!({"offlineSessionLimit": 0})).await;
    let mut all = Vec::new();
    for name in ["mail-sync", "crm-connector"] {
        let fields = json!({"clientId": name, "secret": "s", "directAccessGrantsEnabled": true});
        admin.create_client(fields).await;
        let client = Client::confidential(server, name, "s");
        for _ in 0..count {
            let tokens = client.password_grant(&Person::alice(), "openid email offline_access").await.expect_tokens();
            all.push((Client::confidential(server, name, "s"), tokens));
            // Each starts in an instant of its own, so that their order is told.
            server.advance_clock(1).await;
        }
    }
    all
}

/// A refresh token's `jti` is `<grant id>.<generation>`.
fn grant_id(token: &str) -> String {
    let jti = claims(token)["jti"].as_str().expect("a jti").to_owned();
    jti.split('.').next().expect("a grant").to_owned()
}

async fn press(browser: &Chromium, keys: &str) {
    browser.type_into(GRID, keys).await;
}

/// A row whose session is there: the count may come before the rows, and a row that is still to come cannot be chosen.
async fn row_is_there(browser: &Chromium, row: usize) {
    browser.find(&format!("#offline-session-{row} .ofl-user")).await;
}

#[tokio::test]
async fn an_admin_filters_all_sessions_and_the_address_keeps_it() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    sessions(&server, &admin, 3).await;
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.find_text("6 sessions").await;
    browser.screenshots("admin-all-sessions").await;
    browser.fill("#filter", "mail").await;
    browser.find_text("Client: mail-sync").await;
    browser.type_into("#filter", ENTER).await;
    browser.wait_for_url(|url| url.query() == Some("client=mail-sync")).await;
    browser.find_text("3 sessions").await;
    assert!(!browser.text().await.contains("crm-connector"), "{}", browser.describe().await);
    browser.screenshots("admin-all-sessions-filtered").await;
    browser.client().refresh().await.expect("a reload");
    browser.find_text("3 sessions").await;
    browser.click("[aria-label='Remove the filter Client: mail-sync']").await;
    browser.find_text("6 sessions").await;
    // Enter waits for the names that it is pressed for.
    browser.fill("#filter", &format!("crm{ENTER}")).await;
    browser.wait_for_url(|url| url.query() == Some("client=crm-connector")).await;
    browser.open(&server.url("/admin/demo/offline-access?scope=nothing")).await;
    browser.find_text("No session matches").await;
    browser.screenshots("admin-all-sessions-none").await;
    browser.quit().await;
}

#[tokio::test]
async fn sessions_are_chosen_and_ended_by_the_keyboard_after_a_count_by_client() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let all = sessions(&server, &admin, 2).await;
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.open(&server.url("/admin/demo/offline-access?order=asc")).await;
    browser.find_text("4 sessions").await;
    row_is_there(&browser, 3).await;
    // The first two are mail-sync's, the third crm-connector's.
    press(&browser, &format!(" {DOWN} {DOWN} ")).await;
    browser.find_text("3 sessions selected").await;
    browser.screenshots("admin-sessions-chosen").await;
    browser.click("#end-selected").await;
    browser.find_text("3 sessions end at once").await;
    let sample = browser.text_of("#sample table").await;
    assert!(sample.contains("alice") && sample.contains("crm-connector"), "{sample}");
    browser.screenshots("admin-sessions-end-chosen").await;
    browser.answer_dialog("End 3 sessions").await;
    browser.find_text("3 sessions have ended").await;
    browser.find_text("1 session").await;
    let (client, tokens) = &all[3];
    client.refresh(&tokens.refresh_token()).await.expect_tokens();
    for (client, tokens) in &all[..3] {
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }
    has_focus(&browser, "offline-sessions").await;
    browser.quit().await;
}

#[tokio::test]
async fn only_rows_in_view_are_in_the_page_and_all_that_match_can_be_ended() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    sessions(&server, &admin, 55).await;
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.find_text("110 sessions").await;
    press(&browser, END).await;
    row_is_there(&browser, 109).await;
    let rows = browser.client().find_all(fantoccini::Locator::Css(".ofl-pane [role=row]")).await.expect("rows").len();
    assert!(rows < 40, "{rows} rows are in the page");
    browser.wait_for_url(|url| url.query().is_some_and(|query| query.starts_with("row="))).await;
    // Enter opens the row that the keyboard is at; the way back leads to the same place.
    press(&browser, ENTER).await;
    browser.find("#session-title").await;
    browser.client().back().await.expect("back");
    row_is_there(&browser, 109).await;
    press(&browser, " ").await;
    browser.click_text("Select all 110 that match").await;
    browser.find_text("110 sessions selected").await;
    press(&browser, ESCAPE).await;
    browser.find_text("110 sessions").await;
    browser.quit().await;
}

#[tokio::test]
async fn one_session_is_explained_paused_narrowed_shortened_named_and_ended() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let all = sessions(&server, &admin, 1).await;
    let (client, tokens) = &all[0];
    let id = grant_id(&tokens.refresh_token());
    let browser = admin_console(&server, &format!("/admin/demo/offline-access/{id}")).await;
    browser.find_text("mail-sync for alice").await;
    browser.find_text("Ends it first").await;
    browser.find_text("Yes: a refresh now would be answered").await;
    browser.screenshots("admin-session").await;

    browser.click("#pause").await;
    browser.answer_dialog("Pause").await;
    browser.find_text("The session is paused.").await;
    browser.find_text("No: the client would be told").await;
    browser.screenshots("admin-session-paused").await;
    client.refresh(&tokens.refresh_token()).await.expect(503);
    browser.click_text("Resume").await;
    browser.answer_dialog("Resume").await;
    browser.find_text("The session goes on.").await;

    browser.click("[aria-label='Take away email']").await;
    browser.answer_dialog("Take away").await;
    browser.find_text("The permission was taken away.").await;
    assert!(!client.refresh(&tokens.refresh_token()).await.expect_tokens().text("scope").contains("email"));

    browser.click("#shorten").await;
    browser.fill("#ends-after", "soon").await;
    browser.answer_dialog("Set this end").await;
    browser.find_text("Enter a time that is shorter").await;
    browser.fill("#ends-after", "3").await;
    browser.screenshots("admin-session-shorten").await;
    browser.answer_dialog("Set this end").await;
    browser.find_text("The session ends earlier now.").await;

    browser.click("#rename").await;
    browser.fill("#device-label", "Kitchen tablet").await;
    browser.answer_dialog("Save").await;
    browser.find_text("Kitchen tablet").await;
    browser.screenshots("admin-session-changed").await;

    browser.click("#end").await;
    browser.answer_dialog("End session").await;
    browser.find_text("This session has ended").await;
    client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    browser.screenshots("admin-session-ended").await;
    browser.quit().await;
}

#[tokio::test]
async fn the_overview_shows_what_lives_began_was_used_and_ended() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let all = sessions(&server, &admin, 3).await;
    for (client, tokens) in &all {
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
    all[0].0.revoke(&all[0].1.refresh_token()).await.expect(200);
    server.run_jobs().await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    browser.find_text("Ended by the client").await;
    assert_eq!(browser.text_of("#live .ovw-value").await, "5");
    assert_eq!(browser.text_of("#begun-today .ovw-value").await, "6");
    browser.screenshots("admin-overview").await;
    // Numbers for who does not see the picture.
    browser.click("#begun summary").await;
    browser.find("#begun table").await;
    browser.click_text("crm-connector").await;
    browser.wait_for_url(|url| url.query() == Some("client=crm-connector")).await;
    browser.find_text("3 sessions").await;
    browser.quit().await;
}
