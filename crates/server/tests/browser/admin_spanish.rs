//! The whole console in Spanish: what the console says itself stands on no screen in English.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Choice, Chromium, Client};
use std::collections::BTreeSet;
use std::time::Duration;

/// Goes to an address as a link within the console does, and gives what stands there once it has been loaded.
async fn lines_at(browser: &Chromium, address: &str) -> Vec<String> {
    let script = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
    browser.client().execute(script, vec![address.into()]).await.expect("a script");
    browser.wait_for_url(|url| url.path() == address).await;
    let mut before = String::new();
    for _ in 0..400 {
        let text = browser.text().await;
        if !browser.has(".pn-skeleton").await && text == before {
            break;
        }
        before = text;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Words of fields and of what is only read out belong to it.
    let script = "return [...document.querySelectorAll('[aria-label],[placeholder],[title],option')] \
                  .map((it) => it.ariaLabel ?? it.placeholder ?? it.title ?? it.textContent).join('\\n')";
    let named = browser.client().execute(script, Vec::new()).await.expect("a script");
    let all = format!("{before}\n{}", named.as_str().unwrap_or_default());
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
    "Nightly backup",
    "Photo frame",
    "OpenID Connect",
    "prompt=consent",
    "Firefox",
    "user_agent",
];

/// Of an address that leads nowhere.
const NOTHING: &str = "No hay nada en esta dirección";

/// Every screen, below the realm's address.
async fn addresses_of(admin: &Admin) -> Vec<String> {
    let (client, user) = (admin.client_uuid(demo::NIGHTLY_BACKUP).await, admin.user_id("alice").await);
    let (scope, role) = (admin.scope_id("offline_access").await, admin.realm_role("offline_access").await);
    let role = role["id"].as_str().expect("an id");
    let session = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["id"].as_str().expect("an id").to_owned();
    let mut addresses: Vec<String> = [
        "overview",
        "offline-access",
        "clients",
        "clients/create",
        "users",
        "users/create",
        "roles",
        "roles/new",
        "client-scopes",
        "client-scopes/new",
        "client-scopes/admin-consents",
        "resources",
        "resources/new",
        "keys",
        "events",
        "events/admin",
        "events/settings",
        "webhooks",
        "webhooks/new",
        "revocation",
        "realms",
        "realms/create",
    ]
    .map(str::to_owned)
    .to_vec();
    let below = |place: String, tabs: &'static [&'static str]| tabs.iter().map(move |tab| format!("{place}/{tab}"));
    addresses.extend(below(
        "settings".into(),
        &["general", "login", "tokens", "sessions", "email", "localization", "security", "transfer"],
    ));
    let tabs: &[&str] = &["credentials", "scopes", "roles", "sessions", "offline-access", "events", "advanced"];
    addresses.extend([format!("clients/{client}"), format!("users/{user}"), format!("offline-access/{session}")]);
    addresses.extend([format!("client-scopes/{scope}"), format!("roles/{role}")]);
    addresses.extend(below(format!("clients/{client}"), tabs));
    let tabs: &[&str] = &["attributes", "credentials", "roles", "groups", "sessions", "consents", "events"];
    addresses.extend(below(format!("users/{user}"), tabs));
    addresses
}

#[tokio::test]
async fn every_screen_of_the_console_speaks_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    let admin = Admin::sign_in(&server).await;
    let addresses = addresses_of(&admin).await;
    let browser = admin_console(&server, "/admin/demo/overview").await;
    let mut english = Vec::new();
    for address in &addresses {
        english.push(lines_at(&browser, &format!("/admin/demo/{address}")).await.into_iter().collect::<BTreeSet<_>>());
    }
    browser.click("#lang option[value=es]").await;
    browser.find("html[lang=es]").await;
    let mut left = Vec::new();
    for (address, before) in addresses.iter().zip(english) {
        let now = lines_at(&browser, &format!("/admin/demo/{address}")).await;
        assert!(!now.iter().any(|line| line == NOTHING), "{address}: {now:?}");
        let same = now.iter().filter(|line| before.contains(*line)).filter(is_phrase);
        let same = same.filter(|line| !DATA.iter().any(|data| line.contains(data)));
        left.extend(same.map(|line| format!("{address}: {line}")));
    }
    assert!(left.is_empty(), "still in English:\n{}", left.join("\n"));
    browser.screenshots("admin-spanish").await;
    browser.quit().await;
}
