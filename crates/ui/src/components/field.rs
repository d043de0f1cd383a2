//! What every form field has around its control: label, help, error, and the ids that tie them together.

use leptos::prelude::*;

use crate::text::use_kit_texts;

/// The ids of a field's help and error, for `aria-describedby`.
#[derive(Clone)]
pub(super) struct FieldIds {
    pub help: String,
    pub error: String,
    has_help: bool,
}

impl FieldIds {
    /// An empty help is none.
    pub fn new(id: &str, help: Option<&str>) -> Self {
        let has_help = help.is_some_and(|help| !help.is_empty());
        FieldIds { help: format!("{id}-help"), error: format!("{id}-error"), has_help }
    }

    pub fn described_by(&self, failed: bool) -> Option<String> {
        match (failed, self.has_help) {
            (true, true) => Some(format!("{} {}", self.error, self.help)),
            (true, false) => Some(self.error.clone()),
            (false, true) => Some(self.help.clone()),
            (false, false) => None,
        }
    }
}

/// The error at its field; always in the page, so that it is read out when it appears.
pub(super) fn field_error(id: String, error: MaybeProp<String>) -> impl IntoView {
    let prefix = use_kit_texts().error_prefix;
    view! {
        <p class="pn-field-error" id=id aria-live="polite">
            {move || {
                error.get().map(|words| view! { <span class="pn-hidden">{prefix}" "</span> {words} })
            }}
        </p>
    }
}

pub(super) fn field_help(id: String, help: Option<String>) -> impl IntoView {
    help.filter(|words| !words.is_empty()).map(|words| view! { <p class="pn-field-help" id=id>{words}</p> })
}
