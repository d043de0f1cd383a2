//! The server's own pages without scripts: by keyboard alone, in Spanish, and when something is wrong.

use crate::support::server_with_consoles;
use fantoccini::key::Key;
use perennial_testkit::demo::Person;
use perennial_testkit::{AuthorizationRequest, Backend, Chromium};

#[tokio::test]
async fn the_way_to_a_code_needs_neither_script_nor_mouse() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start_without_scripts().await;
    browser.open(&AuthorizationRequest::nightly_backup().url(&server)).await;
    type_keys(&browser, "alice").await;
    type_keys(&browser, &format!("{}alice-demo{}", char::from(Key::Tab), char::from(Key::Enter))).await;
    browser.find("#kc-accept").await;
    let mut reached = false;
    for _ in 0..20 {
        type_keys(&browser, &char::from(Key::Tab).to_string()).await;
        let focused = browser.client().active_element().await.expect("a focused element");
        if focused.attr("id").await.expect("an id").as_deref() == Some("kc-accept") {
            reached = true;
            break;
        }
    }
    assert!(reached, "the button cannot be reached by Tab");
    type_keys(&browser, &char::from(Key::Enter).to_string()).await;
    let url = browser.wait_for_url(|url| url.port() == Some(9999)).await;
    assert!(url.query_pairs().any(|(name, _)| name == "code"), "{url}");
    browser.quit().await;
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_request_are_explained() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start_without_scripts().await;
    browser.open(&AuthorizationRequest::nightly_backup().url(&server)).await;
    browser.sign_in(&Person::new("alice", "wrong")).await;
    browser.find("[role=alert]").await;
    browser.screenshots("login-wrong").await;
    browser.open(&AuthorizationRequest::new("nobody").url(&server)).await;
    browser.find("#reference").await;
    browser.screenshots("error").await;
    browser.quit().await;
}

#[tokio::test]
async fn the_pages_speak_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start_without_scripts().await;
    let request = AuthorizationRequest::nightly_backup().with("ui_locales", "es");
    browser.open(&request.url(&server)).await;
    browser.find("html[lang=es]").await;
    browser.screenshots("login-es").await;
    browser.sign_in(&Person::alice()).await;
    browser.find("#kc-accept").await;
    browser.find("html[lang=es]").await;
    browser.screenshots("consent-es").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_form_post_answer_waits_for_a_button() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start_without_scripts().await;
    let request = AuthorizationRequest::nightly_backup().with("response_mode", "form_post");
    browser.open(&request.url(&server)).await;
    browser.sign_in(&Person::alice()).await;
    browser.click("#kc-accept").await;
    browser.find("#continue").await;
    browser.screenshots("form-post").await;
    browser.quit().await;
}

/// In a browser that runs scripts, since the judge is one; the pages themselves bring none.
#[tokio::test]
async fn every_page_is_accessible_in_both_themes() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = Chromium::start().await;
    browser.open(&AuthorizationRequest::new("nobody").url(&server)).await;
    browser.find("#reference").await;
    browser.expect_accessible_in_both_themes("error").await;
    browser.open(&AuthorizationRequest::nightly_backup().url(&server)).await;
    browser.sign_in(&Person::new("alice", "wrong")).await;
    browser.find("[role=alert]").await;
    browser.expect_accessible_in_both_themes("login-wrong").await;
    browser.sign_in(&Person::alice()).await;
    browser.find("#kc-accept").await;
    browser.expect_accessible_in_both_themes("consent").await;
    browser.open(&format!("{}/device", server.issuer("demo"))).await;
    browser.expect_accessible_in_both_themes("device").await;
    browser.open(&format!("{}/protocol/openid-connect/logout", server.issuer("demo"))).await;
    browser.find("#kc-logout").await;
    browser.expect_accessible_in_both_themes("logout").await;
    browser.click("#kc-logout").await;
    browser.find_text("signed out").await;
    browser.expect_accessible_in_both_themes("signed-out").await;
    browser.quit().await;
}

async fn type_keys(browser: &Chromium, keys: &str) {
    let focused = browser.client().active_element().await.expect("a focused element");
    focused.send_keys(keys).await.expect("typing");
}
