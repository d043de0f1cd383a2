//! A user's tab *Attributes*: names with their values, one value a row; a name in several rows has several values.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;

use super::user::Shared;
use crate::form::{Form, FormFrame};
use crate::pages::Section;
use crate::texts::phrases;

const ERROR_ID: &str = "attributes-error";

#[component]
pub fn Attributes(shared: Shared) -> impl IntoView {
    let texts = AttributeTexts::get();
    let form = Form::over(shared.document);
    let pairs = form.pairs("attributes");
    let url = paths::admin_user(&shared.realm.read_value(), &shared.id.read_value());
    let save = form.putting(url, texts.saved);
    // The API judges all of them as one field.
    let error = form.error("attributes");
    // Only as many rows as there are: typing must not make them anew.
    let count = Memo::new(move |_| pairs.read().len());
    let rows = move || (0..count.get()).map(|row| attribute(pairs, row, error)).collect_view();
    let none = move || (count.get() == 0).then(|| view! { <p class="pn-muted">{texts.none}</p> });
    let add = Callback::new(move |()| pairs.write().push(Default::default()));
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.title words=texts.words>
                {none}
                <p class="pn-field-error" id=ERROR_ID aria-live="polite">{move || error.get()}</p>
                <ul class="adm-pairs">{rows}</ul>
                <Button on_press=add icon=IconKind::Plus id="add-attribute">{texts.add}</Button>
            </Section>
        </FormFrame>
    }
}

fn attribute(pairs: RwSignal<Vec<(String, String)>>, row: usize, error: MaybeProp<String>) -> AnyView {
    let texts = AttributeTexts::get();
    let invalid = move || error.read().is_some().then_some("true");
    let told = move || error.read().is_some().then_some(ERROR_ID);
    let name = move || pairs.read().get(row).map(|pair| pair.0.clone());
    let value = move || pairs.read().get(row).map(|pair| pair.1.clone());
    let change = move |event: leptos::ev::Event, set: fn(&mut (String, String)) -> &mut String| {
        if let Some(pair) = pairs.write().get_mut(row) {
            *set(pair) = event_target_value(&event);
        }
    };
    let remove = move |_| {
        let mut pairs = pairs.write();
        if row < pairs.len() {
            pairs.remove(row);
        }
    };
    view! {
        <li class="adm-pair">
            <input class="pn-input" type="text" aria-label=texts.name placeholder=texts.name id=format!("attribute-{row}")
                autocomplete="off" autocapitalize="none" spellcheck="false" prop:value=name
                aria-invalid=invalid aria-describedby=told
                on:input=move |event| change(event, |pair| &mut pair.0) />
            <input class="pn-input" type="text" aria-label=texts.value placeholder=texts.value id=format!("value-{row}")
                autocomplete="off" spellcheck="false" prop:value=value
                aria-invalid=invalid aria-describedby=told
                on:input=move |event| change(event, |pair| &mut pair.1) />
            <button class="pn-icon-button" type="button" on:click=remove
                aria-label=move || (texts.remove)(&name().unwrap_or_default())>
                <Icon kind=IconKind::Close />
            </button>
        </li>
    }
    .into_any()
}

phrases! {
    /// Attributes.
    AttributeTexts =>
    title = "Attributes", "Atributos";
    words = "What else is known of this person. Apps read it where a mapper puts it into their tokens. A name in several rows has several values.",
        "Qué más se sabe de esta persona. Las aplicaciones lo leen si un asignador lo pone en sus tokens. Un nombre en varias filas tiene varios valores.";
    none = "No attributes.", "Sin atributos.";
    name = "Name", "Nombre";
    value = "Value", "Valor";
    add = "Add an attribute", "Añadir un atributo";
    remove: perennial_ui::text::With = |name| format!("Remove {name}"), |name| format!("Quitar {name}");
    saved = "The attributes have been saved.", "Los atributos se han guardado.";
}
