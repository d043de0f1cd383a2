//! One user: who it is, and the tabs, each with its own address.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::Value;

use super::attributes::Attributes;
use super::consents::Consents;
use super::credentials::Credentials;
use super::details::Details;
use super::groups::UserGroups;
use super::linked::LinkedAccounts;
use super::sessions::UserSessions;
use super::texts::UsersTexts;
use crate::ends::Whose;
use crate::links;
use crate::pages::event_list::EventList;
use crate::pages::home::NotFound;
use crate::pages::loaded_document;
use crate::pages::role_mappings::{Holder, RoleMappings};
use crate::screens::set_trail;

/// What the tabs share.
#[derive(Clone, Copy)]
pub struct Shared {
    pub realm: StoredValue<String>,
    pub id: StoredValue<String>,
    /// As the admin API has the user; changes when something was saved.
    pub document: RwSignal<Value>,
}

impl Shared {
    pub fn text(self, name: &str) -> String {
        self.document.read().get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub fn whose(self) -> Whose {
        Whose::User(self.id.get_value())
    }
}

#[component]
pub fn UserPage(realm: String, user: String, tab: Memo<String>) -> impl IntoView {
    loaded_document(paths::admin_user(&realm, &user), move |document| {
        let shared = Shared {
            realm: StoredValue::new(realm.clone()),
            id: StoredValue::new(user.clone()),
            document: RwSignal::new(document),
        };
        view! { <Loaded shared=shared tab=tab /> }.into_any()
    })
}

#[component]
fn Loaded(shared: Shared, tab: Memo<String>) -> impl IntoView {
    let texts = UsersTexts::get();
    let realm = shared.realm.get_value();
    let base = links::place(&realm, &format!("users/{}", paths::encode(&shared.id.get_value())));
    let named = [
        ("", texts.details),
        ("attributes", texts.attributes),
        ("credentials", texts.credentials),
        ("roles", texts.roles),
        ("groups", texts.groups),
        ("sessions", texts.sessions),
        ("consents", texts.consents),
        ("linked", texts.linked),
        ("events", texts.events),
    ];
    let tabs: Vec<Tab> = named
        .into_iter()
        .map(|(path, label)| Tab {
            href: format!("{base}/{path}").trim_end_matches('/').to_owned(),
            label: label.to_owned(),
            current: Signal::derive(move || *tab.read() == path),
        })
        .collect();
    Effect::new(move || {
        let tab = tab.get();
        let name = shared.text("username");
        let mut crumbs = vec![Crumb::to(name, base.clone())];
        crumbs.extend(named.iter().find(|(path, _)| *path == tab).map(|(_, label)| Crumb::here(*label)));
        set_trail("users", &realm, crumbs);
    });
    view! {
        <Head shared=shared />
        <Tabs tabs=tabs />
        {move || match tab.read().as_str() {
            "" => view! { <Details shared=shared /> }.into_any(),
            "attributes" => view! { <Attributes shared=shared /> }.into_any(),
            "groups" => view! { <UserGroups shared=shared /> }.into_any(),
            "credentials" => view! { <Credentials shared=shared /> }.into_any(),
            "roles" => {
                let holder = Holder::user(&shared.realm.read_value(), &shared.id.read_value());
                view! { <RoleMappings realm=shared.realm holder=holder /> }.into_any()
            }
            "sessions" => view! { <UserSessions shared=shared /> }.into_any(),
            "consents" => view! { <Consents shared=shared /> }.into_any(),
            "linked" => view! { <LinkedAccounts shared=shared /> }.into_any(),
            "events" => {
                view! { <EventList realm=shared.realm.get_value() filter=format!("user={}", shared.id.get_value()) /> }
                    .into_any()
            }
            _ => view! { <NotFound /> }.into_any(),
        }}
    }
}

#[component]
fn Head(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let name = move || {
        let parts = [shared.text("firstName"), shared.text("lastName")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let disabled = move || shared.document.read().get("enabled") == Some(&Value::Bool(false));
    let service = move || !shared.text("serviceAccountClientId").is_empty();
    view! {
        <header class="adm-client-head">
            <div class="pn-row">
                <h1>{move || shared.text("username")}</h1>
                {move || disabled().then(|| view! { <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
                {move || service().then(|| view! { <Badge>{texts.service_account}</Badge> })}
            </div>
            <p class="pn-muted">{name}</p>
        </header>
    }
}
