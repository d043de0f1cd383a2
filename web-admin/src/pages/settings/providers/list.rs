//! The realm's identity providers.

use leptos::prelude::*;
use perennial_api::{IdentityProviderRepresentation, paths};
use perennial_ui::prelude::*;

use super::{NEW, place};
use crate::api::use_api;
use crate::pages::settings::SettingsTexts;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

#[component]
pub fn Providers(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ProvidersTexts::get();
    set_trail("settings", &realm, vec![Crumb::here(SettingsTexts::get().providers)]);
    let path = paths::admin_identity_providers(&realm);
    let load = move |path: String| async move { api.get::<Vec<IdentityProviderRepresentation>>(&path).await };
    let providers = remote(move || path.clone(), load);
    let new = format!("{}/{NEW}", place(&realm));
    view! {
        <div class="pn-row adm-section-head adm-spread">
            <h2>{texts.title}</h2>
            <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
        </div>
        <p class="adm-intro">{texts.intro}</p>
        {shown(providers, LoadingShape::Rows, move |list| listed(&realm, list))}
    }
}

fn listed(realm: &str, list: Vec<IdentityProviderRepresentation>) -> AnyView {
    let texts = ProvidersTexts::get();
    if list.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Users><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns = vec![Column::new(texts.provider), Column::new(texts.issuer), Column::new(texts.messages)];
    let row = |provider: IdentityProviderRepresentation| {
        let alias = provider.alias.unwrap_or_default();
        let config = provider.config.unwrap_or_default();
        let says = |name: &str| config.get(name).cloned().unwrap_or_default();
        let heard = provider.enabled == Some(true) && says("backchannelSupported") == "true";
        let issuer = says("issuer");
        let badge = match heard {
            true => view! { <Badge tone=Tone::Good>{texts.believed}</Badge> },
            false => view! { <Badge tone=Tone::Warning>{texts.refused}</Badge> },
        };
        let href = format!("{}/{}", place(realm), paths::encode(&alias));
        let (name, below) = match provider.display_name.filter(|name| !name.is_empty()) {
            Some(name) => (name, Some(alias)),
            None => (alias, None),
        };
        view! {
            <tr>
                <Cell label=texts.provider head=true>
                    <a class="adm-wrap" href=href>{name}</a>
                    {below.map(|alias| view! { <div class="pn-muted pn-small adm-wrap">{alias}</div> })}
                </Cell>
                <Cell label=texts.issuer><span class="adm-url">{issuer}</span></Cell>
                <Cell label=texts.messages>{badge}</Cell>
            </tr>
        }
    };
    let rows = list.into_iter().map(row).collect_view();
    view! { <Table caption=texts.title columns=columns>{rows}</Table> }.into_any()
}

phrases! {
    /// The list of identity providers.
    ProvidersTexts =>
    title = "Identity providers", "Proveedores de identidad";
    new = "New provider", "Nuevo proveedor";
    intro = "An organization’s own OpenID Provider can tell this realm that somebody has signed out there. Nobody signs in through it: only its logout messages are used.",
        "El proveedor OpenID de una organización puede avisar a este reino de que alguien ha cerrado la sesión allí. Nadie inicia sesión a través de él: solo se usan sus avisos de cierre.";
    none = "No identity providers", "No hay proveedores de identidad";
    none_words = "Add one, and link users with who they are there.", "Añada uno y vincule a los usuarios con quienes son allí.";
    provider = "Provider", "Proveedor";
    issuer = "Issuer", "Emisor";
    messages = "Logout messages", "Avisos de cierre";
    believed = "Acted on", "Atendidos";
    refused = "Refused", "Rechazados";
}
