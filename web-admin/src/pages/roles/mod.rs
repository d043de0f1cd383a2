//! Realm roles: the list, one role, and the roles that a role includes.

mod composites;
mod edit;
mod list;
mod members;

use leptos::prelude::*;

use crate::screens::At;

pub fn roles(at: At) -> AnyView {
    let (part, realm) = (at.part(0), at.realm.clone());
    let screen = move || match part.get().as_str() {
        "" => view! { <list::RolesPage realm=realm.clone() /> }.into_any(),
        "new" => view! { <edit::NewRole realm=realm.clone() /> }.into_any(),
        id => view! { <edit::RolePage realm=realm.clone() id=id.to_owned() /> }.into_any(),
    };
    screen.into_any()
}

/// The role whose roles every user has.
fn default_role(realm: &str) -> String {
    format!("default-roles-{}", realm.to_lowercase())
}
