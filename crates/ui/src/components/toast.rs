//! Short answers to what was just done, in a live region. Good news leaves by itself; bad news stays until it is
//! dismissed, so that nothing is lost while somebody looks away.

use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

const GOOD_NEWS_STAYS: Duration = Duration::from_secs(8);

#[derive(Clone)]
struct Toast {
    id: u32,
    failed: bool,
    words: String,
}

/// The handle through which a screen says something.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    last_id: StoredValue<u32>,
}

impl Toasts {
    pub fn done(self, words: impl Into<String>) {
        let id = self.push(false, words.into());
        set_timeout(move || self.dismiss(id), GOOD_NEWS_STAYS);
    }

    pub fn failed(self, words: impl Into<String>) {
        self.push(true, words.into());
    }

    fn push(self, failed: bool, words: String) -> u32 {
        let id = self.last_id.get_value().wrapping_add(1);
        self.last_id.set_value(id);
        self.list.update(|list| list.push(Toast { id, failed, words }));
        id
    }

    fn dismiss(self, id: u32) {
        self.list.try_update(|list| list.retain(|toast| toast.id != id));
    }
}

/// To be called once, at the root.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { list: RwSignal::new(Vec::new()), last_id: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

/// The root's toasts; where there is none, ones that nobody sees.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

/// Where toasts appear. `Layout` brings one.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    let texts = use_kit_texts();
    let item = move |toast: Toast| {
        let (class, icon) = match toast.failed {
            true => ("pn-toast pn-toast-failed", IconKind::Warning),
            false => ("pn-toast", IconKind::Check),
        };
        view! {
            <div class=class>
                <Icon kind=icon />
                <p>{toast.words}</p>
                <button
                    class="pn-icon-button"
                    type="button"
                    aria-label=texts.dismiss
                    on:click=move |_| toasts.dismiss(toast.id)
                >
                    <Icon kind=IconKind::Close />
                </button>
            </div>
        }
    };
    view! {
        <div class="pn-toasts" role="region" aria-label=texts.notifications aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id children=item />
        </div>
    }
}
