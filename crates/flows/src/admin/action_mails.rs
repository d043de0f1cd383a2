//! An admin has a mail sent to a user with a link to act on, in Keycloak's words where something is missing.

use super::{Caller, Permission, users::manageable};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    action_links::{self, FreshToken, Offer},
};
use perennial_domain::{
    UserId,
    action_link::{ActionLink, Back, LIFESPAN_S, LONGEST_LIFESPAN_S},
    user::RequiredAction,
};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
};
use std::collections::BTreeSet;

/// Mails to one user: a script that runs wild fills nobody's mailbox.
const LIMIT: Limit = Limit { tries: 20, window_s: 3_600 };

/// What an admin wants of a user.
#[derive(Clone, Debug)]
pub struct ActionMail {
    pub actions: BTreeSet<RequiredAction>,
    pub lifespan_s: Option<i64>,
    /// OAuth `client_id`.
    pub client: Option<String>,
    /// Where the user goes on afterwards; one of the client's.
    pub redirect_uri: Option<String>,
    /// Whether there is a mail server for realms that have none of their own.
    pub mail_server: bool,
}

pub async fn send(site: &Site, caller: &Caller, realm_name: &str, id: UserId, mail: ActionMail) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let (by, fresh) = (caller.clone(), FreshToken::new(site));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let user = manageable(tx, realm, &by, id)?;
        let invalid = |text: &str| FlowError::Invalid(text.to_owned());
        if mail.actions.is_empty() {
            return Err(invalid("No required actions were given"));
        }
        let email = user.email.clone().ok_or_else(|| invalid("User email missing"))?;
        if !user.enabled {
            return Err(invalid("User is disabled"));
        }
        if user.service_account_of.is_some() {
            return Err(invalid("A service account reads no mail"));
        }
        let lifespan_s = mail.lifespan_s.unwrap_or(LIFESPAN_S);
        if !(1..=LONGEST_LIFESPAN_S).contains(&lifespan_s) {
            return Err(FlowError::Invalid(format!("lifespan must be 1 to {LONGEST_LIFESPAN_S} seconds")));
        }
        let back = back(realm, &mail)?;
        if !mail.mail_server && realm.model.realm.settings.smtp_server.is_none() {
            return Err(invalid("No mail server is configured"));
        }
        let (now, place) = (tx.now()?, format!("action mail {id}"));
        if !allowances::take(tx, realm.model.realm.id, &place, now, LIMIT)? {
            return Err(invalid("Too many mails were sent to this user, please try again later"));
        }
        let link = ActionLink { actions: mail.actions.clone(), email, back };
        action_links::send(tx, realm, &user, &Offer { link: &link, lifespan_s, fresh: &fresh })
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

fn back(realm: &LoadedRealm, mail: &ActionMail) -> FlowResult<Option<Back>> {
    let invalid = |text: &str| FlowError::Invalid(text.to_owned());
    let (name, uri) = match (&mail.client, &mail.redirect_uri) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(invalid("Client id missing")),
        (Some(name), uri) => (name, uri),
    };
    let client = realm.model.find_client(name).ok_or_else(|| invalid("Client doesn't exist"))?;
    if !realm.model.admits(client) {
        return Err(invalid("Client is not enabled"));
    }
    match uri {
        None => Ok(None),
        Some(uri) if client.allows_redirect(uri) => Ok(Some(Back { client: client.id, redirect_uri: uri.clone() })),
        Some(_) => Err(invalid("Invalid redirect uri.")),
    }
}
