//! Finding things in the console: the search for everything, lists longer than one answer, and a server that is not ready yet.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use serde_json::{Value, json};

const ENTER: &str = "\u{e007}";

async fn search(browser: &Chromium, words: &str) {
    browser.fill("#search", words).await;
}

#[tokio::test]
async fn the_search_leads_to_resources_webhooks_and_other_realms() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let resource = admin.create_resource("https://photos.example/", json!({"name": "Albums"})).await;
    let hook = json!({"url": "https://hooks.example/in", "eventTypes": ["LOGIN"]});
    let hook = admin.post("/demo/webhooks", &hook).await.created_id();
    admin.post("", &json!({"realm": "staging", "enabled": true})).await.expect(201);
    for (words, place) in [
        ("albums", format!("/admin/demo/resources/{resource}")),
        ("photos.ex", format!("/admin/demo/resources/{resource}")),
        ("hooks.example", format!("/admin/demo/webhooks/{hook}")),
    ] {
        let browser = admin_console(&server, "/admin/demo/clients").await;
        search(&browser, words).await;
        browser.find("[role=option]").await;
        browser.screenshots("admin-search-resource").await;
        browser.find("#search").await.send_keys(ENTER).await.expect("a key");
        browser.wait_for_url(|url| url.path() == place).await;
        browser.quit().await;
    }
    let browser = admin_console(&server, "/admin/demo/clients").await;
    search(&browser, "stagi").await;
    browser.click("[role=option]").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/staging")).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_list_of_clients_goes_on_beyond_one_answer_of_the_server() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let clients: Vec<Value> =
        (0..1_050).map(|n| json!({"clientId": format!("app-{n:04}"), "publicClient": true})).collect();
    let file = json!({"ifResourceExists": "SKIP", "clients": clients});
    admin.post("/demo/partialImport", &file).await.expect(200);
    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.find_text("of 1,05").await;
    assert!(!browser.text().await.contains("Only the first"), "all of them are listed");
    browser.open(&server.url("/admin/demo/clients?first=1050")).await;
    browser.find_text(demo::PHOTO_FRAME).await;

    // A role of the last of them is told as its, where another role includes it.
    let uuid = admin.client_uuid("app-1049").await;
    admin.post(&format!("/demo/clients/{uuid}/roles"), &json!({"name": "far-down"})).await.expect(201);
    let inner = admin.get(&format!("/demo/clients/{uuid}/roles/far-down")).await.expect(200).json();
    admin.post("/demo/roles", &json!({"name": "outer"})).await.expect(201);
    let outer = admin.realm_role("outer").await["id"].as_str().expect("an id").to_owned();
    admin.post(&format!("/demo/roles-by-id/{outer}/composites"), &json!([inner])).await.expect(204);
    browser.open(&server.url(&format!("/admin/demo/roles/{outer}"))).await;
    browser.find_text("far-down").await;
    let table = browser.find("#composites table").await.text().await.expect("a text");
    assert!(table.contains("app-1049"), "{table}");
    browser.quit().await;
}

#[tokio::test]
async fn what_the_server_cannot_say_yet_is_told_in_its_words_and_asked_for_again_by_itself() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    browser.find("#live").await;
    // The first answers are those of a node that has just been started.
    let script = "const call = window.fetch; let left = 2; \
                  window.fetch = (request, ...more) => { \
                    const url = String(request.url ?? request); \
                    if (!url.includes('sort=lastUse') || left-- <= 0) return call(request, ...more); \
                    const body = JSON.stringify({error: 'So many sessions are being sorted, please try again in a minute'}); \
                    return Promise.resolve(new Response(body, {status: 503})); }";
    browser.client().execute(script, Vec::new()).await.expect("a script");
    let to = "const link = document.createElement('a'); link.href = '/admin/demo/offline-access?sort=lastUse'; \
              document.querySelector('main').append(link); link.click(); link.remove();";
    browser.client().execute(to, Vec::new()).await.expect("a script");
    browser.find_text("So many sessions are being sorted").await;
    browser.screenshots("admin-not-yet").await;
    browser.wait_until_gone("So many sessions are being sorted").await;
    browser.find_text("nightly-backup").await;
    browser.quit().await;
}
