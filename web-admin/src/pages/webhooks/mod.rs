//! Webhooks: who is told about events, and what became of each delivery.

mod deliveries;
mod edit;
mod list;

use leptos::prelude::*;

use crate::screens::At;

pub fn webhooks(at: At) -> AnyView {
    let (part, realm) = (at.part(0), at.realm.clone());
    let screen = move || match part.get().as_str() {
        "" => view! { <list::WebhooksPage realm=realm.clone() /> }.into_any(),
        "new" => view! { <edit::NewWebhook realm=realm.clone() /> }.into_any(),
        id => view! { <edit::WebhookPage realm=realm.clone() id=id.to_owned() /> }.into_any(),
    };
    screen.into_any()
}
