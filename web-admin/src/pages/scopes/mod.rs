//! Client scopes as permissions: what an app may ask for, in which words, and what only an admin may allow.

mod consents;
mod edit;
mod grant;
mod list;

use leptos::prelude::*;
use perennial_api::{ClientScopeRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::{Api, Failure};
use crate::links;
use crate::screens::At;
use crate::texts::phrases;

const CONSENTS: &str = "admin-consents";

pub fn client_scopes(at: At) -> AnyView {
    let (first, second, realm) = (at.part(0), at.part(1), at.realm.clone());
    let screen = move || match (first.get().as_str(), second.get().as_str()) {
        ("", _) => view! { <list::ScopesPage realm=realm.clone() /> }.into_any(),
        ("new", _) => view! { <edit::NewScope realm=realm.clone() /> }.into_any(),
        (CONSENTS, "") => view! { <consents::ConsentsPage realm=realm.clone() /> }.into_any(),
        (CONSENTS, client) => view! { <grant::GrantPage realm=realm.clone() client=client.to_owned() /> }.into_any(),
        (id, _) => view! { <edit::ScopePage realm=realm.clone() id=id.to_owned() /> }.into_any(),
    };
    screen.into_any()
}

fn tabs(realm: &str, on_consents: bool) -> impl IntoView + use<> {
    let texts = ScopeTabsTexts::get();
    let tab = |place: String, label: &str, current: bool| Tab {
        href: links::place(realm, &place),
        label: label.to_owned(),
        current: Signal::stored(current),
    };
    let tabs = vec![
        tab("client-scopes".to_owned(), texts.scopes, !on_consents),
        tab(format!("client-scopes/{CONSENTS}"), texts.consents, on_consents),
    ];
    view! { <Tabs tabs=tabs /> }
}

/// What a new client starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Always,
    WhenAsked,
    Not,
}

impl Start {
    const ALL: [Start; 3] = [Start::Always, Start::WhenAsked, Start::Not];

    const fn key(self) -> &'static str {
        match self {
            Start::Always => "default",
            Start::WhenAsked => "optional",
            Start::Not => "none",
        }
    }

    fn from_key(key: &str) -> Start {
        Self::ALL.into_iter().find(|start| start.key() == key).unwrap_or(Start::Not)
    }
}

/// The ids of the scopes that new clients have always, and when they ask.
#[derive(Clone, Debug, Default, PartialEq)]
struct Starts {
    always: Vec<String>,
    when_asked: Vec<String>,
}

impl Starts {
    async fn load(api: Api, realm: &str) -> Result<Starts, Failure> {
        let ids = |list: Vec<ClientScopeRepresentation>| list.into_iter().filter_map(|scope| scope.id).collect();
        Ok(Starts {
            always: ids(api.get(&paths::admin_default_default_scopes(realm)).await?),
            when_asked: ids(api.get(&paths::admin_default_optional_scopes(realm)).await?),
        })
    }

    fn of(&self, id: &str) -> Start {
        match id {
            id if self.always.iter().any(|own| own == id) => Start::Always,
            id if self.when_asked.iter().any(|own| own == id) => Start::WhenAsked,
            _ => Start::Not,
        }
    }
}

phrases! {
    /// The tabs, and what new clients start with.
    ScopeTabsTexts =>
    scopes = "Permissions", "Permisos";
    consents = "Admin consents", "Consentimientos de administrador";
    start_name: fn(Start) -> &'static str =
        |start| match start {
            Start::Always => "Always",
            Start::WhenAsked => "When asked for",
            Start::Not => "No",
        },
        |start| match start {
            Start::Always => "Siempre",
            Start::WhenAsked => "Si se pide",
            Start::Not => "No",
        };
}
