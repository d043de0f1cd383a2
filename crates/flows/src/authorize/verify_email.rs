//! The page on which a user waits until their e-mail address is verified: it sends the mail, and goes on once its link was opened,
//! in whichever browser.

use super::{
    asking::{Asking, Outcome, PageView, is_of_user},
    interaction::Next,
    take_up,
};
use crate::{
    FlowResult, LoadedRealm, Site,
    action_links::{self, FreshToken, Offer},
    events,
    sign_in::{Browser, foreign_form},
};
use perennial_domain::{
    RequestId,
    action_link::{ActionLink, OWN_LIFESPAN_S},
    event::{Event, EventType},
    user::{RequiredAction, User},
};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
};
use std::collections::BTreeSet;

/// Mails to one user: nobody's mailbox is filled from here.
const LIMIT: Limit = Limit { tries: 5, window_s: 3_600 };

/// What the page shows.
#[derive(Clone, Debug)]
pub struct VerifyEmailView {
    pub page: PageView,
    /// Without one, only an admin can help.
    pub email: Option<String>,
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

/// Why the page is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Sent,
    /// The link was not opened yet.
    NotYet,
    TooMany,
    /// There is no mail server, or no address.
    CannotSend,
}

pub async fn view(site: &Site, realm_name: &str, id: RequestId, browser: &Browser) -> FlowResult<VerifyEmailView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (asking, Next::VerifyEmail(_)) = Asking::load(tx, realm, id, &browser)? else {
            return Err(foreign_form());
        };
        Ok(VerifyEmailView { page: asking.view(realm), email: asking.holder.user.email })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn submit(
    site: &Site,
    realm_name: &str,
    id: RequestId,
    browser: &Browser,
    form: VerifyEmailForm,
) -> FlowResult<Outcome<Wait>> {
    if !is_of_user(browser, id, &form.csrf)? {
        return Ok(Outcome::ShowAnew);
    }
    let (browser, entropy, fresh) = (browser.clone(), site.entropy.clone(), FreshToken::new(site));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (asking, next) = Asking::load(tx, realm, id, &browser)?;
        if !matches!(next, Next::VerifyEmail(_)) {
            return Ok(Outcome::GoesOn(take_up(tx, realm, &asking.pending, &browser, &entropy)?));
        }
        let can_send = form.mail_server || realm.model.realm.settings.smtp_server.is_some();
        match form.wish {
            Wish::GoOn => Ok(Outcome::Again(Wait::NotYet)),
            Wish::Mail if can_send => Ok(Outcome::Again(mail(tx, realm, &asking.holder.user, &browser, &fresh)?)),
            Wish::Mail => Ok(Outcome::Again(Wait::CannotSend)),
        }
    };
    Ok(site.write(realm_name, unit).await?.0)
}

fn mail(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User, browser: &Browser, fresh: &FreshToken) -> FlowResult<Wait> {
    let Some(email) = user.email.clone() else { return Ok(Wait::CannotSend) };
    let (now, place) = (tx.now()?, format!("verify email {}", user.id));
    if !allowances::take(tx, realm.model.realm.id, &place, now, LIMIT)? {
        return Ok(Wait::TooMany);
    }
    let link = ActionLink { actions: BTreeSet::from([RequiredAction::VerifyEmail]), email, back: None };
    action_links::send(tx, realm, user, &Offer { link: &link, lifespan_s: OWN_LIFESPAN_S, fresh })?;
    events::raise(tx, realm, Event::new(EventType::SendVerifyEmail).user(user.id).at_place(&browser.place))?;
    Ok(Wait::Sent)
}
