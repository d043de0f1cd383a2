//! The field that filters: what is typed is offered as user, client, scope, resource, address or session, with the names that
//! the realm knows; arrows choose, Enter takes, Escape clears. Names that could not be looked up are told, with a last offer to try again.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::list::List;
use super::lookup::{Names, Offer};
use super::names::FilterName;
use crate::api::use_api;
use crate::links;
use crate::texts::{phrases, screen_texts};

pub const FIELD_ID: &str = "filter";
const LISTBOX_ID: &str = "filter-suggestions";

#[component]
pub fn Search(list: List) -> impl IntoView {
    let texts = &screen_texts().offline;
    let names = Names::new(use_api(), list);
    let typed = names.typed;
    let at = RwSignal::new(0_usize);
    let open = RwSignal::new(false);
    let offers = Memo::new(move |_| names.offers());
    let go = links::navigator(false);
    let take = Callback::new(move |offer: Offer| {
        if offer == Offer::Again {
            at.set(0);
            return names.try_again();
        }
        typed.set(String::new());
        open.set(false);
        let realm = list.realm.get_value();
        match offer {
            Offer::Session(id) => go(&links::offline_session(&realm, &id)),
            Offer::Filter(name, value) => go(&set(list, name, value).address(&realm)),
            Offer::Again => {}
        }
    });
    names.take_when_there(offers, take);
    let keys = move |event: KeyboardEvent| pressed(&event, names, at, offers, take);
    let shown = move || open.get() && !offers.read().is_empty();
    view! {
        <div class="pn-search ofl-search">
            <Icon kind=IconKind::Filter />
            <input
                class="pn-input"
                type="search"
                id=FIELD_ID
                name=FIELD_ID
                role="combobox"
                aria-label=texts.search
                aria-autocomplete="list"
                aria-controls=LISTBOX_ID
                aria-expanded=move || if shown() { "true" } else { "false" }
                aria-activedescendant=move || shown().then(|| format!("{LISTBOX_ID}-{}", at.get()))
                placeholder=texts.search
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    names.entered.set(false);
                    at.set(0);
                    open.set(true);
                }
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
                on:keydown=keys
            />
            <ul class="ofl-offers" role="listbox" id=LISTBOX_ID aria-label=texts.suggestions hidden=move || !shown()>
                {move || offers.get().into_iter().enumerate().map(|(i, offer)| option(i, offer, at, take)).collect_view()}
            </ul>
        </div>
    }
}

fn pressed(event: &KeyboardEvent, names: Names, at: RwSignal<usize>, offers: Memo<Vec<Offer>>, take: Callback<Offer>) {
    let count = offers.read_untracked().len();
    match event.key().as_str() {
        "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
        "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
        "Enter" if untrack(|| names.waits()) && at.get_untracked() == 0 => names.entered.set(true),
        "Enter" => {
            let offer = offers.read_untracked().get(at.get_untracked()).cloned();
            if let Some(offer) = offer {
                take.run(offer);
            }
        }
        "Escape" => names.typed.set(String::new()),
        _ => return,
    }
    event.prevent_default();
}

fn option(i: usize, offer: Offer, at: RwSignal<usize>, take: Callback<Offer>) -> impl IntoView {
    let texts = &screen_texts().offline;
    let label = match &offer {
        Offer::Filter(name, value) => (texts.filter)(*name, value),
        Offer::Session(id) => (texts.open_session)(id),
        Offer::Again => NameTexts::get().again.to_owned(),
    };
    view! {
        <li
            role="option"
            id=format!("{LISTBOX_ID}-{i}")
            class="ofl-offer"
            class:ofl-offer-active=move || at.get() == i
            aria-selected=move || if at.get() == i { "true" } else { "false" }
            // Before the field loses the focus, which would close the list.
            on:mousedown=move |event| {
                event.prevent_default();
                take.run(offer.clone());
            }
        >
            {label}
        </li>
    }
}

phrases! {
    /// Names that were not found out.
    NameTexts =>
    again = "Not all names could be looked up. Try again", "No se pudieron buscar todos los nombres. Reintentar";
}

fn set(list: List, name: FilterName, value: String) -> super::wanted::Wanted {
    list.wanted.read_untracked().filtered(|filter| match name {
        FilterName::Client => filter.client = Some(value),
        FilterName::User => filter.user = Some(value),
        FilterName::Scope => filter.scope = Some(value),
        FilterName::Resource => filter.resource = Some(value),
        _ => filter.ip_address = Some(value),
    })
}
