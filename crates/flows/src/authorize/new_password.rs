//! The page on which a user replaces a temporary password before anything is granted.

use super::{
    asking::{Asking, Outcome, PageView, is_of_user},
    interaction::Next,
    take_up,
};
use crate::{
    FlowResult, LoadedRealm, Site,
    chosen_password::{self, Chooser, ChosenPassword, Unfit},
    sign_in::{Browser, foreign_form},
};
use perennial_domain::{RequestId, audit::Actor};
use perennial_storage::Tx;

pub struct NewPasswordForm {
    pub csrf: String,
    pub chosen: ChosenPassword,
}

pub async fn view(site: &Site, realm_name: &str, id: RequestId, browser: &Browser) -> FlowResult<PageView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(load(tx, realm, id, &browser)?.view(realm));
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn submit(
    site: &Site,
    realm_name: &str,
    id: RequestId,
    browser: &Browser,
    form: NewPasswordForm,
) -> FlowResult<Outcome<Unfit>> {
    if !is_of_user(browser, id, &form.csrf)? {
        return Ok(Outcome::ShowAnew);
    }
    let (browser, entropy) = (browser.clone(), site.entropy.clone());
    let own = browser.clone();
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(load(tx, realm, id, &own)?.holder.user.id);
    let user = site.read(realm_name, find).await?.0;
    let replacement = match chosen_password::prepare(site, realm_name, user, &form.chosen).await? {
        Ok(replacement) => replacement,
        Err(unfit) => return Ok(Outcome::Again(unfit)),
    };
    let ends = form.chosen.ends;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let asking = load(tx, realm, id, &browser)?;
        if asking.holder.user.id != user {
            return Err(foreign_form());
        }
        let chooser = Chooser { user, session: Some(asking.session.id), place: browser.place.clone() };
        // Guarded by the password that it replaces: an admin may have set another one meanwhile.
        let ended = chosen_password::put(tx, realm, &chooser, &replacement, ends)?.ok_or_else(foreign_form)?;
        Ok((take_up(tx, realm, &asking.pending, &browser, &entropy)?, ended, tx.now()?))
    };
    let ((step, ended, at), _) = site.write(realm_name, unit).await?;
    for action in ended {
        site.record(at, realm_name, Actor::User { user }, action);
    }
    Ok(Outcome::GoesOn(step))
}

/// Who is signed in here and owes a new password; the page is nobody else's.
fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, id: RequestId, browser: &Browser) -> FlowResult<Asking> {
    match Asking::load(tx, realm, id, browser)? {
        (asking, Next::NewPassword(_)) => Ok(asking),
        // Chosen already, or nobody has just signed in.
        _ => Err(foreign_form()),
    }
}
