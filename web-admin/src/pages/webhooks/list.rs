//! The realm's webhooks.

use leptos::prelude::*;
use perennial_api::{WebhookRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::links;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

#[component]
pub fn WebhooksPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = WebhooksTexts::get();
    set_trail("webhooks", &realm, Vec::new());
    let new = links::place(&realm, "webhooks/new");
    let path = paths::admin_webhooks(&realm);
    let load = move |path: String| async move { api.get::<Vec<WebhookRepresentation>>(&path).await };
    let webhooks = remote(move || path.clone(), load);
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
        </header>
        <p class="adm-intro">{texts.intro}</p>
        {shown(webhooks, LoadingShape::Rows, move |list| listed(&realm, list))}
    }
}

fn listed(realm: &str, list: Vec<WebhookRepresentation>) -> AnyView {
    let texts = WebhooksTexts::get();
    if list.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Webhook><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns =
        vec![Column::new(texts.target), Column::new(texts.events), Column::new(texts.state), Column::new(texts.made)];
    let row = |webhook: WebhookRepresentation| {
        let href = links::place(realm, &format!("webhooks/{}", webhook.id.unwrap_or_default()));
        let state = match webhook.enabled {
            Some(false) => view! { <Badge tone=Tone::Warning>{texts.off}</Badge> }.into_any(),
            _ => view! { <Badge tone=Tone::Good icon=IconKind::Check>{texts.on}</Badge> }.into_any(),
        };
        let types = webhook.event_types.unwrap_or_default();
        let events = match types.as_slice() {
            [all] if all == "*" => texts.all.to_owned(),
            [one] => one.clone(),
            [one, ..] => (texts.and_more)(one, types.len() - 1),
            [] => String::new(),
        };
        view! {
            <tr>
                <Cell label=texts.target head=true>
                    <a class="adm-url" href=href>{webhook.url.unwrap_or_default()}</a>
                </Cell>
                <Cell label=texts.events>{events}</Cell>
                <Cell label=texts.state>{state}</Cell>
                <Cell label=texts.made><Timestamp at=webhook.created_date.unwrap_or_default() /></Cell>
            </tr>
        }
    };
    let rows = list.into_iter().map(row).collect_view();
    view! { <Table caption=texts.title columns=columns>{rows}</Table> }.into_any()
}

phrases! {
    /// The list of webhooks.
    WebhooksTexts =>
    title = "Webhooks", "Webhooks";
    intro = "Your own systems are told what happens here: signed, in order, and again until they answer.",
        "Sus propios sistemas se enteran de lo que pasa aquí: firmado, en orden y otra vez hasta que respondan.";
    new = "New webhook", "Nuevo webhook";
    none = "No webhooks", "No hay webhooks";
    none_words = "With one, a system of yours learns at once that a session ended, a token was reused, or an app fell asleep.",
        "Con uno, un sistema suyo sabe enseguida que terminó una sesión, se reutilizó un token o se durmió una aplicación.";
    target = "Address", "Dirección";
    events = "Told about", "Se le cuenta";
    state = "State", "Estado";
    made = "Made", "Creado";
    on = "On", "Activo";
    off = "Off", "Inactivo";
    all = "Everything but each use of a token", "Todo menos cada uso de un token";
    and_more: fn(&str, usize) -> String =
        |one, more| format!("{one} and {more} more"), |one, more| format!("{one} y {more} más");
}
