//! What a policy would end is said while it is typed: how many now and soon, whose they mostly are, and in a drawing; for the
//! realm and for one resource.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Backend, Choice, Chromium, Client, TestServer};
use serde_json::json;

const DAY_S: i64 = 86_400;
const API: &str = "https://photos.example/api";
const IDLE: &str = "#offlineSessionIdleTimeout";

/// Three sessions of nightly-backup that nobody used for ten days, one of them for the resource, and one of photo-frame that
/// nobody used for seven. The one for the resource.
async fn sessions(server: &TestServer) -> Answer {
    let (backup, frame) = (Client::nightly_backup(server), Client::photo_frame(server));
    let request = AuthorizationRequest::nightly_backup().for_resources(&[API]);
    let of_resource = backup.authorize_with(server, &request, &Person::alice(), &Choice::for_days(0)).await;
    for person in [Person::alice(), Person::bob()] {
        backup.authorize(server, &person, &Choice::for_days(0)).await;
    }
    server.advance_clock(3 * DAY_S).await;
    frame.authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(7 * DAY_S).await;
    of_resource
}

async fn words_of(browser: &Chromium, css: &str) -> Vec<String> {
    browser.text_of(css).await.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_a_resources_or_the_realms_limits_would_end_is_told_and_drawn_while_they_are_typed() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let resource = Admin::sign_in(&server).await.create_resource(API, json!({"name": "Photo API"})).await;
    let of_resource = sessions(&server).await;

    let browser = admin_console(&server, &format!("/admin/demo/resources/{resource}")).await;
    browser.fill(IDLE, "8").await;
    browser.click("#offlineSessionIdleTimeout-unit option[value=d]").await;
    browser.find_text("Ends 1 of 1 sessions now, 0 more within 7 days").await;
    browser.screenshots("admin-resource-what-if").await;
    browser.click("#save").await;
    browser.find_text("1 session ends as soon as this is saved").await;
    browser.answer_dialog("Save and end").await;
    browser.find_text("The resource has been saved").await;
    let refused = Client::nightly_backup(&server).refresh(&of_resource.refresh_token()).await;
    refused.expect_refusal("Offline session not active");

    browser.open(&server.url("/admin/demo/settings/tokens")).await;
    browser.find("#drawing .adm-example svg[role=img]").await;
    browser.find_text("Ends 30 days after its last use").await;
    browser.fill(IDLE, "8").await;
    browser.find_text("Ends 8 days after its last use").await;
    browser.find_text("Ends 2 of 3 sessions now, 1 more within 7 days").await;
    let told = browser.text_of("#what-if").await;
    assert!(told.contains("mostly of nightly-backup"), "{told}");
    let losers = [[demo::NIGHTLY_BACKUP, "2", "0"], [demo::PHOTO_FRAME, "0", "1"]].concat();
    assert_eq!(words_of(&browser, ".adm-losers tbody").await, losers);

    assert!(!browser.has("#drawing .adm-draw-max").await, "nothing limits the whole life yet");
    browser.click("label[for=offlineSessionMaxLifespanEnabled]").await;
    browser.fill("#offlineSessionMaxLifespan", "14").await;
    browser.find_text("Ends after 14 days, however often it is used").await;
    browser.find("#drawing .adm-draw-max").await;
    browser.fill(IDLE, "soon").await;
    browser.find_text("Fill in the times to see what they mean").await;
    browser.quit().await;
}
