//! What every form says.

use perennial_ui::text::With;

use super::document::Problem;
use crate::texts::phrases;

phrases! {
    /// What every form says.
    FormTexts =>
    save = "Save", "Guardar";
    discard = "Discard changes", "Descartar cambios";
    unsaved = "There are changes that are not saved.", "Hay cambios sin guardar.";
    nothing_unsaved = "All changes are saved.", "Todos los cambios están guardados.";
    mend_first = "Not saved: some fields need attention first.", "No se ha guardado: algunos campos necesitan atención antes.";
    overtaken = "Not saved: another admin has changed this meanwhile. What you typed is still here.",
        "No se ha guardado: otro administrador lo ha cambiado entretanto. Lo que escribió sigue aquí.";
    load_newer = "Load what is there now", "Cargar lo que hay ahora";
    clashes = "Another admin changed the same as you. Say for each of these what holds; then save.",
        "Otro administrador cambió lo mismo que usted. Diga en cada caso qué vale y después guarde.";
    now_there: With = |value| format!("now: {value}"), |value| format!("ahora: {value}");
    take = "Take it", "Tomarlo";
    take_of: With = |field| format!("Take it: {field}"), |field| format!("Tomarlo: {field}");
    keep = "Keep mine", "Conservar lo mío";
    keep_of: With = |field| format!("Keep mine: {field}"), |field| format!("Conservar lo mío: {field}");
    decide_first = "Not saved: say first what holds where another admin changed the same.",
        "No se ha guardado: diga antes qué vale donde otro administrador cambió lo mismo.";
    on = "on", "activado";
    off = "off", "desactivado";
    empty = "empty", "vacío";
    another_secret = "another one, which is not shown", "otro, que no se muestra";
    loaded_newer = "Loaded. The fields that you changed still hold what you typed; a list that both added to holds both.",
        "Cargado. Los campos que cambió conservan lo que escribió; una lista a la que ambos añadieron tiene lo de los dos.";
    not_saved: With =
        |why| format!("Not saved. {why} What you typed is still here."),
        |why| format!("No se ha guardado. {why} Lo que escribió sigue aquí.");
    problem: fn(Problem) -> &'static str =
        |problem| match problem {
            Problem::Missing => "This is needed.",
            Problem::NotANumber => "Enter a whole number.",
            Problem::Zero => "Enter more than 0.",
            Problem::TooLong => "This is too long; at most 10 years.",
            Problem::TooLarge => "This is too much; at most 1,000,000.",
            Problem::NoneChosen => "Choose at least one.",
        },
        |problem| match problem {
            Problem::Missing => "Hace falta un valor.",
            Problem::NotANumber => "Escriba un número entero.",
            Problem::Zero => "Escriba más de 0.",
            Problem::TooLong => "Es demasiado; como mucho 10 años.",
            Problem::TooLarge => "Es demasiado; como mucho 1.000.000.",
            Problem::NoneChosen => "Elija al menos uno.",
        };
}
