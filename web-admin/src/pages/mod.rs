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

pub use client::ClientPage;
pub use clients::ClientsPage;
pub use home::{Home, NotFound, RealmHome};
pub use tokens::TokensPage;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::browser;
use crate::texts::texts;

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

fn set_title(parts: &[&str]) {
    browser::set_title(&format!("{} · {}", parts.join(" · "), texts().product));
}
