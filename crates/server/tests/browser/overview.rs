//! The overview: each plot is a drawing with its numbers as a table, what sleeps is counted by the realm's days and leads to its
//! list, and what is suspicious is listed.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Backend, Browser, Choice, Chromium, Client, TestServer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY_S: i64 = 86_400;

/// A session for alice of a new client.
async fn session(server: &TestServer, name: &str) -> (Client, Answer) {
    let fields = json!({"clientId": name, "secret": "s", "directAccessGrantsEnabled": true});
    Admin::sign_in(server).await.create_client(fields).await;
    let client = Client::confidential(server, name, "s");
    let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
    (client, tokens)
}

/// The numbers of a plot, by its table, added up.
async fn sum_of(browser: &Chromium, plot: &str) -> Value {
    browser.find(&format!("#{plot} .pn-plot-picture svg")).await;
    browser.click(&format!("#{plot} summary")).await;
    browser.find(&format!("#{plot} details[open] table")).await;
    let script =
        "return [...document.querySelectorAll(arguments[0])].reduce((sum, it) => sum + Number(it.textContent), 0)";
    browser.client().execute(script, vec![format!("#{plot} tbody td").into()]).await.expect("a script")
}

#[tokio::test]
async fn the_overview_draws_what_was_used_counts_what_sleeps_and_lists_what_is_suspicious() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Admin::sign_in(&server).await.change_realm(json!({"offlineSessionDormantNoticeDays": 7})).await;
    session(&server, "mail-sync").await;
    server.run_jobs().await;
    server.advance_clock(8 * DAY_S).await;
    let (connector, tokens) = session(&server, "crm-connector").await;
    for _ in 0..3 {
        connector.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
    server.run_jobs().await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    assert_eq!(sum_of(&browser, "begun").await, json!(2));
    assert_eq!(sum_of(&browser, "refreshes").await, json!(3));
    assert!(!browser.has("main canvas, main img").await, "all plots are part of the page");
    let course = browser.attribute_of("#refreshes .pn-plot-course", "d").await;
    let heights: BTreeSet<&str> = course.split('L').filter_map(|point| point.split(',').nth(1)).collect();
    assert!(heights.len() > 1, "a flat line: {course}");

    browser.find_text("Nothing suspicious is on record").await;
    let refused = AuthorizationRequest::nightly_backup();
    Browser::new(&server).authorize(&server, &refused, &Person::alice(), &Choice::cancel()).await;
    browser.click(".adm-head button:not([aria-disabled])").await;
    let suspicious = browser.text_of(".ovw-security tbody").await;
    for words in ["Sign-in refused", "rejected_by_user", demo::NIGHTLY_BACKUP, "127.0.0.1"] {
        assert!(suspicious.contains(words), "no {words:?} in {suspicious}");
    }
    assert!(!suspicious.contains("Refreshed"), "nothing usual is suspicious: {suspicious}");

    let asleep = browser.text_of("#asleep").await;
    assert!(asleep.contains("not used for 7 days"), "{asleep}");
    assert_eq!(browser.text_of("#asleep .ovw-value").await, "1");
    browser.click("#asleep .ovw-value a").await;
    browser.wait_for_url(|url| url.query().is_some_and(|query| query.starts_with("usedBefore="))).await;
    browser.find_text("1 session").await;
    assert_eq!(browser.text_of("#offline-session-0 .ofl-who .ofl-second").await, "mail-sync");
    browser.quit().await;
}
