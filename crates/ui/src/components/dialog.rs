//! A question that must be answered first: the native `<dialog>`, which traps focus, closes on Escape and gives
//! focus back. The dangerous kind says what will happen and to how many before it can be confirmed.

use leptos::html;
use leptos::prelude::*;

use super::{Button, ButtonKind, Icon, IconKind};
use crate::text::use_kit_texts;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogKind {
    #[default]
    Plain,
    /// Confirming takes something away; `consequence` is expected.
    Danger,
}

/// `open` is both directions: set it to ask, it turns false when the dialog was closed in any way. Confirming does
/// not close it: the caller does, once done, so that an error can be shown where the question was.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] confirm: Signal<String>,
    on_confirm: Callback<()>,
    #[prop(optional)] kind: DialogKind,
    /// What will happen and to how many, in one sentence.
    #[prop(optional, into)]
    consequence: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let texts = use_kit_texts();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only for a dialog outside of the document, which has nothing to show.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let confirm_kind = match kind {
        DialogKind::Plain => ButtonKind::Primary,
        DialogKind::Danger => ButtonKind::Danger,
    };
    let children = StoredValue::new(children);
    let close = Callback::new(move |()| open.set(false));
    // The browser tells of a closing later: the question may have been asked again by then, or be gone with its screen.
    let closed = move |_| {
        if node.try_get_untracked().flatten().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    let body = move || {
        view! {
            <h2 class="pn-dialog-title">
                {(kind == DialogKind::Danger).then(|| view! { <Icon kind=IconKind::Warning /> })}
                <span>{move || title.get()}</span>
            </h2>
            {move || consequence.get().map(|words| view! { <p class="pn-dialog-consequence">{words}</p> })}
            {children.with_value(|children| children.as_ref().map(|children| children()))}
            {move || error.get().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
            <div class="pn-dialog-actions">
                <Button on_press=close>{texts.cancel}</Button>
                <Button kind=confirm_kind busy=busy on_press=on_confirm>
                    {move || confirm.get()}
                </Button>
            </div>
        }
    };
    view! {
        <dialog class="pn-dialog" node_ref=node aria-label=move || title.get() on:close=closed>
            <Show when=move || open.get()>{body()}</Show>
        </dialog>
    }
}
