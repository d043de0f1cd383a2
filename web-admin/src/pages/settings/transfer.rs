//! Tab *Import and export*: parts of a realm file into this realm, and this realm as a file.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ImportResults, paths};
use perennial_ui::prelude::*;
use serde_json::Value;

use crate::api::use_api;
use crate::browser;
use crate::pages::Section;
use crate::pages::realm_file::{Chosen, file_field, report};
use crate::rights::{IMPORT, judged};
use crate::texts::{phrases, texts};

pub fn transfer(realm: String) -> AnyView {
    view! {
        <div class="adm-form">
            {export(realm.clone())}
            {judged(IMPORT, &realm.clone(), move || import(&realm))}
        </div>
    }
    .into_any()
}

fn export(realm: String) -> AnyView {
    let words = TransferTexts::get();
    let (api, toasts, failure_words) = (use_api(), use_toasts(), texts().failure);
    let busy = RwSignal::new(false);
    let act = Callback::new(move |()| {
        let url = format!("{}?exportClients=true&exportGroupsAndRoles=true", paths::admin_partial_export(&realm));
        let name = format!("{realm}.json");
        busy.set(true);
        spawn_local(async move {
            let answer = api.command::<Value>(&url).await;
            busy.try_set(false);
            match answer {
                Ok(file) => browser::download(&name, &serde_json::to_string_pretty(&file).unwrap_or_default()),
                Err(failure) => toasts.failed(failure_words(&failure)),
            }
        });
    });
    view! {
        <Section title=words.export words=words.export_words>
            <Button on_press=act busy=busy id="export">{words.export_file}</Button>
        </Section>
    }
    .into_any()
}

fn import(realm: &str) -> AnyView {
    let words = TransferTexts::get();
    let (api, failure_words) = (use_api(), texts().failure);
    let chosen = Chosen::new();
    let exists = RwSignal::new("FAIL".to_owned());
    let busy = RwSignal::new(false);
    let done = RwSignal::new(None::<ImportResults>);
    let url = StoredValue::new(paths::admin_partial_import(realm));
    let act = Callback::new(move |()| {
        let Some(mut body) = chosen.document.get_untracked() else {
            return chosen.error.set(Some(words.choose_first.to_owned()));
        };
        body["ifResourceExists"] = exists.get_untracked().into();
        busy.set(true);
        done.set(None);
        chosen.error.set(None);
        spawn_local(async move {
            let answer = api.post::<ImportResults>(&url.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(results) => drop(done.try_set(Some(results))),
                Err(failure) => drop(chosen.error.try_set(Some(failure_words(&failure)))),
            }
        });
    });
    let open = RwSignal::new(false);
    // What is replaced is asked about first.
    let start = Callback::new(move |()| {
        match chosen.document.read_untracked().is_some() && *exists.read_untracked() == "OVERWRITE" {
            true => open.set(true),
            false => act.run(()),
        }
    });
    let agreed = Callback::new(move |()| {
        open.set(false);
        act.run(());
    });
    let consequence = MaybeProp::derive(move || {
        let count = chosen.document.read().as_ref().map_or(0, things);
        Some((words.overwrite_words)(&count.to_string()))
    });
    let choices = vec![
        Choice::new("FAIL", words.fail),
        Choice::new("SKIP", words.skip),
        Choice::new("OVERWRITE", words.overwrite),
    ];
    view! {
        <Section title=words.import words=words.import_words>
            {file_field(chosen)}
            <Select id="exists" label=words.exists choices=choices value=exists />
            <Button kind=ButtonKind::Primary on_press=start busy=busy id="import">{words.import_file}</Button>
            <Dialog open=open kind=DialogKind::Danger title=words.overwrite_title consequence=consequence
                confirm=words.import_file on_confirm=agreed />
            {move || done.get().map(report)}
        </Section>
    }
    .into_any()
}

/// Clients, users, scopes, groups and roles in a realm file.
fn things(file: &Value) -> usize {
    let listed = |value: Option<&Value>| value.and_then(Value::as_array).map_or(0, Vec::len);
    let roles = file.get("roles");
    let of_clients = roles.and_then(|roles| roles.get("client")).and_then(Value::as_object);
    let of_clients: usize = of_clients.map_or(0, |all| all.values().map(|one| listed(Some(one))).sum());
    let named = ["clients", "users", "clientScopes", "groups"].map(|name| listed(file.get(name)));
    named.iter().sum::<usize>() + listed(roles.and_then(|roles| roles.get("realm"))) + of_clients
}

phrases! {
    /// Import and export.
    TransferTexts =>
    export = "Export", "Exportar";
    export_words = "This realm as one file: settings, clients, scopes, roles and groups; no users, no secrets, no keys. With users and secrets it is written on the server: perennial realm export.",
        "Este reino en un archivo: ajustes, clientes, ámbitos, roles y grupos; sin usuarios, secretos ni claves. Con usuarios y secretos se escribe en el servidor: perennial realm export.";
    export_file = "Download the file", "Descargar el archivo";
    import = "Import", "Importar";
    import_words = "Clients, scopes, roles, groups and users out of a file into this realm. Either all that can be taken is there afterwards, or nothing is.",
        "Clientes, ámbitos, roles, grupos y usuarios de un archivo a este reino. Después está todo lo que se puede incorporar, o nada.";
    exists = "What is there already", "Lo que ya existe";
    fail = "Stops the import: nothing is changed", "Detiene la importación: no cambia nada";
    skip = "Stays as it is", "Se queda como está";
    overwrite = "Is replaced by what the file has", "Se sustituye por lo del archivo";
    overwrite_title = "Replace what is there already?", "¿Sustituir lo que ya existe?";
    overwrite_words: perennial_ui::text::With =
        |n| format!("Things in the file: {n}. Each client, scope, role, group and user that exists under the same name is replaced for good, and sessions that it held may be refused or end."),
        |n| format!("Elementos en el archivo: {n}. Cada cliente, ámbito, rol, grupo y usuario que existe con el mismo nombre se sustituye para siempre, y las sesiones que tenía pueden rechazarse o terminar.");
    import_file = "Import the file", "Importar el archivo";
    choose_first = "Choose a file first.", "Elija antes un archivo.";
}
