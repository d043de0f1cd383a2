//! Tab *Login*: what happens where a user may not have what an app asks for.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::realm_form;
use crate::form::Rule;
use crate::pages::Section;
use crate::texts::phrases;

pub fn login(realm: String) -> AnyView {
    realm_form(&realm, |form| {
        let texts = LoginTexts::get();
        let choices = vec![Choice::new("reject", texts.denied_reject), Choice::new("online", texts.denied_online)];
        let denied = form.text("offlineAccessDenied", Rule::Free);
        let help = move || if *denied.read() == "online" { texts.denied_online_help } else { texts.denied_reject_help };
        view! {
            <Section title=texts.offline words=texts.offline_words>
                <Select id="offlineAccessDenied" label=texts.denied choices=choices value=denied
                    error=form.error("offlineAccessDenied") />
                <p class="adm-choice-help" aria-live="polite">{help}</p>
            </Section>
        }
        .into_any()
    })
}

phrases! {
    /// The tab *Login*.
    LoginTexts =>
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
