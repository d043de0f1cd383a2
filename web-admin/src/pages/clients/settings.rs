//! A client's tab *Settings*: names, addresses, what the consent page says, how it gets tokens; and deleting it.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::client::Shared;
use super::texts::{CreateTexts, SettingsTexts};
use crate::confirm::Consequence;
use crate::ends::ends;
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::{DeleteThing, Risk, Section, careful};

#[component]
pub fn Settings(shared: Shared) -> impl IntoView {
    let form = Form::over(shared.document);
    let texts = SettingsTexts::get();
    let risk = move |changes: &Map<String, Value>| risk(form, shared, texts, changes);
    let (save, question) = careful(form, shared.realm, form.putting(shared.url(), texts.saved), risk);
    view! {
        <FormFrame form=form on_save=save>
            {general(form)}
            {addresses(form)}
            {consent_page(form)}
            {flows(form)}
        </FormFrame>
        {question}
        {delete(shared)}
    }
}

/// What saving these changes takes away; the first of several names the question, and each is told.
fn risk(form: Form, shared: Shared, texts: &SettingsTexts, changes: &Map<String, Value>) -> Option<Risk> {
    let name = form.before("clientId");
    let off = |path: &str| changes.get(path) == Some(&Value::Bool(false));
    let device = "oauth2.device.authorization.grant.enabled";
    // All attributes are sent where one differs.
    let attribute = changes.get("attributes").and_then(|all| all.get(device)).and_then(Value::as_str);
    let device_off = attribute == Some("false") && form.before(&format!("attributes/{device}")) == "true";
    let left = |addresses: &Value| addresses.as_array().cloned().unwrap_or_default();
    let sent = changes.get("redirectUris").map(left);
    let saved = left(&shared.document.read_untracked()["redirectUris"]);
    let fewer = sent.as_ref().is_some_and(|sent| saved.iter().any(|address| !sent.contains(address)));
    let addresses_words = match sent.as_ref().is_some_and(Vec::is_empty) {
        true => texts.no_address_words,
        false => texts.fewer_addresses_words,
    };
    let all = [
        (off("enabled"), texts.disable_title, texts.disable_words, texts.disable),
        (changes.contains_key("clientId"), texts.rename_title, texts.rename_words, texts.rename),
        (off("serviceAccountsEnabled"), texts.service_off_title, texts.service_off_words, texts.service_off),
        (off("standardFlowEnabled"), texts.flow_off_title, texts.flow_off_words, texts.flow_off),
        (device_off, texts.device_off_title, texts.device_off_words, texts.flow_off),
        (off("directAccessGrantsEnabled"), texts.direct_off_title, texts.direct_off_words, texts.flow_off),
        (fewer, texts.fewer_addresses_title, addresses_words, texts.fewer_addresses),
    ];
    let told: Vec<_> = all.into_iter().filter(|(applies, ..)| *applies).collect();
    let (_, title, _, confirm) = *told.first()?;
    let words: Vec<&str> = told.iter().map(|(_, _, words, _)| *words).collect();
    let confirm = if told.len() == 1 { confirm } else { texts.all_the_same };
    Some(Risk { title: title(&name), words: words.join(" "), confirm, whose: shared.whose(), always: true })
}

fn general(form: Form) -> AnyView {
    let (texts, create) = (SettingsTexts::get(), CreateTexts::get());
    view! {
        <Section title=texts.general words=texts.general_words>
            {form.text_field("clientId", Rule::Needed, create.client_id, "")}
            {form.text_field("name", Rule::Free, create.name, create.name_help)}
            {form.text_field("description", Rule::Free, texts.description, "")}
            {form.switch("enabled", texts.enabled, texts.enabled_help)}
        </Section>
    }
    .into_any()
}

fn addresses(form: Form) -> AnyView {
    let (texts, create) = (SettingsTexts::get(), CreateTexts::get());
    view! {
        <Section title=texts.addresses words=texts.addresses_words>
            {form.lines_field("redirectUris", 3, create.redirects, create.redirects_help)}
            {form.lines_field("attributes/post.logout.redirect.uris", 2, texts.logout, "")}
            {form.lines_field("webOrigins", 2, texts.origins, texts.origins_help)}
            {form.text_field("rootUrl", Rule::Free, texts.root, "")}
            {form.text_field("baseUrl", Rule::Free, texts.home, "")}
        </Section>
    }
    .into_any()
}

fn consent_page(form: Form) -> AnyView {
    let texts = SettingsTexts::get();
    view! {
        <Section title=texts.consent_page words=texts.consent_page_words>
            {form.text_field("attributes/logoUri", Rule::Free, texts.logo, "")}
            {form.text_field("attributes/policyUri", Rule::Free, texts.policy, "")}
            {form.text_field("attributes/tosUri", Rule::Free, texts.terms, "")}
        </Section>
    }
    .into_any()
}

fn flows(form: Form) -> AnyView {
    let texts = SettingsTexts::get();
    view! {
        <Section title=texts.flows words=texts.flows_words>
            {form.switch("standardFlowEnabled", texts.standard, texts.standard_help)}
            {form.switch("attributes/oauth2.device.authorization.grant.enabled", texts.device, texts.device_help)}
            {form.switch("serviceAccountsEnabled", texts.service, texts.service_help)}
            {form.switch("directAccessGrantsEnabled", texts.direct, texts.direct_help)}
        </Section>
    }
    .into_any()
}

fn delete(shared: Shared) -> AnyView {
    let texts = SettingsTexts::get();
    let open = RwSignal::new(false);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let title = Signal::derive(move || (texts.delete_title)(&shared.text("clientId")));
    let consequence = Consequence::counted(texts.delete_words, ending);
    let then = links::clients(&shared.realm.read_value());
    view! {
        <DeleteThing path=shared.url() title=title consequence=consequence confirm=texts.delete done=texts.deleted
            then=then open=open />
    }
    .into_any()
}
