//! What works offline for a user, beside what they have allowed: how much of it, until when, and the way to it.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use serde_json::json;

const DAY_S: i64 = 86_400;

#[tokio::test]
async fn a_consent_says_how_many_sessions_work_offline_and_when_the_first_ends_and_leads_to_them() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    let session = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["id"].as_str().expect("an id").to_owned();
    let page = format!("/admin/demo/users/{user}/consents");
    let browser = admin_console(&server, &page).await;
    let only = format!("a[href$='/offline-access/{session}']");
    assert_eq!(browser.text_of(&only).await, "1 session");
    let ends = browser.text_of(".adm-ends").await;
    assert!(ends.starts_with("idle, if not used by "), "{ends}");
    browser.screenshots("admin-user-consents-offline").await;
    browser.click(&only).await;
    browser.wait_for_url(|url| url.path() == format!("/admin/demo/offline-access/{session}")).await;

    client.authorize(&server, &Person::alice(), &Choice::accept()).await;
    let soon = json!({"expires": (server.now_s().await + 7 * DAY_S) * 1_000});
    admin.patch(&format!("/demo/offline-sessions/{session}"), &soon).await.expect(204);
    browser.open(&server.url(&page)).await;
    let both = "a[href*='/offline-access?'][href*='client=nightly-backup']";
    assert_eq!(browser.text_of(both).await, "2 sessions");
    let ends = browser.text_of(".adm-ends").await;
    assert!(ends.starts_with("the first: the end chosen with the consent, on "), "{ends}");
    browser.click(both).await;
    let url = browser.wait_for_url(|url| url.path() == "/admin/demo/offline-access").await;
    assert!(url.query_pairs().any(|(name, value)| name == "user" && value == "alice"), "{url}");
    browser.find(&format!("a[href$='/offline-access/{session}']")).await;
    browser.quit().await;
}

async fn run(browser: &Chromium, script: &str) {
    browser.client().execute(script, Vec::new()).await.expect("a script");
}

#[tokio::test]
async fn consents_are_shown_and_the_trouble_told_where_the_offline_sessions_cannot_be_loaded() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let user = Admin::sign_in(&server).await.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}")).await;
    browser.find("#firstName").await;
    let script = "window.whole = window.fetch; window.fetch = (request, ...more) => \
                  String(request.url ?? request).includes('/offline-sessions?user=') \
                    ? Promise.reject(new TypeError('down')) : whole(request, ...more)";
    run(&browser, script).await;
    browser.click(".pn-tabs a[href$='/consents']").await;
    browser.find_text("The server could not be reached").await;
    browser.find("[aria-label='Withdraw email']").await;
    browser.find_text("Works offline").await;
    browser.screenshots("admin-user-consents-not-loaded").await;
    run(&browser, "window.fetch = whole").await;
    browser.click_text("Try again").await;
    browser.find_text("1 session").await;
    browser.wait_until_gone("The server could not be reached").await;
    browser.quit().await;
}

/// What is loaded later must not push what is there already.
#[tokio::test]
async fn the_list_of_consents_comes_with_its_offline_sessions() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let user = Admin::sign_in(&server).await.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}")).await;
    browser.find("#firstName").await;
    // The sessions' answer comes a second after that of the consents.
    let script = "const call = window.fetch; const pause = (ms) => new Promise((go) => setTimeout(go, ms)); \
                  window.held = true; window.early = false; window.fetch = async (request, ...more) => { \
                    const url = String(request.url ?? request); \
                    if (url.includes('/offline-sessions?user=')) { \
                      while (!window.consents) await pause(20); \
                      await window.consents; await pause(1000); window.held = false; \
                    } \
                    const answer = call(request, ...more); \
                    if (url.endsWith('/consents')) window.consents = answer; \
                    return answer; }; \
                  new MutationObserver(() => { \
                    window.early ||= window.held && !!document.querySelector('[aria-label=\"Withdraw email\"]'); \
                  }).observe(document.body, {childList: true, subtree: true})";
    run(&browser, script).await;
    browser.click(".pn-tabs a[href$='/consents']").await;
    browser.find_text("1 session").await;
    browser.find("[aria-label='Withdraw email']").await;
    let early = browser.client().execute("return window.early", Vec::new()).await.expect("a script");
    assert_eq!(early, false, "rows that grow when their sessions come");
    browser.quit().await;
}
