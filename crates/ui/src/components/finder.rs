//! A search that offers what it finds while one types: a combobox with a list of hits in groups. Arrows move through
//! the hits, Enter takes one, Escape closes. The caller looks for the hits; this shows and chooses. Where not all could be
//! searched, the last choice is to try again.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

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

/// Not all could be searched.
#[derive(Clone, Copy)]
pub struct FinderFailure {
    pub words: &'static str,
    pub shown: Signal<bool>,
    pub again: Callback<()>,
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
    #[prop(optional)] failure: Option<FinderFailure>,
) -> impl IntoView {
    // An answer that brings nothing new must not replace the hits: the click of somebody who is pressing one would be lost.
    let groups: Signal<Vec<FinderGroup>> = Memo::new(move |_| groups.get()).into();
    let moves = Moves::new(value, groups, on_pick, failure, inline);
    let Moves { open, shown, .. } = moves;
    let list = format!("{id}-hits");
    let active_in = list.clone();
    let active = move || shown.get().then(|| option_id(&active_in, moves.chosen.get()));
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
                    on:keydown=move |event| moves.moved(&event)
                />
            </div>
            {panel(moves, groups, none, list, label)}
        </div>
    }
}

/// What hangs from the field.
fn panel(
    moves: Moves,
    groups: Signal<Vec<FinderGroup>>,
    none: Signal<String>,
    list: String,
    label: String,
) -> impl IntoView {
    let Moves { keys, failed, chosen, .. } = moves;
    let (listed, again_in) = (list.clone(), list.clone());
    let try_again = use_kit_texts().try_again;
    let choice_of_again = move |words: &'static str| {
        let label = view! { <span>{try_again}</span> }.into_any();
        let n = keys.read().len();
        group(words, option(option_id(&again_in, n), n, chosen, moves.again, label))
    };
    let status = move || match failed.get() {
        Some(words) => Some(words.to_owned()),
        None => keys.read().is_empty().then(|| none.get()),
    };
    // A press on a hit must not take the focus from the field before the click arrives.
    view! {
        <div class="pn-finder-panel" hidden=move || !moves.shown.get() on:mousedown=|event| event.prevent_default()>
            <div role="listbox" id=list aria-label=label>
                {move || hits(groups.get(), chosen, moves.pick, &listed)}
                {move || failed.get().map(&choice_of_again)}
            </div>
            <p class="pn-finder-none" class:pn-hidden=move || failed.get().is_some() role="status">
                {status}
            </p>
        </div>
    }
}

/// What is typed, offered and chosen.
#[derive(Clone, Copy)]
struct Moves {
    value: RwSignal<String>,
    open: RwSignal<bool>,
    shown: Signal<bool>,
    keys: Memo<Vec<String>>,
    /// Why not all could be searched.
    failed: Memo<Option<&'static str>>,
    chosen: RwSignal<usize>,
    pick: Callback<String>,
    again: Callback<()>,
    inline: bool,
}

impl Moves {
    fn new(
        value: RwSignal<String>,
        groups: Signal<Vec<FinderGroup>>,
        on_pick: Callback<String>,
        failure: Option<FinderFailure>,
        inline: bool,
    ) -> Self {
        let (open, chosen) = (RwSignal::new(false), RwSignal::new(0_usize));
        Effect::new(move || {
            value.track();
            chosen.set(0);
        });
        let keys = Memo::new(move |_| -> Vec<String> {
            groups.read().iter().flat_map(|group| &group.hits).map(|hit| hit.key.clone()).collect()
        });
        let pick = Callback::new(move |key: String| {
            open.set(false);
            value.set(String::new());
            on_pick.run(key);
        });
        let again = Callback::new(move |()| {
            chosen.set(0);
            if let Some(failure) = failure {
                failure.again.run(());
            }
        });
        let shown = Signal::derive(move || inline || (open.get() && !value.read().trim().is_empty()));
        let failed = Memo::new(move |_| failure.filter(|failure| failure.shown.get()).map(|failure| failure.words));
        Self { value, open, shown, keys, failed, chosen, pick, again, inline }
    }

    fn moved(self, event: &KeyboardEvent) {
        let failed = self.failed.get_untracked().is_some();
        let count = self.keys.read_untracked().len() + usize::from(failed);
        let at = self.chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => self.chosen.set((at + 1) % count),
            "ArrowUp" if count > 0 => self.chosen.set((at + count - 1) % count),
            "Enter" => {
                let key = self.keys.read_untracked().get(at).cloned();
                match key {
                    Some(key) => self.pick.run(key),
                    None if failed => self.again.run(()),
                    None => {}
                }
            }
            // Without anything to close here, Escape is for whatever is around.
            "Escape" if !self.inline && self.open.get_untracked() => {
                self.open.set(false);
                self.value.set(String::new());
            }
            _ => return,
        }
        event.prevent_default();
    }
}

fn option_id(list: &str, n: usize) -> String {
    format!("{list}-{n}")
}

fn option(id: String, n: usize, chosen: RwSignal<usize>, press: Callback<()>, words: AnyView) -> AnyView {
    view! {
        <div
            role="option"
            class="pn-finder-hit"
            id=id
            aria-selected=move || (chosen.get() == n).to_string()
            on:mousemove=move |_| if chosen.get_untracked() != n { chosen.set(n) }
            on:click=move |_| press.run(())
        >
            {words}
        </div>
    }
    .into_any()
}

fn group(label: impl Into<String>, options: impl IntoView + 'static) -> AnyView {
    let label: String = label.into();
    let heading = label.clone();
    view! {
        <div role="group" aria-label=label>
            <p class="pn-finder-heading" aria-hidden="true">{heading}</p>
            {options}
        </div>
    }
    .into_any()
}

fn hits(
    groups: Vec<FinderGroup>,
    chosen: RwSignal<usize>,
    pick: Callback<String>,
    list: &str,
) -> impl IntoView + use<> {
    let mut n = 0;
    let mut views = Vec::new();
    for found in groups.into_iter().filter(|group| !group.hits.is_empty()) {
        let mut options = Vec::new();
        for hit in found.hits {
            let key = hit.key;
            let press = Callback::new(move |()| pick.run(key.clone()));
            let words = view! {
                <span>{hit.label}</span>
                {hit.note.map(|note| view! { <span class="pn-muted pn-small">{note}</span> })}
            };
            options.push(option(option_id(list, n), n, chosen, press, words.into_any()));
            n += 1;
        }
        views.push(group(found.label, options));
    }
    views
}
