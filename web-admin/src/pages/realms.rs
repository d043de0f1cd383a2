//! The realms of this server: going to one, making one, deleting one after saying what goes with it.

use leptos::prelude::*;
use perennial_api::{ImportResults, paths};
use perennial_ui::prelude::*;
use serde_json::json;

use super::Section;
use super::realm_file::{Chosen, file_field, report};
use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm};
use crate::ends::{Whose, ends};
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::remote::shown;
use crate::screens::{At, PLACES, opening, set_trail};
use crate::shell::{KnownRealm, Realms};
use crate::texts::phrases;

/// The realm of the admins themselves; it cannot be deleted.
const ADMIN_REALM: &str = "master";
const CREATE: &str = "create";

phrases! { RealmsTexts =>
    title = "Realms", "Reinos";
    create = "Create realm", "Crear reino";
    realm = "Realm", "Reino";
    shown_as = "Shown as", "Se muestra como";
    actions = "Actions", "Acciones";
    disabled = "Disabled", "Deshabilitado";
    name = "Name", "Nombre";
    name_help = "Part of every address of this realm, and hard to change later.", "Forma parte de todas las direcciones del reino y es difícil de cambiar después.";
    shown_as_help = "What people read when they sign in.", "Lo que se lee al iniciar sesión.";
    realm_words = "Users, clients, keys and settings of its own, apart from all other realms.", "Usuarios, clientes, claves y ajustes propios, aparte de los demás reinos.";
    from_file = "From a file", "De un archivo";
    from_file_words = "May stay empty. A realm file brings clients, scopes, roles, groups and users along; what is left out is told afterwards.",
        "Puede quedar vacío. Un archivo de reino trae clientes, ámbitos, roles, grupos y usuarios; después se dice qué se ha dejado fuera.";
    to_realm = "Go to the realm", "Ir al reino";
    created = "The realm has been created.", "El reino se ha creado.";
    delete = "Delete", "Eliminar";
    delete_this: perennial_ui::text::With = |realm| format!("Delete {realm}"), |realm| format!("Eliminar {realm}");
    delete_title: perennial_ui::text::With = |realm| format!("Delete the realm {realm}?"), |realm| format!("¿Eliminar el reino {realm}?");
    delete_words = "All its users, clients, keys and sessions are removed for good, and its addresses stop answering.", "Todos sus usuarios, clientes, claves y sesiones se eliminan para siempre y sus direcciones dejan de responder.";
    deleted = "The realm has been deleted.", "El reino se ha eliminado.";
}

pub fn screen(at: At) -> AnyView {
    let part = at.part(0);
    let screen = move || match part.read().as_str() {
        CREATE => view! { <CreatePage here=at.realm.clone() /> }.into_any(),
        _ => view! { <ListPage here=at.realm.clone() /> }.into_any(),
    };
    screen.into_any()
}

#[component]
fn ListPage(here: String) -> impl IntoView {
    let texts = RealmsTexts::get();
    let realms = expect_context::<Realms>().0;
    set_trail("realms", &here, Vec::new());
    let create = links::place(&here, &format!("realms/{CREATE}"));
    let going = RwSignal::new(None::<String>);
    let remove = Callback::new(move |name: String| going.set(Some(name)));
    let listed = move |all: Vec<KnownRealm>| {
        let columns = vec![Column::new(texts.realm), Column::new(texts.shown_as), Column::actions(texts.actions)];
        view! {
            <Table caption=texts.title columns=columns busy=realms.busy>
                {all.into_iter().map(|realm| row(realm, remove)).collect_view()}
            </Table>
        }
    };
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <ButtonLink href=create kind=ButtonKind::Primary icon=IconKind::Plus id="create">{texts.create}</ButtonLink>
        </header>
        {shown(realms, LoadingShape::Rows, listed)}
        {move || going.get().map(|name| view! { <DeleteRealm name=name here=here.clone() /> })}
    }
}

fn row(realm: KnownRealm, remove: Callback<String>) -> impl IntoView {
    let texts = RealmsTexts::get();
    let name = realm.realm.unwrap_or_default();
    let (label, this) = ((texts.delete_this)(&name), name.clone());
    let removable = name != ADMIN_REALM;
    let href = opening(&name);
    view! {
        <tr>
            <Cell label=texts.realm head=true>
                <a href=href>{name}</a>
                {(realm.enabled == Some(false)).then(|| view! { " " <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
            </Cell>
            <Cell label=texts.shown_as>{realm.display_name}</Cell>
            <Cell label=texts.actions>
                {removable.then(|| view! {
                    <Button on_press=Callback::new(move |()| remove.run(this.clone())) label=label>{texts.delete}</Button>
                })}
            </Cell>
        </tr>
    }
}

/// Made anew for each realm that is asked about.
#[component]
fn DeleteRealm(name: String, here: String) -> impl IntoView {
    let api = use_api();
    let texts = RealmsTexts::get();
    let realms = expect_context::<Realms>().0;
    let go = StoredValue::new(links::navigator(true));
    let open = RwSignal::new(true);
    let ending = ends(&name, Whose::Realm, open);
    let leaves = name == here;
    let question = Question {
        open,
        title: Signal::stored((texts.delete_title)(&name)),
        consequence: Consequence::counted(texts.delete_words, ending),
        confirm: texts.delete,
        done: texts.deleted,
    };
    let url = StoredValue::new(paths::admin_realm(&name));
    let act = move || async move { api.delete(&url.get_value()).await };
    let gone = move || {
        realms.reload();
        if leaves {
            go.with_value(|go| go(&links::place(ADMIN_REALM, "realms")));
        }
    };
    confirm(question, act, gone)
}

/// By its settings alone, or out of a realm file, whose name may be replaced.
#[component]
fn CreatePage(here: String) -> impl IntoView {
    let api = use_api();
    let texts = RealmsTexts::get();
    let realms = expect_context::<Realms>().0;
    set_trail("realms", &here, vec![Crumb::here(texts.create)]);
    let form = Form::new(json!({"enabled": true}));
    let chosen = Chosen::new();
    let made = RwSignal::new(None::<(String, ImportResults)>);
    let back = links::place(&here, "realms");
    let send = Callback::new(move |_| {
        let typed = untrack(|| form.document());
        let realm = typed["realm"].as_str().unwrap_or_default().to_owned();
        let Some(mut file) = chosen.document.get_untracked() else {
            let making = async move {
                api.post_unanswered(paths::ADMIN_REALMS, &typed).await?;
                realms.reload();
                Ok(links::place(&realm, PLACES[0].section))
            };
            return form.make(making, texts.created);
        };
        // What is typed counts for more than the file.
        for (name, value) in typed.as_object().into_iter().flatten() {
            file[name.as_str()] = value.clone();
        }
        let url = format!("{}?report=true", paths::ADMIN_REALMS);
        form.run(async move { api.post::<ImportResults>(&url, &file).await }, move |results| {
            form.settle();
            realms.reload();
            made.set(Some((realm, results)));
        });
    });
    move || match made.get() {
        Some((realm, results)) => taken(&realm, results),
        None => {
            let cancel = back.clone();
            view! {
                <header class="adm-head"><h1>{texts.create}</h1></header>
                <FormFrame form=form on_save=send create=texts.create cancel=cancel>{create_fields(form, chosen)}</FormFrame>
            }
            .into_any()
        }
    }
}

fn create_fields(form: Form, chosen: Chosen) -> AnyView {
    let texts = RealmsTexts::get();
    // The switcher above has the id `realm`.
    let (name, error) = (form.text("realm", Rule::Needed), form.error("realm"));
    view! {
        <Section title=texts.realm words=texts.realm_words>
            <TextField id="realm-name" name="realm" label=texts.name help=texts.name_help value=name error=error />
            {form.text_field("displayName", Rule::Free, texts.shown_as, texts.shown_as_help)}
        </Section>
        <Section title=texts.from_file words=texts.from_file_words>{file_field(chosen)}</Section>
    }
    .into_any()
}

/// A realm out of a file is there: with what became of the file.
fn taken(realm: &str, results: ImportResults) -> AnyView {
    let texts = RealmsTexts::get();
    let href = links::place(realm, PLACES[0].section);
    view! {
        <header class="adm-head"><h1>{texts.created}</h1></header>
        <Card>
            {report(results)}
            <p class="adm-after-once">
                <ButtonLink kind=ButtonKind::Primary href=href id="to-realm">{texts.to_realm}</ButtonLink>
            </p>
        </Card>
    }
    .into_any()
}
