//! Fields for words, passwords and whole numbers.

use leptos::prelude::*;

use super::field::{FieldIds, field_error, field_help};

#[derive(Clone, Copy)]
enum InputKind {
    Text,
    Password,
    Number,
}

struct Input {
    kind: InputKind,
    id: String,
    name: Option<String>,
    label: String,
    value: RwSignal<String>,
    help: Option<String>,
    error: MaybeProp<String>,
    required: bool,
    disabled: Signal<bool>,
    autocomplete: Option<&'static str>,
    autofocus: bool,
}

fn input_field(input: Input) -> impl IntoView {
    let ids = FieldIds::new(&input.id, input.help.as_deref());
    let (value, error) = (input.value, input.error);
    let (kind, mode) = match input.kind {
        InputKind::Text => ("text", None),
        InputKind::Password => ("password", None),
        // type=number loses what it cannot read; a text field keeps it, so that the error can be about it.
        InputKind::Number => ("text", Some("numeric")),
    };
    let described = ids.clone();
    // A password is never echoed into the markup.
    let initial = (!matches!(input.kind, InputKind::Password)).then(|| value.get_untracked());
    view! {
        <div class="pn-field">
            <label class="pn-label" for=input.id.clone()>{input.label}</label>
            <input
                class="pn-input"
                type=kind
                inputmode=mode
                name=input.name.unwrap_or_else(|| input.id.clone())
                id=input.id
                value=initial
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                required=input.required
                disabled=move || input.disabled.get()
                autocomplete=input.autocomplete
                autofocus=input.autofocus
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || described.described_by(error.read().is_some())
            />
            {field_error(ids.error, error)}
            {field_help(ids.help, input.help)}
        </div>
    }
}

#[component]
pub fn TextField(
    /// Also the field's name, unless `name` is given.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let kind = InputKind::Text;
    input_field(Input { kind, id, name, label, value, help, error, required, disabled, autocomplete, autofocus })
}

/// Its value is never written into the markup.
#[component]
pub fn PasswordField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// `new-password` where one is being chosen.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let (kind, autocomplete) = (InputKind::Password, Some(autocomplete));
    input_field(Input { kind, id, name, label, value, help, error, required, disabled, autocomplete, autofocus })
}

/// The value stays text, so that what was typed is kept when it is no number; the caller parses and sets `error`.
#[component]
pub fn NumberField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let (kind, autocomplete, autofocus) = (InputKind::Number, None, false);
    input_field(Input { kind, id, name, label, value, help, error, required, disabled, autocomplete, autofocus })
}
