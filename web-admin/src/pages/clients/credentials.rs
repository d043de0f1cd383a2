//! A client's tab *Credentials*: its secret, shown on demand and made anew after saying what that breaks, or its keys.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientSecretRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use super::client::Shared;
use super::texts::{CredentialTexts, SettingsTexts};
use crate::api::use_api;
use crate::browser;
use crate::confirm::{Question, confirm};
use crate::form::{Form, FormFrame, Rule};
use crate::pages::parts::PartsTexts;
use crate::pages::{Risk, Section, careful};

const BY_SECRET: &str = "client-secret";
const BY_KEYS: &str = "client-jwt";

#[component]
pub fn Credentials(shared: Shared) -> impl IntoView {
    let texts = CredentialTexts::get();
    if shared.flag("publicClient") {
        return view! { <Empty title=texts.public_title icon=IconKind::Key><p>{texts.public_words}</p></Empty> }
            .into_any();
    }
    let form = Form::over(shared.document);
    let method = form.text("clientAuthenticatorType", Rule::Free);
    let jwks = form.text("attributes/jwks.string", Rule::Free);
    let use_jwks = form.text_flag("attributes/use.jwks.string");
    // Keys count only where the client says so; whoever chooses keys means them.
    let put = Callback::new(move |_| {
        if *method.read_untracked() == BY_KEYS {
            use_jwks.set(true);
        }
        form.put(shared.url(), SettingsTexts::get().saved);
    });
    // Whatever knows only the old credential is locked out with the save.
    let risk = move |changes: &Map<String, Value>| {
        let words = match changes.get("clientAuthenticatorType")?.as_str()? {
            BY_KEYS => texts.to_keys_words,
            _ => texts.to_secret_words,
        };
        Some(Risk {
            title: (texts.method_title)(&form.before("clientId")),
            words: words.to_owned(),
            confirm: texts.method_change,
            whose: shared.whose(),
            always: true,
        })
    };
    let (submit, question) = careful(form, shared.realm, put, risk);
    let methods = vec![Choice::new(BY_SECRET, texts.by_secret), Choice::new(BY_KEYS, texts.by_keys)];
    let by_keys = move || *method.read() == BY_KEYS;
    let error = form.error("attributes/jwks.string");
    view! {
        <FormFrame form=form on_save=submit>
            <Section title=texts.title>
                <Select id="method" label=texts.method choices=methods value=method />
                <Show when=by_keys>
                    <TextArea
                        id="jwks"
                        label=texts.jwks
                        value=jwks
                        help=texts.jwks_help
                        error=error
                        rows=8
                        code=true
                    />
                </Show>
            </Section>
        </FormFrame>
        {question}
        <div class="adm-after"><Show when=move || !by_keys()><Secret shared=shared /></Show></div>
    }
    .into_any()
}

/// The secret is asked for only when it is to be seen, and forgotten with the tab.
#[component]
fn Secret(shared: Shared) -> impl IntoView {
    let texts = CredentialTexts::get();
    let all = crate::texts::texts();
    let api = use_api();
    let toasts = use_toasts();
    let seen = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let url = StoredValue::new(paths::admin_client_secret(&shared.realm.read_value(), &shared.id.read_value()));
    let show = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = api.get::<ClientSecretRepresentation>(&url.get_value()).await;
            busy.set(false);
            match answer {
                Ok(secret) => seen.set(Some(secret.value)),
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
        });
    });
    let not_copied = PartsTexts::get().not_copied;
    let copy = Callback::new(move |()| {
        let Some(secret) = seen.get_untracked() else { return };
        browser::copy(&secret, move |copied| match copied {
            true => toasts.done(texts.copied),
            false => toasts.failed(not_copied),
        });
    });
    let owners = move || -> Vec<String> {
        let document = shared.document.read();
        let contacts = document.get("contacts").and_then(Value::as_array);
        contacts.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let question = Question {
        open: asking,
        title: texts.regenerate_title.into(),
        consequence: Signal::derive(move || {
            let owners = owners();
            let tell =
                if owners.is_empty() { texts.announce_nobody.to_owned() } else { (texts.announce)(&owners.join(", ")) };
            format!("{} {tell}", texts.regenerate_words)
        })
        .into(),
        confirm: texts.regenerate,
        done: texts.renewed,
    };
    let act = move || async move {
        let secret: ClientSecretRepresentation = api.command(&url.get_value()).await?;
        seen.set(Some(secret.value));
        Ok(())
    };
    let shown = move || match seen.get() {
        Some(secret) => view! {
            <div class="adm-secret">
                <code id="client-secret">{secret}</code>
                <Button on_press=copy>{texts.copy}</Button>
                <Button on_press=Callback::new(move |()| seen.set(None))>{texts.hide}</Button>
            </div>
        }
        .into_any(),
        None => view! { <Button on_press=show busy=busy id="show-secret">{texts.show}</Button> }.into_any(),
    };
    let write_to = move || {
        let owners = owners();
        (!owners.is_empty()).then(|| {
            view! { <ButtonLink href=format!("mailto:{}", owners.join(",")) leave=true>{texts.write}</ButtonLink> }
        })
    };
    view! {
        <Card title=texts.secret>
            <p class="pn-muted adm-intro">{texts.shown_words}</p>
            <div class="adm-act">
                {shown}
                <div class="pn-row">
                    {write_to}
                    <Button
                        kind=ButtonKind::Danger
                        on_press=Callback::new(move |()| asking.set(true))
                        id="regenerate"
                    >
                        {texts.regenerate}
                    </Button>
                </div>
            </div>
        </Card>
        {confirm(question, act, || ())}
    }
}
