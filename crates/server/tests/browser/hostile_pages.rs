//! The server's own forms with hostile, over-long and foreign values: each is refused on a page that says why, no script runs, and nothing
//! of it is the server's trouble.

use crate::support::server_with_consoles;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, AuthorizationRequest, Backend, Chromium};
use serde_json::{Value, json};
use std::time::Duration;

/// Sets fields as a paste does, past whatever the page itself would hold back, and presses the button.
const SEND: &str = "const [fields, button] = arguments; window.stale = true; \
    for (const [css, value] of fields) document.querySelector(css).value = value; \
    document.querySelector(button).click()";
/// Nothing until another page is there.
const SEEN: &str = "if (window.stale || document.readyState !== 'complete') return null; \
    return {status: performance.getEntriesByType('navigation')[0].responseStatus, ran: window.ran ?? null, \
            planted: document.querySelectorAll('img[src=x], body script').length, \
            told: document.querySelectorAll('[role=alert], [aria-invalid=true], #reference').length, \
            typed: document.querySelector('#username')?.value ?? null}";

fn values() -> Vec<String> {
    let short = [
        "<script>window.ran = 1</script>\"><img src=x onerror=\"window.ran = 2\">",
        "\u{202e}тест 😀 مرحبا",
        "../../x",
        "javascript:window.ran=3",
        " \t ",
        "a\u{0}b\u{7}c",
    ];
    short.into_iter().map(str::to_owned).chain(["x".repeat(100_000)]).collect()
}

/// What the page shows that came of it; it is one that told what is wrong.
async fn refused(browser: &Chromium, fields: &[(&str, &str)], button: &str) -> Value {
    browser.client().execute(SEND, vec![json!(fields), json!(button)]).await.expect("a script");
    let seen = async {
        loop {
            // While one page replaces the other there is none to ask.
            if let Ok(seen @ Value::Object(_)) = browser.client().execute(SEEN, Vec::new()).await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(60), seen).await.expect("a page");
    let shown = browser.describe().await;
    assert!(seen["status"].as_u64().is_some_and(|status| (200..500).contains(&status)), "{seen} {shown}");
    assert_eq!((&seen["ran"], &seen["planted"]), (&Value::Null, &json!(0)), "a script ran: {shown}");
    assert_ne!(seen["told"], 0, "nothing is said: {shown}");
    seen
}

#[tokio::test]
async fn a_sign_in_bears_any_name_and_password() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start().await;
    browser.open(&AuthorizationRequest::nightly_backup().url(&server)).await;
    browser.find("#kc-login").await;
    for value in values() {
        let seen = refused(&browser, &[("#username", &value), ("#password", &value)], "#kc-login").await;
        // A null is none that a page could show.
        assert!(value.contains('\0') || seen["typed"] == json!(value), "what was typed is gone: {seen}");
    }
    browser.sign_in(&Person::alice()).await;
    browser.find("#kc-accept").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_devices_code_and_a_new_password_may_be_anything() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start().await;
    browser.open(&format!("{}/device", server.issuer("demo"))).await;
    browser.find("#user_code").await;
    for value in values() {
        refused(&browser, &[("#user_code", &value)], "#kc-device").await;
        browser.find("#user_code").await;
    }
    let admin = Admin::sign_in(&server).await;
    let path = format!("/demo/users/{}/reset-password", admin.user_id("alice").await);
    admin.put(&path, &json!({"type": "password", "value": "for-once-only", "temporary": true})).await.expect(204);
    browser.open(&AuthorizationRequest::photo_frame().url(&server)).await;
    browser.sign_in(&Person::new("alice", "for-once-only")).await;
    browser.find("#password-new").await;
    for value in values() {
        refused(&browser, &[("#password-new", &value), ("#password-confirm", "another")], "#kc-new-password").await;
        browser.find("#password-new").await;
    }
    let long = "x".repeat(100_000);
    refused(&browser, &[("#password-new", &long), ("#password-confirm", &long)], "#kc-new-password").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_choice_that_the_consent_page_does_not_offer_allows_nothing() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start().await;
    let request = AuthorizationRequest::nightly_backup().url(&server);
    browser.open(&request).await;
    browser.sign_in(&Person::alice()).await;
    // Otherwise the next page might be opened before the sign-in has arrived.
    browser.find("#kc-accept").await;
    for value in values() {
        browser.open(&request).await;
        browser.find("#kc-accept").await;
        refused(&browser, &[("[name=offline_end]:checked", &value)], "#kc-accept").await;
        assert!(browser.url().await.path().starts_with("/realms/demo/"), "{}", browser.describe().await);
    }
    let held = Admin::sign_in(&server).await.offline_sessions("nightly-backup").await;
    assert!(held.is_empty(), "{held:?}");
    browser.quit().await;
}
