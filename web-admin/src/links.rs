//! The console's own addresses, below `/admin`; everything that a list shows (search, position) is part of them.

use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use perennial_api::paths::{decode, encode};

/// What the router is mounted at.
pub const BASE: &str = "/admin";

pub fn realm_home(realm: &str) -> String {
    clients(realm)
}

pub fn clients(realm: &str) -> String {
    format!("{BASE}/{}/clients", encode(realm))
}

/// The list at a position; `first` counts from 0.
pub fn clients_at(realm: &str, search: &str, first: u64) -> String {
    let mut url = clients(realm);
    let mut separator = '?';
    if !search.is_empty() {
        url.push_str(&format!("?search={}", encode(search)));
        separator = '&';
    }
    if first > 0 {
        url.push_str(&format!("{separator}first={first}"));
    }
    url
}

pub fn client_offline_access(realm: &str, client: &str) -> String {
    format!("{}/{}/offline-access", clients(realm), encode(client))
}

/// A client's sessions from a cursor on; `first` is how many come before it.
pub fn client_offline_access_at(realm: &str, client: &str, after: &str, first: u64) -> String {
    let url = client_offline_access(realm, client);
    if after.is_empty() { url } else { format!("{url}?after={}&first={first}", encode(after)) }
}

pub fn settings_tokens(realm: &str) -> String {
    format!("{BASE}/{}/settings/tokens", encode(realm))
}

/// The same place in another realm, as far as there is one.
pub fn same_place(path: &str, realm: &str) -> String {
    match section(path) {
        Some(Section::Settings) => settings_tokens(realm),
        _ => clients(realm),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Clients,
    Settings,
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix(BASE).unwrap_or_default().split('/').filter(|segment| !segment.is_empty())
}

/// What a path of the console shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    Start,
    Realm(String),
    Clients(String),
    /// Realm and client UUID.
    Client(String, String),
    Tokens(String),
    Unknown,
}

pub fn screen(path: &str) -> Screen {
    let parts: Option<Vec<String>> = segments(path).map(decode).collect();
    let Some(parts) = parts else { return Screen::Unknown };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => Screen::Start,
        [realm] => Screen::Realm((*realm).into()),
        [realm, "clients"] => Screen::Clients((*realm).into()),
        [realm, "clients", client] | [realm, "clients", client, "offline-access"] => {
            Screen::Client((*realm).into(), (*client).into())
        }
        [realm, "settings"] | [realm, "settings", "tokens"] => Screen::Tokens((*realm).into()),
        _ => Screen::Unknown,
    }
}

/// The realm that a path of the console is about.
pub fn realm_of(path: &str) -> Option<String> {
    decode(segments(path).next()?)
}

pub fn section(path: &str) -> Option<Section> {
    match segments(path).nth(1)? {
        "clients" => Some(Section::Clients),
        "settings" => Some(Section::Settings),
        _ => None,
    }
}

/// Goes to one of these addresses; `replace` leaves no trace of the present one in the history.
pub fn navigator(replace: bool) -> impl Fn(&str) + Clone + Send + Sync {
    let navigate = use_navigate();
    move |url: &str| {
        navigate(url, NavigateOptions { resolve: false, replace, scroll: !replace, ..NavigateOptions::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_search_and_position_in_its_address() {
        assert_eq!(clients_at("demo", "", 0), "/admin/demo/clients");
        assert_eq!(clients_at("demo", "", 20), "/admin/demo/clients?first=20");
        assert_eq!(clients_at("demo", "a b", 40), "/admin/demo/clients?search=a%20b&first=40");
        assert_eq!(client_offline_access_at("demo", "c", "", 0), "/admin/demo/clients/c/offline-access");
        assert_eq!(
            client_offline_access_at("demo", "c", "x:1", 50),
            "/admin/demo/clients/c/offline-access?after=x%3A1&first=50"
        );
    }

    #[test]
    fn a_path_says_its_realm_and_section() {
        assert_eq!(realm_of("/admin/my%20realm/clients/c"), Some("my realm".into()));
        assert_eq!(realm_of("/admin"), None);
        assert_eq!(section("/admin/demo/settings/tokens"), Some(Section::Settings));
        assert_eq!(section("/admin/demo"), None);
    }

    #[test]
    fn a_path_says_its_screen() {
        for (path, expected) in [
            ("/admin", Screen::Start),
            ("/admin/", Screen::Start),
            ("/admin/demo", Screen::Realm("demo".into())),
            ("/admin/my%20realm/clients", Screen::Clients("my realm".into())),
            ("/admin/demo/clients/c/offline-access", Screen::Client("demo".into(), "c".into())),
            ("/admin/demo/settings/tokens", Screen::Tokens("demo".into())),
            ("/admin/demo/settings/other", Screen::Unknown),
            ("/admin/%zz/clients", Screen::Unknown),
        ] {
            assert_eq!(screen(path), expected, "{path}");
        }
    }

    #[test]
    fn another_realm_opens_at_the_same_section() {
        assert_eq!(same_place("/admin/demo/settings/tokens", "master"), "/admin/master/settings/tokens");
        assert_eq!(same_place("/admin/demo/clients/c/offline-access", "master"), "/admin/master/clients");
    }
}
