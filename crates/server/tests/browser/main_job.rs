//! The main job by hand, as a person does it: allow, sign out, forget about it, look, take away.

use crate::support::{NightlyBackup, REDIRECT_PORT, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Chromium, TestServer};

#[tokio::test]
async fn a_job_works_on_while_its_user_is_away_until_the_user_takes_it_away_on_sqlite() {
    main_job(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_job_works_on_while_its_user_is_away_until_the_user_takes_it_away_on_postgres() {
    main_job(Backend::Postgres).await;
}

async fn main_job(backend: Backend) {
    let _port = REDIRECT_PORT.lock().await;
    let mut server = server_with_consoles(backend).await;
    let job = NightlyBackup::new(&server);
    allow_and_sign_out(&server, &job).await;

    server.kill();
    server.restart().await;
    job.run().await.expect(0, &["REFRESHED", "ACCESS_TOKEN verified=true", "USERINFO", "INTROSPECTED active=true"]);

    let before = job.stored();
    Admin::sign_in(&server).await.rotate_always().await;
    for _ in 0..2 {
        job.run().await.expect(0, &["rotated=true", "INTROSPECTED active=true"]);
    }
    assert_ne!(job.stored(), before, "each run stores the successor");

    take_away(&server).await;
    job.run().await.expect(2, &["Run again to ask for access anew"]);
}

/// On pages that need no script.
async fn allow_and_sign_out(server: &TestServer, job: &NightlyBackup) {
    let mut running = job.start();
    let address = NightlyBackup::sign_in_address(&mut running).await;
    let browser = Chromium::start_without_scripts().await;
    browser.open(&address).await;
    browser.screenshots("login").await;
    browser.sign_in(&Person::alice()).await;
    browser.find("#kc-accept").await;
    browser.screenshots("consent").await;
    browser.click("#kc-accept").await;
    browser.wait_for_url(|url| url.port() == Some(9999)).await;
    let run = NightlyBackup::finish(running).await;
    run.expect(0, &["SIGNED_IN", "offline_access", "ACCESS_TOKEN verified=true", "INTROSPECTED active=true"]);

    browser.open(&format!("{}/protocol/openid-connect/logout", server.issuer("demo"))).await;
    browser.screenshots("logout").await;
    browser.click("#kc-logout").await;
    browser.find_text("signed out").await;
    browser.screenshots("signed-out").await;
    browser.quit().await;
}

async fn take_away(server: &TestServer) {
    let browser = Chromium::start().await;
    browser.enter_console(&format!("{}/account/", server.issuer("demo")), &Person::alice()).await;
    browser.find_text("Nightly backup").await;
    let text = browser.text().await;
    assert!(text.contains("Works while you are away") && text.contains("Last used"), "{text}");
    assert!(text.contains("from 127.0.0.1") && text.contains("Ends on"), "{text}");
    browser.screenshots("account-apps").await;
    browser.click("[aria-label='Remove the access of Nightly backup']").await;
    browser.find("dialog[open]").await;
    browser.screenshots("account-remove").await;
    browser.answer_dialog("Remove access").await;
    browser.find_text("No app can act for you").await;
    browser.screenshots("account-empty").await;
    browser.quit().await;
}
