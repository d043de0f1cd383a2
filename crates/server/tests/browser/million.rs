//! The admin console on a realm with a million offline sessions: scrolled to both ends and in between, filtered, sorted, told what
//! a policy would end, and what is chosen ended together.

use crate::support::{admin_console, expect_consoles};
use perennial_bench::Populated;
use perennial_testkit::{Admin, Backend, Chromium};
use serde_json::{Value, json};
use std::time::Duration;

const SESSIONS: u64 = 1_000_000;
const GRID: &str = "#offline-sessions";
const ENTER: &str = "\u{e007}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
/// For what a debug build has to count among a million, beside other tests.
const PATIENCE: Duration = Duration::from_secs(240);

/// The parts on the way to the end come when they are let: nobody knows how soon they would.
const HELD: &str = "const call = window.fetch; const held = new Promise(go => { window.goOn = go; }); \
    window.fetch = (request, ...more) => String(request.url ?? request).includes('max=500') \
        ? held.then(() => call(request, ...more)) : call(request, ...more)";

/// As the console writes numbers in English.
fn number(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|three| std::str::from_utf8(three).expect("digits")).collect();
    groups.join(",")
}

async fn summary(admin: &Admin, query: &str) -> Value {
    admin.get(&format!("/demo/offline-sessions/summary{query}")).await.expect(200).json()
}

/// How many live, once the node has walked over all of them.
async fn surveyed(admin: &Admin) -> u64 {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let told = summary(admin, "").await;
        if told["complete"] == true {
            return told["total"].as_u64().expect("a count");
        }
        assert!(tokio::time::Instant::now() < until, "the survey does not end: {told}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Waits for a text where the server has to count.
async fn counted(browser: &Chromium, text: &str) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while !browser.text().await.contains(text) {
        assert!(tokio::time::Instant::now() < until, "no {text:?} on {}", browser.describe().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn press(browser: &Chromium, keys: &str) {
    browser.type_into(GRID, keys).await;
}

async fn only_rows_in_view_are_there(browser: &Chromium) {
    let rows = browser.client().find_all(fantoccini::Locator::Css(".ofl-pane [role=row]")).await.expect("rows").len();
    assert!((1..40).contains(&rows), "{rows} rows are in the page");
}

/// To both ends by the keyboard, and to the middle by the bar.
async fn scrolls(browser: &Chromium, total: u64) {
    browser.find("#offline-session-0 .ofl-user").await;
    press(browser, END).await;
    browser.find(&format!("#offline-session-{} .ofl-user", total - 1)).await;
    only_rows_in_view_are_there(browser).await;
    browser.screenshots("admin-million-last").await;
    let script = "const bar = document.querySelector('.ofl-window'); bar.scrollTop = bar.scrollHeight / 2;";
    browser.client().execute(script, Vec::new()).await.expect("scrolled");
    let row_of = |url: &url::Url| -> u64 {
        let row = url.query_pairs().find_map(|(name, row)| (name == "row").then(|| row.parse().ok())?);
        row.unwrap_or_default()
    };
    let middle = browser.wait_for_url(|url| row_of(url).abs_diff(total / 2) < total / 100).await;
    browser.find(&format!("#offline-session-{} .ofl-user", row_of(&middle) + 1)).await;
    only_rows_in_view_are_there(browser).await;
    browser.screenshots("admin-million-middle").await;
    press(browser, HOME).await;
    browser.find("#offline-session-0 .ofl-user").await;
}

async fn choose(browser: &Chromium, typed: &str, offered: &str, query: &str) {
    browser.fill("#filter", typed).await;
    // What was typed is offered as it stands until the names that the realm knows have come.
    for _ in 0..1_200 {
        if browser.find("#filter-suggestions-0").await.text().await.is_ok_and(|first| first == offered) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.type_into("#filter", ENTER).await;
    browser.wait_for_url(|url| url.query() == Some(query)).await;
}

#[tokio::test]
async fn an_admin_finds_their_way_among_a_million_sessions() {
    expect_consoles();
    let Populated { server, crowd } =
        perennial_bench::server(env!("CARGO_BIN_EXE_perennial"), Backend::Sqlite, SESSIONS).await;
    let admin = Admin::sign_in(&server).await;
    let total = surveyed(&admin).await;
    assert!(total > SESSIONS / 2, "{total}");
    let browser = admin_console(&server, "/admin/demo/offline-access").await;
    counted(&browser, &format!("{} sessions", number(total))).await;
    browser.screenshots("admin-million").await;
    scrolls(&browser, total).await;

    let client = &crowd.apps().last().expect("an app").client_id;
    let of_client = summary(&admin, &format!("?client={client}")).await["total"].as_u64().expect("a count");
    choose(&browser, client, &format!("Client: {client}"), &format!("client={client}")).await;
    counted(&browser, &format!("{} sessions", number(of_client))).await;
    browser.click("[title='Sort by Life and end']").await;
    browser.wait_for_url(|url| url.query().is_some_and(|query| query.contains("sort=end"))).await;
    browser.find("#offline-session-0 .ofl-user").await;
    browser.screenshots("admin-million-client-by-end").await;

    let newest = admin.get("/demo/offline-sessions?max=1").await.expect(200).json();
    let user = newest[0]["username"].as_str().expect("a name").to_owned();
    let of_user = summary(&admin, &format!("?user={user}")).await["total"].as_u64().expect("a count");
    browser.open(&server.url("/admin/demo/offline-access")).await;
    choose(&browser, &user, &format!("User: {user}"), &format!("user={user}")).await;
    counted(&browser, &format!("{} session", number(of_user))).await;

    let largest = &crowd.apps().first().expect("an app").client_id;
    a_filtered_list_is_followed_to_its_end(&browser, &server.url("/admin/demo/offline-access"), &admin, largest).await;
    policy_is_foretold(&browser, &server.url("/admin/demo/settings/tokens"), &admin).await;
    all_of_a_client_end(&browser, &server.url(&format!("/admin/demo/offline-access?client={client}")), of_client).await;
    assert_eq!(summary(&admin, &format!("?client={client}")).await["total"], 0);
    browser.quit().await;
}

/// By last use, and so many that no place among them can be asked for: each part leads to the next.
async fn a_filtered_list_is_followed_to_its_end(browser: &Chromium, list: &str, admin: &Admin, client: &str) {
    let query = format!("?client={client}&scope=address&sort=lastUse");
    browser.open(&format!("{list}{query}")).await;
    browser.find("#offline-session-0 .ofl-user").await;
    browser.client().execute(HELD, Vec::new()).await.expect("a script");
    press(browser, END).await;
    browser.find_text("On the way:").await;
    // The bar moves because the window grows: nobody has left the way.
    let script = "document.querySelector('.ofl-window').style.height = arguments[0];";
    browser.client().execute(script, vec![json!("600px")]).await.expect("a taller window");
    browser.screenshots("admin-million-on-the-way").await;
    browser.client().execute(script, vec![json!("")]).await.expect("the window as it was");
    browser.client().execute("window.goOn()", Vec::new()).await.expect("a script");
    let until = tokio::time::Instant::now() + PATIENCE;
    while browser.text().await.contains("On the way:") {
        assert!(tokio::time::Instant::now() < until, "no end of {}", browser.describe().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let told = browser.text_of("#session-count").await;
    let count: u64 = told.replace(',', "").split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!(count > 10_500, "{told}");
    let last = browser.attribute_of(&format!("#offline-session-{} .ofl-user", count - 1), "href").await;
    only_rows_in_view_are_there(browser).await;
    browser.screenshots("admin-million-filtered-last").await;
    let longest_unused = admin.get(&format!("/demo/offline-sessions{query}&order=asc&max=1")).await.expect(200).json();
    assert!(last.ends_with(longest_unused[0]["id"].as_str().expect("an id")), "{last}, not {longest_unused}");
    press(browser, HOME).await;
    browser.find("#offline-session-0 .ofl-user").await;
}

async fn policy_is_foretold(browser: &Chromium, tokens: &str, admin: &Admin) {
    let proposal = json!({"offlineSessionIdleTimeout": 10 * 86_400});
    let told = admin.post("/demo/token-policy/preview", &proposal).await.expect(200).json();
    let [now, all] = ["endsNow", "total"].map(|name| number(told[name].as_u64().expect("a count")));
    browser.open(tokens).await;
    browser.fill("#offlineSessionIdleTimeout", "10").await;
    counted(browser, &format!("Ends {now} of {all} sessions now")).await;
    browser.screenshots("admin-million-what-if").await;
}

/// After a count by client, which a dry run makes.
async fn all_of_a_client_end(browser: &Chromium, list: &str, count: u64) {
    let count = number(count);
    browser.open(list).await;
    counted(browser, &format!("{count} sessions")).await;
    press(browser, " ").await;
    browser.click_text(&format!("Select all {count} that match")).await;
    browser.click("#end-selected").await;
    counted(browser, &format!("{count} sessions end at once")).await;
    browser.screenshots("admin-million-end").await;
    browser.answer_dialog(&format!("End {count} sessions")).await;
    counted(browser, "No session matches").await;
}
