//! Finding things in the console: the search for everything, lists longer than one answer, and a server that is not ready yet.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use serde_json::{Value, json};
use std::time::Duration;

const ENTER: &str = "\u{e007}";
const UP: &str = "\u{e013}";
/// At what the page does of itself.
const LOOKS: usize = 1_200;
const PAUSE: Duration = Duration::from_millis(50);

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
        browser.type_into("#search", ENTER).await;
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
async fn the_search_leads_to_a_user_a_client_a_session_and_a_scope_by_their_ids() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let tokens = Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::accept()).await;
    let session = claims(&tokens.access_token())["gid"].as_str().expect("a grant").to_owned();
    let admin = Admin::sign_in(&server).await;
    let (user, client) = (admin.user_id("bob").await, admin.client_uuid(demo::PHOTO_FRAME).await);
    let scope = admin.scope_id("phone").await;
    let browser = admin_console(&server, "/admin/demo/keys").await;
    // Where the field ends in the middle of the screen, the hits have to hang from it all the same.
    browser.emulate(800, "light").await;
    for (id, section, name) in [
        (&user, "users", "bob"),
        (&client, "clients", demo::PHOTO_FRAME),
        (&session, "offline-access", "alice"),
        (&scope, "client-scopes", "phone"),
    ] {
        // The screen that a search led to takes the focus.
        browser.open(&server.url("/admin/demo/keys")).await;
        search(&browser, id).await;
        until_offered(&browser, name).await;
        browser.type_into("#search", ENTER).await;
        browser.wait_for_url(|url| url.path() == format!("/admin/demo/{section}/{id}")).await;
    }
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
    let table = browser.text_of("#composites table").await;
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

/// Calls of the page are written down; those that `broken` names fail, those that `held` names wait for `release`.
const WATCHED: &str = "const call = window.fetch; window.calls = []; window.broken = null; window.held = null; \
    window.fetch = (request, ...more) => { \
        const url = String(request.url ?? request); \
        window.calls.push(url); \
        if (window.broken && url.includes(window.broken)) return Promise.reject(new TypeError('no network')); \
        if (!window.held || !url.includes(window.held)) return call(request, ...more); \
        return new Promise(resolve => { window.release = () => call(request, ...more).then(resolve); }); }";

async fn run(browser: &Chromium, script: &str) -> Value {
    browser.client().execute(script, Vec::new()).await.expect("a script")
}

/// Waits until the first hit has this name: those of another search may still stand there.
async fn until_offered(browser: &Chromium, name: &str) {
    for _ in 0..LOOKS {
        if browser.text_of("#search-hits [role=option]").await.contains(name) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{name} is not offered first on {}", browser.describe().await);
}

/// Waits until so many calls to such an address were made.
async fn until_called(browser: &Chromium, part: &str, times: u64) {
    let count = format!("return window.calls.filter(url => url.includes('{part}')).length");
    for _ in 0..LOOKS {
        if run(browser, &count).await.as_u64().is_some_and(|called| called >= times) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{part} was called fewer than {times} times");
}

#[tokio::test]
async fn a_search_that_fails_says_so_shows_what_it_found_and_is_tried_again_by_the_keyboard() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.find_text(demo::PHOTO_FRAME).await;
    run(&browser, WATCHED).await;
    run(&browser, "window.broken = '/demo/users?'").await;
    search(&browser, "alice").await;
    browser.find_text("Not all of this realm could be searched").await;
    assert!(!browser.text().await.contains("Nothing in this realm"), "nobody knows");
    browser.screenshots("admin-search-failed").await;
    run(&browser, "window.broken = null").await;
    // With no hit above it, it is what Enter takes.
    browser.type_into("#search", ENTER).await;
    browser.wait_until_gone("could be searched").await;
    let found = browser.text_of("#search-hits [role=option]").await;
    assert!(found.contains("alice"), "{found}");

    // A list that is fetched whole fails, and is told beside what was found.
    browser.open(&server.url("/admin/demo/users")).await;
    browser.find_text("alice").await;
    run(&browser, WATCHED).await;
    run(&browser, "window.broken = '/demo/client-scopes'").await;
    search(&browser, "photo").await;
    browser.find_text("Not all of this realm could be searched").await;
    browser.find("#search-hits [role=option]").await;
    run(&browser, "window.broken = null").await;
    // Below the hits, of which more may be coming.
    browser.click("#search-hits [role=group]:last-child [role=option]:last-child").await;
    browser.wait_until_gone("could be searched").await;
    browser.find("#search-hits [role=option]").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_search_fetches_whole_lists_once_and_an_older_answer_never_replaces_a_newer_one() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.find_text(demo::PHOTO_FRAME).await;
    run(&browser, WATCHED).await;
    run(&browser, "window.held = '/demo/users?search=ali&'").await;
    browser.type_into("#search", "ali").await;
    until_called(&browser, "/demo/users?search=ali&", 1).await;
    browser.type_into("#search", "bi").await;
    until_called(&browser, "/demo/users?search=alibi&", 1).await;
    browser.find_text("Nothing in this realm has this name").await;
    run(&browser, "window.release().then(() => requestAnimationFrame(() => { window.released = true; }))").await;
    for _ in 0..LOOKS {
        if run(&browser, "return window.released === true").await == json!(true) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    browser.find_text("Nothing in this realm has this name").await;
    assert!(!browser.has("#search-hits [role=option]").await, "alice is not called alibi");
    for list in ["/demo/client-scopes", "/demo/webhooks", "/demo/identity-provider/instances"] {
        let count = format!("return window.calls.filter(url => url.includes('{list}')).length");
        assert_eq!(run(&browser, &count).await, json!(1), "{list}");
    }
    browser.quit().await;
}

#[tokio::test]
async fn names_that_the_filter_could_not_look_up_are_told_and_looked_up_again() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    browser.find_text("nightly-backup").await;
    run(&browser, WATCHED).await;
    run(&browser, "window.broken = '/demo/clients?'").await;
    browser.type_into("#filter", "night").await;
    browser.find_text("Not all names could be looked up").await;
    browser.screenshots("admin-filter-names-failed").await;
    run(&browser, "window.broken = null").await;
    // The last of the offers: one step up from the first.
    browser.type_into("#filter", &format!("{UP}{ENTER}")).await;
    browser.wait_until_gone("could be looked up").await;
    browser.find_text("Client: nightly-backup").await;
    browser.type_into("#filter", "l").await;
    until_called(&browser, "/demo/clients?search=nightl&", 1).await;
    let count = "return window.calls.filter(url => url.includes('/demo/client-scopes')).length";
    assert_eq!(run(&browser, count).await, json!(1), "scopes are fetched once");
    browser.quit().await;
}
