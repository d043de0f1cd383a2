//! What happened to the session, the newest first.

use leptos::prelude::*;
use perennial_api::EventRepresentation;
use perennial_ui::prelude::*;

use super::Session;
use crate::texts::event_words::event_words;
use crate::texts::screen_texts;

pub fn card(session: &Session) -> impl IntoView + use<> {
    let texts = &screen_texts().session;
    let content = match session.events.is_empty() {
        true => view! { <p class="pn-muted">{texts.no_events}</p> }.into_any(),
        false => view! { <ol class="ofs-timeline">{session.events.iter().map(event).collect_view()}</ol> }.into_any(),
    };
    view! { <Card title=texts.timeline>{content}</Card> }
}

fn event(event: &EventRepresentation) -> impl IntoView + use<> {
    let texts = &screen_texts().session;
    let words = event_words(use_lang(), &event.event_type).map_or_else(|| event.event_type.clone(), str::to_owned);
    let bad = event.error.is_some() || matches!(event.event_type.as_str(), "REFRESH_TOKEN_REUSED" | "TOKEN_LEAKED");
    let by = event.details.get("by").map(|who| (texts.by)(who));
    let details: Vec<String> = event
        .details
        .iter()
        .filter(|(name, _)| *name != "by")
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let address = event.ip_address.clone().filter(|words| !words.is_empty());
    view! {
        <li class="ofs-event" class:ofs-event-bad=bad title=event.event_type.clone()>
            <p>
                <strong>{words}</strong>
                {by.map(|by| view! { " " <span class="pn-muted">{by}</span> })}
            </p>
            <p class="pn-muted pn-small ofs-event-facts">
                <Timestamp at=event.time />
                {address.map(|address| view! { <span class="adm-address">{address}</span> })}
                {event.error.clone().map(|error| view! { <code>{error}</code> })}
            </p>
            {(!details.is_empty()).then(|| view! { <p class="pn-muted pn-small ofs-event-details">{details.join(" · ")}</p> })}
        </li>
    }
}
