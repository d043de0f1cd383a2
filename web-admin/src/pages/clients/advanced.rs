//! A client's tab *Advanced*: owners, consent, how its tokens are made, and its revocation policy.

use leptos::prelude::*;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use super::client::Shared;
use super::texts::{AdvancedTexts, SettingsTexts};
use crate::form::{Form, FormFrame};
use crate::pages::not_before::NotBeforeCard;
use crate::pages::{Risk, Section, careful};

#[component]
pub fn Advanced(shared: Shared) -> impl IntoView {
    let texts = AdvancedTexts::get();
    let form = Form::over(shared.document);
    let put = form.putting(shared.url(), SettingsTexts::get().saved);
    let risk = move |changes: &Map<String, Value>| {
        let attributes = changes.get("attributes");
        // All attributes are sent where one differs.
        let off = |name: &str| {
            let value = attributes.and_then(|all| all.get(name));
            value.and_then(Value::as_str) == Some("false") && form.before(&format!("attributes/{name}")) != "false"
        };
        let refuses = off("use.refresh.tokens") || off("client_credentials.use_refresh_token");
        // Nothing that is not bound to a key is renewed from then on.
        let dpop = "dpop.bound.access.tokens";
        let on = attributes.and_then(|all| all.get(dpop)).and_then(Value::as_str) == Some("true");
        let binds = on && form.before(&format!("attributes/{dpop}")) != "true";
        let asks = changes.get("consentRequired") == Some(&Value::Bool(true));
        let words = [(refuses, texts.less_refresh), (binds, texts.less_dpop), (asks, texts.less_consent)];
        let words: Vec<&str> = words.into_iter().filter_map(|(applies, words)| applies.then_some(words)).collect();
        (!words.is_empty()).then(|| Risk {
            title: (texts.less_title)(&form.before("clientId")),
            words: words.join(" "),
            confirm: texts.less_confirm,
            whose: shared.whose(),
            always: false,
        })
    };
    let (save, question) = careful(form, shared.realm, put, risk);
    let choices = vec![Choice::new("", texts.stored), Choice::new("strict", texts.strictly)];
    let (realm, whose, url) = (shared.realm.get_value(), shared.whose(), shared.url());
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.owners words=texts.owners_words>
                {form.lines_field("contacts", 2, texts.contacts, texts.contacts_help)}
            </Section>
            <Section title=texts.consent words=texts.consent_words>
                {form.switch("consentRequired", texts.ask, "")}
                {form.choice("attributes/offline.access.consent", texts.strict, choices)}
            </Section>
            {tokens(form)}
        </FormFrame>
        {question}
        <div class="adm-after">
            <NotBeforeCard realm=realm whose=whose document=shared.document url=url />
        </div>
    }
}

fn tokens(form: Form) -> AnyView {
    let texts = AdvancedTexts::get();
    let signing = ["RS256", "ES256", "EdDSA"].map(|name| Choice::new(name, name));
    let algorithms: Vec<Choice> = std::iter::once(Choice::new("", texts.by_realm)).chain(signing).collect();
    let pkce =
        vec![Choice::new("", texts.pkce_kind), Choice::new("S256", texts.pkce_on), Choice::new("none", texts.pkce_off)];
    view! {
        <Section title=texts.tokens words=texts.tokens_words>
            {form.lifetime_field("attributes/access.token.lifespan", texts.lifespan, texts.lifespan_help.to_owned())}
            {form.switch("attributes/access.token.header.type.rfc9068", texts.header, texts.header_help)}
            {form.switch("attributes/dpop.bound.access.tokens", texts.dpop, texts.dpop_help)}
            {form.switch("attributes/use.refresh.tokens", texts.refresh, "")}
            {form.switch("attributes/client_credentials.use_refresh_token", texts.refresh_service, "")}
            {form.choice("attributes/access.token.signed.response.alg", texts.algorithm, algorithms)}
            {form.choice("attributes/pkce.code.challenge.method", texts.pkce, pkce)}
        </Section>
    }
    .into_any()
}
