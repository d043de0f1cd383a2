//! Mails with a link by which a user sets right themselves what they sign in with, in the tab *Credentials*. A realm without a
//! mail server of its own may use the server's, which the console cannot see: whether there is one, the attempt tells.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::paths;
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Value, json};

use super::user::Shared;
use crate::api::{Api, Failure, use_api};
use crate::pages::Section;
use crate::texts::{phrases, texts};

/// What the link in a mail is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Password,
    Address,
}

#[derive(Clone, Copy)]
struct Mails {
    shared: Shared,
    api: Api,
    words: &'static MailTexts,
    failure_words: fn(&Failure) -> String,
    /// On its way to the server.
    sending: RwSignal<Option<Link>>,
    outcome: RwSignal<Option<Result<String, String>>>,
}

impl Mails {
    /// Why no link can be sent, as far as that is known before.
    fn hindrance(self) -> Option<&'static str> {
        let disabled = self.shared.document.read().get("enabled") == Some(&Value::Bool(false));
        match self.shared.text("email").is_empty() {
            true => Some(self.words.no_address),
            false => disabled.then_some(self.words.disabled),
        }
    }

    fn send(self, link: Link) {
        let (realm, id) = (self.shared.realm.get_value(), self.shared.id.get_value());
        let (url, body) = match link {
            Link::Password => (paths::admin_user_execute_actions_email(&realm, &id), json!(["UPDATE_PASSWORD"])),
            Link::Address => (paths::admin_user_send_verify_email(&realm, &id), json!({})),
        };
        let address = untrack(|| self.shared.text("email"));
        self.sending.set(Some(link));
        self.outcome.set(None);
        spawn_local(async move {
            let answer = self.api.put(&url, &body).await;
            self.sending.try_set(None);
            let told = answer.map(|()| (self.words.sent)(&address)).map_err(|failure| self.refusal(&failure));
            self.outcome.try_set(Some(told));
        });
    }

    /// The refusals to be expected in the reader's language; the server has them in its own.
    fn refusal(self, failure: &Failure) -> String {
        let said = match failure {
            Failure::Refused { error, .. } => error.text().unwrap_or_default(),
            _ => "",
        };
        match said {
            "No mail server is configured" => self.words.no_server.to_owned(),
            said if said.starts_with("Too many mails") => self.words.too_many.to_owned(),
            _ => (self.failure_words)(failure),
        }
    }

    fn button(self, link: Link, id: &'static str, words: &'static str) -> AnyView {
        let locked = is_locked();
        let busy = Signal::derive(move || self.sending.get() == Some(link));
        let other = move || self.sending.get().is_some_and(|sent| sent != link);
        let disabled = Signal::derive(move || locked || self.hindrance().is_some() || other());
        let press = Callback::new(move |()| self.send(link));
        view! { <Button on_press=press busy=busy disabled=disabled id=id>{words}</Button> }.into_any()
    }

    fn told(self) -> Option<AnyView> {
        let told = match self.outcome.get()? {
            Ok(words) => view! {
                <p class="adm-outcome adm-outcome-good"><Icon kind=IconKind::Check /><span>{words}</span></p>
            }
            .into_any(),
            Err(words) => view! {
                <p class="adm-outcome adm-outcome-bad"><Icon kind=IconKind::Warning /><span>{words}</span></p>
            }
            .into_any(),
        };
        Some(told)
    }
}

#[component]
pub fn ActionMails(shared: Shared) -> impl IntoView {
    let words = MailTexts::get();
    let here = Mails {
        shared,
        api: use_api(),
        words,
        failure_words: texts().failure,
        sending: RwSignal::new(None),
        outcome: RwSignal::new(None),
    };
    let about = move || here.hindrance().map_or_else(|| (words.goes_to)(&shared.text("email")), str::to_owned);
    view! {
        <Section title=words.title words=words.intro>
            <div class="pn-row">
                {here.button(Link::Password, "send-password-link", words.password)}
                {here.button(Link::Address, "send-address-link", words.address)}
            </div>
            <p class="pn-field-help adm-wrap">{about}</p>
            <div role="status">{move || here.told()}</div>
        </Section>
    }
}

phrases! {
    /// Links by mail.
    MailTexts =>
    title = "Let the user do it", "Que lo haga el usuario";
    intro = "A mail with a link that is good for 12 hours. Nothing changes until the user has used it.",
        "Un correo con un enlace que sirve durante 12 horas. Nada cambia hasta que el usuario lo haya usado.";
    password = "Send a link to choose a new password", "Enviar un enlace para elegir una contraseña nueva";
    address = "Send a link to confirm the address", "Enviar un enlace para confirmar la dirección";
    goes_to: With = |address| format!("The mail goes to {address}."), |address| format!("El correo va a {address}.");
    no_address = "The user has no email address. Enter one under Details.",
        "El usuario no tiene dirección de correo. Escriba una en Datos.";
    disabled = "A disabled user is sent no links.", "A un usuario deshabilitado no se le envían enlaces.";
    sent: With = |address| format!("A mail is on its way to {address}."),
        |address| format!("Un correo va de camino a {address}.");
    no_server = "This realm has no mail server, so no mail can go out. Enter one in the realm settings, under Email.",
        "Este reino no tiene servidor de correo, así que no puede salir ninguno. Escriba uno en los ajustes del reino, en Correo.";
    too_many = "Too many mails were sent to this user within an hour. Try again later.",
        "Se enviaron demasiados correos a este usuario en una hora. Pruebe más tarde.";
}
