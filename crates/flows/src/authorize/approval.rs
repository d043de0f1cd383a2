//! The page for what only an admin can allow: it says so, and its one button takes the refusal back to the client.

use super::{
    Answer, find_pending, finish,
    interaction::{self, Situation},
};
use crate::{
    FlowResult, LoadedRealm, Site, events,
    holder::Holder,
    sign_in::{Browser, FormOf, find_session, foreign_form, form_of},
};
use perennial_domain::{
    RequestId, UserSessionId,
    authorization::PendingRequest,
    event::{Event, EventType},
};
use perennial_protocol::OAuthError;
use perennial_storage::Tx;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// Whom the page tells.
    pub session: UserSessionId,
    pub realm_name: String,
    pub accent: Option<String>,
    pub client_name: String,
    pub user_name: String,
    pub user_locale: Option<String>,
    pub ui_locales: Option<String>,
    pub redirect_uri: String,
    /// Those that an admin must approve, each with the admin's own words.
    pub scopes: Vec<(String, Option<String>)>,
}

pub async fn view(site: &Site, realm_name: &str, (id, browser): (RequestId, &Browser)) -> FlowResult<ApprovalView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let waiting = Waiting::load(tx, realm, (id, &browser))?;
        let user = &waiting.holder.user;
        let text = |name: &str| realm.model.find_scope(name).and_then(|scope| scope.settings.consent_text.clone());
        Ok(ApprovalView {
            session: waiting.session,
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            client_name: realm.client(waiting.pending.request.client_id)?.display_name().to_owned(),
            user_name: user.full_name().unwrap_or_else(|| user.username.clone()),
            user_locale: user.locale.clone(),
            ui_locales: waiting.pending.request.ui_locales.clone(),
            redirect_uri: waiting.pending.request.redirect_uri.clone(),
            scopes: waiting.scopes.into_iter().map(|name| (name.clone(), text(&name))).collect(),
        })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Back to the client with `access_denied`.
pub async fn submit(
    site: &Site,
    realm_name: &str,
    (id, browser): (RequestId, &Browser),
    csrf: &str,
) -> FlowResult<Answer> {
    if form_of(browser, &id.to_string(), csrf) != FormOf::User {
        return Err(foreign_form());
    }
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let waiting = Waiting::load(tx, realm, (id, &browser))?;
        let client = realm.client(waiting.pending.request.client_id)?;
        let event = events::refusal(EventType::LoginError, &waiting.error).client(&client.client_id);
        let user = Some(waiting.holder.user.id);
        events::raise(tx, realm, Event { user, ..event.at_place(&browser.place) })?;
        finish::refuse(tx, realm, (&waiting.pending, &waiting.error))
    };
    Ok(site.write(realm_name, unit).await?.0)
}

struct Waiting {
    pending: PendingRequest,
    session: UserSessionId,
    holder: Holder,
    scopes: Vec<String>,
    error: OAuthError,
}

impl Waiting {
    fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, (id, browser): (RequestId, &Browser)) -> FlowResult<Self> {
        let pending = find_pending(tx, realm, (id, browser))?;
        let session = find_session(tx, realm, browser)?.ok_or_else(foreign_form)?;
        let client = realm.client(pending.request.client_id)?;
        let holder = Holder::of_user(tx, realm, session.user_id, client.id)?.ok_or_else(foreign_form)?;
        let situation = Situation {
            realm,
            client,
            request: &pending.request,
            user: Some((&session, &holder)),
            signed_in_for_this: pending.signed_in_as == Some(session.id),
            now: tx.now()?,
        };
        match interaction::next(&situation) {
            interaction::Next::Approval(error, scopes) => {
                Ok(Self { pending, session: session.id, holder, scopes, error })
            }
            // Approved meanwhile, or nobody has signed in yet: the app starts again.
            _ => Err(foreign_form()),
        }
    }
}
