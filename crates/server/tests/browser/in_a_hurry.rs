//! Somebody who is quicker than the server: screens of the console that are left before they are there.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Client};
use serde_json::json;

/// Goes from each of the places to the next one, a little later each time, and tells what went wrong in the page meanwhile.
const HURRY: &str = "const [places, done] = arguments; const trouble = []; \
    addEventListener('error', (event) => trouble.push(String(event.message))); \
    const rest = (ms) => new Promise((go) => setTimeout(go, ms)); \
    (async () => { \
        for (let turn = 0; turn < 20; turn += 1) for (const place of places) { \
            history.pushState(null, '', place); dispatchEvent(new PopStateEvent('popstate')); await rest(turn * 12); \
        } \
        await rest(1000); done(trouble); \
    })()";

#[tokio::test]
async fn a_screen_that_is_left_while_it_loads_breaks_nothing() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let session = admin.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0);
    let session = session["id"].as_str().expect("an id");
    let browser = admin_console(&server, "/admin/demo/clients").await;
    let places =
        ["overview".to_owned(), format!("offline-access/{session}"), "settings/tokens".into(), "realms".into()];
    let places = places.map(|place| format!("/admin/demo/{place}"));
    let trouble = browser.client().execute_async(HURRY, vec![json!(places)]).await.expect("a script");
    assert_eq!(trouble, json!([]));
    browser.find_text("Create realm").await;
    browser.quit().await;
}
