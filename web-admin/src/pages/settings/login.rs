//! Tab *Login*: how many wrong passwords are borne, and what happens where a user may not have what an app asks for.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::realm_form;
use crate::form::{Form, Rule};
use crate::pages::Section;
use crate::texts::phrases;

pub fn login(realm: String) -> AnyView {
    realm_form(&realm, |form| {
        let texts = LoginTexts::get();
        let choices = vec![Choice::new("reject", texts.denied_reject), Choice::new("online", texts.denied_online)];
        let denied = form.text("offlineAccessDenied", Rule::Free);
        let help = move || if *denied.read() == "online" { texts.denied_online_help } else { texts.denied_reject_help };
        view! {
            {guessing(form)}
            <Section title=texts.offline words=texts.offline_words>
                <Select id="offlineAccessDenied" label=texts.denied choices=choices value=denied
                    error=form.error("offlineAccessDenied") />
                <p class="adm-choice-help" aria-live="polite">{help}</p>
            </Section>
        }
        .into_any()
    })
}

fn guessing(form: Form) -> impl IntoView {
    let texts = LoginTexts::get();
    let on = form.flag("bruteForceProtected");
    let off = Signal::derive(move || !on.get());
    let time = |name| (form.seconds(name, Rule::Time), form.error(name));
    let ((wait, wait_error), (longest, longest_error), (forgotten, forgotten_error)) =
        (time("waitIncrementSeconds"), time("maxFailureWaitSeconds"), time("maxDeltaTimeSeconds"));
    let (factor, factor_error) = (form.number("failureFactor"), form.error("failureFactor"));
    view! {
        <Section title=texts.guessing words=texts.guessing_words>
            <Switch id="bruteForceProtected" label=texts.protected value=on />
            <div class="adm-narrow">
                <NumberField id="failureFactor" label=texts.factor value=factor error=factor_error disabled=off />
            </div>
            <DurationField id="waitIncrementSeconds" label=texts.wait help=texts.wait_help value=wait
                error=wait_error disabled=off />
            <DurationField id="maxFailureWaitSeconds" label=texts.longest value=longest error=longest_error disabled=off />
            <DurationField id="maxDeltaTimeSeconds" label=texts.forgotten value=forgotten error=forgotten_error
                disabled=off />
        </Section>
    }
}

phrases! {
    /// The tab *Login*.
    LoginTexts =>
    guessing = "Wrong passwords", "Contraseñas equivocadas";
    guessing_words = "Whoever guesses has to wait longer and longer. Offline sessions go on meanwhile.",
        "Quien adivina tiene que esperar cada vez más. Las sesiones sin conexión siguen mientras tanto.";
    protected = "Make guessing slow", "Frenar las adivinanzas";
    factor = "Wrong passwords for one name before the first wait", "Contraseñas equivocadas para un nombre antes de la primera espera";
    wait = "The first wait", "La primera espera";
    wait_help = "Twice as many wrong passwords double it.", "El doble de contraseñas equivocadas la duplica.";
    longest = "The longest wait", "La espera más larga";
    forgotten = "Forgotten this long after the last one", "Se olvidan este tiempo después de la última";
    offline = "Offline access", "Acceso sin conexión";
    offline_words = "Only users with the role offline_access may let an app work while they are away. An app may ask all the same.",
        "Solo los usuarios con el rol offline_access pueden dejar que una aplicación trabaje en su ausencia. Una aplicación puede pedirlo igualmente.";
    denied = "Where a user may not", "Si el usuario no puede";
    denied_reject = "The sign-in is refused", "Se rechaza el inicio de sesión";
    denied_online = "Sign in without it", "Se inicia sesión sin él";
    denied_reject_help = "The app gets access_denied and can tell its user why.",
        "La aplicación recibe access_denied y puede decirle el motivo al usuario.";
    denied_online_help = "The app gets an ordinary refresh token, which ends with the user’s session, and reads in the answer’s scope that offline access is missing.",
        "La aplicación recibe un token de actualización corriente, que termina con la sesión del usuario, y lee en el scope de la respuesta que falta el acceso sin conexión.";
}
