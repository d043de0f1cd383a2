//! A realm file in the console: choosing one, and what became of it.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ImportResult, ImportResults};
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::Value;

use crate::browser;
use crate::texts::phrases;

/// More than this the server does not take. Bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// A file that is chosen, and what is wrong with it. What was read stays when the server refuses it.
#[derive(Clone, Copy)]
pub struct Chosen {
    pub document: RwSignal<Option<Value>>,
    pub error: RwSignal<Option<String>>,
}

impl Chosen {
    pub fn new() -> Self {
        Chosen { document: RwSignal::new(None), error: RwSignal::new(None) }
    }
}

pub fn file_field(chosen: Chosen) -> AnyView {
    let texts = FileTexts::get();
    let node = NodeRef::<html::Input>::new();
    let read = move |_| {
        let Some(field) = node.get_untracked() else { return };
        spawn_local(async move {
            let Some((_, text)) = browser::chosen_file(field).await else { return };
            let found = if text.len() > LARGEST { Err(texts.too_large) } else { object(&text).ok_or(texts.no_object) };
            chosen.error.try_set(found.as_ref().err().map(|words| (*words).to_owned()));
            chosen.document.try_set(found.ok());
        });
    };
    let error = move || chosen.error.get().map(|words| view! { <span>{words}</span> });
    view! {
        <div class="pn-field">
            <label class="pn-label" for="file">{texts.file}</label>
            <input class="pn-input adm-file" type="file" id="file" accept=".json,application/json" node_ref=node
                on:change=read aria-describedby="file-error file-help"
                aria-invalid=move || chosen.error.read().is_some().then_some("true") />
            <p class="pn-field-error" id="file-error" aria-live="polite">{error}</p>
            <p class="pn-field-help" id="file-help">{texts.file_help}</p>
        </div>
    }
    .into_any()
}

fn object(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().filter(Value::is_object)
}

/// What was taken, and what was not and why.
pub fn report(results: ImportResults) -> AnyView {
    let texts = FileTexts::get();
    let counts = [
        (texts.added)(&results.added.to_string()),
        (texts.overwritten)(&results.overwritten.to_string()),
        (texts.skipped)(&results.skipped.to_string()),
    ];
    let left = results.left_out.len();
    let left_out = (left > 0).then(|| {
        let row = |one: perennial_api::LeftOut| {
            view! {
                <tr>
                    <Cell label=texts.what head=true><span class="pn-mono adm-wrap">{one.what}</span></Cell>
                    <Cell label=texts.why>{one.why}</Cell>
                </tr>
            }
        };
        let rows = results.left_out.into_iter().map(row).collect_view();
        let columns = vec![Column::new(texts.what), Column::new(texts.why)];
        view! { <h3>{texts.left_out}</h3> <Table caption=texts.left_out columns=columns>{rows}</Table> }
    });
    let taken = (!results.results.is_empty()).then(|| {
        let row = |one: ImportResult| {
            view! {
                <tr>
                    <Cell label=texts.what head=true>{one.resource_name}</Cell>
                    <Cell label=texts.kind>{(texts.kind_of)(&one.resource_type)}</Cell>
                    <Cell label=texts.came>{(texts.came_of)(&one.action)}</Cell>
                </tr>
            }
        };
        let rows = results.results.into_iter().map(row).collect_view();
        let columns = vec![Column::new(texts.what), Column::new(texts.kind), Column::new(texts.came)];
        view! { <h3>{texts.taken}</h3> <Table caption=texts.taken columns=columns>{rows}</Table> }
    });
    view! {
        <div class="pn-stack" id="import-report" role="status">
            <h2>{texts.report}</h2>
            <p>{counts.join(" ")}</p>
            {left_out}
            {taken}
        </div>
    }
    .into_any()
}

phrases! {
    /// Realm files.
    FileTexts =>
    file = "File", "Archivo";
    file_help = "A realm file of Perennial or Keycloak, up to 16 MiB.",
        "Un archivo de reino de Perennial o de Keycloak, de hasta 16 MiB.";
    too_large = "This file is larger than 16 MiB.", "Este archivo pasa de 16 MiB.";
    no_object = "This is no realm file: it is not one JSON object.", "No es un archivo de reino: no es un objeto JSON.";
    report = "What became of the file", "Qué ha sido del archivo";
    added: With = |n| format!("Added: {n}."), |n| format!("Añadidos: {n}.");
    overwritten: With = |n| format!("Replaced: {n}."), |n| format!("Sustituidos: {n}.");
    skipped: With = |n| format!("Skipped: {n}."), |n| format!("Omitidos: {n}.");
    left_out = "Left out", "Dejado fuera";
    taken = "Taken over", "Incorporado";
    what = "What", "Qué";
    why = "Why", "Por qué";
    kind = "Kind", "Clase";
    came = "What came of it", "Resultado";
    kind_of: fn(&str) -> &'static str =
        |kind| match kind {
            "CLIENT" => "Client",
            "CLIENT_ROLE" => "Role of a client",
            "CLIENT_SCOPE" => "Client scope",
            "GROUP" => "Group",
            "REALM_ROLE" => "Role of the realm",
            "RESOURCE" => "Resource",
            _ => "User",
        },
        |kind| match kind {
            "CLIENT" => "Cliente",
            "CLIENT_ROLE" => "Rol de un cliente",
            "CLIENT_SCOPE" => "Ámbito de cliente",
            "GROUP" => "Grupo",
            "REALM_ROLE" => "Rol del reino",
            "RESOURCE" => "Recurso",
            _ => "Usuario",
        };
    came_of: fn(&str) -> &'static str =
        |action| match action {
            "OVERWRITTEN" => "Replaced",
            "SKIPPED" => "Skipped",
            _ => "Added",
        },
        |action| match action {
            "OVERWRITTEN" => "Sustituido",
            "SKIPPED" => "Omitido",
            _ => "Añadido",
        };
}
