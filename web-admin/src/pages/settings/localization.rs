//! Tab *Localization*: the language of those who have told none.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::realm_form;
use crate::form::Rule;
use crate::pages::Section;
use crate::texts::phrases;

pub fn localization(realm: String) -> AnyView {
    realm_form(&realm, |form| {
        let texts = LocalizationTexts::get();
        let languages: Vec<Choice> = Lang::ALL.iter().map(|lang| Choice::new(lang.tag(), lang.own_name())).collect();
        view! {
            <Section title=texts.languages words=texts.languages_words>
                <Select id="defaultLocale" label=texts.default_locale help=texts.default_locale_help choices=languages
                    value=form.text("defaultLocale", Rule::Free) error=form.error("defaultLocale") />
            </Section>
        }
        .into_any()
    })
}

phrases! {
    /// The tab *Localization*.
    LocalizationTexts =>
    languages = "Languages", "Idiomas";
    languages_words = "Everything people read is there in English and Spanish. What an app asks for (ui_locales) comes first, then the user’s profile, then the browser.",
        "Todo lo que se lee está en inglés y en español. Primero cuenta lo que pide la aplicación (ui_locales), luego el perfil del usuario, luego el navegador.";
    default_locale = "Where none of them says", "Si ninguno lo dice";
    default_locale_help = "Also the language of mails to the owners of clients.",
        "También el idioma de los correos a los dueños de los clientes.";
}
