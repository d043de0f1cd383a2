//! Spanish.

use perennial_ui::prelude::EndCause;

use super::{AccountTexts, AppsTexts};

pub static ES: AccountTexts = AccountTexts {
    your_account: "Su cuenta",
    apps: "Aplicaciones",
    language: "Idioma",
    sign_in: "Iniciar sesión",
    sign_out: "Cerrar sesión",
    signed_out_title: "No ha iniciado sesión",
    signed_out_words: "Inicie sesión para ver qué aplicaciones pueden actuar por usted, y para retirárselo.",
    session_lost: "Su sesión ha terminado. Inicie sesión de nuevo para continuar; no se ha cambiado nada.",
    not_found_title: "Aquí no hay nada",
    not_found_words: "Esta dirección no existe, o ya no.",
    unreachable: "No se ha podido llegar al servidor. Compruebe su conexión e inténtelo de nuevo.",
    refused: |said| {
        format!("El servidor lo ha rechazado: {said}. Inténtelo de nuevo; si se repite, avise a su administrador.")
    },
    server_trouble: |said| {
        format!("El servidor tiene un problema ({said}). No se ha cambiado nada. Inténtelo de nuevo en un momento.")
    },
    page: APPS,
};

const APPS: AppsTexts = AppsTexts {
    title: "Aplicaciones",
    intro: "Estas aplicaciones pueden actuar por usted. Aquí ve qué pueden hacer y cuándo lo hicieron por última vez, y puede ponerle fin.",
    none_title: "Ninguna aplicación puede actuar por usted",
    none_words: "Cuando permita a una aplicación usar su cuenta, aparecerá aquí, y podrá retirárselo.",
    works_away: "Funciona en su ausencia",
    in_use: "Con sesión ahora",
    may: "Puede",
    may_nothing: "No tiene permisos propios.",
    keeps_while_away: |app| format!("{app} puede hacerlo también cuando usted no tiene la sesión iniciada."),
    only_while_signed_in: |app| format!("{app} puede hacerlo solo mientras usted tiene la sesión iniciada."),
    allowed: "Permitido",
    home_page: "Página principal",
    privacy_policy: "Política de privacidad",
    terms: "Condiciones del servicio",
    installations: |n| match n {
        1 => "1 instalación".to_owned(),
        n => format!("{n} instalaciones"),
    },
    unknown_device: "Dispositivo desconocido",
    last_used: "Último uso",
    never_used: "Aún sin usar",
    from: |address| format!("desde {address}"),
    allowed_from: |address| format!("permitido desde {address}"),
    since: |day| format!("desde el {day}"),
    ends: |cause, day| match cause {
        EndCause::Idle => format!("Termina el {day} si no se usa antes"),
        EndCause::Max => format!("Termina el {day} porque es lo máximo que se permite aquí"),
        EndCause::Chosen => format!("Termina el {day} porque usted lo eligió así"),
        EndCause::Approval => format!("Termina el {day} porque termina su aprobación"),
        EndCause::Other => format!("Termina el {day}"),
    },
    no_end: "No termina hasta que usted lo retire",
    ended: |day| format!("Terminó el {day}"),
    paused: "En pausa",
    blocked: "Bloqueada",
    blocked_words: "No puede usarlo en este momento.",
    remove: "Retirar acceso",
    remove_named: |app| format!("Retirar el acceso de {app}"),
    remove_title: |app| format!("¿Retirar el acceso de {app}?"),
    remove_consequence: |app, n| match n {
        0 => format!("{app} pierde de inmediato todos sus permisos."),
        1 => format!(
            "{app} pierde de inmediato todos sus permisos, y su única instalación deja de funcionar para usted."
        ),
        n => format!(
            "{app} pierde de inmediato todos sus permisos, y sus {n} instalaciones dejan de funcionar para usted."
        ),
    },
    remove_again: "Solo volverá a tener acceso si usted se lo permite. Lo que ya haya guardado no se borra con esto.",
    removed: |app| format!("{app} ya no puede actuar por usted."),
    end: "Terminar",
    end_named: |device, app| format!("Terminar la instalación «{device}» de {app}"),
    end_title: |app| format!("¿Terminar esta instalación de {app}?"),
    end_consequence: |device, others| match others {
        0 => format!("La instalación «{device}» deja de funcionar para usted de inmediato. Es la única instalación."),
        1 => format!("La instalación «{device}» deja de funcionar para usted de inmediato. La otra instalación sigue."),
        n => format!(
            "La instalación «{device}» deja de funcionar para usted de inmediato. Las otras {n} instalaciones siguen."
        ),
    },
    end_again: "Solo volverá a tener acceso si usted se lo permite.",
    end_confirm: "Terminar instalación",
    session_ended: |app| format!("La instalación de {app} ha terminado."),
};
