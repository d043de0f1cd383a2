//! The realm that everything is about, and the way to another one: the same screen there.

use leptos::html;
use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::{KnownRealm, Realms};
use crate::guard::use_guard;
use crate::links;
use crate::texts::phrases;

phrases! { SwitcherTexts =>
    switch: perennial_ui::text::With = |realm| format!("Realm: {realm}. Switch"), |realm| format!("Reino: {realm}. Cambiar");
    find = "Find a realm", "Buscar un reino";
    none = "No realm has this name.", "Ningún reino tiene este nombre.";
    realms = "Realms", "Reinos";
}

fn words(realm: &KnownRealm) -> (String, Option<String>) {
    let name = realm.realm.clone().unwrap_or_default();
    match realm.display_name.clone().filter(|words| !words.is_empty() && *words != name) {
        Some(words) => (words, Some(name)),
        None => (name, None),
    }
}

#[component]
pub fn RealmSwitcher(path: Memo<String>, realm: Memo<Option<String>>) -> impl IntoView {
    let realms = expect_context::<Realms>().0;
    let texts = SwitcherTexts::get();
    let open = RwSignal::new(false);
    let name = move || {
        let here = realm.get().unwrap_or_default();
        let known = realms.ready().unwrap_or_default();
        known.iter().find(|realm| realm.realm.as_ref() == Some(&here)).map_or(here, |realm| words(realm).0)
    };
    let button = NodeRef::<html::Button>::new();
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                // A button in the page always takes the focus.
                let _ = button.focus();
            }
        }
    };
    move || {
        realm.read().as_ref()?;
        Some(view! {
            <div class="adm-realm" on:keydown=close>
                <button
                    class="pn-button adm-realm-button"
                    type="button"
                    id="realm"
                    node_ref=button
                    aria-expanded=move || open.get().to_string()
                    aria-label=move || (texts.switch)(&name())
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <Icon kind=IconKind::Realm />
                    <span class="pn-button-words">{name}</span>
                    <Icon kind=IconKind::Unfold />
                </button>
                {move || open.get().then(|| view! { <Choices path open /> })}
            </div>
        })
    }
}

#[component]
fn Choices(path: Memo<String>, open: RwSignal<bool>) -> impl IntoView {
    let realms = expect_context::<Realms>().0;
    let texts = SwitcherTexts::get();
    let guard = use_guard();
    let go = links::navigator(false);
    let typed = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            // A field in the page always takes the focus.
            let _ = field.focus();
        }
    });
    let groups = Signal::derive(move || {
        let wanted = typed.read().trim().to_lowercase();
        let list = realms.ready().unwrap_or_default();
        let hits = list.iter().filter_map(|realm| {
            let (label, note) = words(realm);
            let key = realm.realm.clone()?;
            let found = label.to_lowercase().contains(&wanted) || key.to_lowercase().contains(&wanted);
            found.then_some(FinderHit { key, label, note })
        });
        vec![FinderGroup { label: texts.realms.to_owned(), hits: hits.collect() }]
    });
    let pick = Callback::new(move |wanted: String| {
        open.set(false);
        let go = go.clone();
        guard.run(Callback::new(move |()| go(&links::same_place(&path.get_untracked(), &wanted))));
    });
    view! {
        <div class="adm-realm-backdrop" on:click=move |_| open.set(false)></div>
        <div class="adm-realm-panel">
            <Finder
                id="find-realm"
                label=texts.find
                value=typed
                groups=groups
                on_pick=pick
                none=texts.none
                inline=true
                field=field
            />
        </div>
    }
}
