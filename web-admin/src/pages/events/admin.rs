//! What admins changed, newest first.

use leptos::prelude::*;
use perennial_api::{AdminEventRepresentation, paths};
use perennial_ui::prelude::*;

use super::filter::{Filter, FilterBar, FilterInput, address, values};
use super::{EventsTexts, details_button, facts, none};
use crate::api::{Page, use_api};
use crate::links;
use crate::pages::{cursor_pager, pretty_json, query};
use crate::remote::{remote, shown};
use crate::texts::phrases;

const ROWS: usize = 50;
const NAMES: &[&str] = &["operation", "resource", "path", "from", "to"];
/// The same, as the API calls them.
const PARAMETERS: [&str; 5] = ["operationTypes", "resourceTypes", "resourcePath", "dateFrom", "dateTo"];
const OPERATIONS: [&str; 4] = ["CREATE", "UPDATE", "DELETE", "ACTION"];

#[component]
pub fn AdminEvents(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = EventsTexts::get();
    let words = AdminEventsTexts::get();
    let base = links::place(&realm, "events/admin");
    let values = values(NAMES);
    let after = query("after");
    let load = move |(values, after): (Vec<String>, String)| {
        let path = address(&paths::admin_admin_events(&realm), &PARAMETERS, &values, &after);
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}max={ROWS}");
        async move { api.page(&path).await }
    };
    let events = remote(move || (values.get(), after.get()), load);
    let operations = OPERATIONS.map(|name| Choice::new(name, (words.operation_name)(name))).to_vec();
    let filter = |name, label, input| Filter { name, label, input };
    let filters = vec![
        filter("operation", words.operation, FilterInput::Choice(operations)),
        filter("resource", words.resource, FilterInput::Text),
        filter("path", words.path, FilterInput::Text),
        filter("from", words.from, FilterInput::Day),
        filter("to", words.to, FilterInput::Day),
    ];
    let bar = base.clone();
    view! {
        <FilterBar base=bar names=NAMES values=values filters=filters />
        {shown(events, LoadingShape::Rows, move |page: Page<AdminEventRepresentation>| {
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
                Column::new(words.operation),
                Column::new(words.resource),
                Column::new(words.path),
                Column::new(texts.address),
                Column::actions(texts.actions),
            ];
            view! {
                <Table caption=texts.of_admins columns=columns busy=events.busy>
                    {page.items.into_iter().map(row).collect_view()}
                </Table>
                {pager}
            }
            .into_any()
        })}
    }
}

fn row(event: AdminEventRepresentation) -> impl IntoView {
    let texts = EventsTexts::get();
    let words = AdminEventsTexts::get();
    let open = RwSignal::new(false);
    let button = details_button(open, &event.resource_path);
    let tone = if event.operation_type == "DELETE" { Tone::Warning } else { Tone::Neutral };
    let operation = (words.operation_name)(&event.operation_type).to_owned();
    let shown = event.clone();
    // The realm itself has no path below it.
    let path = if shown.resource_path.is_empty() { "–".to_owned() } else { shown.resource_path };
    let event = StoredValue::new(event);
    view! {
        <tr>
            <Cell label=texts.time head=true><Timestamp at=shown.time /></Cell>
            <Cell label=words.operation><Badge tone=tone>{operation}</Badge></Cell>
            <Cell label=words.resource>{shown.resource_type}</Cell>
            <Cell label=words.path><code class="adm-path">{path}</code></Cell>
            <Cell label=texts.address><span class="adm-address">{shown.auth_details.ip_address}</span></Cell>
            <Cell label=texts.actions>{button}</Cell>
        </tr>
        {move || open.get().then(|| view! {
            <tr class="adm-more"><td colspan="6">{event.with_value(details)}</td></tr>
        })}
    }
}

fn details(event: &AdminEventRepresentation) -> impl IntoView + use<> {
    let words = AdminEventsTexts::get();
    let by = &event.auth_details;
    let own = [
        ("id", event.id.clone()),
        ("time", perennial_ui::format::rfc3339(event.time)),
        ("userId", by.user_id.clone()),
        ("clientId", by.client_id.clone()),
        ("realm", by.realm_id.clone()),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let sent = event.representation.as_deref().map(pretty_json);
    view! {
        {facts(own)}
        {match sent {
            Some(sent) => view! { <pre class="adm-json" tabindex="0" role="region" aria-label=words.sent>{sent}</pre> }.into_any(),
            None => view! { <p class="pn-muted pn-small">{words.not_kept}</p> }.into_any(),
        }}
    }
}

phrases! {
    /// What only admin events have.
    AdminEventsTexts =>
    operation = "Operation", "Operación";
    operation_name: fn(&str) -> &'static str =
        |name| match name {
            "CREATE" => "Created",
            "UPDATE" => "Changed",
            "DELETE" => "Deleted",
            _ => "Done",
        },
        |name| match name {
            "CREATE" => "Creado",
            "UPDATE" => "Cambiado",
            "DELETE" => "Borrado",
            _ => "Hecho",
        };
    resource = "Kind of thing", "Tipo";
    path = "Where", "Dónde";
    from = "From", "Desde";
    to = "Until", "Hasta";
    sent = "What was sent", "Lo que se envió";
    not_kept = "What was sent is not kept. It can be, under What is kept.",
        "Lo que se envió no se guarda. Se puede guardar, en Qué se guarda.";
}
