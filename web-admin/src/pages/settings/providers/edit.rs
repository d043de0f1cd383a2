//! One identity provider: making it, changing it, and deleting it with who users are there.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use super::fields::fields;
use super::linked::linked;
use super::{place, trail};
use crate::api::use_api;
use crate::browser;
use crate::confirm::Consequence;
use crate::form::{Form, FormFrame};
use crate::pages::{Copyable, DeleteThing, loaded_document, said_with};
use crate::texts::phrases;

#[component]
pub fn NewProvider(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ProviderTexts::get();
    trail(&realm, texts.new);
    let form = Form::new(json!({"enabled": true, "config": {"useJwksUrl": "true", "backchannelSupported": "true"}}));
    let list = place(&realm);
    let path = paths::admin_identity_providers(&realm);
    let cancel = list.clone();
    let create = Callback::new(move |_: Map<String, Value>| {
        let (path, list, draft) = (path.clone(), list.clone(), untrack(|| form.document()));
        let to = async move {
            let alias = api.create(&path, &draft).await?;
            Ok(format!("{list}/{alias}"))
        };
        form.make(to, texts.created);
    });
    view! {
        <h2 class="adm-section-head">{texts.new}</h2>
        <FormFrame form=form on_save=create create=texts.create cancel=cancel>{fields(form, true)}</FormFrame>
    }
}

#[component]
pub fn ProviderPage(realm: String, alias: String) -> impl IntoView {
    let texts = ProviderTexts::get();
    let path = paths::admin_identity_provider(&realm, &alias);
    loaded_document(path.clone(), move |saved| {
        let named = saved.get("displayName").and_then(Value::as_str).filter(|name| !name.is_empty());
        let name = named.unwrap_or(&alias).to_owned();
        trail(&realm, &name);
        let logout = format!(
            "{}/realms/{}/protocol/openid-connect/logout/backchannel-logout",
            browser::origin(),
            paths::encode(&realm)
        );
        let deleting = RwSignal::new(false);
        let forgotten = Consequence::counted(texts.delete_words, linked(&realm, &alias, deleting));
        view! {
            <div class="adm-section-head">
                <h2 class="adm-wrap">{name.clone()}</h2>
                <p class="pn-muted">{(texts.alias_is)(&alias)}</p>
            </div>
            <div class="pn-stack">
                <Card title=texts.address>
                    <p class="adm-intro">{texts.address_words}</p>
                    <Copyable label=texts.address_label value=logout />
                </Card>
                {provider_form(&realm, &alias, saved)}
            </div>
            <DeleteThing path=path.clone() title=(texts.delete_title)(&name) consequence=forgotten
                confirm=texts.delete done=texts.deleted then=place(&realm) open=deleting />
        }
        .into_any()
    })
}

/// A question of its own before what was told of users is forgotten, or is not heard any more.
fn provider_form(realm: &str, alias: &str, saved: Value) -> impl IntoView + use<> {
    let texts = ProviderTexts::get();
    let form = Form::new(saved);
    let put = form.putting(paths::admin_identity_provider(realm, alias), texts.saved);
    let words = move |changes: &Map<String, Value>| {
        let config = |name: &str| changes.get("config").and_then(|config| config.get(name)).and_then(Value::as_str);
        let is_off = changes.get("enabled") == Some(&Value::Bool(false));
        let heard = form.before("config/backchannelSupported") == "true";
        let is_another = config("issuer").is_some_and(|issuer| issuer != form.before("config/issuer"));
        match is_another {
            true => Some(texts.issuer_words),
            false => (is_off || (heard && config("backchannelSupported") == Some("false"))).then_some(texts.off_words),
        }
    };
    let asked = RwSignal::new(false);
    let (save, question) = said_with(put, asked, linked(realm, alias, asked), words);
    view! {
        <FormFrame form=form on_save=save>{fields(form, false)}</FormFrame>
        {question}
    }
}

phrases! {
    /// One identity provider.
    ProviderTexts =>
    new = "New identity provider", "Nuevo proveedor de identidad";
    create = "Create provider", "Crear proveedor";
    created = "The provider has been created.", "El proveedor se ha creado.";
    saved = "The provider has been saved.", "El proveedor se ha guardado.";
    alias_is: With = |alias| format!("Alias: {alias}"), |alias| format!("Alias: {alias}");
    address = "Back-channel logout address", "Dirección de cierre por canal trasero";
    address_label = "Address", "Dirección";
    address_words = "Enter this at the provider: it sends its logout messages there.",
        "Indíquela en el proveedor: allí envía sus avisos de cierre.";
    issuer_words = "A user of one issuer is nobody’s at another: who the users of this realm are at the provider is forgotten. Until they are linked again, its logout messages end nothing.",
        "Un usuario de un emisor no es nadie en otro: se olvida quiénes son los usuarios de este reino en el proveedor. Hasta vincularlos de nuevo, sus avisos de cierre no terminan nada.";
    off_words = "Whoever signs out at the provider stays signed in here: its logout messages are refused until this is on again.",
        "Quien cierre la sesión en el proveedor la conserva aquí: sus avisos de cierre se rechazan hasta que se active de nuevo.";
    delete = "Delete provider", "Borrar proveedor";
    delete_title: With = |name| format!("Delete the identity provider {name}?"), |name| format!("¿Borrar el proveedor de identidad {name}?");
    delete_words = "Its logout messages are refused, and who users are there is forgotten for all of them. Sign-ins and offline sessions go on.",
        "Sus avisos de cierre se rechazan y se olvida quiénes son allí todos los usuarios. Los inicios de sesión y las sesiones sin conexión siguen.";
    deleted = "The provider is gone.", "El proveedor ya no está.";
}
