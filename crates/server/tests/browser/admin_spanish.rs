//! The whole console in Spanish: what the console says itself stands on no screen in English.

use crate::screens::{self, Shown};
use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use std::collections::BTreeSet;

/// Goes to a screen, and gives what stands there once it has been loaded.
async fn lines_at(browser: &Chromium, address: &str) -> Vec<String> {
    let shown = screens::go_to(browser, address).await;
    // Words of fields and of what is only read out belong to it.
    let script = "return [...document.querySelectorAll('[aria-label],[placeholder],[title],option')] \
                  .map((it) => it.ariaLabel ?? it.placeholder ?? it.title ?? it.textContent).join('\\n')";
    let named = browser.client().execute(script, Vec::new()).await.expect("a script");
    let all = format!("{shown}\n{}", named.as_str().unwrap_or_default());
    all.lines().map(|line| line.trim().to_owned()).collect()
}

/// More than one word, as sentences and most labels are; names of things are data, and many single words are equal in both.
fn is_phrase(line: &&String) -> bool {
    line.split_whitespace().filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1).count() > 1
}

/// What admins and the specifications have written, in whatever language.
const DATA: &[&str] = &[
    "Alice ",
    "Bob ",
    "Copies your ",
    "Demo realm",
    "Head office",
    "head-office",
    "Nightly backup",
    "Photo frame",
    "OpenID Connect",
    "prompt=consent",
    "Firefox",
    "user_agent",
];

/// Of an address that leads nowhere.
const NOTHING: &str = "No hay nada en esta dirección";

#[tokio::test]
async fn every_screen_of_the_console_speaks_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let session = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["id"].as_str().expect("an id").to_owned();
    let shown =
        Shown { client: admin.client_uuid(demo::NIGHTLY_BACKUP).await, user: admin.user_id("alice").await, session };
    let addresses = screens::addresses(&admin, &shown).await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    let mut english = Vec::new();
    for address in &addresses {
        english.push(lines_at(&browser, address).await.into_iter().collect::<BTreeSet<_>>());
    }
    browser.click("#lang option[value=es]").await;
    browser.find("html[lang=es]").await;
    let mut left = Vec::new();
    for (address, before) in addresses.iter().zip(english) {
        let now = lines_at(&browser, address).await;
        assert!(!now.iter().any(|line| line == NOTHING), "{address}: {now:?}");
        let same = now.iter().filter(|line| before.contains(*line)).filter(is_phrase);
        let same = same.filter(|line| !DATA.iter().any(|data| line.contains(data)));
        left.extend(same.map(|line| format!("{address}: {line}")));
    }
    assert!(left.is_empty(), "still in English:\n{}", left.join("\n"));
    browser.screenshots("admin-spanish").await;
    browser.quit().await;
}
