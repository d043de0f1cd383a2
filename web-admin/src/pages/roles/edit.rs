//! One realm role: making it, changing it, deleting it; what it includes is beside.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use super::composites::Composites;
use super::default_role;
use super::members::Members;
use crate::api::use_api;
use crate::confirm::Consequence;
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::holders::holders;
use crate::pages::{DeleteThing, Section, loaded_document};
use crate::screens::set_trail;
use crate::texts::phrases;

#[component]
pub fn NewRole(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = RoleTexts::get();
    set_trail("roles", &realm, vec![Crumb::here(texts.new)]);
    let form = Form::new(json!({}));
    let list = links::place(&realm, "roles");
    let (path, to) = (paths::admin_roles(&realm), list.clone());
    let create = Callback::new(move |changes: Map<String, Value>| {
        let (path, to) = (path.clone(), to.clone());
        form.make(async move { api.post_unanswered(&path, &changes).await.map(|()| to) }, texts.created);
    });
    view! {
        <header class="adm-head"><h1>{texts.new}</h1></header>
        <FormFrame form=form on_save=create create=texts.create cancel=list>{fields(form)}</FormFrame>
    }
}

#[component]
pub fn RolePage(realm: String, id: String) -> impl IntoView {
    let path = paths::admin_role_by_id(&realm, &id);
    loaded_document(path.clone(), move |saved| {
        let name = saved.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        set_trail("roles", &realm, vec![Crumb::here(name.clone())]);
        let texts = RoleTexts::get();
        let of_all = name == default_role(&realm);
        let delete = (!of_all).then(|| {
            let open = RwSignal::new(false);
            let who = holders(paths::admin_role_users(&realm, &name), open);
            let consequence = Consequence::counted(texts.delete_words, who);
            view! {
                <DeleteThing path=path.clone() title=(texts.delete_title)(&name) consequence=consequence
                    confirm=texts.delete done=texts.deleted then=links::place(&realm, "roles") open=open />
            }
        });
        view! {
            <header class="adm-head"><h1 class="adm-url">{name.clone()}</h1></header>
            <RoleForm path=path.clone() saved=saved />
            <div class="adm-below">
                <Composites realm=realm.clone() id=id.clone() name=name.clone() of_all=of_all />
            </div>
            <div class="adm-below"><Members realm=realm.clone() name=name /></div>
            {delete}
        }
        .into_any()
    })
}

#[component]
fn RoleForm(path: String, saved: Value) -> impl IntoView {
    let form = Form::new(saved);
    let save = form.putting(path, RoleTexts::get().saved);
    view! { <FormFrame form=form on_save=save>{fields(form)}</FormFrame> }
}

fn fields(form: Form) -> impl IntoView {
    let texts = RoleTexts::get();
    view! {
        <Section title=texts.role words=texts.role_words>
            {form.text_field("name", Rule::Needed, texts.name, "")}
            {form.text_field("description", Rule::Free, texts.description, "")}
        </Section>
    }
}

phrases! {
    /// One role.
    RoleTexts =>
    new = "New role", "Nuevo rol";
    create = "Create role", "Crear rol";
    created = "The role has been created.", "El rol se ha creado.";
    saved = "The role has been saved.", "El rol se ha guardado.";
    role = "Role", "Rol";
    role_words = "Tokens name it under realm_access.", "Los tokens lo nombran en realm_access.";
    name = "Name", "Nombre";
    description = "Description", "Descripción";
    delete = "Delete role", "Borrar rol";
    delete_title: With = |name| format!("Delete the role {name}?"), |name| format!("¿Borrar el rol {name}?");
    delete_words = "Whoever has it loses it, and so does every role that includes it. What only it allowed is refused from the next request on.",
        "Quien lo tiene lo pierde, y también todo rol que lo incluye. Lo que solo él permitía se rechaza desde la próxima petición.";
    deleted = "The role is gone.", "El rol ya no está.";
}
