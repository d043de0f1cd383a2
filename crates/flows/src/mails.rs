//! Queues mails, in the unit that causes them. Sending and wording are the server's.

use crate::{FlowError, FlowResult, LoadedRealm, Site, admin::Caller};
use perennial_crypto::MasterKey;
use perennial_domain::{
    client::Client,
    grant::Grant,
    mail::{About, Mail, SessionFacts, SmtpServer},
    outbox::{Kind, Parcel},
    user::User,
};
use perennial_storage::{Tx, outbox, users};
use zeroize::Zeroizing;

/// It binds the sealed bytes to their use.
const SMTP_PASSWORD_PURPOSE: &str = "smtp-password";
/// Addresses of one client's owner that are written to.
const MOST_CONTACTS: usize = 5;

pub fn queue(tx: &mut Tx<'_>, realm: &LoadedRealm, mail: &Mail) -> FlowResult<()> {
    let parcel = Parcel {
        realm_id: realm.model.realm.id,
        kind: Kind::Mail,
        lane: realm.model.realm.id.0,
        topic: mail.about.topic().to_owned(),
        payload: serde_json::to_string(mail).map_err(FlowError::internal)?,
    };
    outbox::insert(tx, &parcel)?;
    Ok(())
}

/// To the user, in their language; nothing where no address is known.
pub fn queue_for_user(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User, about: About) -> FlowResult<()> {
    let Some(to) = user.email.clone().filter(|_| user.enabled) else { return Ok(()) };
    let language = user.locale.clone().unwrap_or_else(|| realm.model.realm.settings.default_locale.clone());
    queue(tx, realm, &Mail { to, language, realm: realm.name().to_owned(), about })
}

/// To the client's owner, in the realm's language.
pub fn queue_for_owner(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, about: &About) -> FlowResult<()> {
    for contact in client.settings.contacts.iter().take(MOST_CONTACTS) {
        let language = realm.model.realm.settings.default_locale.clone();
        let mail = Mail { to: contact.clone(), language, realm: realm.name().to_owned(), about: about.clone() };
        queue(tx, realm, &mail)?;
    }
    Ok(())
}

/// Where an admin's own mail goes.
pub async fn address_of(site: &Site, caller: &Caller) -> FlowResult<Option<String>> {
    let id = caller.user;
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(users::find(tx, realm.model.realm.id, id)?);
    let (user, _) = site.read(&caller.realm, find).await?;
    Ok(user.and_then(|user| user.email))
}

/// `for_owner`: the reader runs the app, so they are told whose session it is.
pub fn facts(client: &Client, grant: &Grant, user: &User, for_owner: bool) -> SessionFacts {
    SessionFacts {
        app: client.display_name().to_owned(),
        username: for_owner.then(|| user.username.clone()),
        device_label: grant.offline().and_then(|offline| offline.device_label.clone()),
        started_at: grant.started_at,
        last_used_at: grant.last_used_at,
        last_ip: grant.last_used_from.ip.clone(),
        last_agent: grant.last_used_from.user_agent.clone(),
    }
}

pub fn seal_smtp_password(master: &MasterKey, password: &str) -> Vec<u8> {
    master.seal(SMTP_PASSWORD_PURPOSE, password.as_bytes())
}

/// Empty where none is set.
pub fn open_smtp_password(master: &MasterKey, server: &SmtpServer) -> FlowResult<Zeroizing<String>> {
    let Some(sealed) = &server.sealed_password else { return Ok(Zeroizing::default()) };
    let plain = master.open(SMTP_PASSWORD_PURPOSE, sealed).map_err(FlowError::internal)?;
    let text = String::from_utf8(plain.to_vec()).map_err(|_| FlowError::internal("an SMTP password is not text"))?;
    Ok(Zeroizing::new(text))
}
