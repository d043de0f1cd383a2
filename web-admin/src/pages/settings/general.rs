//! Tab *General*: what the realm is called, whether it is open, how it looks, how it signs, and where it is.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use super::SettingsTexts;
use super::accent::AccentField;
use crate::browser;
use crate::ends::Whose;
use crate::form::{Form, FormFrame, Rule};
use crate::pages::{Copyable, Risk, Section, careful, loaded_document};
use crate::texts::phrases;

pub fn general(realm: String) -> AnyView {
    let path = paths::admin_realm(&realm);
    loaded_document(path, move |saved| view! { <GeneralForm realm=realm.clone() saved=saved /> }.into_any())
}

#[component]
fn GeneralForm(realm: String, saved: Value) -> impl IntoView {
    let texts = GeneralTexts::get();
    let form = Form::new(saved);
    let put = form.putting(paths::admin_realm(&realm), SettingsTexts::get().saved);
    let title = (texts.disable_title)(&realm);
    let risk = move |changes: &Map<String, Value>| {
        (changes.get("enabled") == Some(&Value::Bool(false))).then(|| Risk {
            title: title.clone(),
            words: texts.disable_words.to_owned(),
            confirm: texts.disable,
            whose: Whose::Realm,
            always: true,
        })
    };
    let (save, question) = careful(form, StoredValue::new(realm.clone()), put, risk);
    let algorithms = ["RS256", "ES256", "EdDSA"].map(|name| Choice::new(name, name)).to_vec();
    let base = browser::origin();
    let issuer = format!("{base}/realms/{}", paths::encode(&realm));
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    let name = realm;
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.realm words=texts.realm_words>
                <dl class="adm-details adm-details-first">
                    <dt>{texts.name}</dt>
                    <dd class="pn-mono">{name}</dd>
                </dl>
                <TextField id="displayName" label=texts.display_name help=texts.display_name_help
                    value=form.text("displayName", Rule::Free) error=form.error("displayName") />
                <Switch id="enabled" label=texts.enabled help=texts.enabled_help value=form.flag("enabled") />
            </Section>
            <Section title=texts.look words=texts.look_words>
                <AccentField value=form.text("attributes/accentColor", Rule::Free) />
            </Section>
            <Section title=texts.signing words=texts.signing_words>
                <Select id="defaultSignatureAlgorithm" label=texts.algorithm choices=algorithms
                    value=form.text("defaultSignatureAlgorithm", Rule::Free)
                    error=form.error("defaultSignatureAlgorithm") help=texts.algorithm_help />
            </Section>
            <Section title=texts.addresses words=texts.addresses_words>
                <Copyable label=texts.issuer value=issuer.clone() />
                <Copyable label=texts.discovery value=discovery />
                <Copyable label=texts.account value=format!("{issuer}/account/") />
            </Section>
        </FormFrame>
        {question}
    }
}

phrases! {
    /// The tab *General*.
    GeneralTexts =>
    realm = "Realm", "Reino";
    realm_words = "What this place is called, and whether anyone can use it.",
        "Cómo se llama este lugar y si se puede usar.";
    name = "Name in addresses", "Nombre en las direcciones";
    display_name = "Display name", "Nombre visible";
    display_name_help = "Shown to people when they sign in and consent. Without one, the name in addresses is shown.",
        "Se muestra al iniciar sesión y al consentir. Si falta, se muestra el nombre en las direcciones.";
    enabled = "Open", "Abierto";
    enabled_help = "While it is closed nobody can sign in and no app gets tokens. Nothing ends: sessions go on when it opens again, as far as their time allows.",
        "Mientras está cerrado nadie puede iniciar sesión y ninguna aplicación recibe tokens. Nada termina: las sesiones siguen cuando vuelve a abrir, si su tiempo lo permite.";
    disable_title: perennial_ui::text::With =
        |realm| format!("Close the realm {realm}?"), |realm| format!("¿Cerrar el reino {realm}?");
    disable_words = "From now on nobody can sign in here, and every app is refused until you open it again, also those that work while people are away. No session ends by this.",
        "Desde ahora nadie puede iniciar sesión aquí y toda aplicación es rechazada hasta que lo abra de nuevo, también las que trabajan en ausencia de las personas. Ninguna sesión termina por esto.";
    disable = "Close it", "Cerrarlo";
    look = "Look", "Aspecto";
    look_words = "One colour tells people where they are.", "Un color le dice a la gente dónde está.";
    signing = "Signatures", "Firmas";
    signing_words = "How access and ID tokens are signed where a client asks for nothing else.",
        "Cómo se firman los tokens de acceso y de identidad si el cliente no pide otra cosa.";
    algorithm = "Algorithm", "Algoritmo";
    algorithm_help = "The realm needs an active key for it. ES256 is much quicker to sign than RS256, and as widely understood by now.",
        "El reino necesita una clave activa para él. ES256 firma mucho más rápido que RS256 y hoy se entiende igual de bien.";
    addresses = "Addresses", "Direcciones";
    addresses_words = "What apps are configured with.", "Con lo que se configuran las aplicaciones.";
    issuer = "Issuer", "Emisor";
    discovery = "Discovery document", "Documento de descubrimiento";
    account = "Account portal", "Portal de la cuenta";
}
