//! What is typed into dialogs and small forms of the admin console, hostile and over-long: told where it was typed, where it still stands.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use serde_json::{Value, json};
use std::time::Duration;

const MARKUP: &str = "<script>window.ran = 1</script>\"><img src=x onerror=\"window.ran = 2\">";
const FOREIGN: &str = "\u{202e}тест 😀 مرحبا";
const NO_NUMBERS: [&str; 4] = ["-1", "1e309", "99999999999999999999", "letters"];

/// As a paste does: nobody types 100,000 keys.
async fn paste(browser: &Chromium, css: &str, value: &str) {
    browser.find(css).await;
    let script = "const it = document.querySelector(arguments[0]); it.value = arguments[1]; \
                  it.dispatchEvent(new Event('input', {bubbles: true}))";
    browser.client().execute(script, vec![json!(css), json!(value)]).await.expect("a script");
}

/// The dialog says why, keeps what was typed, and it was not the server's trouble.
async fn is_told_in_the_dialog(browser: &Chromium, css: &str, value: &str) {
    let told = browser.text_of("dialog[open] [role=alert]").await;
    assert!(!told.is_empty() && !told.contains("trouble") && !told.contains("reached"), "{value}: {told}");
    assert_eq!(browser.value_of(css).await, value);
}

async fn ran_nothing(browser: &Chromium) {
    let script = "return [window.ran ?? null, document.querySelectorAll('img[src=x]').length]";
    let ran = browser.client().execute(script, Vec::new()).await.expect("a script");
    assert_eq!(ran, json!([Value::Null, 0]), "a script ran on {}", browser.describe().await);
}

async fn wait_for_text(browser: &Chromium, text: &str) {
    for _ in 0..600 {
        if browser.text().await.contains(text) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no {text:?} on {}", browser.describe().await);
}

#[tokio::test]
async fn a_role_of_a_client_and_a_new_password_are_told_at_their_fields() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let (uuid, user) = (admin.client_uuid(demo::NIGHTLY_BACKUP).await, admin.user_id("bob").await);
    let (long, control) = ("x".repeat(100_000), "a\u{0}b");
    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/roles")).await;
    for wrong in [long.as_str(), control, "..", " \t "] {
        paste(&browser, "#role-name", wrong).await;
        browser.click("#add-role").await;
        browser.find("#role-name[aria-invalid=true]").await;
        assert_eq!(browser.value_of("#role-name").await, wrong);
    }
    paste(&browser, "#role-name", "kept").await;
    paste(&browser, "#role-description", &long).await;
    browser.click("#add-role").await;
    browser.find("#role-description[aria-invalid=true]").await;
    assert_eq!(
        (browser.value_of("#role-name").await.as_str(), browser.has("#role-name[aria-invalid=true]").await),
        ("kept", false)
    );
    paste(&browser, "#role-description", "").await;
    for name in [MARKUP, FOREIGN, "../../x"] {
        paste(&browser, "#role-name", name).await;
        browser.click("#add-role").await;
        wait_for_text(&browser, name).await;
    }
    ran_nothing(&browser).await;

    browser.open(&server.url(&format!("/admin/demo/users/{user}/credentials"))).await;
    paste(&browser, "#password", &long).await;
    browser.click("#set-password").await;
    browser.answer_dialog("Set password").await;
    is_told_in_the_dialog(&browser, "#password", &long).await;
    browser.answer_dialog("Cancel").await;
    assert_eq!(browser.value_of("#password").await, long);
    browser.quit().await;
}

#[tokio::test]
async fn what_a_session_is_called_and_when_it_ends_is_told_in_the_dialog() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(30)).await;
    let held = Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await;
    let id = held[0]["id"].as_str().expect("an id");
    let browser = admin_console(&server, &format!("/admin/demo/offline-access/{id}")).await;
    browser.click("#rename").await;
    for wrong in ["x".repeat(100_000), "a\u{0}b".to_owned()] {
        paste(&browser, "#device-label", &wrong).await;
        browser.answer_dialog("Save").await;
        is_told_in_the_dialog(&browser, "#device-label", &wrong).await;
    }
    let name = "<img src=x onerror=\"window.ran = 2\">";
    paste(&browser, "#device-label", name).await;
    browser.answer_dialog("Save").await;
    wait_for_text(&browser, name).await;
    ran_nothing(&browser).await;

    browser.click("#shorten").await;
    for wrong in NO_NUMBERS {
        paste(&browser, "#ends-after", wrong).await;
        browser.answer_dialog("Set this end").await;
        is_told_in_the_dialog(&browser, "#ends-after", wrong).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn a_number_that_is_none_makes_no_initial_access_token() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/security").await;
    browser.click("#new-token").await;
    for css in ["#expiration", "#count"] {
        let before = browser.value_of(css).await;
        for wrong in NO_NUMBERS {
            paste(&browser, css, wrong).await;
            browser.answer_dialog("New token").await;
            is_told_in_the_dialog(&browser, css, wrong).await;
        }
        paste(&browser, css, &before).await;
    }
    let made = Admin::sign_in(&server).await.get("/demo/clients-initial-access").await.expect(200);
    assert_eq!(made.json(), json!([]));
    browser.quit().await;
}

/// Each value is told at the field, where it still stands.
async fn is_told_at(browser: &Chromium, css: &str, button: &str, values: &[&str]) {
    for value in values {
        paste(browser, css, value).await;
        browser.click(button).await;
        browser.find(&format!("{css}[aria-invalid=true]")).await;
        assert_eq!(browser.value_of(css).await, *value);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_linked_account_is_told_at_its_field() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let config = json!({"issuer": "https://id.example", "clientId": "perennial", "jwksUrl": "https://id.example/keys"});
    let provider = json!({"alias": "head-office", "config": config});
    admin.post("/demo/identity-provider/instances", &provider).await.expect(201);
    let (long, control) = ("x".repeat(100_000), "a\u{0}b");
    let user = admin.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/linked")).await;
    browser.click("#provider option[value=head-office]").await;
    is_told_at(&browser, "#subject", "#link-account", &[&long, control]).await;
    paste(&browser, "#subject", MARKUP).await;
    is_told_at(&browser, "#account-name", "#link-account", &[&long, control]).await;
    assert!(!browser.has("#subject[aria-invalid=true]").await, "{}", browser.describe().await);
    assert_eq!(browser.value_of("#subject").await, MARKUP);
    paste(&browser, "#account-name", FOREIGN).await;
    browser.click("#link-account").await;
    wait_for_text(&browser, MARKUP).await;
    wait_for_text(&browser, FOREIGN).await;
    ran_nothing(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn an_address_that_is_none_gets_no_test_mail() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let smtp = json!({"host": "mail.example", "from": "no-reply@demo.example"});
    Admin::sign_in(&server).await.change_realm(json!({"smtpServer": smtp})).await;
    let browser = admin_console(&server, "/admin/demo/settings/email").await;
    let long = "x".repeat(100_000);
    let wrong = [long.as_str(), "a\u{0}b@demo.example", MARKUP, FOREIGN, "nobody", " \t "];
    is_told_at(&browser, "#test-mail-to", "#test-mail", &wrong).await;
    ran_nothing(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn a_day_that_is_no_end_of_a_consent_is_told_at_its_field() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let page = format!("/admin/demo/client-scopes/admin-consents/{uuid}");
    let browser = admin_console(&server, &page).await;
    browser.click("input[value=offline_access]").await;
    is_told_at(&browser, "#until", "#save", &["0001-01-01", "1969-12-31", "275760-09-13"]).await;
    assert_eq!(admin.get("/demo/admin-consents").await.expect(200).json(), json!([]));
    paste(&browser, "#until", "9999-12-31").await;
    browser.click("#save").await;
    browser.find_text("The consent has been given").await;
    let given = admin.get("/demo/admin-consents").await.expect(200).json();
    assert_eq!(given[0]["scopes"], json!(["offline_access"]), "{given}");
    browser.quit().await;
}
