//! The tabs of a client and of a user that tell what happened and what is going on: each shows its own and not another's, and one
//! session is ended without the others.

use crate::support::{admin_console, server_with_consoles, wait_until_closed};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Backend, Browser, Choice, Chromium, Client, TestServer};

/// Signed in at nightly-backup, without offline access.
async fn online(server: &TestServer, client: &Client, person: &Person) -> Answer {
    let request = AuthorizationRequest::nightly_backup().scope("openid");
    let redirect = Browser::new(server).authorize(server, &request, person, &Choice::accept()).await;
    client.redeem(&request, &redirect.code()).await.expect_tokens()
}

/// The rows of a tab *Events*.
async fn events(browser: &Chromium, server: &TestServer, of: &str) -> String {
    browser.open(&server.url(&format!("/admin/demo/{of}/events"))).await;
    browser.find("main [title=LOGIN]").await;
    browser.text_of("main table").await
}

#[tokio::test]
async fn the_events_of_a_client_and_of_a_user_are_their_own() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let (backup, frame) = (Client::nightly_backup(&server), Client::photo_frame(&server));
    backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
    frame.authorize(&server, &Person::bob(), &Choice::accept()).await;
    let admin = Admin::sign_in(&server).await;
    let (backup_id, frame_id) =
        (admin.client_uuid(demo::NIGHTLY_BACKUP).await, admin.client_uuid(demo::PHOTO_FRAME).await);
    let (alice, bob) = (admin.user_id("alice").await, admin.user_id("bob").await);
    let browser = admin_console(&server, "/admin/demo/clients").await;
    for (of, own, others) in [
        (format!("users/{alice}"), demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME),
        (format!("users/{bob}"), demo::PHOTO_FRAME, demo::NIGHTLY_BACKUP),
        (format!("clients/{frame_id}"), demo::PHOTO_FRAME, demo::NIGHTLY_BACKUP),
        (format!("clients/{backup_id}"), demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME),
    ] {
        let rows = events(&browser, &server, &of).await;
        assert!(rows.contains("Signed in") && rows.contains(own) && rows.contains("127.0.0.1"), "{of}: {rows}");
        assert!(!rows.contains(others), "{of}: {rows}");
    }
    // What happens meanwhile is seen by looking again.
    backup.refresh("not a token").await.expect(400);
    browser.click_text("Reload").await;
    browser.find("main [title=REFRESH_TOKEN_ERROR]").await;
    browser.quit().await;
}

#[tokio::test]
async fn one_session_is_ended_from_the_tab_of_its_client_or_of_its_user_and_the_others_go_on() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let (backup, frame) = (Client::nightly_backup(&server), Client::photo_frame(&server));
    let alices = online(&server, &backup, &Person::alice()).await;
    let bobs = online(&server, &backup, &Person::bob()).await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let (alice, bob) = (admin.user_id("alice").await, admin.user_id("bob").await);

    let browser = admin_console(&server, &format!("/admin/demo/clients/{uuid}/sessions")).await;
    browser.find("[aria-label='Sign out: bob']").await;
    browser.screenshots("admin-client-signed-in").await;
    browser.click("[aria-label='Sign out: alice']").await;
    browser.find_text("Sign alice out?").await;
    browser.answer_dialog("Sign out").await;
    browser.find_text("The session has been signed out").await;
    wait_until_closed(&browser, "[aria-label='Sign out: alice']").await;
    browser.find("[aria-label='Sign out: bob']").await;
    backup.refresh(&alices.refresh_token()).await.expect_error(400, "invalid_grant");
    let bobs = backup.refresh(&bobs.refresh_token()).await.expect_tokens();

    browser.open(&server.url(&format!("/admin/demo/users/{bob}/sessions"))).await;
    browser.click("main [aria-label^='Sign out: ']").await;
    browser.find_text("Sign this session out?").await;
    browser.answer_dialog("Sign out").await;
    browser.find_text("This user is signed in nowhere").await;
    backup.refresh(&bobs.refresh_token()).await.expect_error(400, "invalid_grant");

    let backups = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
    let frames = frame.authorize(&server, &Person::alice(), &Choice::accept()).await;
    browser.open(&server.url(&format!("/admin/demo/users/{alice}/sessions"))).await;
    browser.find("[aria-label='End: photo-frame']").await;
    browser.click("[aria-label='End: nightly-backup']").await;
    browser.find_text("End the offline session of nightly-backup?").await;
    browser.answer_dialog("End").await;
    browser.find_text("The session has ended").await;
    wait_until_closed(&browser, "[aria-label='End: nightly-backup']").await;
    browser.find("[aria-label='End: photo-frame']").await;
    backup.refresh(&backups.refresh_token()).await.expect_refusal("Offline session not found");
    frame.refresh(&frames.refresh_token()).await.expect_tokens();
    browser.quit().await;
}
