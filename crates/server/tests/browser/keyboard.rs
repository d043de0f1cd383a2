//! The admin console by the keyboard alone: Escape closes what was opened and the focus is where it was before, `/` and the arrows lead to
//! anything, and Tab goes through a screen in the order in which it is read.

use crate::support::{admin_console, has_focus, server_with_consoles, wait_until_closed};
use perennial_testkit::{Backend, Chromium};
use serde_json::{Value, json};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const PHONE: u32 = 390;
const DESK: u32 = 1440;
/// More stops than any of the screens has.
const MOST_STOPS: usize = 80;

/// What has the focus: where it stands, whether it can be seen, whether it is in an open dialog.
const FOCUS: &str = "const it = document.activeElement; \
    const part = it === document.body ? 'nothing' : it.classList.contains('pn-skip') ? 'skip' \
               : it.closest('main') ? 'main' : it.closest('#places') ? 'navigation' : it.closest('header') ? 'header' : 'other'; \
    return {part, id: it.id, seen: it.getClientRects().length > 0, dialog: it.closest('dialog[open]') !== null}";

async fn focus(browser: &Chromium) -> Value {
    browser.client().execute(FOCUS, Vec::new()).await.expect("a focus")
}

async fn press(browser: &Chromium, key: &str) {
    browser.client().active_element().await.expect("a focus").send_keys(key).await.expect("a key");
}

/// Puts the focus there as a person does who came by Tab, and presses Enter.
async fn enter(browser: &Chromium, css: &str) {
    browser.type_into(css, ENTER).await;
}

#[tokio::test]
async fn escape_closes_a_dialog_that_kept_tab_inside_and_gives_the_focus_back() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/revocation").await;
    for button in ["end-all", "set-not-before"] {
        enter(&browser, &format!("#{button}")).await;
        browser.find("dialog[open] .pn-dialog-actions button").await;
        for _ in 0..7 {
            press(&browser, TAB).await;
            let there = focus(&browser).await;
            // After the last button comes the browser's own bar.
            assert!(there["dialog"] == true || there["part"] == "nothing", "{there} is behind the dialog");
        }
        press(&browser, ESCAPE).await;
        wait_until_closed(&browser, "dialog[open]").await;
        has_focus(&browser, button).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn escape_closes_menu_switcher_and_search_and_the_focus_is_not_lost() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/revocation").await;
    browser.emulate(DESK, "light").await;
    enter(&browser, "#realm").await;
    has_focus(&browser, "find-realm").await;
    press(&browser, ESCAPE).await;
    has_focus(&browser, "realm").await;
    browser.find("#realm[aria-expanded=false]").await;

    press(&browser, "/").await;
    has_focus(&browser, "search").await;
    press(&browser, "clients").await;
    browser.find("#search[aria-expanded=true]").await;
    press(&browser, ESCAPE).await;
    browser.find("#search[aria-expanded=false]").await;
    has_focus(&browser, "search").await;

    browser.emulate(PHONE, "light").await;
    enter(&browser, ".pn-menu-button").await;
    browser.find(".pn-menu-button[aria-expanded=true]").await;
    browser.type_into("#places a[href$='/clients']", TAB).await;
    assert_eq!(focus(&browser).await["part"], "navigation");
    press(&browser, ESCAPE).await;
    browser.find(".pn-menu-button[aria-expanded=false]").await;
    let back = browser.client().active_element().await.expect("a focus");
    let class = back.attr("class").await.expect("a class").unwrap_or_default();
    assert!(class.contains("pn-menu-button"), "the focus went with the menu: {class:?}");
    browser.quit().await;
}

#[tokio::test]
async fn a_stroke_the_arrows_and_enter_lead_to_anything() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/clients").await;
    browser.find("#filter").await;
    press(&browser, "/").await;
    has_focus(&browser, "search").await;
    press(&browser, "re").await;
    browser.find("[role=option]").await;
    // Resources, Revocation: screens come first, and what the server finds later moves none of them.
    press(&browser, DOWN).await;
    assert_eq!(browser.text_of("[role=option][aria-selected=true]").await, "Revocation");
    press(&browser, ENTER).await;
    browser.wait_for_url(|url| url.path() == "/admin/demo/revocation").await;
    browser.find("#search[aria-expanded=false]").await;
    // A stroke that is typed into a field is a letter.
    press(&browser, "a/b").await;
    assert_eq!(browser.value_of("#search").await, "a/b");
    browser.quit().await;
}

/// The stops of Tab from the top of the page to its end.
async fn stops(browser: &Chromium) -> Vec<Value> {
    let mut stops = Vec::new();
    while stops.len() < MOST_STOPS {
        press(browser, TAB).await;
        let stop = focus(browser).await;
        if stop["part"] == "nothing" {
            return stops;
        }
        stops.push(stop);
    }
    panic!("no end after {MOST_STOPS} stops: {stops:?}");
}

#[tokio::test]
async fn tab_goes_from_the_skip_link_by_bar_and_navigation_to_what_the_screen_is_about() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    browser.emulate(DESK, "light").await;
    for (place, inside) in [("overview", "main h1"), ("clients", "#filter"), ("settings/general", "#save")] {
        browser.open(&server.url(&format!("/admin/demo/{place}"))).await;
        browser.find(inside).await;
        wait_until_closed(&browser, ".pn-skeleton").await;
        let stops = stops(&browser).await;
        let mut parts: Vec<&str> = stops.iter().filter_map(|stop| stop["part"].as_str()).collect();
        parts.dedup();
        assert_eq!(parts, ["skip", "header", "navigation", "main"], "{place}: {stops:?}");
        let hidden: Vec<&Value> = stops.iter().filter(|stop| stop["seen"] != json!(true)).collect();
        assert!(hidden.is_empty(), "{place}: the focus cannot be seen at {hidden:?}");
    }
    // The first stop spares the way.
    browser.open(&server.url("/admin/demo/clients")).await;
    browser.find("#filter").await;
    press(&browser, TAB).await;
    press(&browser, ENTER).await;
    has_focus(&browser, "main").await;
    press(&browser, TAB).await;
    assert_eq!(focus(&browser).await["part"], "main");
    browser.quit().await;
}
