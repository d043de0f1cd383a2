//! The latest events about one user or client, as far as the realm stores them.

use leptos::prelude::*;
use perennial_api::{EventRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::remote::{remote, shown};
use crate::texts::event_words::event_words;
use crate::texts::phrases;

const MOST: usize = 50;

phrases! { EventListTexts =>
    title = "Events", "Eventos";
    when = "When", "Cuándo";
    what = "What", "Qué";
    client = "Client", "Cliente";
    address = "Address", "Dirección";
    more = "Details", "Detalles";
    none_title = "No events", "Sin eventos";
    none_words = "Nothing has happened here lately, or the realm does not store its events.", "No ha pasado nada últimamente, o el reino no guarda sus eventos.";
    reload = "Reload", "Actualizar";
}

/// `filter` is the part of the query that says whose: `user=…` or `client=…`.
#[component]
pub fn EventList(realm: String, filter: String) -> impl IntoView {
    let api = use_api();
    let texts = EventListTexts::get();
    let url = format!("{}?max={MOST}&{filter}", paths::admin_events(&realm));
    let events = remote(move || url.clone(), move |url| async move { api.get::<Vec<EventRepresentation>>(&url).await });
    view! {
        <div class="pn-row adm-section-head adm-spread">
            <h2>{texts.title}</h2>
            <Button on_press=Callback::new(move |()| events.reload()) busy=events.busy>{texts.reload}</Button>
        </div>
        {shown(events, LoadingShape::Rows, listed)}
    }
}

fn listed(events: Vec<EventRepresentation>) -> AnyView {
    let texts = EventListTexts::get();
    if events.is_empty() {
        return view! { <Empty title=texts.none_title icon=IconKind::List><p>{texts.none_words}</p></Empty> }
            .into_any();
    }
    let columns = [texts.when, texts.what, texts.client, texts.address, texts.more];
    view! {
        <Table caption=texts.title columns=columns.map(Column::new).to_vec()>
            {events.into_iter().map(row).collect_view()}
        </Table>
    }
    .into_any()
}

fn row(event: EventRepresentation) -> impl IntoView {
    let texts = EventListTexts::get();
    let words = event_words(use_lang(), &event.event_type).map_or_else(|| event.event_type.clone(), str::to_owned);
    let details = event.details.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <Cell label=texts.when head=true><Timestamp at=event.time /></Cell>
            <Cell label=texts.what>
                <span title=event.event_type>{words}</span>
                {event.error.map(|error| view! { " " <Badge tone=Tone::Danger>{error}</Badge> })}
            </Cell>
            <Cell label=texts.client>{event.client_id}</Cell>
            <Cell label=texts.address><span class="adm-address">{event.ip_address}</span></Cell>
            <Cell label=texts.more><span class="pn-small pn-muted adm-wrap">{details}</span></Cell>
        </tr>
    }
}
