//! What the overview says, in both languages.

use super::phrases;
use perennial_ui::text::With;

phrases! { OverviewTexts =>
    title = "Overview", "Resumen";
    seen: With = |when| format!("As of {when}"), |when| format!("Estado {when}");
    refresh = "Refresh", "Actualizar";
    live = "Live offline sessions", "Sesiones sin conexión activas";
    live_paused: With = |n| format!("{n} paused"), |n| format!("{n} en pausa");
    counted: With = |when| format!("counted {when}"), |when| format!("contadas {when}");
    counting = "still being counted", "aún se están contando";
    per_minute = "Refreshes in the last minute", "Renovaciones en el último minuto";
    refused: With = |n| format!("{n} refused in the last hour"), |n| format!("{n} rechazadas en la última hora");
    begun_today = "Begun today", "Iniciadas hoy";
    begun_before: With = |n| format!("{n} yesterday"), |n| format!("{n} ayer");
    asleep = "Asleep", "Dormidas";
    asleep_words: With = |days| format!("not used for {days} days"), |days| format!("sin uso en {days} días");
    begun = "Offline sessions begun per day", "Sesiones sin conexión iniciadas por día";
    begun_short = "Begun", "Iniciadas";
    day = "Day (UTC)", "Día (UTC)";
    refreshes = "Refreshes per minute", "Renovaciones por minuto";
    refreshes_short = "Refreshes", "Renovaciones";
    minute = "Minute", "Minuto";
    endings = "Endings by cause, 30 days", "Finales por causa, 30 días";
    endings_help = "Of apps’ access, offline or not. What ran out is counted when its row is removed.",
        "Del acceso de las aplicaciones, sin conexión o no. Lo que venció se cuenta cuando se quita su fila.";
    no_endings = "Nothing ended.", "Nada terminó.";
    cause: fn(&str) -> &'static str = |cause| match cause {
        "together" => "All of a user, client or realm",
        "user" => "Ended by its user",
        "admin" => "Ended by an admin",
        "client" => "Ended by the client",
        "server" => "Consent over, or code replayed",
        "reused" => "Old token used: reuse",
        "leaked" => "Leaked token handed in",
        "evicted" => "Made room for a newer one",
        "idle" => "Not used for too long",
        "max" => "Longest life reached",
        "chosen" => "End that the user chose",
        _ => "Another cause",
    }, |cause| match cause {
        "together" => "Todas de un usuario, cliente o reino",
        "user" => "Terminada por su usuario",
        "admin" => "Terminada por un administrador",
        "client" => "Terminada por el cliente",
        "server" => "Fin del consentimiento, o código repetido",
        "reused" => "Token antiguo usado: reutilización",
        "leaked" => "Token filtrado entregado",
        "evicted" => "Dejó lugar a una más nueva",
        "idle" => "Demasiado tiempo sin uso",
        "max" => "Vida máxima alcanzada",
        "chosen" => "Fin que eligió el usuario",
        _ => "Otra causa",
    };
    clients = "Clients with most sessions", "Clientes con más sesiones";
    no_clients = "No client has offline access now.", "Ningún cliente tiene acceso sin conexión ahora.";
    last_use = "Sessions by last use", "Sesiones por último uso";
    security = "Recent security events", "Eventos de seguridad recientes";
    no_security = "Nothing suspicious is on record.", "No consta nada sospechoso.";
    what = "What", "Qué";
    client = "Client", "Cliente";
    from = "From", "Desde";
    when = "When", "Cuándo";
    nobody = "–", "–";
}
