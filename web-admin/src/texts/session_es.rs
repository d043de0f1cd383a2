//! What the page of one offline session says, in Spanish.

use perennial_api::explain::RefreshOutcome;

use super::session::{ActionTexts, SessionTexts};

pub const ES: SessionTexts = SessionTexts {
    back: "Acceso sin conexión",
    title: |user, client| format!("{client} para {user}"),
    live: "Activa",
    ended_title: "Esta sesión ha terminado",
    ended_words: "Puede haber terminado por un límite, o alguien la terminó. Lo que la terminó está en los eventos de su usuario y su cliente.",
    life: "Su vida",
    ends_because: |when, why, who| match who {
        Some(who) => format!("Termina {when}: {why}, fijado por {who}."),
        None => format!("Termina {when}: {why}."),
    },
    never_ends: "Nada la limita: vive hasta que alguien la termine.",
    may: "Lo que puede hacer",
    may_help: "Para este usuario, también en su ausencia. Lo que se retire aquí no vuelve sin un nuevo consentimiento.",
    take_away: "Retirar",
    take_away_of: |scope| format!("Retirar {scope}"),
    resources: "Solo en",
    where_from: "Desde dónde",
    began: "Empezó",
    last_used: "Último uso",
    grant_type: |name| match name {
        "authorization_code" => "Inicio de sesión en un navegador",
        "password" => "Contraseña enviada por el cliente",
        "client_credentials" => "La cuenta propia del cliente",
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => "Un dispositivo conectado",
        "urn:ietf:params:oauth:grant-type:token-exchange" | "token_exchange" => "Intercambiada de otra sesión",
        _ => "De otra manera",
    },
    device: "Dispositivo",
    no_device: "Sin nombre",
    token: "Token",
    generation: |n| format!("Generación {n}"),
    replays: |n| match n {
        0 => "nunca se perdió una respuesta".into(),
        1 => "1 respuesta perdida repetida".into(),
        n => format!("{n} respuestas perdidas repetidas"),
    },
    id: "ID de la sesión",
    limits: "Qué la termina, y cuándo",
    limits_help: "Gana el más temprano. En cada línea cuenta el valor más específico.",
    limit: "Límite",
    limit_name: |name| match name {
        "idle" => "Demasiado tiempo sin uso",
        "max" => "Vida máxima",
        "consent" => "Fin que eligió el usuario",
        "approval" => "Fin de la aprobación del administrador",
        "floor" => "Terminada por una decisión anterior",
        _ => "Otro límite",
    },
    set_by: "Fijado por",
    source: |name| match name {
        "resource" => "el recurso",
        "client" => "este cliente",
        "realm-client" => "el reino, para clientes",
        "realm" => "el reino",
        _ => "el usuario",
    },
    length: "Tiempo",
    ends: "Termina",
    wins: "La termina primero",
    no_limit: "No la limita",
    checks: "¿Funcionaría ahora?",
    works: |outcome| match outcome {
        Some(RefreshOutcome::Rotate) => "Sí: una renovación ahora daría un nuevo token.",
        Some(RefreshOutcome::Replay) => "Sí: una renovación ahora repetiría la respuesta que se perdió.",
        _ => "Sí: una renovación ahora tendría respuesta, con el mismo token.",
    },
    refused: |error, words| format!("No: el cliente recibiría {error}, «{words}»."),
    check: |name| {
        Some(match name {
            "client-authentication" => "El cliente demuestra quién es",
            "client-enabled" => "Cliente y reino están habilitados",
            "grant-allowed" => "El cliente puede usar tokens de renovación",
            "token-present" => "Se envía un token",
            "token-genuine" => "El token es auténtico",
            "token-realm" => "El token es de este reino",
            "token-client" => "El token es de este cliente",
            "sender-constraint" => "El token se usa con su clave",
            "session-exists" => "La sesión existe",
            "access-epoch" => "Nada se retiró desde entonces",
            "token-not-expired" => "El tiempo del token no ha pasado",
            "not-ended" => "Ningún límite la ha terminado",
            "user-session" => "Su inicio de sesión sigue activo",
            "not-paused" => "No está en pausa",
            "user-enabled" => "El usuario está habilitado",
            "not-before" => "Ninguna política de revocación es más nueva",
            "offline-role" => "El usuario tiene el rol offline_access",
            "offline-scope" => "El cliente tiene el ámbito offline_access",
            "consent" => "El consentimiento aún la cubre",
            "resources-left" => "Sus recursos aún existen",
            "scope" => "Solo se piden ámbitos concedidos",
            "resource" => "Solo se piden recursos concedidos",
            "generation" => "El token no ha sido reemplazado",
            "token-not-denied" => "El token no fue revocado",
            _ => return None,
        })
    },
    passed: "Pasó",
    failed: "Falló",
    not_reached: "No se llegó",
    not_applicable: "No se aplica",
    assumed: "Se supone",
    all_checks: |n| format!("Las {n} comprobaciones, una por una"),
    timeline: "Qué pasó",
    no_events: "No se conserva ningún evento de esta sesión.",
    by: |who| match who {
        "admin" => "por un administrador",
        "user" => "por el usuario",
        "client" => "por el cliente",
        _ => "por el servidor",
    },
    pause: ActionTexts {
        button: "Pausar",
        title: "¿Pausar esta sesión?",
        consequence: |client, user| {
            format!(
                "A {client} se le dice que vuelva más tarde, y los tokens de acceso que tiene dejan de valer, hasta que un administrador o {user} la reanude. No se pierde nada."
            )
        },
        confirm: "Pausar",
        done: "La sesión está en pausa.",
    },
    resume: ActionTexts {
        button: "Reanudar",
        title: "¿Reanudar esta sesión?",
        consequence: |client, user| {
            format!("{client} puede volver a trabajar para {user} desde su próxima renovación.")
        },
        confirm: "Reanudar",
        done: "La sesión continúa.",
    },
    narrow: ActionTexts {
        button: "Retirar",
        title: "¿Retirar este permiso?",
        consequence: |client, user| {
            format!(
                "{client} sigue trabajando para {user}, sin esto. Los tokens de acceso que tiene dejan de valer de inmediato. No vuelve sin un nuevo consentimiento."
            )
        },
        confirm: "Retirar",
        done: "El permiso fue retirado.",
    },
    shorten: ActionTexts {
        button: "Acortar",
        title: "¿Que termine antes?",
        consequence: |client, user| {
            format!(
                "{client} puede trabajar para {user} hasta entonces, y no más. Solo {user} puede volver a dar más tiempo."
            )
        },
        confirm: "Fijar este fin",
        done: "La sesión termina antes ahora.",
    },
    shorten_field: "Termina después de, desde ahora",
    shorten_help: "Otros límites pueden terminarla antes.",
    shorten_wrong: "Escriba un tiempo más corto que el que queda.",
    rename: ActionTexts {
        button: "Nombrar",
        title: "Nombrar el dispositivo",
        consequence: |_, _| String::new(),
        confirm: "Guardar",
        done: "El nombre fue guardado.",
    },
    rename_field: "Dispositivo",
    rename_help: "También lo lee así su usuario. Vacío: sin nombre.",
    end: ActionTexts {
        button: "Terminar sesión",
        title: "¿Terminar esta sesión?",
        consequence: |client, user| {
            format!(
                "Una sesión termina de inmediato: {client} será rechazado en su próxima renovación, y los tokens de acceso que tiene dejan de valer. Para volver a trabajar para {user} desde allí necesita un nuevo inicio de sesión. Las demás sesiones siguen."
            )
        },
        confirm: "Terminar sesión",
        done: "La sesión ha terminado.",
    },
    end_by_scope: "Sin este permiso no hay acceso sin conexión: la sesión terminaría.",
};
