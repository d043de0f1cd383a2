//! Every search and filter of the admin console with hostile, over-long and foreign words, and realm files that are none: the
//! page bears them, what was typed stays, and what can be found is found afterwards.

use crate::hostile_fields::{console, run};
use crate::support::server_with_consoles;
use perennial_testkit::{Admin, Backend, Chromium, TestServer, demo};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const ENTER: &str = "\u{e007}";
const OF_EVENTS: &[&str] = &["filter-client", "filter-user", "filter-ip", "filter-from", "filter-to"];
const OF_ADMIN_EVENTS: &[&str] = &["filter-resource", "filter-path", "filter-from", "filter-to"];

async fn go(server: &TestServer, browser: &Chromium, place: &str, id: &str) {
    browser.open(&server.url(&format!("/admin/demo/{place}"))).await;
    browser.find(&format!("#{id}")).await;
}

/// Types each value into the field that `wish` names, and waits each time until the search is over.
async fn bears_any_words(browser: &Chromium, mut wish: Value) {
    wish["run"] = json!("search");
    let told = run(browser, wish.clone()).await;
    assert!(!told.is_empty(), "{wish}");
    let is_wrong = |one: &&Value| one["outcome"] != "searched" || one["kept"] != true;
    let wrong: Vec<String> = told.iter().filter(is_wrong).map(Value::to_string).collect();
    assert!(wrong.is_empty(), "{wish}:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_lists_of_clients_users_and_groups_are_searched_for_anything() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.post("/demo/groups", &json!({"name": "crew"})).await.expect(201);
    let browser = console(&server).await;
    for (place, name) in [("clients", demo::NIGHTLY_BACKUP), ("users", "alice")] {
        go(&server, &browser, place, "filter").await;
        bears_any_words(&browser, json!({"id": "filter"})).await;
        browser.fill("#filter", name).await;
        browser.wait_for_url(|url| url.query_pairs().any(|(_, value)| value == name)).await;
        browser.control(name).await;
    }
    let groups = format!("users/{}/groups", admin.user_id("alice").await);
    go(&server, &browser, &groups, "group-search").await;
    bears_any_words(&browser, json!({"id": "group-search"})).await;
    browser.fill("#group-search", "cre").await;
    browser.click("#group option:nth-child(2)").await;
    browser.click("#join-group").await;
    browser.find_text("The user has joined the group").await;
    browser.quit().await;
}

#[tokio::test]
async fn events_are_filtered_by_anything() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = console(&server).await;
    for (place, ids) in [("events", OF_EVENTS), ("events/admin", OF_ADMIN_EVENTS)] {
        for id in ids {
            go(&server, &browser, place, id).await;
            bears_any_words(&browser, json!({"id": id, "press": "apply-filters"})).await;
            // A date field takes no words.
            if !id.ends_with("-from") && !id.ends_with("-to") {
                browser.fill(&format!("#{id}"), "alice").await;
                browser.click("#apply-filters").await;
                browser.find("[aria-label$=': alice']").await;
            }
            browser.click(".pn-chip button").await;
            browser.wait_for_url(|url| url.query().is_none()).await;
        }
    }
    browser.quit().await;
}

#[tokio::test]
async fn offline_sessions_are_filtered_by_anything() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = console(&server).await;
    go(&server, &browser, "offline-access", "filter").await;
    bears_any_words(&browser, json!({"id": "filter", "enter": "user"})).await;
    browser.fill("#filter", "alice").await;
    browser.type_into("#filter", ENTER).await;
    browser.wait_for_url(|url| url.query() == Some("user=alice")).await;
    browser.find_text("No session matches").await;
    browser.quit().await;
}

#[tokio::test]
async fn the_search_for_everything_and_the_one_for_realms_bear_any_words() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = console(&server).await;
    go(&server, &browser, "clients", "search").await;
    bears_any_words(&browser, json!({"id": "search"})).await;
    browser.fill("#search", "alice").await;
    browser.click("#search-hits [role=option]").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/demo/users/")).await;
    browser.click("#realm").await;
    browser.find("#find-realm").await;
    bears_any_words(&browser, json!({"id": "find-realm", "hits": "#find-realm-hits [role=option]"})).await;
    browser.fill("#find-realm", demo::MASTER).await;
    browser.click("#find-realm-hits [role=option]:only-of-type").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/master")).await;
    browser.quit().await;
}

/// Files that hold no JSON object, and files whose object is no realm.
fn wrong_files(directory: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let deep = "{\"a\":".repeat(10_000);
    let no_objects =
        ["", "MZ\u{0}\u{1}\u{fffd} nonsense", "[]", "null", "17", "\"{}\"", "{\"realm\": \"x\"", deep.as_str()];
    let markup = "<script>window.ran = 1</script><img src=x onerror=\"window.ran = 2\">";
    let no_realms = [
        json!({"clients": 17, "roles": "all", "users": {"alice": true}, "groups": [null]}),
        json!({"clients": [[], "x", {"clientId": ["a"]}], "roles": {"realm": {"name": "x"}, "client": []}}),
        json!({"users": [{"username": 7}, {"username": "\u{0}"}], "clientScopes": [{"name": "two words"}]}),
        json!({"enabled": "perhaps", "accessTokenLifespan": {"of": []}, "displayName": [markup]}),
        json!({"clients": [{"clientId": markup, "redirectUris": ["javascript:window.ran = 3"]}], "groups": [{"name": markup}]}),
    ];
    let write = |(n, text): (usize, String)| {
        let file = directory.join(format!("{n}.json"));
        std::fs::write(&file, text).expect("a file");
        file
    };
    let no_realms = no_realms.iter().map(Value::to_string);
    let all: Vec<PathBuf> =
        no_objects.iter().map(|text| (*text).to_owned()).chain(no_realms).enumerate().map(write).collect();
    let (no_objects, no_realms) = all.split_at(no_objects.len());
    (no_objects.to_vec(), no_realms.to_vec())
}

async fn choose(browser: &Chromium, file: &Path) {
    browser.find("#file").await.send_keys(file.to_str().expect("a path")).await.expect("a file is chosen");
}

/// Once the page has read the file: nothing shows when it has.
async fn import(browser: &Chromium) {
    loop {
        browser.click("#import").await;
        browser.find("#import-report, #file[aria-invalid=true]").await;
        if !browser.text().await.contains("Choose a file first") {
            return;
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_realm_is_told_at_its_field_or_what_of_it_was_left_out() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (no_objects, no_realms) = wrong_files(directory.path());
    let browser = console(&server).await;
    let look = json!({"run": "look"});
    for place in ["settings/transfer", "realms/create"] {
        for file in &no_objects {
            go(&server, &browser, place, "file").await;
            run(&browser, look.clone()).await;
            choose(&browser, file).await;
            browser.find("#file[aria-invalid=true]").await;
            browser.find_text("This is no realm file").await;
            run(&browser, look.clone()).await;
        }
    }
    for file in &no_realms {
        go(&server, &browser, "settings/transfer", "file").await;
        run(&browser, look.clone()).await;
        choose(&browser, file).await;
        import(&browser).await;
        run(&browser, look.clone()).await;
    }
    for (n, file) in no_realms.iter().enumerate() {
        let name = format!("from-file-{n}");
        go(&server, &browser, "realms/create", "file").await;
        run(&browser, look.clone()).await;
        choose(&browser, file).await;
        browser.fill("#realm-name", &name).await;
        browser.click("#save").await;
        browser.find("#import-report, .adm-save [role=alert]").await;
        if !browser.has("#import-report").await {
            assert_eq!(browser.value_of("#realm-name").await, name);
        }
        run(&browser, look.clone()).await;
    }
    browser.quit().await;
}
