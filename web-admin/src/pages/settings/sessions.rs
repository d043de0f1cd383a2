//! Tab *Sessions*: how long people stay signed in, what ends offline sessions besides their own limits, and who is told
//! before one ends.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::realm_form;
use crate::form::{Form, Rule};
use crate::links;
use crate::pages::Section;
use crate::texts::phrases;

pub fn sessions(realm: String) -> AnyView {
    let tokens = links::settings_tokens(&realm);
    realm_form(&realm, move |form| {
        view! {
            {signed_in(form)}
            {ended_by(form, tokens.clone())}
            {notices(form)}
        }
        .into_any()
    })
}

fn signed_in(form: Form) -> impl IntoView {
    let texts = SessionSettingsTexts::get();
    let time = |path, rule| (form.seconds(path, rule), form.error(path));
    let (idle, idle_error) = time("ssoSessionIdleTimeout", Rule::Time);
    let (max, max_error) = time("ssoSessionMaxLifespan", Rule::Time);
    let (client_idle, client_idle_error) = time("clientSessionIdleTimeout", Rule::TimeOrZero);
    let (client_max, client_max_error) = time("clientSessionMaxLifespan", Rule::TimeOrZero);
    view! {
        <Section title=texts.sso words=texts.sso_words>
            <DurationField id="ssoSessionIdleTimeout" label=texts.sso_idle help=texts.sso_idle_help
                value=idle error=idle_error />
            <DurationField id="ssoSessionMaxLifespan" label=texts.sso_max help=texts.sso_max_help
                value=max error=max_error />
            <DurationField id="clientSessionIdleTimeout" label=texts.client_idle help=texts.zero_as_above
                value=client_idle error=client_idle_error />
            <DurationField id="clientSessionMaxLifespan" label=texts.client_max help=texts.zero_as_above
                value=client_max error=client_max_error />
        </Section>
    }
}

fn ended_by(form: Form, tokens: String) -> impl IntoView {
    let texts = SessionSettingsTexts::get();
    view! {
        <Section title=texts.endings words=texts.endings_words>
            <Switch id="passwordResetKeepsOfflineSessions" label=texts.reset_keeps help=texts.reset_keeps_help
                value=form.flag("passwordResetKeepsOfflineSessions") />
            <Switch id="disablingKeepsOfflineSessions" label=texts.disabling_keeps help=texts.disabling_keeps_help
                value=form.flag("disablingKeepsOfflineSessions") />
            <p class="adm-choice-help"><a href=tokens>{texts.to_tokens}</a></p>
        </Section>
    }
}

fn notices(form: Form) -> impl IntoView {
    let texts = SessionSettingsTexts::get();
    let on = form.flag("offlineSessionNoticesEnabled");
    let off = Signal::derive(move || !on.get());
    view! {
        <Section title=texts.notices words=texts.notices_words>
            <Switch id="offlineSessionNoticesEnabled" label=texts.notices_on value=on />
            <div class="adm-narrow">
                <NumberField id="offlineSessionExpiringNoticeDays" label=texts.expiring help=texts.expiring_help
                    value=form.number("offlineSessionExpiringNoticeDays") disabled=off
                    error=form.error("offlineSessionExpiringNoticeDays") />
            </div>
            <div class="adm-narrow">
                <NumberField id="offlineSessionDormantNoticeDays" label=texts.dormant help=texts.dormant_help
                    value=form.number("offlineSessionDormantNoticeDays") disabled=off
                    error=form.error("offlineSessionDormantNoticeDays") />
            </div>
        </Section>
    }
}

phrases! {
    /// The tab *Sessions*.
    SessionSettingsTexts =>
    sso = "Staying signed in", "Permanecer con la sesión iniciada";
    sso_words = "The session in a person’s browser. It has no say over offline sessions: those have limits of their own.",
        "La sesión en el navegador de una persona. No decide sobre las sesiones sin conexión, que tienen sus propios límites.";
    sso_idle = "Ends if not used for", "Termina si no se usa durante";
    sso_idle_help = "Every sign-in to an app and every refresh starts this time anew.",
        "Cada entrada en una aplicación y cada actualización empieza este tiempo de nuevo.";
    sso_max = "Ends at the latest after", "Termina como muy tarde tras";
    sso_max_help = "Counted from the sign-in.", "Contado desde el inicio de sesión.";
    client_idle = "In one app, ends if not used for", "En una aplicación, termina si no se usa durante";
    client_max = "In one app, ends at the latest after", "En una aplicación, termina como muy tarde tras";
    zero_as_above = "0 means as above. A client may set its own.", "0 significa como arriba. Un cliente puede fijar el suyo.";
    endings = "What ends offline sessions", "Qué termina las sesiones sin conexión";
    endings_words = "Besides their limits, their users and admins. Whatever has ended never comes back.",
        "Además de sus límites, sus usuarios y los administradores. Lo que ha terminado no vuelve nunca.";
    reset_keeps = "Keep them when an admin resets a password", "Conservarlas cuando un administrador restablece una contraseña";
    reset_keeps_help = "Off: whoever may know the old password loses everything it gave, also in apps.",
        "No: quien pudiera conocer la contraseña anterior pierde todo lo que dio, también en las aplicaciones.";
    disabling_keeps = "Keep them when a user is disabled", "Conservarlas cuando se desactiva a un usuario";
    disabling_keeps_help = "On: apps are refused until the user is enabled again. Off: the sessions end, and enabling revives none.",
        "Sí: las aplicaciones son rechazadas hasta que el usuario se active de nuevo. No: las sesiones terminan y activar no revive ninguna.";
    to_tokens = "Their limits are under Tokens", "Sus límites están en Tokens";
    notices = "Notices", "Avisos";
    notices_words = "By mail to the user and the client’s owner, and as events for webhooks.",
        "Por correo al usuario y al dueño del cliente, y como eventos para los webhooks.";
    notices_on = "Tell people about offline sessions", "Avisar sobre las sesiones sin conexión";
    expiring = "Days before the end", "Días antes del final";
    expiring_help = "Only in the last quarter of a session’s time. 0: no notice.",
        "Solo en el último cuarto del tiempo de una sesión. 0: sin aviso.";
    dormant = "Days without use", "Días sin uso";
    dormant_help = "After them an app counts as asleep. 0: no notice.",
        "Tras ellos una aplicación cuenta como dormida. 0: sin aviso.";
}
