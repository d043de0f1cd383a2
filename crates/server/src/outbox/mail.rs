//! Sends one mail: through the realm's own mail server where it has one, else through the process-wide one. Settings are those
//! of now, not of when it was queued.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context as _;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{Address, AsyncTransport, Tokio1Executor};
use perennial_api::paths;
use perennial_domain::{
    lifetime::EndCause,
    mail::{About, Mail, SessionFacts, SmtpServer},
    outbox::{Answer, Outcome},
    user::RequiredAction,
};
use perennial_flows::{FlowError, FlowResult, LoadedRealm, Site, action_links, mails, outbox::Attempt};
use perennial_protocol::endpoints;
use perennial_ui::{
    mail::{ActionsInMail, Ends, Letter, MailAbout, MailInput, SessionInMail, letter},
    text::Lang,
};

use super::Couriers;
use crate::config_values::Secret;
use crate::http::cookies;
use crate::outbound::Outbound;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// From the first byte to the last.
const TIMEOUT: Duration = Duration::from_secs(30);
// Submission over TLS (RFC 8314), submission (RFC 6409), relay.
const PORT_TLS: u16 = 465;
const PORT_SUBMISSION: u16 = 587;
const PORT_RELAY: u16 = 25;

/// The process-wide mail server, if there is one.
pub struct Mailer {
    pub url: Option<Secret>,
    pub from: Mailbox,
}

/// The sender where nothing is set: nobody reads what is answered to it.
pub fn default_sender(base_url: &str) -> Mailbox {
    let host = url::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let address = host.and_then(|host| Address::new("no-reply", host).ok());
    Mailbox::new(None, address.unwrap_or_else(|| Address::new_dangerous("no-reply", "localhost")))
}

pub async fn send(mailer: &Mailer, outbound: &Outbound, site: &Site, attempt: &Attempt) -> FlowResult<Outcome> {
    let delivery = &attempt.delivery;
    let mail: Mail = serde_json::from_str(&delivery.parcel.payload).map_err(FlowError::internal)?;
    let realm = match site.realm(&mail.realm).await {
        Err(FlowError::UnknownRealm) => return Ok(Outcome::Hopeless(Answer::new(None, "the realm is gone"))),
        found => found?,
    };
    let own = realm.model.realm.settings.smtp_server.as_ref();
    if own.is_none() && mailer.url.is_none() {
        return Ok(Outcome::Hopeless(Answer::new(None, "no mail server is configured")));
    }
    let message_id = format!("<{}@{}>", delivery.id, mailer.from.email.domain());
    let created_ms = delivery.created_at.as_ms();
    let message = match (Envelope { mailer, own, message_id, created_ms }).message(site, &realm, &mail) {
        Ok(message) => message,
        Err(error) => return Ok(Outcome::Hopeless(Answer::new(None, &format!("{error:#}")))),
    };
    let transport = match transport(mailer, outbound, site, own).await {
        Ok(transport) => transport,
        Err(error) => return Ok(Outcome::Unreachable(Answer::new(None, &format!("{error:#}")))),
    };
    Ok(match tokio::time::timeout(TIMEOUT, transport.send(message)).await {
        Ok(Ok(answer)) => {
            let text = answer.message().next().unwrap_or_default();
            Outcome::Delivered(Answer::new(Some(i32::from(u16::from(answer.code()))), text))
        }
        Ok(Err(error)) => refusal(&error),
        Err(_) => Outcome::Unreachable(Answer::new(None, "the mail server did not answer in time")),
    })
}

/// A mail server that an admin tries out before it is relied on, and where the mail goes.
pub struct Trial {
    pub server: SmtpServer,
    pub to: String,
}

/// Sends one mail at once; why that did not work, in words for the admin.
pub async fn try_out(couriers: &Couriers, site: &Site, realm: &LoadedRealm, trial: Trial) -> Result<(), String> {
    let own = Some(&trial.server);
    let settings = &realm.model.realm.settings;
    let (language, name) = (settings.default_locale.clone(), realm.name().to_owned());
    let mail = Mail { to: trial.to, language, realm: name, about: About::Test };
    let at_ms = site.read(realm.name(), |tx, _| Ok(tx.now()?)).await.map_err(|error| error.to_string())?.0.as_ms();
    let message_id = format!("<{}@{}>", site.entropy.uuid_v7(at_ms), couriers.mailer.from.email.domain());
    let envelope = Envelope { mailer: &couriers.mailer, own, message_id, created_ms: at_ms };
    let message = envelope.message(site, realm, &mail).map_err(|error| format!("{error:#}"))?;
    let transport = transport(&couriers.mailer, &couriers.http, site, own).await;
    let transport = transport.map_err(|error| format!("{error:#}"))?;
    match tokio::time::timeout(TIMEOUT, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Answer::new(None, &error.to_string()).text),
        Err(_) => Err("the mail server did not answer in time".to_owned()),
    }
}

/// Codes of RFC 5321 §4.2 and RFC 4954 §6. What is wrong with our sign-in concerns every mail, what is wrong with the address
/// will stay wrong; the rest may pass.
fn refusal(error: &SmtpError) -> Outcome {
    let code = error.status().map(|code| i32::from(u16::from(code)));
    let answer = Answer::new(code, &error.to_string());
    match code {
        None | Some(530 | 534 | 535 | 538) => Outcome::Unreachable(answer),
        Some(501 | 550 | 551 | 553) => Outcome::Hopeless(answer),
        Some(_) => Outcome::Refused(answer),
    }
}

async fn transport(
    mailer: &Mailer,
    outbound: &Outbound,
    site: &Site,
    own: Option<&SmtpServer>,
) -> anyhow::Result<Transport> {
    match (own, &mailer.url) {
        (Some(own), _) => realms_transport(outbound, site, own).await,
        (None, Some(url)) => Ok(Transport::from_url(url.expose()).context("PERENNIAL_SMTP_URL")?.build()),
        (None, None) => anyhow::bail!("no mail server is configured"),
    }
}

/// A realm's admin must not reach into the server's own network through it, no more than with a webhook; the operator's own mail
/// server may be anywhere. The certificate is still that of the name.
async fn realms_transport(outbound: &Outbound, site: &Site, own: &SmtpServer) -> anyhow::Result<Transport> {
    let parameters = || TlsParameters::new(own.host.clone());
    let (tls, port) = match (own.ssl, own.starttls) {
        (true, _) => (Tls::Wrapper(parameters()?), PORT_TLS),
        (false, true) => (Tls::Required(parameters()?), PORT_SUBMISSION),
        (false, false) => (Tls::None, PORT_RELAY),
    };
    let located = tokio::time::timeout(TIMEOUT, outbound.locate(&own.host, own.port.unwrap_or(port))).await;
    let at = located.context("the mail server's name was not resolved in time")?.map_err(anyhow::Error::msg)?;
    let mut builder = Transport::builder_dangerous(at.ip().to_string()).tls(tls).port(at.port());
    if own.auth {
        let password = mails::open_smtp_password(&site.master, own)?;
        builder =
            builder.credentials(Credentials::new(own.user.clone().unwrap_or_default(), password.as_str().to_owned()));
    }
    Ok(builder.build())
}

/// Whom a mail is from, and which it is.
struct Envelope<'a> {
    mailer: &'a Mailer,
    /// The realm's own mail server, if it has one.
    own: Option<&'a SmtpServer>,
    message_id: String,
    created_ms: i64,
}

impl Envelope<'_> {
    fn message(self, site: &Site, realm: &LoadedRealm, mail: &Mail) -> anyhow::Result<Message> {
        let Letter { subject, text, html } = letter(&input(site, realm, mail)?);
        let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(self.created_ms).unwrap_or(0));
        let to: Address = mail.to.parse().context("the recipient's address")?;
        // RFC 3834 §5: holiday answers stay away.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mut builder = Message::builder()
            .from(self.sender()?)
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(at)
            .message_id(Some(self.message_id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
        if let Some(reply_to) = self.own.and_then(|own| own.reply_to.as_deref()) {
            builder = builder.reply_to(Mailbox::new(None, reply_to.parse().context("replyTo")?));
        }
        Ok(builder.multipart(MultiPart::alternative_plain_html(text, html))?)
    }

    fn sender(&self) -> anyhow::Result<Mailbox> {
        let Some(own) = self.own else { return Ok(self.mailer.from.clone()) };
        let name = own.from_display_name.clone().filter(|name| !name.is_empty());
        Ok(Mailbox::new(name, own.from.parse().context("from")?))
    }
}

fn input(site: &Site, realm: &LoadedRealm, mail: &Mail) -> anyhow::Result<MailInput> {
    let about = match &mail.about {
        About::Expiring { session, ends_at, cause } => {
            let by = match cause {
                EndCause::Idle => Ends::Idle,
                EndCause::Max => Ends::Max,
                EndCause::Consent => Ends::Chosen,
                EndCause::Approval | EndCause::Floor => Ends::Other,
            };
            MailAbout::Expiring { session: facts(session), at: ends_at.as_ms(), by }
        }
        About::Dormant { session } => MailAbout::Dormant { session: facts(session) },
        About::Reused { session, at, ip, agent } => {
            MailAbout::Reused { session: facts(session), at: at.as_ms(), ip: ip.clone(), agent: agent.clone() }
        }
        About::Leaked { session, at, session_ended } => {
            MailAbout::Leaked { session: facts(session), at: at.as_ms(), session_ended: *session_ended }
        }
        About::Actions { username, actions, sealed_token, expires_at } => {
            let token = action_links::open_token(&site.master, sealed_token)?;
            let page = format!("{}{}", cookies::realm_path(&mail.realm), endpoints::ACTION_LINK_PAGE);
            MailAbout::Actions(ActionsInMail {
                username: username.clone(),
                email: mail.to.clone(),
                new_password: actions.contains(&RequiredAction::UpdatePassword),
                href: format!("{}{page}?key={}", site.base_url, token.as_str()),
                until: expires_at.as_ms(),
            })
        }
        About::Test => MailAbout::Test,
    };
    Ok(MailInput {
        lang: Lang::from_tag(&mail.language).unwrap_or_default(),
        realm: realm.model.realm.display_name().to_owned(),
        account_href: format!("{}{}/apps", site.base_url, paths::account(&mail.realm)),
        about,
    })
}

fn facts(session: &SessionFacts) -> SessionInMail {
    SessionInMail {
        app: session.app.clone(),
        username: session.username.clone(),
        device: session.device_label.clone(),
        started_at: session.started_at.as_ms(),
        last_used_at: session.last_used_at.as_ms(),
        ip: session.last_ip.clone(),
        agent: session.last_agent.clone(),
    }
}
