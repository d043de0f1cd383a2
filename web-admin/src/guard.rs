//! Warns before unsaved changes are left: by a link, by the back button, by another language or realm, by closing the
//! tab. Installed once, before the router, whose own listeners must come second.

use leptos::ev;
use leptos::prelude::*;
use perennial_ui::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent, window};

use crate::browser;
use crate::links;
use crate::texts::texts;

/// What the reader wanted when stopped.
#[derive(Clone, Copy)]
enum Wanted {
    Place,
    Action(Callback<()>),
}

#[derive(Clone, Copy)]
pub struct Guard {
    dirty: RwSignal<bool>,
    asking: RwSignal<bool>,
    wanted: StoredValue<Option<Wanted>>,
    /// Address that `Wanted::Place` means.
    place: StoredValue<String>,
    /// Address of the screen with the changes, to come back to from a back step.
    here: StoredValue<String>,
}

impl Guard {
    pub fn provide() -> Self {
        let guard = Guard {
            dirty: RwSignal::new(false),
            asking: RwSignal::new(false),
            wanted: StoredValue::new(None),
            place: StoredValue::new(String::new()),
            here: StoredValue::new(String::new()),
        };
        provide_context(guard);
        guard.watch_closing();
        guard.watch_links();
        guard.watch_back();
        guard
    }

    pub fn set_dirty(self, dirty: bool) {
        if dirty {
            self.here.set_value(browser::here());
        }
        self.dirty.set(dirty);
    }

    /// Runs it now, or once the reader has agreed to lose the changes.
    pub fn run(self, action: Callback<()>) {
        if self.dirty.get_untracked() {
            self.ask(Wanted::Action(action));
        } else {
            action.run(());
        }
    }

    /// True while the question stands; false again when it was answered either way.
    pub fn is_asking(self) -> bool {
        self.asking.get()
    }

    fn ask(self, wanted: Wanted) {
        self.wanted.set_value(Some(wanted));
        self.asking.set(true);
    }

    fn watch_closing(self) {
        window_event_listener(ev::beforeunload, move |event| {
            if self.dirty.get_untracked() {
                event.prevent_default();
            }
        });
    }

    fn watch_links(self) {
        capture("click", move |event| {
            let Some(place) = event.dyn_ref::<MouseEvent>().and_then(followed) else { return };
            if self.dirty.get_untracked() && place != self.here.get_value() {
                event.prevent_default();
                event.stop_immediate_propagation();
                self.place.set_value(place);
                self.ask(Wanted::Place);
            }
        });
    }

    fn watch_back(self) {
        capture("popstate", move |event| {
            let place = browser::here();
            let here = self.here.get_value();
            if !self.dirty.get_untracked() || place == here {
                return;
            }
            event.stop_immediate_propagation();
            if let Some(history) = window().and_then(|window| window.history().ok()) {
                let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&here));
            }
            self.place.set_value(place);
            self.ask(Wanted::Place);
        });
    }
}

pub fn use_guard() -> Guard {
    use_context().unwrap_or_else(Guard::provide)
}

/// A listener that hears before all others; it lives as long as the app.
fn capture(name: &str, listener: impl Fn(Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(listener);
    if let Some(window) = window() {
        let _ = window.add_event_listener_with_callback_and_bool(name, listener.as_ref().unchecked_ref(), true);
    }
    listener.forget();
}

/// The address that a plain click on one of our links leads to.
fn followed(event: &MouseEvent) -> Option<String> {
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
    if chord || event.button() != 0 {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    let ours = link.target().is_empty() && link.pathname().starts_with(links::BASE) && link.hash().is_empty();
    ours.then(|| link.pathname() + &link.search())
}

/// The question itself; to be placed once, inside the router.
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let guard = use_guard();
    let texts = &texts().leave;
    let go = links::navigator(false);
    let leave = Callback::new(move |()| {
        guard.dirty.set(false);
        guard.asking.set(false);
        match guard.wanted.get_value() {
            Some(Wanted::Place) => go(&guard.place.get_value()),
            Some(Wanted::Action(action)) => action.run(()),
            None => {}
        }
    });
    view! {
        <Dialog
            open=guard.asking
            kind=DialogKind::Danger
            title=texts.title
            consequence=texts.consequence
            confirm=texts.confirm
            on_confirm=leave
        />
    }
}
