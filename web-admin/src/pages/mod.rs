//! The screens. Each is told its realm, reads its position from the address, loads through `Remote`, and is made of the kit.

mod careful;
mod client_policy;
pub mod clients;
mod effective_roles;
mod event_list;
mod events;
mod filter;
mod holders;
mod home;
mod keys;
mod not_before;
mod offline;
mod overview;
mod parts;
mod picture;
mod policy_drawing;
mod realm_file;
pub mod realms;
mod resources;
pub mod revocation;
mod revoke;
mod role_mappings;
mod roles;
mod scopes;
mod session;
mod session_row;
mod sessions;
mod settings;
mod token_fields;
mod tokens;
pub mod users;
mod webhooks;
mod what_if;
mod whole;

pub use events::events;
pub use offline::FilterName;

pub use home::{Home, NotFound, RealmHome};
pub use keys::keys;
pub use resources::resources;
pub use roles::roles;
pub use scopes::client_scopes;
pub use settings::settings;
pub use webhooks::webhooks;

use careful::{Risk, careful, said_first, said_with};
use parts::{
    Copyable, DeleteThing, Section, ShownOnce, cursor_pager, document_form, loaded_document, loaded_once, pretty_json,
};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::screens::At;

pub fn overview(at: At) -> AnyView {
    view! { <overview::OverviewPage realm=at.realm /> }.into_any()
}

/// All offline sessions, and below it one of them.
pub fn offline_access(at: At) -> AnyView {
    let session = at.part(0);
    let screen = move || match session.get() {
        id if id.is_empty() => view! { <offline::OfflineAccessPage realm=at.realm.clone() /> }.into_any(),
        id => view! { <session::SessionPage realm=at.realm.clone() session=id /> }.into_any(),
    };
    screen.into_any()
}

/// A part of the query, empty where it is missing.
fn query(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get(name).unwrap_or_default())
}

/// How many rows come before the first one shown.
fn first_row() -> Memo<u64> {
    let first = query("first");
    Memo::new(move |_| first.read().parse().unwrap_or(0))
}
