//! Which events are kept, for how long, and taking them all away.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::event::EVENT_TYPES;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use crate::api::use_api;
use crate::form::{Form, FormFrame, Rule};
use crate::pages::{Section, loaded_document, said_first};
use crate::texts::{phrases, texts};

pub fn config(realm: &str) -> AnyView {
    let texts = EventConfigTexts::get();
    let (path, users, admins) =
        (paths::admin_events_config(realm), paths::admin_events(realm), paths::admin_admin_events(realm));
    loaded_document(path.clone(), move |saved| {
        let form = Form::new(saved);
        let (save, question) =
            said_first(form.putting(path.clone(), texts.saved), move |changes| less(form, texts, changes));
        let (users, admins) = (users.clone(), admins.clone());
        view! {
            <FormFrame form=form on_save=save>{fields(form)}</FormFrame>
            {question}
            <div class="adm-below">
                <Section title=texts.clear words=texts.clear_words>
                    <div class="pn-row">
                        <Clear id="clear-events" path=users words=texts.clear_users
                            title=texts.clear_users_title />
                        <Clear id="clear-admin-events" path=admins words=texts.clear_admins
                            title=texts.clear_admins_title />
                    </div>
                </Section>
            </div>
        }
        .into_any()
    })
}

/// Where less is kept than before. 0 means for good.
fn less(form: Form, texts: &'static EventConfigTexts, changes: &Map<String, Value>) -> Option<&'static str> {
    let seconds = |value: i64| if value == 0 { i64::MAX } else { value };
    let shorter = ["eventsExpiration", "adminEventsExpiration"].into_iter().any(|name| {
        let before = seconds(form.before(name).parse().unwrap_or_default());
        changes.get(name).and_then(Value::as_i64).is_some_and(|wanted| seconds(wanted) < before)
    });
    let off =
        ["eventsEnabled", "adminEventsEnabled"].iter().any(|name| changes.get(*name) == Some(&Value::Bool(false)));
    if shorter { Some(texts.shorter_words) } else { off.then_some(texts.off_words) }
}

fn fields(form: Form) -> impl IntoView {
    let texts = EventConfigTexts::get();
    let options: Vec<Choice> = EVENT_TYPES.iter().map(|name| Choice::new(*name, *name)).collect();
    view! {
        <Section title=texts.users words=texts.users_words>
            <Switch id="eventsEnabled" label=texts.keep value=form.flag("eventsEnabled") />
            <DurationField id="eventsExpiration" label=texts.expiration help=texts.expiration_help
                value=form.seconds("eventsExpiration", Rule::TimeOrZero) error=form.error("eventsExpiration") />
            <CheckList id="enabledEventTypes" legend=texts.types help=texts.types_help options=options
                value=form.names("enabledEventTypes", Rule::Needed) error=form.error("enabledEventTypes") />
        </Section>
        <Section title=texts.admins words=texts.admins_words>
            <Switch id="adminEventsEnabled" label=texts.keep value=form.flag("adminEventsEnabled") />
            <Switch id="adminEventsDetailsEnabled" label=texts.sent help=texts.sent_help
                value=form.flag("adminEventsDetailsEnabled") />
            <DurationField id="adminEventsExpiration" label=texts.expiration help=texts.expiration_help
                value=form.seconds("adminEventsExpiration", Rule::TimeOrZero)
                error=form.error("adminEventsExpiration") />
        </Section>
    }
}

#[component]
fn Clear(id: &'static str, path: String, words: &'static str, title: &'static str) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let texts = EventConfigTexts::get();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let ask = Callback::new(move |()| {
        error.set(None);
        open.set(true);
    });
    let path = StoredValue::new(path);
    let confirm = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = api.delete(&path.get_value()).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    open.set(false);
                    toasts.done(texts.cleared);
                }
                Err(failure) => error.set(Some((all.failure)(&failure))),
            }
        });
    });
    view! {
        <Button icon=IconKind::Remove on_press=ask id=id>{words}</Button>
        <Dialog open=open kind=DialogKind::Danger title=title consequence=texts.clear_consequence
            confirm=texts.clear_confirm on_confirm=confirm error=error busy=busy />
    }
}

phrases! {
    /// What of the events is kept.
    EventConfigTexts =>
    saved = "What is kept has been changed.", "Se ha cambiado lo que se guarda.";
    shorter_words = "Events that are older than the new time are deleted for good at the next clearing, and nobody can look them up any more.",
        "Los eventos más antiguos que el plazo nuevo se borran para siempre en la próxima limpieza y nadie podrá consultarlos.";
    off_words = "What happens from now on is not kept: nobody can look up later who did it, or why something was refused.",
        "Lo que pase desde ahora no se guarda: nadie podrá consultar después quién lo hizo ni por qué se rechazó algo.";
    users = "Users and clients", "Usuarios y clientes";
    users_words = "Sign-ins, refreshes that were refused, consents, endings. Webhooks get their events whether they are kept or not.",
        "Inicios de sesión, actualizaciones rechazadas, consentimientos, finales. Los webhooks reciben sus eventos se guarden o no.";
    keep = "Keep events", "Guardar eventos";
    expiration = "For how long", "Cuánto tiempo";
    expiration_help = "0 means without end.", "0 significa sin final.";
    types = "Which", "Cuáles";
    types_help = "Refreshes and introspections happen at every use: they are counted, and kept only when ticked here.",
        "Las actualizaciones e introspecciones ocurren en cada uso: se cuentan, y solo se guardan si se marcan aquí.";
    admins = "Admins", "Administradores";
    admins_words = "Who changed what in this realm.", "Quién cambió qué en este reino.";
    sent = "Keep what was sent, too", "Guardar también lo enviado";
    sent_help = "Without secrets.", "Sin secretos.";
    clear = "Take away", "Borrar";
    clear_words = "The log of operations on the server’s disk stays; it is no part of this.",
        "El registro de operaciones en el disco del servidor permanece; no es parte de esto.";
    clear_users = "Delete all user events", "Borrar los eventos de usuarios";
    clear_users_title = "Delete all events of users and clients?", "¿Borrar todos los eventos de usuarios y clientes?";
    clear_admins = "Delete all admin events", "Borrar los eventos de administradores";
    clear_admins_title = "Delete all admin events?", "¿Borrar todos los eventos de administradores?";
    clear_consequence = "All of them go, of the whole realm, and cannot be brought back. What sessions and people may do does not change.",
        "Se van todos, los del reino entero, y no se pueden recuperar. Lo que sesiones y personas pueden hacer no cambia.";
    clear_confirm = "Delete them", "Borrarlos";
    cleared = "The events are gone.", "Los eventos ya no están.";
}
