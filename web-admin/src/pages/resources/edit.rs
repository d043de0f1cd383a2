//! One resource: its identifier for good, its words, its scopes, and its lifetimes with what they would end.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::preview::PreviewRequest;
use perennial_api::{ClientScopeRepresentation, ResourceRepresentation, TokenPolicyPreview, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use crate::api::{Failure, use_api};
use crate::confirm::Consequence;
use crate::ends::{Whose, concerns};
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::what_if::{WhatIf, use_what_if};
use crate::pages::{DeleteThing, Section, loaded_document, loaded_once};
use crate::screens::set_trail;
use crate::texts::phrases;

const LIFETIMES: [&str; 3] = ["accessTokenLifespan", "offlineSessionIdleTimeout", "offlineSessionMaxLifespan"];

#[component]
pub fn NewResource(realm: String) -> impl IntoView {
    let texts = ResourceTexts::get();
    set_trail("resources", &realm, vec![Crumb::here(texts.new)]);
    let scopes = paths::admin_client_scopes(&realm);
    let form = loaded_once(scopes, move |scopes: Vec<ClientScopeRepresentation>| {
        view! { <NewForm realm=realm.clone() scopes=names(scopes) /> }.into_any()
    });
    view! {
        <header class="adm-head"><h1>{texts.new}</h1></header>
        {form}
    }
}

#[component]
fn NewForm(realm: String, scopes: Vec<Choice>) -> impl IntoView {
    let api = use_api();
    let texts = ResourceTexts::get();
    let form = Form::new(with_lifetimes(json!({})));
    let list = links::place(&realm, "resources");
    let (path, to) = (paths::admin_resources(&realm), list.clone());
    let create = Callback::new(move |changes: Map<String, Value>| {
        let (path, to) = (path.clone(), to.clone());
        form.make(async move { api.post_unanswered(&path, &changes).await.map(|()| to) }, texts.created);
    });
    view! {
        <FormFrame form=form on_save=create create=texts.create cancel=list>
            <Section title=texts.identifier words=texts.identifier_words>
                {form.text_field("resource", Rule::Needed, texts.uri, texts.uri_help)}
            </Section>
            {fields(form, scopes)}
        </FormFrame>
    }
}

/// The resource, and the scopes there are.
#[component]
pub fn ResourcePage(realm: String, id: String) -> impl IntoView {
    let path = paths::admin_resource(&realm, &id);
    let scopes = paths::admin_client_scopes(&realm);
    loaded_document(path, move |saved| {
        let (realm, id) = (realm.clone(), id.clone());
        let uri = saved.get("resource").and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = saved.get("name").and_then(Value::as_str).unwrap_or(&uri).to_owned();
        set_trail("resources", &realm, vec![Crumb::here(name.clone())]);
        let texts = ResourceTexts::get();
        let path = paths::admin_resource(&realm, &id);
        let open = RwSignal::new(false);
        let deleting = Consequence::counted(texts.delete_words, concerns(&realm, Whose::Resource(uri.clone()), open));
        let delete = view! {
            <DeleteThing path=path title=(texts.delete_title)(&name) consequence=deleting
                confirm=texts.delete done=texts.deleted then=links::place(&realm, "resources") open=open />
        };
        let form = loaded_once(scopes.clone(), move |scopes: Vec<ClientScopeRepresentation>| {
            view! { <EditForm realm=realm.clone() id=id.clone() saved=saved.clone() scopes=names(scopes) /> }.into_any()
        });
        view! {
            <header class="adm-head">
                <div>
                    <h1 class="adm-url">{name}</h1>
                    <p class="pn-muted adm-url">{uri}</p>
                </div>
            </header>
            {form}
            {delete}
        }
        .into_any()
    })
}

#[component]
fn EditForm(realm: String, id: String, saved: Value, scopes: Vec<Choice>) -> impl IntoView {
    let api = use_api();
    let lang = use_lang();
    let texts = ResourceTexts::get();
    let form = Form::new(with_lifetimes(saved));
    let fields = fields(form, scopes).into_any();
    let path = StoredValue::new(paths::admin_resource(&realm, &id));
    let preview = StoredValue::new(paths::admin_token_policy_preview(&realm));
    let proposal = move || {
        let time = |name: &str| form.changes().get(name).and_then(Value::as_i64);
        PreviewRequest {
            resource: Some(ResourceRepresentation {
                id: Some(id.clone()),
                offline_session_idle_timeout: time(LIFETIMES[1]),
                offline_session_max_lifespan: time(LIFETIMES[2]),
                ..ResourceRepresentation::default()
            }),
            ..PreviewRequest::default()
        }
    };
    let proposal = Memo::new(move |_| proposal());
    let what_if = use_what_if(StoredValue::new(realm), proposal);
    let put = Callback::new(move |_: Map<String, Value>| {
        form.put_as(path.get_value(), texts.saved, with_lifetimes);
        what_if.preview.reload();
    });
    let asking = RwSignal::new(None::<(Option<u64>, Map<String, Value>)>);
    let open = RwSignal::new(false);
    let save = Callback::new(move |changes: Map<String, Value>| {
        if !LIFETIMES.iter().skip(1).any(|name| changes.contains_key(*name)) {
            return put.run(changes);
        }
        form.busy.set(true);
        spawn_local(async move {
            let answer = api.post::<TokenPolicyPreview>(&preview.get_value(), &proposal.get_untracked()).await;
            if form.busy.try_set(false).is_some() {
                // Left meanwhile.
                return;
            }
            match answer {
                Ok(counted) if counted.ends_now == 0 => put.run(changes),
                // What is wrong with the values is said at the field; so is that nobody is signed in.
                Err(failure @ (Failure::SignedOut | Failure::Refused { status: 400, .. })) => form.fail(failure),
                counted => {
                    asking.set(Some((counted.ok().map(|counted| counted.ends_now), changes)));
                    open.set(true);
                }
            }
        });
    });
    let consequence = MaybeProp::derive(move || {
        let Some(count) = asking.read().as_ref()?.0 else { return Some(texts.confirm_unknown.to_owned()) };
        Some((texts.confirm_words)(&format::number(lang, i64::try_from(count).unwrap_or(i64::MAX)), count == 1))
    });
    let confirm = Callback::new(move |()| {
        open.set(false);
        if let Some((_, changes)) = asking.get_untracked() {
            put.run(changes);
        }
    });
    view! {
        <FormFrame form=form on_save=save>
            {fields}
            <WhatIf data=what_if />
        </FormFrame>
        <Dialog open=open kind=DialogKind::Danger title=texts.confirm_title consequence=consequence
            confirm=texts.confirm on_confirm=confirm />
    }
}

fn fields(form: Form, scopes: Vec<Choice>) -> impl IntoView {
    let texts = ResourceTexts::get();
    let time = |name| (form.seconds(name, Rule::TimeOrZero), form.error(name));
    let ((access, access_error), (idle, idle_error), (max, max_error)) =
        (time(LIFETIMES[0]), time(LIFETIMES[1]), time(LIFETIMES[2]));
    let (chosen, scopes_error) = (form.names("scopes", Rule::Free), form.error("scopes"));
    view! {
        <Section title=texts.words words=texts.words_words>
            {form.text_field("name", Rule::Free, texts.name, "")}
            {form.text_field("description", Rule::Free, texts.description, "")}
        </Section>
        <Section title=texts.scopes words=texts.scopes_words>
            <CheckList id="scopes" legend=texts.scopes_label help=texts.scopes_help options=scopes value=chosen
                error=scopes_error />
        </Section>
        <Section title=texts.lifetimes words=texts.lifetimes_words>
            <DurationField id=LIFETIMES[0] label=texts.access help=texts.zero value=access error=access_error />
            <DurationField id=LIFETIMES[1] label=texts.idle help=texts.zero value=idle error=idle_error />
            <DurationField id=LIFETIMES[2] label=texts.max help=texts.zero value=max error=max_error />
        </Section>
    }
}

/// A lifetime that is not there is inherited, for which the API takes a 0.
fn with_lifetimes(mut document: Value) -> Value {
    if let Value::Object(members) = &mut document {
        for name in LIFETIMES {
            members.entry(name).or_insert(Value::from(0));
        }
    }
    document
}

fn names(scopes: Vec<ClientScopeRepresentation>) -> Vec<Choice> {
    scopes.into_iter().filter_map(|scope| scope.name).map(|name| Choice::new(name.clone(), name)).collect()
}

phrases! {
    /// One resource.
    ResourceTexts =>
    new = "New resource", "Nuevo recurso";
    create = "Create resource", "Crear recurso";
    created = "The resource has been created.", "El recurso se ha creado.";
    saved = "The resource has been saved.", "El recurso se ha guardado.";
    identifier = "Identifier", "Identificador";
    identifier_words = "What apps send as resource and what tokens name as their audience. It never changes.",
        "Lo que las aplicaciones envían como resource y lo que los tokens nombran como destinatario. No cambia nunca.";
    uri = "URI", "URI";
    uri_help = "Absolute, without a fragment: https://api.example.com/",
        "Absoluto, sin fragmento: https://api.example.com/";
    words = "Words", "Palabras";
    words_words = "What people read where an app asks for it.", "Lo que se lee cuando una aplicación lo pide.";
    name = "Name", "Nombre";
    description = "Description", "Descripción";
    scopes = "Permissions", "Permisos";
    scopes_words = "What its access tokens may carry.", "Lo que sus tokens de acceso pueden llevar.";
    scopes_label = "Only these", "Solo estos";
    scopes_help = "None ticked: all that were granted.", "Ninguno marcado: todo lo concedido.";
    lifetimes = "Lifetimes", "Duraciones";
    lifetimes_words = "Where set, they replace those of client and realm, longer or shorter. A session for several resources takes the shortest.",
        "Si se fijan, sustituyen a las del cliente y del reino, más largas o más cortas. Una sesión para varios recursos toma la más corta.";
    access = "An access token lasts", "Un token de acceso dura";
    idle = "Sessions end if not used for", "Las sesiones terminan si no se usan durante";
    max = "Sessions end at the latest after", "Las sesiones terminan como muy tarde tras";
    zero = "0: as client and realm say.", "0: lo que digan cliente y reino.";
    confirm_title = "Save and end sessions?", "¿Guardar y terminar sesiones?";
    confirm_words: fn(&str, bool) -> String =
        |n, one| if one {
            "1 session ends as soon as this is saved, and changing it back does not revive it.".to_owned()
        } else {
            format!("{n} sessions end as soon as this is saved, and changing it back does not revive them.")
        },
        |n, one| if one {
            "1 sesión termina al guardar esto, y volver atrás no la revive.".to_owned()
        } else {
            format!("{n} sesiones terminan al guardar esto, y volver atrás no las revive.")
        };
    confirm_unknown = "How many sessions this ends could not be counted. What ends is not revived by changing it back.",
        "No se pudo contar cuántas sesiones termina esto. Lo que termina no revive al volver atrás.";
    confirm = "Save and end", "Guardar y terminar";
    delete = "Delete resource", "Borrar recurso";
    delete_title: With = |name| format!("Delete the resource {name}?"), |name| format!("¿Borrar el recurso {name}?");
    delete_words = "No app gets a token for it any more. Its lifetimes end with it: sessions that it kept short take those of client and realm.",
        "Ninguna aplicación recibe ya un token para él. Sus duraciones se van con él: las sesiones que acortaba toman las del cliente y del reino.";
    deleted = "The resource is gone.", "El recurso ya no está.";
}
