//! The account portal: signing in and out, ending one installation, keeping one's place, Spanish.

use crate::support::server_with_consoles;
use perennial_testkit::demo::Person;
use perennial_testkit::{Backend, Choice, Chromium, Client, TestServer};

#[tokio::test]
async fn one_installation_is_ended_and_the_other_goes_on() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let first = client.authorize(&server, &Person::alice(), &Choice::for_days(30)).await;
    server.advance_clock(3_600).await;
    let second = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
    let browser = portal(&server).await;
    browser.find_text("2 installations").await;
    browser.screenshots("account-two-installations").await;
    browser.click(".acc-installation button").await;
    browser.find("dialog[open]").await;
    browser.screenshots("account-end-installation").await;
    browser.answer_dialog("End installation").await;
    browser.find_text("1 installation").await;
    browser.wait_until_gone("2 installations").await;
    let alive =
        [client.refresh(&first.refresh_token()).await.status, client.refresh(&second.refresh_token()).await.status];
    let mut sorted = alive;
    sorted.sort_unstable();
    assert_eq!(sorted, [200, 400], "one ended, the other lives: {alive:?}");
    browser.quit().await;
}

#[tokio::test]
async fn signing_out_leaves_the_apps_working_and_the_portal_closed() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::nightly_backup(&server);
    let tokens = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
    let browser = portal(&server).await;
    browser.find_text("Nightly backup").await;
    browser.click_text("Sign out").await;
    let after = browser.wait_for_url(|url| !url.path().contains("/account")).await;
    assert!(after.path().starts_with("/realms/demo/"), "{after}");
    browser.open(&format!("{}/account/", server.issuer("demo"))).await;
    browser.find("input[name=password], [href*='console/login']").await;
    assert!(!browser.text().await.contains("Nightly backup"));
    client.refresh(&tokens.refresh_token()).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_is_said_and_nothing_is_lost() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::accept()).await;
    let browser = portal(&server).await;
    browser.find_text("Nightly backup").await;
    server.advance_clock(30 * 86_400 - 60).await;
    browser.click("[aria-label='Remove the access of Nightly backup']").await;
    browser.answer_dialog("Remove access").await;
    browser.find_text("signed out").await;
    browser.screenshots("account-signed-out").await;
    browser.quit().await;
}

#[tokio::test]
async fn no_token_is_readable_by_the_page() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = portal(&server).await;
    browser.find_text("No app can act for you").await;
    let script = "return document.cookie + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})";
    let readable = browser.client().execute(script, Vec::new()).await.expect("a script runs").to_string();
    assert!(!readable.contains("eyJ") && !readable.contains("perennial_account"), "{readable}");
    browser.quit().await;
}

async fn portal(server: &TestServer) -> Chromium {
    let browser = Chromium::start().await;
    browser.enter_console(&format!("{}/account/", server.issuer("demo")), &Person::alice()).await;
    browser
}
