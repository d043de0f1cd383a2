//! Every screen of the console beside a million sessions: whatever comes later moves nothing that is there already, and everybody
//! can use it, in the themes and widths that the screenshots leave to this. Of some there are pictures, too.

use crate::screens::{self, Shown};
use crate::support::{admin_console, expect_consoles};
use perennial_bench::Populated;
use perennial_bench::crowd::rows::client_id;
use perennial_testkit::chromium::{THEMES, WIDTHS};
use perennial_testkit::{Admin, Backend, Chromium};

const SESSIONS: u64 = 1_000_000;
/// The web's own measure of it, Cumulative Layout Shift, calls more than this poor. It excuses what follows a click within half a second;
/// here nobody clicks, so nothing is excused.
const MOST_SHIFT: f64 = 0.25;

const WATCH: &str = "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries())) \
                     .observe({type: 'layout-shift', buffered: true})";
/// Of all that moved since the last look without anybody's doing: how much, and what.
const MOVED: &str = "const all = window.shifts.splice(0).filter((shift) => !shift.hadRecentInput); \
                     const name = (node) => node?.outerHTML?.slice(0, 100) ?? node?.textContent?.slice(0, 40) ?? '?'; \
                     return [all.reduce((sum, shift) => sum + shift.value, 0), all.flatMap((shift) => shift.sources \
                     .map((it) => `${shift.value.toFixed(3)} ${name(it.node)}`)).join('\\n')]";

async fn moved(browser: &Chromium) -> (f64, String) {
    let told = browser.client().execute(MOVED, Vec::new()).await.expect("a script");
    (told[0].as_f64().expect("a sum"), told[1].as_str().expect("a text").to_owned())
}

/// Screens on which the million shows, by the names of their pictures.
fn pictured(shown: &Shown) -> [(&'static str, String); 6] {
    let Shown { client, user, .. } = shown;
    [
        ("overview", "overview".to_owned()),
        ("clients", "clients".to_owned()),
        ("client", format!("clients/{client}/offline-access")),
        ("users", "users".to_owned()),
        ("user-sessions", format!("users/{user}/sessions")),
        ("revocation", "revocation".to_owned()),
    ]
}

#[tokio::test]
async fn every_screen_stands_still_and_is_accessible_beside_a_million_sessions() {
    expect_consoles();
    let Populated { server, crowd } =
        perennial_bench::server(env!("CARGO_BIN_EXE_perennial"), Backend::Sqlite, SESSIONS).await;
    let admin = Admin::sign_in(&server).await;
    let newest = admin.get("/demo/offline-sessions?max=1").await.expect(200).json()[0].clone();
    let id = |field: &str| newest[field].as_str().expect("an id").to_owned();
    let shown = Shown { client: client_id(&crowd, 0).to_string(), user: id("userId"), session: id("id") };
    let addresses = screens::addresses(&admin, &shown).await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    browser.client().execute(WATCH, Vec::new()).await.expect("a script");
    let mut unsteady = Vec::new();
    for (theme, width) in THEMES.into_iter().zip(WIDTHS) {
        browser.emulate(width, theme).await;
        for address in &addresses {
            moved(&browser).await;
            screens::go_to(&browser, address).await;
            let (sum, what) = moved(&browser).await;
            if sum > MOST_SHIFT {
                unsteady.push(format!("{address} at {width}: {sum:.2}\n{what}"));
            }
            browser.expect_accessible(&format!("{address} {theme} {width}")).await;
        }
    }
    assert!(unsteady.is_empty(), "{}", unsteady.join("\n\n"));
    // What is measured has been measured: pictures change the window.
    for (name, place) in pictured(&shown) {
        screens::go_to(&browser, &format!("/admin/demo/{place}")).await;
        browser.screenshots(&format!("admin-million-{name}")).await;
    }
    browser.quit().await;
}
