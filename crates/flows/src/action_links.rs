//! Links that are mailed to a user to act on: sending one, what its page shows, and what its form does. The token is known to the
//! mail alone: the database has its hash, and a mail that waits has it sealed.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    chosen_password::{self, Chooser, ChosenPassword, Unfit},
    events, mails,
    sign_in::{csrf_matches, csrf_token, foreign_form},
};
use perennial_crypto::{MasterKey, token_hash};
use perennial_domain::{
    action_link::ActionLink,
    audit::Actor,
    event::{Event, EventType},
    grant::Place,
    mail::About,
    user::{RequiredAction, User},
};
use perennial_storage::{
    Tx,
    action_links::{self, NewActionLink},
    users,
};
use zeroize::Zeroizing;

/// It binds the sealed bytes to their use.
const SEAL_PURPOSE: &str = "action-link";
/// What the form's CSRF token is bound to, with the link's own token.
const CSRF_PURPOSE: &str = "action link";

/// A token that nobody has yet.
pub struct FreshToken {
    hash: [u8; 32],
    sealed: Vec<u8>,
}

impl FreshToken {
    pub fn new(site: &Site) -> Self {
        let token = Zeroizing::new(site.entropy.secret());
        Self { hash: token_hash(&token), sealed: site.master.seal(SEAL_PURPOSE, token.as_bytes()) }
    }
}

/// For whoever writes the mail.
pub fn open_token(master: &MasterKey, sealed: &[u8]) -> FlowResult<Zeroizing<String>> {
    let plain = master.open(SEAL_PURPOSE, sealed).map_err(FlowError::internal)?;
    let text = String::from_utf8(plain.to_vec()).map_err(|_| FlowError::internal("a link's token is not text"))?;
    Ok(Zeroizing::new(text))
}

/// What a link is for, for how long, and the token that opens it.
pub(crate) struct Offer<'a> {
    pub link: &'a ActionLink,
    pub lifespan_s: i64,
    pub fresh: &'a FreshToken,
}

/// Queues the mail with its link, in the caller's unit.
pub(crate) fn send(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User, offer: &Offer<'_>) -> FlowResult<()> {
    let Offer { link, fresh, .. } = offer;
    let expires_at = tx.now()?.plus_s(offer.lifespan_s);
    let (realm_id, token_hash) = (realm.model.realm.id, &fresh.hash);
    action_links::insert(tx, &NewActionLink { realm: realm_id, user: user.id, token_hash, link, expires_at })?;
    let about = About::Actions {
        username: user.username.clone(),
        actions: link.actions.clone(),
        sealed_token: fresh.sealed.clone(),
        expires_at,
    };
    mails::queue_for_user(tx, realm, user, about)
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct LinkView {
    pub realm_name: String,
    pub accent: Option<String>,
    pub user_name: String,
    pub user_locale: Option<String>,
    pub email: String,
    pub asks_password: bool,
    pub csrf: String,
}

/// A form that was sent by a link's page.
pub struct LinkForm {
    pub token: Zeroizing<String>,
    pub csrf: String,
    pub place: Place,
    /// Where the link asks for one.
    pub chosen: ChosenPassword,
}

pub enum LinkOutcome {
    Done(Box<LinkDone>),
    Refused(Unfit),
}

/// What was done, and where the reader goes on.
pub struct LinkDone {
    pub view: LinkView,
    /// The app's name and address.
    pub app: Option<(String, String)>,
}

pub async fn view(site: &Site, realm_name: &str, token: &str) -> FlowResult<LinkView> {
    let (hash, csrf) = (token_hash(token), csrf_token(token, CSRF_PURPOSE));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (user, link) = load(tx, realm, &hash)?;
        Ok(view_of(realm, &user, &link, csrf.clone()))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn follow(site: &Site, realm_name: &str, form: LinkForm) -> FlowResult<LinkOutcome> {
    if !csrf_matches(&form.token, CSRF_PURPOSE, &form.csrf) {
        return Err(foreign_form());
    }
    let hash = token_hash(&form.token);
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| load(tx, realm, &hash);
    let (user, link) = site.read(realm_name, find).await?.0;
    let replacement = if link.actions.contains(&RequiredAction::UpdatePassword) {
        match chosen_password::prepare(site, realm_name, user.id, &form.chosen).await? {
            Ok(replacement) => Some(replacement),
            Err(unfit) => return Ok(LinkOutcome::Refused(unfit)),
        }
    } else {
        None
    };
    let (csrf, ends) = (form.csrf, form.chosen.ends);
    let chooser = Chooser { user: user.id, session: None, place: form.place };
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let (user, link) = load(tx, realm, &hash)?;
        if !action_links::take(tx, &hash, now)? {
            return Err(foreign_form());
        }
        let ended = match &replacement {
            // Guarded by the password that it replaces: another link, or an admin, may have set one meanwhile.
            Some(replacement) => {
                chosen_password::put(tx, realm, &chooser, replacement, ends)?.ok_or_else(foreign_form)?
            }
            None => Vec::new(),
        };
        confirm_address(tx, realm, &user, &chooser.place)?;
        let app = link.back.as_ref().and_then(|back| {
            let client = realm.model.clients.get(&back.client)?;
            // It may have been taken off the client's list meanwhile.
            let stands = realm.model.admits(client) && client.allows_redirect(&back.redirect_uri);
            stands.then(|| (client.display_name().to_owned(), back.redirect_uri.clone()))
        });
        Ok((LinkDone { view: view_of(realm, &user, &link, csrf.clone()), app }, ended, now))
    };
    let ((done, ended, at), _) = site.write(realm_name, unit).await?;
    for action in ended {
        site.record(at, realm_name, Actor::User { user: user.id }, action);
    }
    Ok(LinkOutcome::Done(Box::new(done)))
}

/// Whom a good link is for. A user who is disabled, or has another address by now, has no use for it.
fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, hash: &[u8; 32]) -> FlowResult<(User, ActionLink)> {
    let now = tx.now()?;
    let (id, link) = action_links::find(tx, realm.model.realm.id, hash, now)?.ok_or_else(foreign_form)?;
    let user = users::find(tx, realm.model.realm.id, id)?;
    let is_theirs = |user: &User| user.enabled && user.email.as_deref() == Some(link.email.as_str());
    let own = user.filter(|user| realm.model.realm.settings.enabled && is_theirs(user));
    Ok((own.ok_or_else(foreign_form)?, link))
}

fn view_of(realm: &LoadedRealm, user: &User, link: &ActionLink, csrf: String) -> LinkView {
    LinkView {
        realm_name: realm.model.realm.display_name().to_owned(),
        accent: realm.model.realm.settings.accent.clone(),
        user_name: user.full_name().unwrap_or_else(|| user.username.clone()),
        user_locale: user.locale.clone(),
        email: link.email.clone(),
        asks_password: link.actions.contains(&RequiredAction::UpdatePassword),
        csrf,
    }
}

/// Whoever has the link has the mail that it was in.
fn confirm_address(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User, place: &Place) -> FlowResult<()> {
    let realm_id = realm.model.realm.id;
    users::hold(tx, user.id)?;
    let Some(mut own) = users::find(tx, realm_id, user.id)?.filter(|own| own.email == user.email) else {
        return Err(foreign_form());
    };
    let was_owed = own.required_actions.remove(&RequiredAction::VerifyEmail);
    if own.email_verified && !was_owed {
        return Ok(());
    }
    own.email_verified = true;
    users::update(tx, realm_id, &own)?;
    events::raise(tx, realm, Event::new(EventType::VerifyEmail).user(user.id).at_place(place))
}
