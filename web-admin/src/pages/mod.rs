//! The screens. Each is told its realm, reads its position from the address, loads through `Remote`, and is made of the kit.

mod client;
mod client_policy;
mod clients;
mod home;
mod picture;
mod policy_drawing;
mod revoke;
mod session_row;
mod sessions;
mod token_fields;
mod tokens;
mod what_if;

pub use home::{Home, NotFound, RealmHome};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::screens::At;

/// The list of clients, and below it one client.
pub fn clients(at: At) -> AnyView {
    let client = at.part(0);
    let screen = move || match client.get() {
        id if id.is_empty() => view! { <clients::ClientsPage realm=at.realm.clone() /> }.into_any(),
        id => view! { <client::ClientPage realm=at.realm.clone() client=id /> }.into_any(),
    };
    screen.into_any()
}

pub fn settings(at: At) -> AnyView {
    view! { <tokens::TokensPage realm=at.realm /> }.into_any()
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
