//! Spanish.

use perennial_api::{BlockedBy, Rotation};

use super::*;

pub static ES: AdminTexts = AdminTexts {
    product: "Perennial",
    language: "Idioma",
    sign_out: "Cerrar sesión",
    signed_in_as: |name| format!("Sesión iniciada como {name}"),
    not_found_title: "No hay nada en esta dirección",
    not_found_words: "Puede estar mal escrita, o lo que había aquí ya no existe.",
    to_start: "Ir al inicio",
    no_realms: "No puede ver ningún reino. Pida un rol de administración en alguno.",
    view_only: "Puede mirar esto, pero no cambiarlo: sus roles en este reino no lo permiten.",
    failure,
    signed_out: SignedOutTexts {
        page_title: "Inicie sesión en la consola de administración",
        page_words: "Su sesión está cerrada. Después de iniciarla volverá a esta página.",
        sign_in_to: |realm| format!("Iniciar sesión como administrador de {realm}"),
        sign_in_to_all: "Iniciar sesión como administrador de todos los reinos",
        which: "Los administradores de un reino abren la consola en /admin/ y el nombre del reino.",
        bar_title: "Su sesión está cerrada.",
        bar_words: "Iníciela de nuevo en otra pestaña; lo que escribió aquí se conserva.",
        new_tab: |words| format!("{words} (otra pestaña)"),
        check_again: "Ya la inicié",
        back: "Su sesión está iniciada de nuevo.",
    },
    leave: LeaveTexts {
        title: "¿Salir sin guardar?",
        consequence: "Lo que cambió en esta página no se ha guardado y se perderá.",
        confirm: "Salir",
    },
};

pub static SCREENS: ScreenTexts = ScreenTexts {
    offline: offline::ES,
    session: session_es::ES,
    clients: ClientsTexts {
        title: "Clientes",
        search: "Buscar por ID de cliente",
        client: "Cliente",
        kind: "Tipo",
        public: "Público",
        confidential: "Confidencial",
        disabled: "Desactivado",
        consent: "Consentimiento",
        consent_required: "Se pide",
        consent_not_required: "No se pide",
        offline_access: "Acceso sin conexión",
        scope: |scope| match scope {
            OfflineScope::Default => "Siempre",
            OfflineScope::Optional => "Si se pide",
            OfflineScope::Missing => "No es posible",
        },
        none_title: "No hay clientes",
        none_found: |words| format!("Ningún ID de cliente contiene «{words}»."),
        show_all: "Mostrar todos los clientes",
    },
    policy: PolicyTexts {
        title: "Lo que se aplica",
        realm_settings: "Ajustes de tokens del reino",
        offline_scope: "Acceso sin conexión",
        scope: |scope| match scope {
            OfflineScope::Default => "Con cada autorización (ámbito predeterminado)",
            OfflineScope::Optional => "Si se pide con el ámbito offline_access (opcional)",
            OfflineScope::Missing => "No es posible: el ámbito offline_access no está asignado",
        },
        idle: "Termina si no se usa durante",
        max: "Termina a más tardar después de",
        max_value: |time| time.to_owned(),
        no_max: "Sin máximo",
        access: "El token de acceso dura",
        rotation: "El token de renovación cambia",
        rotation_value: |mode| match mode {
            Rotation::Never => "Nunca",
            Rotation::Aging => "Pasado el 70 % del tiempo de inactividad",
            Rotation::Always => "En cada uso",
            Rotation::Auto => "Según el tipo de cliente",
        },
        window: "Una respuesta perdida se puede volver a pedir",
        window_until_proven: "Hasta que se use el token nuevo",
        window_seconds: |time| format!("Durante {time}"),
        window_closed: "De ninguna manera",
        limit: "Sesiones por usuario",
        limit_value: |n| format!("Como máximo {n}"),
        no_limit: "Sin límite",
        from_realm: "Reino",
        from_client: "Este cliente",
        from_rule: "Tipo de cliente",
        instead_of: |value| format!("en vez de lo que dice el reino: {value}"),
    },
    sessions: SessionsTexts {
        title: "Sesiones sin conexión",
        count: |n, one| if one { "1 sesión".into() } else { format!("{n} sesiones") },
        user: "Usuario",
        started: "Comienzo",
        last_used: "Último uso",
        address: "Dirección",
        device: "Dispositivo",
        life: "Vida y fin",
        actions: "Acciones",
        unknown: "Desconocido",
        service_account: "Cuenta de servicio",
        paused: "En pausa",
        blocked,
        end: "Terminar",
        end_of: |user| format!("Terminar la sesión de {user}"),
        empty_title: "No hay sesiones sin conexión",
        empty_words: |client| {
            format!(
                "Comienza una cuando un usuario deja que {client} trabaje en su ausencia: un inicio de sesión con el ámbito offline_access."
            )
        },
        position: |first, last, all| match all {
            Some(all) => format!("{first} a {last} de {all}"),
            None => format!("{first} a {last}"),
        },
        past_the_end: "En esta página ya no hay sesiones.",
        first_page: "A la primera página",
    },
    revoke: RevokeTexts {
        title: |user, _client| format!("¿Terminar esta sesión de {user}?"),
        consequence: |client, user| {
            format!(
                "Una sesión termina de inmediato: {client} será rechazado en su próxima renovación, y los tokens de acceso \
                 que ya tiene dejan de funcionar. Para volver a trabajar por {user} desde allí necesita un nuevo inicio de \
                 sesión. Las demás sesiones siguen."
            )
        },
        confirm: "Terminar sesión",
        done: |user| format!("La sesión de {user} ha terminado."),
        already: "Esa sesión ya había terminado.",
        scopes: "Puede usar",
        started: "Comienzo",
        id: "ID de la sesión",
    },
    tokens: TOKENS,
    drawing: DrawingTexts {
        title: "Lo que significa",
        nightly: "Usada cada noche",
        nightly_ends: |time| {
            format!(
                "Termina después de {time}, por mucho que se use. Entonces el usuario debe iniciar sesión de nuevo."
            )
        },
        nightly_lives: "Nunca termina por sí sola: con cada uso el tiempo de inactividad vuelve a empezar.",
        forgotten: "Usada un tiempo y luego olvidada",
        forgotten_ends: |time| format!("Termina {time} después de su último uso."),
        forgotten_max: |time| {
            format!("Termina después de {time}: el máximo llega antes de que pase el tiempo de inactividad.")
        },
        nightly_too_short: |time| format!("Termina {time} después de su primer uso: la noche siguiente llega tarde."),
        start: "Comienzo",
        legend_use: "Uso",
        legend_idle: "Corre la inactividad",
        legend_end: "Fin",
        legend_max: "Máximo",
        cannot_draw: "Complete los tiempos para ver lo que significan.",
        access: |time| {
            format!(
                "Una aplicación retirada deja de funcionar de inmediato donde sus tokens de acceso se comprueban con el servidor, y como muy tarde tras {time} en los demás lugares."
            )
        },
    },
    what_if: WhatIfTexts {
        title: "Antes de guardar",
        no_change: |total| {
            format!("Sesiones sin conexión bajo esta política: {total}. Cambie un límite para ver qué les pasaría.")
        },
        no_sessions: "Este reino no tiene sesiones sin conexión: ningún cambio aquí termina nada.",
        counting: "Contando lo que terminaría…",
        not_counted: "No se pudo contar lo que terminaría.",
        try_again: "Contar de nuevo",
        ends: |now, total, week| format!("Termina {now} de {total} sesiones ahora, y {week} más en 7 días"),
        ends_none: |total| format!("No termina ninguna de {total} sesiones, ni ahora ni en 7 días."),
        mostly_of: ", sobre todo de ",
        client: "Cliente",
        now: "Ahora",
        within_week: "En 7 días",
    },
};

const TOKENS: TokensTexts = TokensTexts {
    intro: "Cuánto tiempo pueden trabajar las aplicaciones en ausencia de las personas, y cómo cambian sus tokens. Un cambio actúa de inmediato sobre las sesiones existentes; lo que ha terminado no vuelve.",
    offline_sessions: "Sesiones sin conexión",
    idle: "Terminar si no se usa durante",
    idle_help: "Con cada renovación este tiempo vuelve a empezar.",
    max_on: "Limitar toda la vida",
    max_on_help: "Sin esto, una sesión que se usa a menudo vive hasta que alguien la termina.",
    max: "Terminar a más tardar después de",
    max_help: "Contado desde su comienzo, por mucho que se use.",
    client_idle: "Todos los clientes: terminar si no se usa durante",
    client_max: "Todos los clientes: terminar a más tardar después de",
    client_help: "0: lo dicho arriba. Si no, prevalece sobre ello, para todo cliente que no diga nada propio.",
    limit: "Sesiones por usuario y cliente",
    limit_help: "0 significa sin límite. Cuando no queda lugar, termina la que lleva más tiempo sin usarse.",
    overridden: |time| {
        format!(
            "Este reino también fija para los clientes un valor de {time}, que prevalece: el tiempo de aquí no actúa sobre ningún cliente."
        )
    },
    refresh_tokens: "Tokens de renovación",
    rotation: "Un token de renovación cambia",
    rotation_name: |mode| match mode {
        Rotation::Auto => "Según el tipo de cliente (recomendado)",
        Rotation::Never => "Nunca",
        Rotation::Aging => "Cuando envejece",
        Rotation::Always => "En cada uso",
    },
    rotation_help: |mode| match mode {
        Rotation::Auto => "En cada uso para los clientes públicos, nunca para los que se autentican.",
        Rotation::Never => {
            "Los clientes que se autentican conservan su token. Los públicos lo cambian en cada uso de todos modos."
        }
        Rotation::Aging => {
            "Pasado el 70 % del tiempo de inactividad desde que se emitió. Clientes públicos: en cada uso."
        }
        Rotation::Always => "Cada renovación da un token nuevo; volver a usar uno anterior termina la sesión.",
    },
    window: "Un cliente que perdió la respuesta puede volver a pedirla",
    window_name: |window| match window {
        Window::Auto => "Según el tipo de cliente (recomendado)",
        Window::UntilProven => "Hasta que se use el token nuevo",
        Window::Seconds => "Durante unos segundos",
        Window::Replays => "Un número de veces",
        Window::Closed => "Nunca: vale el primer uso",
    },
    window_help: |window| match window {
        Window::Auto => {
            "Hasta que se use el token nuevo si el cliente se autentica, durante 60 segundos si es público."
        }
        Window::UntilProven => "Una tarea nocturna que perdió una respuesta lo logra la noche siguiente.",
        Window::Seconds => {
            "Recibe otra vez el mismo token nuevo en este tiempo. Después, el token anterior se considera robado y termina la sesión."
        }
        Window::Replays => {
            "Recibe otra vez el mismo token nuevo tantas veces. Después, el token anterior se considera robado y termina la sesión."
        }
        Window::Closed => "Una respuesta perdida cuesta la sesión: presentar el token anterior se considera un robo.",
    },
    window_seconds: "Segundos",
    window_replays: "Veces",
    access_tokens: "Tokens de acceso",
    access: "Un token de acceso dura",
    access_help: "Nunca más allá del fin de su sesión.",
    problem: |problem| match problem {
        Problem::NotANumber => "Escriba un número entero.",
        Problem::Zero => "Escriba más de 0.",
        Problem::TooLong => "Es demasiado; como máximo 10 años.",
        Problem::TooLarge => "Es demasiado; como máximo 1.000.000.",
    },
    save: "Guardar",
    discard: "Descartar cambios",
    unsaved: "Hay cambios sin guardar.",
    nothing_unsaved: "Todos los cambios están guardados.",
    overtaken: "No se ha guardado: otro administrador lo ha cambiado entretanto. Lo que escribió sigue aquí.",
    load_newer: "Cargar lo que hay ahora",
    loaded_newer: "Cargado. Los campos que cambió conservan lo que escribió.",
    saved: "La política de tokens se ha guardado.",
    not_saved: |why| format!("No se guardó. {why} Lo que escribió sigue aquí."),
    mend_first: "Antes hay que corregir algunos campos.",
    confirm_title: |one| if one { "¿Guardar y terminar una sesión?" } else { "¿Guardar y terminar sesiones?" },
    confirm_unknown: "No se pudo contar cuántas sesiones termina esto. Las que superan los nuevos límites terminan de inmediato, y deshacer el cambio no las recupera.",
    confirm: |n, one| {
        if one {
            return "1 sesión termina en cuanto se guarde, y deshacer el cambio no la recupera.".to_owned();
        }
        format!("{n} sesiones terminan en cuanto se guarde, y deshacer el cambio no las recupera.")
    },
    save_anyway: |one| if one { "Guardar y terminarla" } else { "Guardar y terminarlas" },
};

fn failure(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => "Su sesión está cerrada. Iníciela de nuevo en otra pestaña y vuelva a intentarlo.".into(),
        Failure::Unreachable => "No se pudo llegar al servidor. Compruebe la conexión y vuelva a intentarlo.".into(),
        Failure::Refused { status: 403, .. } => {
            "Sus roles no lo permiten. Consulte a un administrador de este reino.".into()
        }
        Failure::Refused { status: 503, error } if error.text().is_some() => {
            format!("El servidor dice: {}.", error.text().unwrap_or_default().trim_end_matches('.'))
        }
        Failure::Refused { status: 500.., .. } => {
            "El servidor tuvo problemas. Vuelva a intentarlo en un momento.".into()
        }
        Failure::Refused { status, error } => match error.text() {
            Some(words) => format!("El servidor dice: {}.", words.trim_end_matches('.')),
            None => format!("El servidor lo rechazó (estado {status})."),
        },
    }
}

fn blocked(cause: &BlockedBy) -> String {
    match cause {
        BlockedBy::ClientDisabled => "Bloqueada: cliente desactivado".into(),
        BlockedBy::UserDisabled => "Bloqueada: usuario desactivado".into(),
        BlockedBy::Role => "Bloqueada: rol retirado".into(),
        BlockedBy::Scope => "Bloqueada: ámbito retirado".into(),
        BlockedBy::Consent => "Bloqueada: falta el consentimiento".into(),
        BlockedBy::Other(cause) if cause == "not-before" => "Bloqueada: política de revocación".into(),
        BlockedBy::Other(cause) => format!("Bloqueada: {cause}"),
    }
}
