//! The console's own addresses, below `/admin`; everything that a list shows (search, position) is part of them.

use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use perennial_api::paths::{decode, encode};

/// What the router is mounted at.
pub const BASE: &str = "/admin";

/// A screen of a realm; `section` names it in `screens::PLACES`.
pub fn place(realm: &str, section: &str) -> String {
    format!("{BASE}/{}/{section}", encode(realm))
}

pub fn offline_access(realm: &str) -> String {
    place(realm, "offline-access")
}

pub fn offline_session(realm: &str, session: &str) -> String {
    format!("{}/{}", offline_access(realm), encode(session))
}

pub fn clients(realm: &str) -> String {
    place(realm, "clients")
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
    place(realm, "settings/tokens")
}

/// The same screen in another realm. What lies below a section is a thing of that realm, but for the settings' tabs.
pub fn same_place(path: &str, realm: &str) -> String {
    match address(path) {
        Address::Place { section, rest, .. } if section == "settings" => {
            let tab = rest.into_iter().take(1).collect();
            place(realm, &[vec![section], tab].concat().join("/"))
        }
        Address::Place { section, .. } => place(realm, &section),
        Address::Start | Address::Realm(_) | Address::Broken => format!("{BASE}/{}", encode(realm)),
    }
}

/// The parts of one of the console's addresses, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Start,
    Realm(String),
    Place { realm: String, section: String, rest: Vec<String> },
    Broken,
}

pub fn address(path: &str) -> Address {
    let segments = path.strip_prefix(BASE).unwrap_or_default().split('/').filter(|segment| !segment.is_empty());
    let Some(parts) = segments.map(decode).collect::<Option<Vec<String>>>() else { return Address::Broken };
    let mut parts = parts.into_iter();
    match (parts.next(), parts.next()) {
        (None, _) => Address::Start,
        (Some(realm), None) => Address::Realm(realm),
        (Some(realm), Some(section)) => Address::Place { realm, section, rest: parts.collect() },
    }
}

/// The realm that a path of the console is about.
pub fn realm_of(path: &str) -> Option<String> {
    match address(path) {
        Address::Realm(realm) | Address::Place { realm, .. } => Some(realm),
        Address::Start | Address::Broken => None,
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
        assert_eq!(client_offline_access_at("demo", "c", "", 0), "/admin/demo/clients/c/offline-access");
        assert_eq!(
            client_offline_access_at("demo", "c", "x:1", 50),
            "/admin/demo/clients/c/offline-access?after=x%3A1&first=50"
        );
    }

    #[test]
    fn a_path_says_its_realm_section_and_what_is_below() {
        assert_eq!(address("/admin/"), Address::Start);
        assert_eq!(address("/admin/demo"), Address::Realm("demo".into()));
        assert_eq!(address("/admin/%zz/clients"), Address::Broken);
        let place = Address::Place {
            realm: "my realm".into(),
            section: "clients".into(),
            rest: vec!["c".into(), "offline-access".into()],
        };
        assert_eq!(address("/admin/my%20realm/clients/c/offline-access"), place);
        assert_eq!(realm_of("/admin/my%20realm/clients/c"), Some("my realm".into()));
        assert_eq!(realm_of("/admin"), None);
    }

    #[test]
    fn another_realm_opens_at_the_same_section() {
        assert_eq!(same_place("/admin/demo/settings/tokens", "master"), "/admin/master/settings/tokens");
        assert_eq!(same_place("/admin/demo/settings/a/b", "master"), "/admin/master/settings/a");
        assert_eq!(same_place("/admin/demo/clients/c/offline-access", "master"), "/admin/master/clients");
        assert_eq!(same_place("/admin/demo", "master"), "/admin/master");
    }
}
