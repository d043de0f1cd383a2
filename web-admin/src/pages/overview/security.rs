//! The latest events that somebody responsible for security wants to see.

use leptos::prelude::*;
use perennial_api::{EventRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::Api;
use crate::remote::{Remote, remote, shown};
use crate::texts::event_words::event_words;
use crate::texts::overview::OverviewTexts;

const TYPES: [&str; 5] =
    ["REFRESH_TOKEN_REUSED", "TOKEN_LEAKED", "REFRESH_KEY_SUSPECTED", "LOGIN_ERROR", "REFRESH_TOKEN_RECOVERED"];
const MOST: u32 = 8;

pub fn load(api: Api, realm: StoredValue<String>) -> Remote<Vec<EventRepresentation>> {
    let ask = move |()| async move {
        let types: String = TYPES.iter().map(|name| format!("type={name}&")).collect();
        api.get(&format!("{}?{types}max={MOST}", paths::admin_events(&realm.get_value()))).await
    };
    remote(|| (), ask)
}

pub fn card(events: Remote<Vec<EventRepresentation>>) -> impl IntoView {
    let texts = OverviewTexts::get();
    view! {
        <section class="ovw-security" aria-labelledby="security">
            <h2 id="security">{texts.security}</h2>
            {shown(events, LoadingShape::Rows, listed)}
        </section>
    }
}

fn listed(events: Vec<EventRepresentation>) -> AnyView {
    let texts = OverviewTexts::get();
    if events.is_empty() {
        return view! { <p class="pn-muted">{texts.no_security}</p> }.into_any();
    }
    let columns =
        vec![Column::new(texts.what), Column::new(texts.client), Column::new(texts.from), Column::new(texts.when)];
    view! { <Table caption=texts.security columns=columns>{events.into_iter().map(row).collect_view()}</Table> }
        .into_any()
}

fn row(event: EventRepresentation) -> impl IntoView {
    let texts = OverviewTexts::get();
    let words = event_words(use_lang(), &event.event_type).map_or_else(|| event.event_type.clone(), str::to_owned);
    let or_dash = |words: Option<String>| words.unwrap_or_else(|| texts.nobody.to_owned());
    view! {
        <tr>
            <Cell label=texts.what head=true>
                {words}
                {event.error.map(|error| view! { " " <code class="pn-muted">{error}</code> })}
            </Cell>
            <Cell label=texts.client>{or_dash(event.client_id)}</Cell>
            <Cell label=texts.from>{or_dash(event.ip_address)}</Cell>
            <Cell label=texts.when><Timestamp at=event.time exact=true /></Cell>
        </tr>
    }
}
