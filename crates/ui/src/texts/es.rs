//! Spanish.

use super::{device, new_password, required};
use crate::text::{ConsentTexts, KitTexts, LifelineTexts, PageTexts, Texts, Trouble, TroubleWords};

pub static ES: Texts = Texts {
    kit: KIT,
    lifeline: LIFELINE,
    pages: PAGES,
    consent: CONSENT,
    device: device::ES,
    new_password: new_password::ES,
    required: required::ES,
    troubles,
};

/// For consoles, which show none of the pages.
pub static KIT_TEXTS: KitTexts = KIT;

const KIT: KitTexts = KitTexts {
    skip_to_content: "Saltar al contenido",
    main_navigation: "Principal",
    sections: "Secciones",
    menu: "Menú",
    you_are_here: "Está aquí",
    cancel: "Cancelar",
    close: "Cerrar",
    dismiss: "Descartar",
    working: "En curso…",
    loading: "Cargando…",
    try_again: "Reintentar",
    failed_title: "No se ha podido cargar",
    reference: |id| format!("Referencia: {id}"),
    previous: "Anterior",
    next: "Siguiente",
    pages: "Páginas",
    filters: "Filtros",
    remove_filter: |name| format!("Quitar el filtro {name}"),
    clear_filters: "Quitar todos",
    as_table: "Ver como tabla",
    sort_by: |name| format!("Ordenar por {name}"),
    notifications: "Avisos",
    on: "Activado",
    off: "Desactivado",
    seconds: "segundos",
    minutes: "minutos",
    hours: "horas",
    days: "días",
    unit: "Unidad",
    opens_elsewhere: "abre otro sitio",
    error_prefix: "Error:",
};

const LIFELINE: LifelineTexts = LifelineTexts {
    title: "Vida de este acceso",
    began: |when| format!("Empezó {when}."),
    last_used: |when| format!("Último uso: {when}."),
    never_used: "Aún sin usar.",
    now: "Ahora",
    ends_idle: |day| format!("por inactividad, si no se usa antes del {day}"),
    ends_max: |day| format!("duración máxima, el {day}"),
    ends_chosen: |day| format!("el final elegido al dar permiso, el {day}"),
    ends_approval: |day| format!("la aprobación termina el {day}"),
    ends_other: |day| format!("termina el {day}"),
    no_end: "sin final, hasta que se retire",
    ended: |day| format!("terminó el {day}"),
};

const PAGES: PageTexts = PageTexts {
    sign_in: "Iniciar sesión",
    sign_in_to: |realm| format!("Iniciar sesión en {realm}"),
    to_continue_to: |app| format!("para continuar a {app}"),
    username: "Usuario o correo electrónico",
    password: "Contraseña",
    wrong_credentials: "El usuario o la contraseña no son correctos. Revise ambos e inténtelo de nuevo.",
    account_disabled: "Esta cuenta está desactivada. Pida a un administrador que la active.",
    too_many_attempts: "Demasiados intentos. Espere unos minutos e inténtelo de nuevo.",
    enter_username: "Escriba su usuario o correo electrónico.",
    enter_password: "Escriba su contraseña.",
    request_expired: "Este inicio de sesión ha tardado demasiado y ha caducado. Empiece de nuevo desde la aplicación.",
    what_next: "Qué puede hacer ahora",
    error_reference_help: "Indique esta referencia si pide ayuda; con ella se encuentra el suceso en el registro.",
    back_to: |app| format!("Volver a {app}"),
    approval_who: |realm, app| {
        format!(
            "{app} pide un acceso que solo un administrador de {realm} puede permitir. Un administrador debe aprobar que pueda"
        )
    },
    sign_out_title: "¿Cerrar la sesión?",
    sign_out_question: |name| format!("Ha iniciado sesión como {name}."),
    sign_out_stays: "Las aplicaciones a las que permitió trabajar en su ausencia conservan ese acceso. Puede retirarlo en su cuenta, en Aplicaciones.",
    sign_out: "Cerrar sesión",
    stay_signed_in: "Seguir con la sesión",
    signed_out_title: "Ha cerrado la sesión",
    signed_out_text: |realm| format!("Su sesión en {realm} ha terminado en este navegador."),
    signed_out_apps: "Las aplicaciones a las que permitió trabajar en su ausencia siguen pudiendo, hasta que su acceso termine o usted lo retire.",
    sign_in_again: "Iniciar sesión de nuevo",
    manage_apps: "Ver qué aplicaciones pueden actuar por usted",
    almost_there: "Falta poco",
    form_post_text: |app| format!("Pulse el botón para volver a {app}."),
    continue_to: |app| format!("Continuar a {app}"),
};

const CONSENT: ConsentTexts = ConsentTexts {
    title: |app| format!("¿Permitir {app}?"),
    asks: |app| format!("{app} pide acceso a su cuenta."),
    signed_in_as: |name| format!("Ha iniciado sesión como {name}."),
    other_account: "Usar otra cuenta",
    home_page: "Página principal",
    privacy_policy: "Política de privacidad",
    terms: "Condiciones del servicio",
    no_details: "Esta aplicación no ha indicado página principal, política de privacidad ni condiciones.",
    will_be_able: |app| format!("{app} podrá"),
    you_may_add: "También puede permitirle",
    away_title: "Mientras usted no está",
    away_continues: |app| {
        format!(
            "{app} puede seguir haciendo lo que usted permita aquí cuando no tenga la sesión iniciada, hasta el final que elija."
        )
    },
    away_no_more: "No obtiene con ello ningún permiso adicional.",
    away_until: "Este acceso dura",
    for_days: |n| format!("{n} días"),
    until_revoked: "hasta que yo lo retire",
    away_declined: "nada: solo mientras yo esté",
    capped: |longest| format!("No se ofrece más: aquí el acceso dura como máximo {longest}."),
    away_idle: |idle| format!("Elija lo que elija, termina antes si la aplicación no lo usa durante {idle}."),
    take_away: "Puede retirarlo en cualquier momento en su cuenta, en ",
    take_away_link: "Aplicaciones",
    allow: "Permitir",
    deny: "No permitir",
};

fn troubles(trouble: Trouble) -> TroubleWords {
    let (title, what, next) = match trouble {
        Trouble::UnknownApp => (
            "Aquí no se conoce esta aplicación",
            "La aplicación que le ha enviado no está registrada, o está desactivada.",
            "Vuelva a la aplicación y avise a quienes la hacen, o pida a su administrador que la registre.",
        ),
        Trouble::WrongReturnAddress => (
            "La aplicación ha dado una dirección equivocada",
            "La dirección a la que la aplicación quiere que vuelva no es una de las que registró, así que no se le ha enviado allí.",
            "Vuelva a la aplicación y empiece de nuevo. Si ocurre otra vez, avise a quienes la hacen.",
        ),
        Trouble::BadRequest => (
            "No se ha entendido la petición de la aplicación",
            "Le falta algo, o algo en ella no es correcto.",
            "Vuelva a la aplicación y empiece de nuevo. Si ocurre otra vez, avise a quienes la hacen.",
        ),
        Trouble::Expired => (
            "Esta página ya no es válida",
            "Ha esperado demasiado, o ya fue contestada.",
            "Vuelva a la aplicación y empiece de nuevo.",
        ),
        Trouble::NotFromHere => (
            "No se ha podido comprobar este formulario",
            "No procede de esta página, o su navegador no guarda cookies para ella.",
            "Permita las cookies de este sitio, vuelva a la aplicación y empiece de nuevo.",
        ),
        Trouble::AskAdmin => (
            "Su administrador debe aprobar esta aplicación",
            "La aplicación pide un acceso que solo un administrador puede dar.",
            "Pida a su administrador que la apruebe y empiece de nuevo desde la aplicación.",
        ),
        Trouble::Forbidden => (
            "No puede hacer esto",
            "Su cuenta no tiene el derecho necesario.",
            "Pídalo a su administrador, o inicie sesión con otra cuenta.",
        ),
        Trouble::NotFound => (
            "Aquí no hay nada",
            "Esta dirección no existe, o ya no.",
            "Revise la dirección, o vuelva al lugar de donde venía.",
        ),
        Trouble::TooManyRequests => (
            "Demasiados intentos",
            "Ha habido demasiados intentos en poco tiempo.",
            "Espere unos minutos e inténtelo de nuevo.",
        ),
        Trouble::Internal => (
            "Algo ha fallado aquí",
            "El fallo es nuestro. No se ha cambiado nada.",
            "Inténtelo de nuevo en un momento. Si ocurre otra vez, dé a su administrador la referencia de abajo.",
        ),
    };
    TroubleWords { title, what, next }
}
