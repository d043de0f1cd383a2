//! Choosing a realm's accent: one of a few, each of which has been checked for contrast in both themes.

use leptos::prelude::*;
use perennial_api::realm::ACCENTS;
use perennial_ui::accent::accent_class;

use crate::texts::phrases;

/// `value` is a name of the palette, empty for the default.
#[component]
pub fn AccentField(value: RwSignal<String>) -> impl IntoView {
    let texts = AccentTexts::get();
    let choice = move |name: &'static str| {
        let is_chosen = move || {
            let chosen = value.read();
            *chosen == name || (chosen.is_empty() && name == ACCENTS[0])
        };
        view! {
            <label class="adm-accent">
                <input
                    type="radio"
                    name="accentColor"
                    value=name
                    prop:checked=is_chosen
                    on:change=move |_| value.set(name.to_owned())
                />
                <span class=format!("adm-accent-sample {}", accent_class(Some(name))) aria-hidden="true"></span>
                <span>{(texts.name)(name)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="adm-fieldset" id="accentColor">
            <legend class="pn-label">{texts.legend}</legend>
            <div class="adm-accents">{ACCENTS.into_iter().map(choice).collect_view()}</div>
            <p class="pn-field-help">{texts.help}</p>
        </fieldset>
    }
}

phrases! {
    /// The palette in words.
    AccentTexts =>
    legend = "Accent colour", "Color de acento";
    help = "For the pages on which people sign in and consent, and for their account. Each is easy to read in light and dark.",
        "Para las páginas donde se inicia sesión y se da el consentimiento, y para la cuenta. Todos se leen bien en claro y en oscuro.";
    name: fn(&str) -> &'static str =
        |name| match name {
            "blue" => "Blue",
            "violet" => "Violet",
            "rose" => "Rose",
            "amber" => "Amber",
            "green" => "Green",
            "slate" => "Slate",
            _ => "Teal",
        },
        |name| match name {
            "blue" => "Azul",
            "violet" => "Violeta",
            "rose" => "Rosa",
            "amber" => "Ámbar",
            "green" => "Verde",
            "slate" => "Pizarra",
            _ => "Turquesa",
        };
}
