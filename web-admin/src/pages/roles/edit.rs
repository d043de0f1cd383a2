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
use crate::rights::judged;
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
    loaded_document(paths::admin_role_by_id(&realm, &id), move |saved| {
        // A client's role is changed by who manages clients.
        let part = if saved.get("clientRole") == Some(&Value::Bool(true)) { "clients" } else { "roles" };
        let document = RwSignal::new(saved);
        let name =
            Memo::new(move |_| document.read().get("name").and_then(Value::as_str).unwrap_or_default().to_owned());
        let (here, role) = (realm.clone(), id.clone());
        // All that is asked by the role's name is asked anew once it has another one.
        let below = move || below(&here, &role, &name.get());
        let (realm, id) = (realm.clone(), id.clone());
        judged(part, &realm.clone(), move || {
            view! {
                <header class="adm-head"><h1 class="adm-url">{name}</h1></header>
                <RoleForm realm=realm id=id document=document name=name />
                {below}
            }
            .into_any()
        })
    })
}

/// What the role includes, who has it, and deleting it.
fn below(realm: &str, id: &str, name: &str) -> AnyView {
    let texts = RoleTexts::get();
    set_trail("roles", realm, vec![Crumb::here(name)]);
    let of_all = name == default_role(realm);
    let delete = (!of_all).then(|| {
        let open = RwSignal::new(false);
        let who = holders(paths::admin_role_users(realm, name), open);
        let consequence = Consequence::counted(texts.delete_words, who);
        view! {
            <DeleteThing path=paths::admin_role_by_id(realm, id) title=(texts.delete_title)(name)
                consequence=consequence confirm=texts.delete done=texts.deleted then=links::place(realm, "roles")
                open=open />
        }
    });
    view! {
        <div class="adm-below">
            <Composites realm=realm.to_owned() id=id.to_owned() name=name.to_owned() of_all=of_all />
        </div>
        <div class="adm-below"><Members realm=realm.to_owned() name=name.to_owned() /></div>
        {delete}
    }
    .into_any()
}

/// Another name is asked about: apps know the role by it.
#[component]
fn RoleForm(realm: String, id: String, document: RwSignal<Value>, name: Memo<String>) -> impl IntoView {
    let texts = RoleTexts::get();
    let form = Form::over(document);
    let put = form.putting(paths::admin_role_by_id(&realm, &id), texts.saved);
    let open = RwSignal::new(false);
    let who = holders(Signal::derive(move || paths::admin_role_users(&realm, &name.read())), open);
    let save = Callback::new(move |changes: Map<String, Value>| match changes.contains_key("name") {
        true => open.set(true),
        false => put.run(changes),
    });
    let agreed = Callback::new(move |()| {
        open.set(false);
        put.run(Map::new());
    });
    let title = Signal::derive(move || (texts.rename_title)(&name.read()));
    let consequence = MaybeProp::derive(move || Some(format!("{} {}", texts.rename_words, who.get())));
    view! {
        <FormFrame form=form on_save=save>{fields(form)}</FormFrame>
        <Dialog open=open kind=DialogKind::Danger title=title consequence=consequence confirm=texts.rename
            on_confirm=agreed busy=who.waits />
    }
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
    rename = "Rename", "Cambiar el nombre";
    rename_title: With = |name| format!("Give the role {name} another name?"), |name| format!("¿Dar otro nombre al rol {name}?");
    rename_words = "Tokens say the new name from the next one on: an app that looks for the old one takes its users for people without it, until it knows the new name. Who has the role keeps it.",
        "Los tokens dicen el nombre nuevo desde el próximo: una aplicación que busca el anterior toma a sus usuarios por personas que no lo tienen, hasta que conozca el nuevo. Quien tiene el rol lo conserva.";
    delete = "Delete role", "Borrar rol";
    delete_title: With = |name| format!("Delete the role {name}?"), |name| format!("¿Borrar el rol {name}?");
    delete_words = "Whoever has it loses it, and so does every role that includes it. What only it allowed is refused from the next request on.",
        "Quien lo tiene lo pierde, y también todo rol que lo incluye. Lo que solo él permitía se rechaza desde la próxima petición.";
    deleted = "The role is gone.", "El rol ya no está.";
}
