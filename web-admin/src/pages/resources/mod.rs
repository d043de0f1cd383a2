//! Protected resources (RFC 8707): what access tokens are for, and lifetimes of their own that win where they are targeted.

mod edit;
mod list;

use leptos::prelude::*;

use crate::screens::At;

pub fn resources(at: At) -> AnyView {
    let (part, realm) = (at.part(0), at.realm.clone());
    let screen = move || match part.get().as_str() {
        "" => view! { <list::ResourcesPage realm=realm.clone() /> }.into_any(),
        "new" => view! { <edit::NewResource realm=realm.clone() /> }.into_any(),
        id => view! { <edit::ResourcePage realm=realm.clone() id=id.to_owned() /> }.into_any(),
    };
    screen.into_any()
}
