//! Tab *Email*: the realm's own mail server, and a mail that tries it out before it is relied on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::Value;

use super::realm_form;
use crate::api::{Failure, use_api};
use crate::form::{Form, Rule, sentence};
use crate::pages::Section;
use crate::texts::{phrases, texts};

pub fn email(realm: String) -> AnyView {
    let of = realm.clone();
    realm_form(&realm, move |form| {
        let texts = EmailTexts::get();
        let trial = view! { <Trial form=form realm=of.clone() /> };
        view! {
            {server(form)}
            {sender(form)}
            <Section title=texts.trial words=texts.trial_words>
                {trial}
            </Section>
        }
        .into_any()
    })
}

fn server(form: Form) -> impl IntoView {
    let texts = EmailTexts::get();
    let auth = form.text_flag("smtpServer/auth");
    let open = Signal::derive(move || !auth.get());
    view! {
        <Section title=texts.server words=texts.server_words>
            <TextField id="smtpServer.host" label=texts.host help=texts.host_help
                value=form.text("smtpServer/host", Rule::Free) error=form.error("smtpServer/host") />
            <div class="adm-narrow">
                <TextField id="smtpServer.port" label=texts.port help=texts.port_help
                    value=form.text("smtpServer/port", Rule::Free) error=form.error("smtpServer/port") />
            </div>
            <Switch id="smtpServer.ssl" label=texts.ssl help=texts.ssl_help value=form.text_flag("smtpServer/ssl") />
            <Switch id="smtpServer.starttls" label=texts.starttls help=texts.starttls_help
                value=form.text_flag("smtpServer/starttls") />
            <Switch id="smtpServer.auth" label=texts.auth value=auth />
            <TextField id="smtpServer.user" label=texts.user disabled=open
                value=form.text("smtpServer/user", Rule::Free) error=form.error("smtpServer/user") />
            <PasswordField id="smtpServer.password" label=texts.password help=texts.password_help disabled=open
                autocomplete="new-password"
                value=form.secret("smtpServer/password") error=form.error("smtpServer/password") />
        </Section>
    }
}

fn sender(form: Form) -> impl IntoView {
    let texts = EmailTexts::get();
    view! {
        <Section title=texts.sender words=texts.sender_words>
            <TextField id="smtpServer.from" label=texts.from
                value=form.text("smtpServer/from", Rule::Free) error=form.error("smtpServer/from") />
            <TextField id="smtpServer.fromDisplayName" label=texts.from_name
                value=form.text("smtpServer/fromDisplayName", Rule::Free)
                error=form.error("smtpServer/fromDisplayName") />
            <TextField id="smtpServer.replyTo" label=texts.reply_to help=texts.reply_to_help
                value=form.text("smtpServer/replyTo", Rule::Free) error=form.error("smtpServer/replyTo") />
        </Section>
    }
}

/// As the API calls the address that the trial goes to.
const TO: &str = "smtpServer.to";

/// Sends to the admin's own address, with what is typed: nothing has to be saved first.
#[component]
fn Trial(form: Form, realm: String) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = EmailTexts::get();
    let busy = RwSignal::new(false);
    let to = RwSignal::new(String::new());
    let outcome = RwSignal::new(None::<Result<(), Failure>>);
    let path = StoredValue::new(paths::admin_test_smtp(&realm));
    let send = Callback::new(move |()| {
        let mut server = untrack(|| form.member("smtpServer"));
        if let Value::Object(members) = &mut server {
            members.insert("to".to_owned(), Value::from(to.get_untracked()));
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let answer = api.post_unanswered(&path.get_value(), &server).await;
            busy.try_set(false);
            outcome.try_set(Some(answer));
        });
    });
    let no_host =
        Signal::derive(move || form.member("smtpServer").get("host").and_then(Value::as_str).is_none_or(str::is_empty));
    let wrong_to = move || match outcome.get() {
        Some(Err(Failure::Refused { error, .. })) => error.for_field(TO).map(sentence),
        _ => None,
    };
    let said = move || {
        outcome.get().map(|outcome| match outcome {
            Ok(()) => view! {
                <p class="adm-outcome adm-outcome-good"><Icon kind=IconKind::Check /><span>{words.sent}</span></p>
            }
            .into_any(),
            // Said at its field.
            Err(_) if wrong_to().is_some() => ().into_any(),
            Err(failure) => {
                let why = (all.failure)(&failure);
                view! { <p class="adm-outcome adm-outcome-bad"><Icon kind=IconKind::Warning /><span>{why}</span></p> }
                    .into_any()
            }
        })
    };
    view! {
        <TextField id="test-mail-to" label=words.to help=words.to_help value=to error=MaybeProp::derive(wrong_to) />
        <Button on_press=send busy=busy disabled=no_host id="test-mail">{words.send}</Button>
        <div role="status">{said}</div>
        <p class="pn-field-help">
            {move || if no_host.get() { words.needs_host } else { words.send_help }}
        </p>
    }
}

phrases! {
    /// The tab *Email*.
    EmailTexts =>
    server = "Mail server", "Servidor de correo";
    server_words = "Where this realm’s mails go out. Without a host the server’s own mail server is used, if it has one.",
        "Por dónde salen los correos de este reino. Sin nombre se usa el servidor de correo general, si lo hay.";
    host = "Host", "Servidor";
    host_help = "Not one of this server’s own network.", "No uno de la red propia de este servidor.";
    port = "Port", "Puerto";
    port_help = "Empty: the usual one.", "Vacío: el habitual.";
    ssl = "TLS from the start", "TLS desde el comienzo";
    ssl_help = "Usually port 465.", "Normalmente el puerto 465.";
    starttls = "STARTTLS", "STARTTLS";
    starttls_help = "Encrypted after a greeting, usually port 587. Mail is never sent in the clear then.",
        "Cifrado tras un saludo, normalmente el puerto 587. Entonces el correo nunca va en claro.";
    auth = "Sign in to it", "Identificarse en él";
    user = "User", "Usuario";
    password = "Password", "Contraseña";
    password_help = "Stored sealed and never shown. It has to be entered again when host, port, encryption or user change.",
        "Se guarda sellada y no se muestra nunca. Hay que escribirla otra vez si cambian servidor, puerto, cifrado o usuario.";
    sender = "Sender", "Remitente";
    sender_words = "What people see above a mail.", "Lo que la gente ve encima de un correo.";
    from = "From", "De";
    from_name = "Name", "Nombre";
    reply_to = "Answers go to", "Las respuestas van a";
    reply_to_help = "Empty: to the sender.", "Vacío: al remitente.";
    trial = "Try it out", "Probarlo";
    trial_words = "One mail through what stands above, also before it is saved.",
        "Un correo con lo que está escrito arriba, también antes de guardarlo.";
    to = "To", "Para";
    to_help = "Empty: your own address.", "Vacío: su propia dirección.";
    send = "Send a test mail", "Enviar un correo de prueba";
    send_help = "It tells within half a minute whether the server took it.",
        "Dice en medio minuto si el servidor lo aceptó.";
    needs_host = "Enter a host and a sender first.", "Escriba antes un servidor y un remitente.";
    sent = "The mail server took it. Look into your mailbox.", "El servidor de correo lo aceptó. Mire su buzón.";
}
