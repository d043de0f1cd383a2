//! Clients: the list, making one, and one client with its tabs.

mod advanced;
mod client;
mod create;
mod credentials;
mod list;
mod offline;
mod policy_form;
mod roles;
mod scopes;
mod sessions;
mod settings;
mod texts;

use leptos::prelude::*;

use crate::screens::At;

/// Below the section in place of a client's id; no id is spelt so.
pub const CREATE: &str = "create";

pub fn screen(at: At) -> AnyView {
    let (client, tab) = (at.part(0), at.part(1));
    let screen = move || match client.get() {
        id if id.is_empty() => view! { <list::ClientsPage realm=at.realm.clone() /> }.into_any(),
        id if id == CREATE => view! { <create::CreateClientPage realm=at.realm.clone() /> }.into_any(),
        id => view! { <client::ClientPage realm=at.realm.clone() client=id tab=tab /> }.into_any(),
    };
    screen.into_any()
}
