//! One client: what it is, and the tabs, each with its own address.

use leptos::prelude::*;
use perennial_api::{ClientRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::Value;

use super::texts::TabTexts;
use super::{advanced, credentials, offline, roles, scopes, sessions, settings};
use crate::ends::Whose;
use crate::links;
use crate::pages::event_list::EventList;
use crate::pages::home::NotFound;
use crate::pages::loaded_document;
use crate::screens::set_trail;
use crate::texts::screen_texts;

/// What the tabs share.
#[derive(Clone, Copy)]
pub struct Shared {
    pub realm: StoredValue<String>,
    pub id: StoredValue<String>,
    /// As the admin API has the client; changes when something was saved.
    pub document: RwSignal<Value>,
}

impl Shared {
    pub fn url(self) -> String {
        paths::admin_client(&self.realm.read_value(), &self.id.read_value())
    }

    pub fn text(self, name: &str) -> String {
        self.document.read().get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub fn flag(self, name: &str) -> bool {
        self.document.read().get(name) == Some(&Value::Bool(true))
    }

    pub fn whose(self) -> Whose {
        Whose::Client(self.id.get_value())
    }

    /// Typed, for rules that are told elsewhere.
    pub fn client(self) -> ClientRepresentation {
        serde_json::from_value(self.document.get()).unwrap_or_default()
    }
}

#[component]
pub fn ClientPage(realm: String, client: String, tab: Memo<String>) -> impl IntoView {
    loaded_document(paths::admin_client(&realm, &client), move |document| {
        let shared = Shared {
            realm: StoredValue::new(realm.clone()),
            id: StoredValue::new(client.clone()),
            document: RwSignal::new(document),
        };
        view! { <Loaded shared=shared tab=tab /> }.into_any()
    })
}

#[component]
fn Loaded(shared: Shared, tab: Memo<String>) -> impl IntoView {
    let texts = TabTexts::get();
    let realm = shared.realm.get_value();
    let base = links::place(&realm, &format!("clients/{}", paths::encode(&shared.id.get_value())));
    let named = [
        ("", texts.settings),
        ("credentials", texts.credentials),
        ("scopes", texts.scopes),
        ("roles", texts.roles),
        ("sessions", texts.sessions),
        ("offline-access", texts.offline),
        ("events", texts.events),
        ("advanced", texts.advanced),
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
        let mut crumbs = vec![Crumb::to(shared.text("clientId"), base.clone())];
        crumbs.extend(named.iter().find(|(path, _)| *path == tab).map(|(_, label)| Crumb::here(*label)));
        set_trail("clients", &realm, crumbs);
    });
    view! {
        <Head shared=shared />
        <Tabs tabs=tabs />
        {move || match tab.read().as_str() {
            "" => view! { <settings::Settings shared=shared /> }.into_any(),
            "credentials" => view! { <credentials::Credentials shared=shared /> }.into_any(),
            "scopes" => view! { <scopes::Scopes shared=shared /> }.into_any(),
            "roles" => view! { <roles::Roles shared=shared /> }.into_any(),
            "sessions" => view! { <sessions::ClientSessions shared=shared /> }.into_any(),
            "offline-access" => view! { <offline::OfflineAccess shared=shared /> }.into_any(),
            "events" => {
                let filter = format!("client={}", paths::encode(&shared.text("clientId")));
                view! { <EventList realm=shared.realm.get_value() filter=filter /> }.into_any()
            }
            "advanced" => view! { <advanced::Advanced shared=shared /> }.into_any(),
            _ => view! { <NotFound /> }.into_any(),
        }}
    }
}

#[component]
fn Head(shared: Shared) -> impl IntoView {
    let texts = &screen_texts().clients;
    let kind = move || if shared.flag("publicClient") { texts.public } else { texts.confidential };
    let words = move |name| Some(shared.text(name)).filter(|words| !words.is_empty() && !words.starts_with("${"));
    let title = move || words("name").filter(|name| *name != shared.text("clientId"));
    view! {
        <header class="adm-client-head">
            <div class="pn-row">
                <h1>{move || shared.text("clientId")}</h1>
                <Badge>{kind}</Badge>
                {move || (!shared.flag("enabled")).then(|| view! { <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
            </div>
            {move || title().map(|title| view! { <p class="pn-muted">{title}</p> })}
            {move || words("description").map(|words| view! { <p class="pn-muted pn-small">{words}</p> })}
        </header>
    }
}
