//! What users and clients did, newest first.

use leptos::prelude::*;
use perennial_api::event::EVENT_TYPES;
use perennial_api::{EventRepresentation, UserRepresentation, paths};
use perennial_ui::prelude::*;

use super::filter::{Filter, FilterBar, FilterInput, address, values};
use super::{EventsTexts, details_button, facts, none};
use crate::api::{Api, Failure, Page, use_api};
use crate::links;
use crate::pages::{cursor_pager, query};
use crate::remote::{remote, shown};
use crate::texts::event_words::event_words;
use crate::texts::phrases;

const ROWS: usize = 50;
/// In the address, and in this order everywhere here.
const NAMES: &[&str] = &["type", "client", "user", "ip", "from", "to"];
/// The same, as the API calls them.
const PARAMETERS: [&str; 6] = ["type", "client", "user", "ipAddress", "dateFrom", "dateTo"];

#[component]
pub fn UserEvents(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = EventsTexts::get();
    let words = UserEventsTexts::get();
    let base = links::place(&realm, "events");
    let values = values(NAMES);
    let after = query("after");
    let of = realm.clone();
    let load = move |(values, after): (Vec<String>, String)| load(api, of.clone(), values, after);
    let events = remote(move || (values.get(), after.get()), load);
    let types = EVENT_TYPES.iter().map(|name| Choice::new(*name, *name)).collect();
    let filter = |name, label, input| Filter { name, label, input };
    let filters = vec![
        filter("type", texts.kind, FilterInput::Choice(types)),
        filter("client", texts.client, FilterInput::Text),
        filter("user", texts.user, FilterInput::Text),
        filter("ip", texts.address, FilterInput::Text),
        filter("from", words.from, FilterInput::Day),
        filter("to", words.to, FilterInput::Day),
    ];
    let bar = base.clone();
    view! {
        <FilterBar base=bar names=NAMES values=values filters=filters />
        {shown(events, LoadingShape::Rows, move |page: Page<EventRepresentation>| {
            let set = values.get_untracked();
            if page.items.is_empty() {
                return none(set.iter().any(|value| !value.is_empty()), base.clone());
            }
            let to = base.clone();
            let pager = cursor_pager(after.get_untracked(), page.next, events.busy, move |cursor| {
                address(&to, NAMES, &set, cursor)
            });
            let columns = vec![
                Column::new(texts.time),
                Column::new(texts.kind),
                Column::new(texts.client),
                Column::new(texts.user),
                Column::new(texts.address),
                Column::actions(texts.actions),
            ];
            view! {
                <Table caption=texts.of_users columns=columns busy=events.busy>
                    {page.items.into_iter().map(row).collect_view()}
                </Table>
                {pager}
            }
            .into_any()
        })}
    }
}

/// A user is named by id in the API; whoever types a name means the user of that name.
async fn load(
    api: Api,
    realm: String,
    mut values: Vec<String>,
    after: String,
) -> Result<Page<EventRepresentation>, Failure> {
    let user = &values[2];
    if !user.is_empty() && !is_id(user) {
        let path = format!("{}?exact=true&username={}", paths::admin_users(&realm), paths::encode(user));
        let found: Vec<UserRepresentation> = api.get(&path).await?;
        let Some(id) = found.into_iter().find_map(|user| user.id) else { return Ok(Page::default()) };
        values[2] = id;
    }
    let path = address(&paths::admin_events(&realm), &PARAMETERS, &values, &after);
    let separator = if path.contains('?') { '&' } else { '?' };
    api.page(&format!("{path}{separator}max={ROWS}")).await
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn row(event: EventRepresentation) -> impl IntoView {
    let texts = EventsTexts::get();
    let open = RwSignal::new(false);
    let named = event.details.get("username").cloned();
    let short = |id: &String| id.chars().take(8).collect::<String>();
    let user = named.or_else(|| event.user_id.as_ref().map(short)).unwrap_or_else(|| "–".to_owned());
    let client = event.client_id.clone().unwrap_or_else(|| "–".to_owned());
    let ip = event.ip_address.clone().unwrap_or_else(|| "–".to_owned());
    let button = details_button(open, &event.event_type);
    let words = event_words(use_lang(), &event.event_type);
    let (kind, error) = (event.event_type.clone(), event.error.clone());
    let event = StoredValue::new(event);
    view! {
        <tr>
            <Cell label=texts.time head=true><Timestamp at=event.with_value(|event| event.time) /></Cell>
            <Cell label=texts.kind>
                <Badge tone=tone_of(&kind)>{kind}</Badge>
                {words.map(|words| view! { <div class="pn-small">{words}</div> })}
                {error.map(|error| view! { <div class="pn-muted pn-small">{error}</div> })}
            </Cell>
            <Cell label=texts.client>{client}</Cell>
            <Cell label=texts.user>{user}</Cell>
            <Cell label=texts.address><span class="adm-address">{ip}</span></Cell>
            <Cell label=texts.actions>{button}</Cell>
        </tr>
        {move || open.get().then(|| view! {
            <tr class="adm-more"><td colspan="6">{facts(event.with_value(all_facts))}</td></tr>
        })}
    }
}

/// Colour beside the words: what was refused, and what may be an attack.
fn tone_of(kind: &str) -> Tone {
    match kind {
        "REFRESH_TOKEN_REUSED" | "REFRESH_KEY_SUSPECTED" | "TOKEN_LEAKED" => Tone::Danger,
        _ if kind.ends_with("_ERROR") => Tone::Warning,
        _ => Tone::Neutral,
    }
}

fn all_facts(event: &EventRepresentation) -> Vec<(String, String)> {
    let own = [
        ("id", Some(event.id.clone())),
        ("time", Some(perennial_ui::format::rfc3339(event.time))),
        ("userId", event.user_id.clone()),
        ("sessionId", event.session_id.clone()),
        ("grantId", event.grant_id.clone()),
        ("error", event.error.clone()),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    own.chain(event.details.clone()).collect()
}

phrases! {
    /// What only these events have.
    UserEventsTexts =>
    from = "From", "Desde";
    to = "Until", "Hasta";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_an_attack_stands_out() {
        assert_eq!(tone_of("REFRESH_TOKEN_REUSED"), Tone::Danger);
        assert_eq!(tone_of("LOGIN_ERROR"), Tone::Warning);
        assert_eq!(tone_of("LOGIN"), Tone::Neutral);
    }

    #[test]
    fn an_id_is_told_from_a_name() {
        assert!(is_id("0199f0c0-0000-7000-8000-000000000001"));
        assert!(!is_id("alice"));
    }
}
