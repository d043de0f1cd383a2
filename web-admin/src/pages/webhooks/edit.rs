//! A webhook: making one, whose secret is shown once, and changing one, with its deliveries below.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::event::EVENT_TYPES;
use perennial_api::{WebhookRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use super::deliveries::Deliveries;
use crate::api::use_api;
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::{DeleteThing, Section, ShownOnce, loaded_document, said_first};
use crate::screens::set_trail;
use crate::texts::{phrases, texts};

/// Instead of the names of event types.
const EVERY: &str = "*";

#[component]
pub fn NewWebhook(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = WebhookTexts::get();
    set_trail("webhooks", &realm, vec![Crumb::here(texts.new)]);
    let form = Form::new(json!({"enabled": true, "eventTypes": [EVERY]}));
    let made = RwSignal::new(None::<WebhookRepresentation>);
    let path = StoredValue::new(paths::admin_webhooks(&realm));
    let list = links::place(&realm, "webhooks");
    let create = Callback::new(move |_: Map<String, Value>| {
        let draft = untrack(|| form.document());
        let saving = async move { api.post::<WebhookRepresentation>(&path.get_value(), &draft).await };
        form.run(saving, move |webhook| {
            form.settle();
            made.set(Some(webhook));
        });
    });
    let realm = StoredValue::new(realm);
    move || match made.get() {
        None => {
            let cancel = list.clone();
            view! {
                <header class="adm-head"><h1>{texts.new}</h1></header>
                <FormFrame form=form on_save=create create=texts.create cancel=cancel>{fields(form)}</FormFrame>
            }
            .into_any()
        }
        Some(webhook) => {
            let id = webhook.id.unwrap_or_default();
            let href = realm.with_value(|realm| links::place(realm, &format!("webhooks/{id}")));
            let secret = webhook.secret.unwrap_or_default();
            view! {
                <header class="adm-head"><h1>{texts.made}</h1></header>
                <Card>
                    <ShownOnce label=texts.secret words=texts.secret_once secret=secret />
                    <p class="adm-after-once">
                        <ButtonLink kind=ButtonKind::Primary href=href id="to-webhook">{texts.to_webhook}</ButtonLink>
                    </p>
                </Card>
            }
            .into_any()
        }
    }
}

#[component]
pub fn WebhookPage(realm: String, id: String) -> impl IntoView {
    let path = paths::admin_webhook(&realm, &id);
    loaded_document(path.clone(), move |saved| {
        let url = saved.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        set_trail("webhooks", &realm, vec![Crumb::here(url.clone())]);
        view! {
            <header class="adm-head"><h1 class="adm-url">{url.clone()}</h1></header>
            <WebhookForm path=path.clone() secret=paths::admin_webhook_secret(&realm, &id) saved=saved />
            <Deliveries realm=realm.clone() id=id.clone() />
            <DeleteWebhook realm=realm.clone() path=path.clone() url=url />
        }
        .into_any()
    })
}

#[component]
fn WebhookForm(path: String, secret: String, saved: Value) -> impl IntoView {
    let texts = WebhookTexts::get();
    let form = Form::new(saved);
    let words = move |changes: &Map<String, Value>| {
        (changes.get("enabled") == Some(&Value::Bool(false))).then_some(texts.off_words)
    };
    let (save, question) = said_first(form.putting(path, texts.saved), words);
    view! {
        <FormFrame form=form on_save=save>
            {fields(form)}
            <Section title=texts.secret words=texts.secret_words>
                <RenewSecret path=secret />
            </Section>
        </FormFrame>
        {question}
    }
}

fn fields(form: Form) -> impl IntoView {
    let texts = WebhookTexts::get();
    let types = form.names("eventTypes", Rule::Needed);
    let every = RwSignal::new(types.with_untracked(|types| types.iter().any(|name| name == EVERY)));
    // One switch stands for a name among the others.
    Effect::new(move |before: Option<bool>| {
        let on = every.get();
        if before.is_some_and(|before| before != on) {
            types.set(if on { vec![EVERY.to_owned()] } else { Vec::new() });
        }
        on
    });
    // Also where the form went back to what is saved.
    Effect::new(move || every.set(types.read().iter().any(|name| name == EVERY)));
    let options: Vec<Choice> = EVENT_TYPES.iter().map(|name| Choice::new(*name, *name)).collect();
    let error = form.error("eventTypes");
    view! {
        <Section title=texts.target words=texts.target_words>
            <TextField id="url" label=texts.url help=texts.url_help value=form.text("url", Rule::Needed)
                error=form.error("url") />
            <Switch id="enabled" label=texts.enabled help=texts.enabled_help value=form.flag("enabled") />
        </Section>
        <Section title=texts.events words=texts.events_words>
            <Switch id="every-type" label=texts.every help=texts.every_help value=every />
            {move || (!every.get()).then(|| view! {
                <CheckList id="eventTypes" legend=texts.only options=options.clone() value=types error=error />
            })}
        </Section>
    }
}

/// Makes another secret, which is shown once. The old one signs nothing from then on.
#[component]
fn RenewSecret(path: String) -> impl IntoView {
    let secret = StoredValue::new(path);
    let api = use_api();
    let all = texts();
    let words = WebhookTexts::get();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let made = RwSignal::new(None::<String>);
    let ask = Callback::new(move |()| {
        error.set(None);
        open.set(true);
    });
    let confirm = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = api.command::<WebhookRepresentation>(&secret.get_value()).await;
            busy.set(false);
            match answer {
                Ok(webhook) => {
                    made.set(webhook.secret);
                    open.set(false);
                }
                Err(failure) => error.set(Some((all.failure)(&failure))),
            }
        });
    });
    view! {
        {move || made.get().map(|secret| view! {
            <ShownOnce label=words.secret words=words.secret_once secret=secret />
        })}
        <Button on_press=ask id="renew-secret">{words.renew}</Button>
        <Dialog open=open kind=DialogKind::Danger title=words.renew_title consequence=words.renew_words
            confirm=words.renew on_confirm=confirm error=error busy=busy />
    }
}

#[component]
fn DeleteWebhook(realm: String, path: String, url: String) -> impl IntoView {
    let texts = WebhookTexts::get();
    let list = links::place(&realm, "webhooks");
    view! {
        <DeleteThing path=path title=(texts.delete_title)(&url) consequence=texts.delete_words confirm=texts.delete
            done=texts.deleted then=list />
    }
}

phrases! {
    /// One webhook.
    WebhookTexts =>
    new = "New webhook", "Nuevo webhook";
    create = "Create webhook", "Crear webhook";
    made = "The webhook has been created", "El webhook se ha creado";
    to_webhook = "To the webhook", "Ir al webhook";
    saved = "The webhook has been saved.", "El webhook se ha guardado.";
    target = "Target", "Destino";
    target_words = "Answers with any 2xx within a few seconds count as received; otherwise it is tried again, less and less often, for three days.",
        "Cualquier respuesta 2xx en unos segundos cuenta como recibida; si no, se intenta otra vez, cada vez con menos frecuencia.";
    url = "Address", "Dirección";
    url_help = "https://…, outside of this server’s own network.", "https://…, fuera de la red propia de este servidor.";
    enabled = "Deliver events", "Entregar eventos";
    enabled_help = "Off: what waits is given up, and what happens meanwhile is not told later.",
        "No: lo que espera se abandona y lo que pase mientras tanto no se cuenta después.";
    off_words = "Deliveries that wait are given up, and what happens until it is on again is never told to the receiver.",
        "Las entregas en espera se abandonan y lo que pase hasta que se active de nuevo no se cuenta nunca a quien recibe.";
    events = "Told about", "Se le cuenta";
    events_words = "Each event is one signed POST with JSON.", "Cada evento es un POST firmado con JSON.";
    every = "Everything but each use of a token", "Todo menos cada uso de un token";
    every_help = "Also types that a later version adds.", "También los tipos que añada una versión posterior.";
    only = "Only these", "Solo estos";
    secret = "Secret", "Secreto";
    secret_words = "Signs what is sent (Standard Webhooks), so that the receiver knows it comes from here.",
        "Firma lo que se envía (Standard Webhooks), para que quien lo recibe sepa que viene de aquí.";
    secret_once = "This secret is shown only now. The receiver needs it to check signatures.",
        "Este secreto solo se muestra ahora. Quien recibe lo necesita para comprobar las firmas.";
    renew = "Make a new secret", "Crear otro secreto";
    renew_title = "Make a new secret?", "¿Crear otro secreto?";
    renew_words = "From now on everything is signed with the new one, also deliveries that are waiting. A receiver that knows only the old one refuses them until it is told.",
        "Desde ahora todo se firma con el nuevo, también las entregas en espera. Quien solo conoce el anterior las rechaza hasta que se le diga.";
    delete = "Delete webhook", "Borrar webhook";
    delete_title: With = |url| format!("Delete the webhook to {url}?"), |url| format!("¿Borrar el webhook hacia {url}?");
    delete_words = "Deliveries that wait are not made any more, and the record of past ones goes with it.",
        "Las entregas en espera ya no se hacen y el registro de las pasadas se va con él.";
    deleted = "The webhook is gone.", "El webhook ya no está.";
}
