//! What became of each delivery of a webhook, newest first: its attempts, the last answer, what was sent, and trying again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::webhook::DeliveryStatus;
use perennial_api::{DeliveryRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::Value;

use crate::api::{Page, use_api};
use crate::links;
use crate::pages::{cursor_pager, pretty_json, query};
use crate::remote::{Remote, remote, shown};
use crate::texts::{phrases, texts};

const ROWS: usize = 25;

/// What a row needs to try again.
#[derive(Clone, Copy)]
struct Again {
    realm: StoredValue<String>,
    id: StoredValue<String>,
    page: Remote<Page<DeliveryRepresentation>>,
}

#[component]
pub fn Deliveries(realm: String, id: String) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = DeliveryTexts::get();
    let toasts = use_toasts();
    let after = query("after");
    let here = links::place(&realm, &format!("webhooks/{id}"));
    let (realm, id) = (StoredValue::new(realm), StoredValue::new(id));
    let load = move |after: String| async move {
        let path = paths::admin_webhook_deliveries(&realm.get_value(), &id.get_value());
        let after = if after.is_empty() { after } else { format!("&after={}", paths::encode(&after)) };
        api.page::<DeliveryRepresentation>(&format!("{path}?max={ROWS}{after}")).await
    };
    let page = remote(move || after.get(), load);
    let pinging = RwSignal::new(false);
    let ping = Callback::new(move |()| {
        pinging.set(true);
        spawn_local(async move {
            let path = paths::admin_webhook_ping(&realm.get_value(), &id.get_value());
            let answer = api.command::<Value>(&path).await;
            pinging.try_set(false);
            match answer {
                Ok(_) => toasts.done(words.pinged),
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
            page.reload();
        });
    });
    let reload = Callback::new(move |()| page.reload());
    let locked = is_locked();
    let actions = move || {
        view! {
            <Button kind=ButtonKind::Quiet on_press=reload busy=page.busy id="reload">{words.reload}</Button>
            <Button on_press=ping busy=pinging disabled=locked id="ping">{words.ping}</Button>
        }
    };
    let again = Again { realm, id, page };
    view! {
        <div class="adm-below">
            <Card title=words.title actions=actions id="deliveries">
                {shown(page, LoadingShape::Rows, move |found| {
                    listed(found, again, here.clone(), after.get_untracked())
                })}
            </Card>
        </div>
    }
}

fn listed(found: Page<DeliveryRepresentation>, again: Again, here: String, after: String) -> AnyView {
    let texts = DeliveryTexts::get();
    if found.items.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Webhook><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns = vec![
        Column::new(texts.event),
        Column::new(texts.state),
        Column::new(texts.attempts).number(),
        Column::new(texts.last),
        Column::new(texts.answer),
        Column::actions(texts.actions),
    ];
    let pager = cursor_pager(after, found.next, again.page.busy, move |cursor| {
        if cursor.is_empty() { here.clone() } else { format!("{here}?after={}", paths::encode(cursor)) }
    });
    view! {
        <Table caption=texts.title columns=columns busy=again.page.busy>
            {found.items.into_iter().map(|delivery| row(delivery, again)).collect_view()}
        </Table>
        {pager}
    }
    .into_any()
}

fn row(delivery: DeliveryRepresentation, again: Again) -> impl IntoView {
    let texts = DeliveryTexts::get();
    let open = RwSignal::new(false);
    let state = match delivery.status {
        DeliveryStatus::Delivered => {
            view! { <Badge tone=Tone::Good icon=IconKind::Check>{texts.delivered}</Badge> }.into_any()
        }
        DeliveryStatus::Failed => {
            view! { <Badge tone=Tone::Danger icon=IconKind::Warning>{texts.failed}</Badge> }.into_any()
        }
        DeliveryStatus::Waiting => view! {
            <Badge tone=Tone::Warning icon=IconKind::Clock>{texts.waiting}</Badge>
            {delivery.next_attempt.map(|at| view! {
                <div class="pn-muted pn-small">{texts.next} " " <Timestamp at=at /></div>
            })}
        }
        .into_any(),
    };
    let last = delivery.last_attempt.unwrap_or(delivery.created_date);
    let answer = match (delivery.response_status, delivery.response.clone()) {
        (Some(status), Some(words)) if !words.is_empty() => format!("{status} {words}"),
        (Some(status), _) => status.to_string(),
        (None, words) => words.unwrap_or_else(|| "–".to_owned()),
    };
    let payload = delivery.payload.as_deref().map(pretty_json).unwrap_or_default();
    let label = (texts.payload_of)(&delivery.event_type);
    let event = delivery.event_type.clone();
    view! {
        <tr>
            <Cell label=texts.event head=true>{event}</Cell>
            <Cell label=texts.state>{state}</Cell>
            <Cell label=texts.attempts number=true>{delivery.attempts}</Cell>
            <Cell label=texts.last><Timestamp at=last /></Cell>
            <Cell label=texts.answer><span class="adm-answer">{answer}</span></Cell>
            <Cell label=texts.actions>
                <div class="pn-row adm-row-actions">
                    <button class="pn-link-button" type="button" aria-label=label
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)>
                        {texts.payload}
                    </button>
                    <AgainButton delivery=delivery.id event=delivery.event_type again=again />
                </div>
            </Cell>
        </tr>
        {move || open.get().then(|| view! {
            <tr class="adm-more"><td colspan="6">
                <pre class="adm-json" tabindex="0" role="region" aria-label=texts.payload>{payload.clone()}</pre>
            </td></tr>
        })}
    }
}

#[component]
fn AgainButton(delivery: String, event: String, again: Again) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = DeliveryTexts::get();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let label = (words.again_of)(&event);
    let delivery = StoredValue::new(delivery);
    let send = Callback::new(move |()| {
        busy.set(true);
        let (realm, id) = (again.realm.get_value(), again.id.get_value());
        let path = paths::admin_webhook_redeliver(&realm, &id, &delivery.get_value());
        spawn_local(async move {
            let answer = api.post_unanswered(&path, &Value::Null).await;
            busy.try_set(false);
            match answer {
                Ok(()) => toasts.done(words.queued),
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
            again.page.reload();
        });
    });
    view! { <Button kind=ButtonKind::Quiet on_press=send busy=busy disabled=is_locked() label=label>{words.again}</Button> }
}

phrases! {
    /// Deliveries of a webhook.
    DeliveryTexts =>
    title = "Deliveries", "Entregas";
    none = "Nothing has been delivered yet", "Aún no se ha entregado nada";
    none_words = "Send a test to see whether the address answers.", "Envíe una prueba para ver si la dirección responde.";
    ping = "Send a test", "Enviar una prueba";
    pinged = "A test is on its way.", "Una prueba está en camino.";
    reload = "Look again", "Volver a mirar";
    event = "Event", "Evento";
    state = "State", "Estado";
    delivered = "Delivered", "Entregado";
    waiting = "Waiting", "En espera";
    failed = "Given up", "Abandonado";
    next = "next attempt", "próximo intento";
    attempts = "Attempts", "Intentos";
    last = "Last attempt", "Último intento";
    answer = "Answer", "Respuesta";
    actions = "Actions", "Acciones";
    payload = "Payload", "Contenido";
    payload_of: With = |what| format!("Payload of {what}"), |what| format!("Contenido de {what}");
    again = "Send again", "Reenviar";
    again_of: With = |what| format!("Send {what} again"), |what| format!("Reenviar {what}");
    queued = "It is on its way again.", "Está otra vez en camino.";
}
