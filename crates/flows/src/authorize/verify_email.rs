//! The page on which a user waits until their e-mail address is verified: it sends the mail, and goes on once its link was opened,
//! in whichever browser.

use super::{
    Step, find_pending,
    interaction::{self, Situation},
    take_up,
};
use crate::{
    FlowResult, LoadedRealm, Site,
    action_links::{self, FreshToken},
    events,
    holder::Holder,
    sign_in::{Browser, FormOf, find_session, foreign_form, form_of},
};
use perennial_domain::{
    RequestId, UserSessionId,
    action_link::{ActionLink, OWN_LIFESPAN_S},
    authorization::PendingRequest,
    event::{Event, EventType},
    user::{RequiredAction, User},
};
use perennial_storage::{
    Tx,
    guesses::{self, Limit},
};
use std::collections::BTreeSet;

/// Mails to one user: nobody's mailbox is filled from here.
const LIMIT: Limit = Limit { guesses: 5, window_s: 3_600 };

/// What the page shows.
#[derive(Clone, Debug)]
pub struct VerifyEmailView {
    /// Whose page it is.
    pub session: UserSessionId,
    pub realm_name: String,
    pub accent: Option<String>,
    pub redirect_uri: String,
    pub user_name: String,
    /// Without one, only an admin can help.
    pub email: Option<String>,
    pub ui_locales: Option<String>,
    pub user_locale: Option<String>,
}

pub struct VerifyEmailForm {
    pub csrf: String,
    pub wish: Wish,
    /// Whether there is a mail server for realms that have none of their own.
    pub mail_server: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A mail with a link.
    Mail,
    /// The link was opened.
    GoOn,
}

pub enum VerifyEmailOutcome {
    GoesOn(Step),
    Sent,
    /// The link was not opened yet.
    NotYet,
    TooMany,
    /// There is no mail server, or no address.
    CannotSend,
    /// It was shown to somebody else: whoever is signed in now must see the page first.
    ShowAnew,
}

pub async fn view(site: &Site, realm_name: &str, (id, browser): (RequestId, &Browser)) -> FlowResult<VerifyEmailView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (pending, session, waiting) = load(tx, realm, (id, &browser))?;
        let user = waiting.ok_or_else(foreign_form)?;
        Ok(VerifyEmailView {
            session,
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            redirect_uri: pending.request.redirect_uri,
            user_name: user.full_name().unwrap_or_else(|| user.username.clone()),
            email: user.email,
            ui_locales: pending.request.ui_locales,
            user_locale: user.locale,
        })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn submit(
    site: &Site,
    realm_name: &str,
    (id, browser): (RequestId, &Browser),
    form: VerifyEmailForm,
) -> FlowResult<VerifyEmailOutcome> {
    match form_of(browser, &id.to_string(), &form.csrf) {
        FormOf::User => {}
        FormOf::AnotherUser => return Ok(VerifyEmailOutcome::ShowAnew),
        FormOf::Nobody => return Err(foreign_form()),
    }
    let (browser, entropy, fresh) = (browser.clone(), site.entropy.clone(), FreshToken::new(site));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (pending, _, waiting) = load(tx, realm, (id, &browser))?;
        match (waiting, form.wish) {
            (None, _) => Ok(VerifyEmailOutcome::GoesOn(take_up(tx, realm, (&pending, &browser), &entropy)?)),
            (Some(_), Wish::GoOn) => Ok(VerifyEmailOutcome::NotYet),
            (Some(user), Wish::Mail) => {
                let can_send = form.mail_server || realm.model.realm.settings.smtp_server.is_some();
                if can_send { mail(tx, realm, (&user, &browser), &fresh) } else { Ok(VerifyEmailOutcome::CannotSend) }
            }
        }
    };
    Ok(site.write(realm_name, unit).await?.0)
}

fn mail(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (user, browser): (&User, &Browser),
    fresh: &FreshToken,
) -> FlowResult<VerifyEmailOutcome> {
    let Some(email) = user.email.clone() else { return Ok(VerifyEmailOutcome::CannotSend) };
    let (now, place) = (tx.now()?, format!("verify email {}", user.id));
    if !guesses::take(tx, (realm.model.realm.id, &place), (now, LIMIT))? {
        return Ok(VerifyEmailOutcome::TooMany);
    }
    let link = ActionLink { actions: BTreeSet::from([RequiredAction::VerifyEmail]), email, back: None };
    action_links::send(tx, realm, (user, &link, OWN_LIFESPAN_S), fresh)?;
    events::raise(tx, realm, Event::new(EventType::SendVerifyEmail).user(user.id).at_place(&browser.place))?;
    Ok(VerifyEmailOutcome::Sent)
}

/// The request, its session, and the user as long as they have to verify their address.
fn load(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (id, browser): (RequestId, &Browser),
) -> FlowResult<(PendingRequest, UserSessionId, Option<User>)> {
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
    let waits = matches!(interaction::next(&situation), interaction::Next::VerifyEmail(_));
    Ok((pending, session.id, waits.then_some(holder.user)))
}
