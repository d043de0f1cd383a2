//! The kinds of things that a realm has: where each is asked for, what of it may be searched, and how a hit looks.

use perennial_api::{PageQuery, paths};
use perennial_ui::prelude::*;
use serde::Deserialize;

use crate::api::{Api, Failure};
use crate::links;

/// Hits shown of each kind.
pub const MOST: usize = 5;

/// Kinds of things, in the order shown.
pub const KINDS: usize = 10;
pub const SCREENS: usize = 0;
pub const CLIENTS: usize = 1;
pub const USERS: usize = 2;
pub const SESSIONS: usize = 3;
pub const SCOPES: usize = 4;
pub const ROLES: usize = 5;
pub const RESOURCES: usize = 6;
pub const WEBHOOKS: usize = 7;
pub const PROVIDERS: usize = 8;
pub const REALMS: usize = 9;

/// The API searches these by name.
pub const SEARCHED: [usize; 4] = [CLIENTS, USERS, ROLES, RESOURCES];
/// Short lists, which the API gives whole.
pub const WHOLE: [usize; 3] = [SCOPES, WEBHOOKS, PROVIDERS];
/// What has a UUID, or a name as long as one, and an address by it.
pub const BY_ID: [usize; 4] = [CLIENTS, USERS, SESSIONS, RESOURCES];

/// What the finder shows of a thing of any kind: the whole representations would make the frame larger than a screen.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Thing {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    client_id: Option<String>,
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    /// Of a resource.
    resource: Option<String>,
    /// Of a webhook.
    url: Option<String>,
    /// Of an identity provider.
    alias: Option<String>,
    display_name: Option<String>,
}

impl Thing {
    /// `wanted` is in small letters.
    pub fn fits(&self, wanted: &str) -> bool {
        let names = [&self.name, &self.url, &self.alias, &self.display_name];
        self.id.as_deref() == Some(wanted)
            || names.into_iter().flatten().any(|name| name.to_lowercase().contains(wanted))
    }
}

/// Where a list of the kind is.
pub fn list_url(kind: usize, realm: &str) -> String {
    match kind {
        CLIENTS => paths::admin_clients(realm),
        USERS => paths::admin_users(realm),
        ROLES => paths::admin_roles(realm),
        RESOURCES => paths::admin_resources(realm),
        SCOPES => paths::admin_client_scopes(realm),
        WEBHOOKS => paths::admin_webhooks(realm),
        _ => paths::admin_identity_providers(realm),
    }
}

/// The beginning of such a list, as the API searches it.
pub fn search_url(kind: usize, realm: &str, words: &str) -> String {
    let query = PageQuery { search: Some(words.to_owned()), max: Some(MOST as u64), ..PageQuery::default() };
    list_url(kind, realm) + &query.to_query()
}

pub fn url_of(kind: usize, realm: &str, id: &str) -> String {
    match kind {
        CLIENTS => paths::admin_client(realm, id),
        USERS => paths::admin_user(realm, id),
        RESOURCES => paths::admin_resource(realm, id),
        _ => paths::admin_offline_session(realm, id),
    }
}

/// The things at an address, or the `one` that it is of; `None` where the search failed. What is not there, or not for
/// this admin's eyes, is nothing that was found.
pub async fn ask(api: Api, url: String, one: bool) -> Option<Vec<Thing>> {
    let answer = match one {
        true => api.get(&url).await.map(|thing| vec![thing]),
        false => api.get(&url).await,
    };
    match answer {
        Ok(things) => Some(things),
        Err(Failure::Refused { status: 400 | 403 | 404, .. }) => Some(Vec::new()),
        Err(_) => None,
    }
}

/// Identifiers of clients, users and sessions are UUIDs or at least as long as one.
pub fn looks_like_an_id(words: &str) -> bool {
    words.len() >= 20 && words.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

pub fn hit(key: String, label: &str, note: Option<String>) -> FinderHit {
    FinderHit { key, label: label.to_owned(), note: note.filter(|note| !note.is_empty() && note != label) }
}

/// `None` for what has no name to show.
pub fn found(kind: usize, realm: &str, thing: &Thing) -> Option<FinderHit> {
    // Texts that Keycloak fills in by language say nothing here.
    let plain = |words: Option<&String>| words.filter(|words| !words.starts_with("${")).cloned();
    let (section, name, note) = match kind {
        CLIENTS => ("clients", &thing.client_id, plain(thing.name.as_ref())),
        USERS => ("users", &thing.username, person(thing)),
        SESSIONS => ("offline-access", &thing.id, thing.username.clone()),
        SCOPES => ("client-scopes", &thing.name, thing.description.clone()),
        ROLES => ("roles", &thing.name, plain(thing.description.as_ref())),
        RESOURCES => ("resources", &thing.resource, thing.name.clone()),
        WEBHOOKS => ("webhooks", &thing.url, None),
        _ => ("settings/identity-providers", &thing.alias, thing.display_name.clone()),
    };
    let id = if kind == PROVIDERS { &thing.alias } else { &thing.id };
    let href = links::place(realm, &format!("{section}/{}", paths::encode(id.as_deref()?)));
    Some(hit(href, name.as_deref()?, note))
}

fn person(user: &Thing) -> Option<String> {
    let name =
        [user.first_name.as_deref(), user.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let both = [Some(name.as_str()).filter(|name| !name.trim().is_empty()), user.email.as_deref()];
    Some(both.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(text: &str) -> Thing {
        serde_json::from_str(text).expect("a thing")
    }

    #[test]
    fn a_hit_leads_to_its_screen_and_shows_what_tells_it_from_others() {
        let user = thing(r#"{"id": "u 1", "username": "ann", "firstName": "Ann", "email": "ann@example.org"}"#);
        let ann = found(USERS, "demo", &user).expect("a hit");
        assert_eq!((ann.key.as_str(), ann.label.as_str()), ("/admin/demo/users/u%201", "ann"));
        assert_eq!(ann.note.as_deref(), Some("Ann, ann@example.org"));
        let role = thing(r#"{"id": "r", "name": "away", "description": "${role_away}"}"#);
        assert_eq!(found(ROLES, "demo", &role).expect("a hit").note, None);
        let provider = found(PROVIDERS, "demo", &thing(r#"{"alias": "up", "displayName": "Up"}"#)).expect("a hit");
        assert_eq!(provider.key, "/admin/demo/settings/identity-providers/up");
        assert!(found(CLIENTS, "demo", &thing(r#"{"id": "c"}"#)).is_none(), "without a name");
    }

    #[test]
    fn short_lists_are_searched_by_name_and_id_and_not_by_descriptions() {
        let scope = thing(r#"{"id": "s1", "name": "Photos", "description": "All albums"}"#);
        assert!(scope.fits("photo") && scope.fits("s1") && !scope.fits("album") && !scope.fits("1"));
    }
}
