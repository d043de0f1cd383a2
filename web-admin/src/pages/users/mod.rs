//! Users: the list, making one, and one user with its tabs.

mod action_mails;
mod attributes;
mod consents;
mod create;
mod credentials;
mod details;
mod grants;
mod groups;
mod linked;
mod list;
mod sessions;
mod stored;
mod texts;
mod user;

use leptos::prelude::*;

use crate::screens::At;

/// Below the section in place of a user's id; no id is spelt so.
pub const CREATE: &str = "create";

pub fn screen(at: At) -> AnyView {
    let (user, tab) = (at.part(0), at.part(1));
    let screen = move || match user.get() {
        id if id.is_empty() => view! { <list::UsersPage realm=at.realm.clone() /> }.into_any(),
        id if id == CREATE => view! { <create::CreateUserPage realm=at.realm.clone() /> }.into_any(),
        id => view! { <user::UserPage realm=at.realm.clone() user=id tab=tab /> }.into_any(),
    };
    screen.into_any()
}
