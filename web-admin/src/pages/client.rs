//! A client: who it is, and its tab *Offline access*, with the policy that applies and its sessions.

use leptos::prelude::*;
use perennial_api::{ClientRepresentation, RealmRepresentation, paths};
use perennial_ui::prelude::*;

use super::client_policy::PolicyCard;
use super::sessions::Sessions;
use crate::api::use_api;
use crate::links;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::texts;

#[component]
pub fn ClientPage(realm: String, client: String) -> impl IntoView {
    let api = use_api();
    let key = (realm.clone(), client.clone());
    let load = move |(realm, client): (String, String)| async move {
        let known: ClientRepresentation = api.get(&paths::admin_client(&realm, &client)).await?;
        let policy: RealmRepresentation = api.get(&paths::admin_realm(&realm)).await?;
        Ok((known, policy))
    };
    let both = remote(move || key.clone(), load);
    let texts = texts();
    view! {
        {shown(both, LoadingShape::Cards, move |(known, policy)| {
            let crumbs = vec![Crumb::here(name_of(&known))];
            set_trail("clients", &realm, crumbs);
            let tab = Tab {
                href: links::client_offline_access(&realm, &client),
                label: texts.client.offline_access.to_owned(),
                current: Signal::stored(true),
            };
            view! {
                {head(&known)}
                <Tabs tabs=vec![tab] />
                <div class="pn-stack">
                    <PolicyCard realm=realm.clone() policy=policy client=known.clone() />
                    <Sessions realm=realm.clone() client=client.clone() name=name_of(&known) />
                </div>
            }
        })}
    }
}

fn name_of(client: &ClientRepresentation) -> String {
    client.client_id.clone().unwrap_or_default()
}

fn head(client: &ClientRepresentation) -> impl IntoView + use<> {
    let texts = &texts().clients;
    let kind = if client.public_client.unwrap_or_default() { texts.public } else { texts.confidential };
    let disabled = client.enabled == Some(false);
    let words = |words: &Option<String>| words.clone().filter(|words| !words.is_empty() && !words.starts_with("${"));
    let title = words(&client.name).filter(|name| *name != name_of(client));
    let description = words(&client.description);
    view! {
        <header class="adm-client-head">
            <div class="pn-row">
                <h1>{name_of(client)}</h1>
                <Badge>{kind}</Badge>
                {disabled.then(|| view! { <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
            </div>
            {title.map(|title| view! { <p class="pn-muted">{title}</p> })}
            {description.map(|words| view! { <p class="pn-muted pn-small">{words}</p> })}
        </header>
    }
}
