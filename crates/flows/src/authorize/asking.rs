//! What the pages of a waiting request share that ask its user for something before anything is granted: one look at who is asked,
//! the same when a page is shown and when its form comes, and whose that form is.

use super::{
    Step, find_pending,
    interaction::{self, Next, Situation},
};
use crate::{
    FlowResult, LoadedRealm,
    holder::Holder,
    sign_in::{Browser, FormOf, find_session, foreign_form, form_of},
};
use perennial_domain::{RequestId, UserSessionId, authorization::PendingRequest, user_session::UserSession};
use perennial_storage::Tx;

/// What each of these pages shows around its question.
#[derive(Clone, Debug)]
pub struct PageView {
    /// Whom the page asks: its form counts for nobody else.
    pub session: UserSessionId,
    pub realm_name: String,
    pub accent: Option<String>,
    pub redirect_uri: String,
    pub user_name: String,
    pub ui_locales: Option<String>,
    pub user_locale: Option<String>,
}

/// What the form of such a page came to.
pub enum Outcome<Note> {
    /// Where the browser goes from here.
    GoesOn(Step),
    /// The page is shown again, and says why.
    Again(Note),
    /// It was shown to somebody else: whoever is signed in now must see the page first.
    ShowAnew,
}

/// A waiting request and the user who is asked, looked at anew for each page and form.
pub(super) struct Asking {
    pub pending: PendingRequest,
    pub session: UserSession,
    pub holder: Holder,
}

impl Asking {
    /// With what comes next: each page is there for one of these only.
    pub fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, id: RequestId, browser: &Browser) -> FlowResult<(Self, Next)> {
        let pending = find_pending(tx, realm, id, browser)?;
        let (user, next) = look(tx, realm, &pending, browser)?;
        let (session, holder) = user.ok_or_else(foreign_form)?;
        Ok((Self { pending, session, holder }, next))
    }

    pub fn view(&self, realm: &LoadedRealm) -> PageView {
        let (user, request) = (&self.holder.user, &self.pending.request);
        PageView {
            session: self.session.id,
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            redirect_uri: request.redirect_uri.clone(),
            user_name: user.full_name().unwrap_or_else(|| user.username.clone()),
            ui_locales: request.ui_locales.clone(),
            user_locale: user.locale.clone(),
        }
    }
}

/// Who is signed in here, and what the request needs of them next.
pub(super) fn look(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    browser: &Browser,
) -> FlowResult<(Option<(UserSession, Holder)>, Next)> {
    let client = realm.client(pending.request.client_id)?;
    let user = match find_session(tx, realm, browser)? {
        Some(session) => Holder::of_user(tx, realm, session.user_id, client.id)?.map(|holder| (session, holder)),
        None => None,
    };
    let situation = Situation {
        realm,
        client,
        request: &pending.request,
        user: user.as_ref().map(|(session, holder)| (session, holder)),
        signed_in_for_this: user.as_ref().is_some_and(|(session, _)| pending.signed_in_as == Some(session.id)),
        now: tx.now()?,
    };
    let next = interaction::next(&situation);
    Ok((user, next))
}

/// Whether this form was shown to who is signed in now; an error where it is no form of this browser's request.
pub(super) fn is_of_user(browser: &Browser, id: RequestId, csrf: &str) -> FlowResult<bool> {
    match form_of(browser, &id.to_string(), csrf) {
        FormOf::User => Ok(true),
        FormOf::AnotherUser => Ok(false),
        FormOf::Nobody => Err(foreign_form()),
    }
}
