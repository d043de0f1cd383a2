//! Mails in Spanish.

use super::words::{ActionWords, Causes, Kind, Labels, MailWords};

pub(super) const ES: MailWords = MailWords {
    expiring: Kind {
        subject: |app| format!("{app} perderá pronto su acceso"),
        lead: |app, date| format!("{app} puede actuar en tu nombre mientras no estás. Este acceso termina el {date}."),
        next: |app| format!("Si ya no quieres que {app} lo tenga, puedes terminarlo ahora."),
        owner_subject: |app, user| format!("{app}: el acceso para {user} termina pronto"),
        owner_lead: |app, date| format!("La sesión sin conexión que {app} tiene para este usuario termina el {date}."),
        owner_next: |_| {
            "Después, la aplicación solo podrá continuar cuando el usuario vuelva a iniciar sesión.".to_owned()
        },
    },
    dormant: Kind {
        subject: |app| format!("{app} aún tiene acceso, pero no lo usa"),
        lead: |app, date| {
            format!("{app} puede actuar en tu nombre mientras no estás, pero no lo ha hecho desde el {date}.")
        },
        next: |app| {
            format!("¿Todavía usas {app}? Si no, quítale el acceso: uno que nadie usa solo ayuda a los ladrones.")
        },
        owner_subject: |app, user| format!("{app}: el acceso para {user} no se usa"),
        owner_lead: |app, date| {
            format!("La sesión sin conexión que {app} tiene para este usuario se usó por última vez el {date}.")
        },
        owner_next: |_| "Si la aplicación ya no la necesita, revoca su token.".to_owned(),
    },
    reused: Kind {
        subject: |app| format!("Terminamos un acceso de {app} para protegerte"),
        lead: |app, _| {
            format!(
                "Nos mostraron un token de {app} que ya había sido sustituido por otro más nuevo. Eso ocurre cuando \
                 alguien copia un token y, a veces, cuando una aplicación comete un error."
            )
        },
        next: |app| {
            format!(
                "Por seguridad, terminamos este acceso. Tus demás sesiones siguen. Para usar {app} como antes, vuelve a \
                 iniciar sesión allí. Si no reconoces el lugar de abajo, avisa a quien gestiona {app}."
            )
        },
        owner_subject: |app, user| format!("{app}: el acceso para {user} terminó porque su token se usó dos veces"),
        owner_lead: |app, _| format!("Se mostró un token de {app} que ya había sido sustituido por otro más nuevo."),
        owner_next: |_| "La sesión ha terminado. Busca un token copiado o dos procesos que comparten uno.".to_owned(),
    },
    leaked_session: Kind {
        subject: |app| format!("Terminamos un acceso de {app}: su token se había filtrado"),
        lead: |app, _| {
            format!(
                "Alguien encontró un token con el que {app} actúa en tu nombre y nos lo entregó. Terminamos ese acceso."
            )
        },
        next: |app| format!("Tus demás sesiones siguen. Para usar {app} como antes, vuelve a iniciar sesión allí."),
        owner_subject: |app, user| format!("{app}: se entregó un token filtrado de {user}"),
        owner_lead: |app, _| {
            format!("Alguien entregó un token de renovación de {app} que se había filtrado. Su sesión ha terminado.")
        },
        owner_next: |_| "Averigua dónde se filtró antes de que el usuario vuelva a iniciar sesión.".to_owned(),
    },
    leaked_token: Kind {
        subject: |app| format!("Un token de {app} se había filtrado y ya no sirve"),
        lead: |app, _| {
            format!(
                "Alguien encontró un token de corta duración con el que {app} actúa en tu nombre y nos lo entregó. Ya no sirve."
            )
        },
        next: |app| format!("No tienes que hacer nada. Si ya no confías en {app}, puedes quitarle el acceso."),
        owner_subject: |app, user| format!("{app}: se entregó un token de acceso filtrado de {user}"),
        owner_lead: |app, _| format!("Alguien entregó un token de acceso de {app} que se había filtrado. Ya no sirve."),
        owner_next: |_| "La sesión sigue. Averigua dónde se filtró el token.".to_owned(),
    },
    causes: Causes {
        idle: |app| format!("Termina porque {app} lleva un tiempo sin usarlo. Si {app} lo usa antes, sigue."),
        max: |app| {
            format!(
                "Entonces habrá durado lo máximo permitido. Para continuar, inicia sesión en {app} y permítelo otra vez."
            )
        },
        chosen: |_| "Es el final que elegiste al permitirlo. Puedes cambiarlo en tu cuenta.".to_owned(),
        other: |_| "Es el final que se fijó para él.".to_owned(),
    },
    labels: Labels {
        app: "Aplicación",
        user: "Usuario",
        device: "Dispositivo",
        allowed: "Permitido",
        last_used: "Último uso",
        from: "Desde",
        ends: "Termina",
        shown_at: "Mostrado",
        shown_from: "Mostrado desde",
        handed_in: "Entregado",
        manage: "Ver y gestionar el acceso",
    },
    why_user: |realm| format!("Recibes este correo porque tienes una cuenta en {realm}."),
    why_owner: |realm| format!("Recibes este correo porque figuras como contacto de esta aplicación en {realm}."),
    actions: ActionWords {
        password_subject: |realm| format!("Elige una contraseña nueva para {realm}"),
        password_lead: |realm| {
            format!("Un administrador de {realm} te pide que elijas una contraseña nueva para tu cuenta.")
        },
        password_button: "Elegir una contraseña nueva",
        email_subject: |realm| format!("Verifica tu correo electrónico para {realm}"),
        email_lead: |realm| format!("Confirma que este correo pertenece a tu cuenta en {realm}."),
        email_button: "Verificar el correo",
        good_until: |date| format!("El enlace sirve una sola vez, hasta el {date}."),
        ignore: "Si no esperabas este correo, no hagas nada: sin el enlace no cambia nada. No se lo pases a nadie.",
        user: "Cuenta",
        address: "Correo",
    },
    test_subject: "El correo funciona",
    test_lines: ["Esta es una prueba de los ajustes de correo.", "Si puedes leerla, los correos de aquí te llegan."],
};
