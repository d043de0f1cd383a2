//! One client scope as a permission: making one, changing it, and what new clients get of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::paths;
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use super::{ScopeTabsTexts, Start, Starts};
use crate::api::use_api;
use crate::confirm::Consequence;
use crate::ends::{Whose, concerns};
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::{DeleteThing, Risk, Section, careful, loaded_document};
use crate::remote::{remote, shown};
use crate::rights::judged;
use crate::screens::set_trail;
use crate::texts::{phrases, texts};

/// The flag for what clients do in their own name.
const APPLICATION: &str = "applicationAdminConsentRequired";
const OFFLINE_ACCESS: &str = "offline_access";

#[component]
pub fn NewScope(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ScopeTexts::get();
    set_trail("client-scopes", &realm, vec![Crumb::here(texts.new)]);
    // Without a flag of their own, services need an admin where users do.
    let form = Form::new(json!({
        "protocol": "openid-connect",
        "attributes": {"display.on.consent.screen": "true", "include.in.token.scope": "true"},
    }));
    let list = links::place(&realm, "client-scopes");
    let (path, to) = (paths::admin_client_scopes(&realm), list.clone());
    let create = Callback::new(move |_: Map<String, Value>| {
        let draft = untrack(|| form.document());
        let (path, to) = (path.clone(), to.clone());
        form.make(async move { api.post_unanswered(&path, &draft).await.map(|()| to) }, texts.created);
    });
    view! {
        <header class="adm-head"><h1>{texts.new}</h1></header>
        <FormFrame form=form on_save=create create=texts.create cancel=list>{fields(form, ().into_any())}</FormFrame>
    }
}

#[component]
pub fn ScopePage(realm: String, id: String) -> impl IntoView {
    let path = paths::admin_client_scope(&realm, &id);
    loaded_document(path.clone(), move |saved| {
        let name = saved.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        set_trail("client-scopes", &realm, vec![Crumb::here(name.clone())]);
        let texts = ScopeTexts::get();
        let open = RwSignal::new(false);
        let concerned = concerns(&realm, Whose::Scope(name.clone()), open);
        let deleting = Consequence::counted(texts.delete_words, concerned);
        let (here, scope) = (realm.clone(), id.clone());
        let new_clients = move || view! { <NewClients realm=here id=scope /> }.into_any();
        view! {
            <header class="adm-head"><h1 class="adm-url">{name.clone()}</h1></header>
            <ScopeForm realm=realm.clone() path=path.clone() saved=saved />
            <div class="adm-below">{judged("settings", &realm, new_clients)}</div>
            <DeleteThing path=path.clone() title=(texts.delete_title)(&name) consequence=deleting
                confirm=texts.delete done=texts.deleted then=links::place(&realm, "client-scopes") open=open />
        }
        .into_any()
    })
}

/// Where an admin's consent becomes necessary, or sessions would not find it by its name any more, it asks first.
#[component]
fn ScopeForm(realm: String, path: String, saved: Value) -> impl IntoView {
    let texts = ScopeTexts::get();
    let form = Form::new(saved);
    let put = form.putting(path, texts.saved);
    let risk = move |changes: &Map<String, Value>| {
        let asked_now = |flag: &str| changes.get(flag) == Some(&Value::Bool(true));
        let approval = asked_now("adminConsentRequired") || asked_now(APPLICATION);
        let renamed = changes.contains_key("name");
        let (title, words) = match (renamed, approval) {
            (true, true) => (texts.rename_title, format!("{} {}", texts.rename_words, texts.approval_words)),
            (true, false) => (texts.rename_title, texts.rename_words.to_owned()),
            (false, true) => (texts.approval_title, texts.approval_words.to_owned()),
            (false, false) => return None,
        };
        let whose = Whose::Scope(form.before("name"));
        Some(Risk { title: title.to_owned(), words, confirm: texts.approval_confirm, whose, always: false })
    };
    let (save, question) = careful(form, StoredValue::new(realm), put, risk);
    // Of a service that stays while nobody looks, the admin's word is a switch of its client.
    let fixed = form.before("name") == OFFLINE_ACCESS;
    let help = if fixed { texts.application_fixed } else { texts.application_help };
    let application = view! {
        <Switch id=APPLICATION label=texts.application help=help value=form.flag(APPLICATION) disabled=fixed />
    };
    view! {
        <FormFrame form=form on_save=save>{fields(form, application.into_any())}</FormFrame>
        {question}
    }
}

/// `application`: the switch for services, where the scope is there already.
fn fields(form: Form, application: AnyView) -> impl IntoView {
    let texts = ScopeTexts::get();
    view! {
        <Section title=texts.permission words=texts.permission_words>
            <TextField id="name" label=texts.name help=texts.name_help value=form.text("name", Rule::Needed)
                error=form.error("name") />
            <TextField id="consent-text" label=texts.text help=texts.text_help
                value=form.text("attributes/consent.screen.text", Rule::Free)
                error=form.error("attributes/consent.screen.text") />
            <TextField id="description" label=texts.description value=form.text("description", Rule::Free)
                error=form.error("description") />
        </Section>
        <Section title=texts.consent words=texts.consent_words>
            <Switch id="adminConsentRequired" label=texts.approval help=texts.approval_help
                value=form.flag("adminConsentRequired") />
            {application}
            <Switch id="display-on-consent" label=texts.display help=texts.display_help
                value=form.text_flag("attributes/display.on.consent.screen") />
            <Switch id="include-in-token" label=texts.in_token help=texts.in_token_help
                value=form.text_flag("attributes/include.in.token.scope") />
        </Section>
    }
}

/// Acts at once: it belongs to the realm, not to the scope's document.
#[component]
fn NewClients(realm: String, id: String) -> impl IntoView {
    let api = use_api();
    let texts = ScopeTexts::get();
    let realm = StoredValue::new(realm);
    let id = StoredValue::new(id);
    let starts = remote(|| (), move |()| async move { Starts::load(api, &realm.get_value()).await });
    view! {
        <Section title=texts.new_clients words=texts.new_clients_words>
            {shown(starts, LoadingShape::Form, move |starts| {
                let start = id.with_value(|id| starts.of(id));
                view! { <StartChoice realm=realm id=id start=start /> }
            })}
        </Section>
    }
}

#[component]
fn StartChoice(realm: StoredValue<String>, id: StoredValue<String>, start: Start) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let texts = ScopeTexts::get();
    let toasts = use_toasts();
    let start_name = ScopeTabsTexts::get().start_name;
    let choices = Start::ALL.map(|start| Choice::new(start.key(), start_name(start))).to_vec();
    let value = RwSignal::new(start.key().to_owned());
    let stored = StoredValue::new(start);
    let (taking, agreed) = (RwSignal::new(false), StoredValue::new(false));
    // Closed without a yes: the field shows again what holds.
    Effect::new(move |was: Option<bool>| {
        let is_asked = taking.get();
        if was == Some(true) && !is_asked && !agreed.get_value() {
            value.set(stored.get_value().key().to_owned());
        }
        is_asked
    });
    let set = move |wanted: Start| {
        let before = stored.get_value();
        let (realm, id) = (realm.get_value(), id.get_value());
        let path = move |start| match start {
            Start::Always => Some(paths::admin_default_default_scope(&realm, &id)),
            Start::WhenAsked => Some(paths::admin_default_optional_scope(&realm, &id)),
            Start::Not => None,
        };
        spawn_local(async move {
            let answer = match (path(wanted), path(before)) {
                (Some(path), _) => api.put(&path, &Map::new()).await,
                (None, Some(path)) => api.delete(&path).await,
                (None, None) => Ok(()),
            };
            match answer {
                Ok(()) => {
                    stored.set_value(wanted);
                    toasts.done(texts.new_clients_saved);
                }
                Err(failure) => {
                    value.try_set(before.key().to_owned());
                    toasts.failed((all.failure)(&failure));
                }
            }
        });
    };
    Effect::new(move || match Start::from_key(&value.read()) {
        wanted if wanted == stored.get_value() => {}
        Start::Not => {
            agreed.set_value(false);
            taking.set(true);
        }
        wanted => set(wanted),
    });
    let confirm = Callback::new(move |()| {
        agreed.set_value(true);
        taking.set(false);
        set(Start::Not);
    });
    view! {
        <Select id="new-clients" label=texts.new_clients_label choices=choices value=value help=texts.at_once
            disabled=is_locked() />
        <Dialog open=taking kind=DialogKind::Danger title=texts.not_given_title consequence=texts.not_given_words
            confirm=texts.not_given on_confirm=confirm />
    }
}

phrases! {
    /// One client scope.
    ScopeTexts =>
    new = "New permission", "Nuevo permiso";
    create = "Create permission", "Crear permiso";
    created = "The permission has been created.", "El permiso se ha creado.";
    saved = "The permission has been saved.", "El permiso se ha guardado.";
    permission = "Permission", "Permiso";
    permission_words = "What apps send in scope, and the words for people.", "Lo que las aplicaciones envían en scope, y las palabras para la gente.";
    name = "Identifier", "Identificador";
    name_help = "Without spaces. Sessions and consents name it: whoever renames it takes it away from them.",
        "Sin espacios. Las sesiones y los consentimientos lo nombran: cambiarlo se lo quita.";
    text = "Display text", "Texto visible";
    text_help = "On the consent page, after “will be able to”: such as “see your calendar”. The well-known scopes bring their own words in both languages.",
        "En la página de consentimiento, tras «podrá»: por ejemplo, «ver su calendario». Los ámbitos conocidos traen sus propias palabras en los dos idiomas.";
    description = "Description", "Descripción";
    consent = "Consent", "Consentimiento";
    consent_words = "Who allows it, and what people see of it.", "Quién lo permite y qué se ve de él.";
    approval = "Only an admin can allow it", "Solo un administrador puede permitirlo";
    approval_help = "For one client and all its users, under Admin consents. Without it, people are told whom to ask.",
        "Para un cliente y todos sus usuarios, en Consentimientos de administrador. Sin él, se dice a quién preguntar.";
    application = "Only an admin can allow it to a service", "Solo un administrador puede permitirlo a un servicio";
    application_help = "For what a client does in its own name, with its service account.",
        "Para lo que un cliente hace en nombre propio, con su cuenta de servicio.";
    application_fixed = "Always: a service keeps its access only where an admin has switched on refresh tokens for its client.",
        "Siempre: un servicio conserva su acceso solo si un administrador ha activado los tokens de actualización para su cliente.";
    display = "Show it on the consent page", "Mostrarlo en la página de consentimiento";
    display_help = "Off: it is given without being asked about.", "No: se da sin preguntar.";
    in_token = "Name it in tokens", "Nombrarlo en los tokens";
    in_token_help = "In the scope of access tokens and token answers.", "En el scope de los tokens de acceso y de las respuestas.";
    approval_title = "Only with an admin’s consent?", "¿Solo con el consentimiento de un administrador?";
    approval_words = "Offline sessions with this permission are refused at their next refresh unless their client has an admin’s consent by then.",
        "Las sesiones sin conexión con este permiso serán rechazadas en su próxima actualización si su cliente no tiene para entonces el consentimiento de un administrador.";
    rename_title = "Rename the permission?", "¿Cambiar el nombre del permiso?";
    rename_words = "Sessions and consents hold it by its present name: it is taken away from them, and apps that ask for it by that name are refused.",
        "Las sesiones y los consentimientos lo tienen por su nombre actual: se les quita, y las aplicaciones que lo pidan por ese nombre serán rechazadas.";
    approval_confirm = "Save all the same", "Guardar igualmente";
    new_clients = "New clients", "Clientes nuevos";
    new_clients_words = "What a client made from now on starts with. Present ones stay as they are.",
        "Con qué empieza un cliente creado desde ahora. Los actuales no cambian.";
    new_clients_label = "New clients get it", "Los clientes nuevos lo tienen";
    new_clients_saved = "What new clients start with has been changed.", "Se ha cambiado con qué empiezan los clientes nuevos.";
    not_given = "Take away", "Retirar";
    not_given_title = "Give it to no new client?", "¿No darlo a ningún cliente nuevo?";
    not_given_words = "Clients that are made or register themselves from now on are refused where they ask for it, until somebody gives it to them. No client that exists loses it.",
        "Los clientes que se creen o se registren desde ahora serán rechazados donde lo pidan, hasta que alguien se lo dé. Ningún cliente existente lo pierde.";
    at_once = "Acts as soon as it is chosen.", "Actúa al elegirlo.";
    delete = "Delete permission", "Borrar permiso";
    delete_title: With = |name| format!("Delete the permission {name}?"), |name| format!("¿Borrar el permiso {name}?");
    delete_words = "Clients can no longer ask for it, and offline sessions that hold it are refused at their next refresh.",
        "Los clientes ya no pueden pedirlo y las sesiones sin conexión que lo tienen serán rechazadas en su próxima actualización.";
    deleted = "The permission is gone.", "El permiso ya no está.";
}
