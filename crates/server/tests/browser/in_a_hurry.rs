//! Somebody who is quicker than the server: screens of the console that are left before they are there.

use crate::support::{admin_console, server_with_consoles};
use fantoccini::wd::TimeoutConfiguration;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Client};
use serde_json::json;
use std::time::Duration;

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
/// The rests alone are ten seconds, and each screen takes its time on a busy machine.
const SCRIPT_LIMIT: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_screen_that_is_left_while_it_loads_breaks_nothing() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let session = admin.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0);
    let session = session["id"].as_str().expect("an id");
    let browser = admin_console(&server, "/admin/demo/clients").await;
    let limits = TimeoutConfiguration::new(Some(SCRIPT_LIMIT), None, None);
    browser.client().update_timeouts(limits).await.expect("a time limit");
    let places =
        ["overview".to_owned(), format!("offline-access/{session}"), "settings/tokens".into(), "realms".into()];
    let places = places.map(|place| format!("/admin/demo/{place}"));
    let trouble = browser.client().execute_async(HURRY, vec![json!(places)]).await.expect("a script");
    assert_eq!(trouble, json!([]));
    browser.find_text("Create realm").await;
    browser.quit().await;
}
