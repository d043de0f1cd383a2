//! A search that offers what it finds while one types: a combobox with a list of hits in groups. Arrows move through
//! the hits, Enter takes one, Escape closes. The caller looks for the hits; this shows and chooses.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::{Icon, IconKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinderHit {
    /// Handed back when it is chosen.
    pub key: String,
    pub label: String,
    /// Beside the label, smaller: what tells it from its namesakes.
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinderGroup {
    pub label: String,
    pub hits: Vec<FinderHit>,
}

/// `value` is what is typed. With `inline` the hits stand below the field all the time, else they hang from it
/// while it has the focus and something is typed.
#[component]
pub fn Finder(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] groups: Signal<Vec<FinderGroup>>,
    on_pick: Callback<String>,
    /// Said in place of hits: that there are none, or that they are being looked for.
    #[prop(into)]
    none: Signal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] inline: bool,
    #[prop(optional)] field: NodeRef<html::Input>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(0_usize);
    let shown = Signal::derive(move || inline || (open.get() && !value.read().trim().is_empty()));
    let keys = Memo::new(move |_| -> Vec<String> {
        groups.read().iter().flat_map(|group| &group.hits).map(|hit| hit.key.clone()).collect()
    });
    Effect::new(move || {
        value.track();
        chosen.set(0);
    });
    let pick = Callback::new(move |key: String| {
        open.set(false);
        value.set(String::new());
        on_pick.run(key);
    });
    let list = format!("{id}-hits");
    let (listed, active_in) = (list.clone(), list.clone());
    let active = move || shown.get().then(|| option_id(&active_in, chosen.get()));
    let press = move |event: KeyboardEvent| moved(&event, Moves { keys, chosen, open, value, pick, inline });
    let placeholder = hint.map_or(label.clone(), |hint| format!("{label} · {hint}"));
    view! {
        <div class="pn-finder" class:pn-finder-inline=inline>
            <div class="pn-search">
                <Icon kind=IconKind::Search />
                <input
                    node_ref=field
                    class="pn-input"
                    type="search"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=move || shown.get().to_string()
                    aria-controls=list.clone()
                    aria-activedescendant=active
                    aria-label=label.clone()
                    id=id
                    placeholder=placeholder
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    prop:value=move || value.get()
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        open.set(true);
                    }
                    on:focus=move |_| open.set(true)
                    on:blur=move |_| open.set(false)
                    on:keydown=press
                />
            </div>
            // A press on a hit must not take the focus from the field before the click arrives.
            <div class="pn-finder-panel" hidden=move || !shown.get() on:mousedown=|event| event.prevent_default()>
                <div role="listbox" id=list aria-label=label>
                    {move || hits(groups.get(), chosen, pick, &listed)}
                </div>
                <p class="pn-finder-none" role="status">
                    {move || keys.read().is_empty().then(|| none.get())}
                </p>
            </div>
        </div>
    }
}

#[derive(Clone, Copy)]
struct Moves {
    keys: Memo<Vec<String>>,
    chosen: RwSignal<usize>,
    open: RwSignal<bool>,
    value: RwSignal<String>,
    pick: Callback<String>,
    inline: bool,
}

fn moved(event: &KeyboardEvent, moves: Moves) {
    let count = moves.keys.read_untracked().len();
    let at = moves.chosen.get_untracked();
    match event.key().as_str() {
        "ArrowDown" if count > 0 => moves.chosen.set((at + 1) % count),
        "ArrowUp" if count > 0 => moves.chosen.set((at + count - 1) % count),
        "Enter" => {
            let key = moves.keys.read_untracked().get(at).cloned();
            let Some(key) = key else { return event.prevent_default() };
            moves.pick.run(key);
        }
        // Without anything to close here, Escape is for whatever is around.
        "Escape" if !moves.inline && moves.open.get_untracked() => {
            moves.open.set(false);
            moves.value.set(String::new());
        }
        _ => return,
    }
    event.prevent_default();
}

fn option_id(list: &str, n: usize) -> String {
    format!("{list}-{n}")
}

fn hits(
    groups: Vec<FinderGroup>,
    chosen: RwSignal<usize>,
    pick: Callback<String>,
    list: &str,
) -> impl IntoView + use<> {
    let mut n = 0;
    let mut views = Vec::new();
    for group in groups.into_iter().filter(|group| !group.hits.is_empty()) {
        let mut options = Vec::new();
        for hit in group.hits {
            let (here, key) = (n, hit.key);
            n += 1;
            options.push(view! {
                <div
                    role="option"
                    class="pn-finder-hit"
                    id=option_id(list, here)
                    aria-selected=move || (chosen.get() == here).to_string()
                    on:mousemove=move |_| if chosen.get_untracked() != here { chosen.set(here) }
                    on:click=move |_| pick.run(key.clone())
                >
                    <span>{hit.label}</span>
                    {hit.note.map(|note| view! { <span class="pn-muted pn-small">{note}</span> })}
                </div>
            });
        }
        views.push(view! {
            <div role="group" aria-label=group.label.clone()>
                <p class="pn-finder-heading" aria-hidden="true">{group.label.clone()}</p>
                {options}
            </div>
        });
    }
    views
}
