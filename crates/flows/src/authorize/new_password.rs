//! The page on which a user replaces a temporary password before anything is granted.

use super::{
    Step, find_pending,
    interaction::{self, Situation},
    take_up,
};
use crate::{
    FlowResult, LoadedRealm, Site,
    chosen_password::{self, ChosenPassword, Unfit},
    holder::Holder,
    sign_in::{Browser, FormOf, find_session, foreign_form, form_of},
};
use perennial_domain::{
    RequestId, UserSessionId, audit::Actor, authorization::PendingRequest, user::User, user_session::UserSession,
};
use perennial_storage::Tx;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct NewPasswordView {
    /// Whose page it is.
    pub session: UserSessionId,
    pub realm_name: String,
    pub accent: Option<String>,
    pub redirect_uri: String,
    pub user_name: String,
    pub ui_locales: Option<String>,
    pub user_locale: Option<String>,
}

pub struct NewPasswordForm {
    pub csrf: String,
    pub chosen: ChosenPassword,
}

pub enum NewPasswordOutcome {
    Chosen(Step),
    Refused(Unfit),
    /// It was shown to somebody else: whoever is signed in now must see the page first.
    ShowAnew,
}

pub async fn view(site: &Site, realm_name: &str, (id, browser): (RequestId, &Browser)) -> FlowResult<NewPasswordView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Owing { pending, session, user } = Owing::load(tx, realm, (id, &browser))?;
        Ok(NewPasswordView {
            session: session.id,
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            redirect_uri: pending.request.redirect_uri,
            user_name: user.full_name().unwrap_or_else(|| user.username.clone()),
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
    form: NewPasswordForm,
) -> FlowResult<NewPasswordOutcome> {
    match form_of(browser, &id.to_string(), &form.csrf) {
        FormOf::User => {}
        FormOf::AnotherUser => return Ok(NewPasswordOutcome::ShowAnew),
        FormOf::Nobody => return Err(foreign_form()),
    }
    let (browser, entropy) = (browser.clone(), site.entropy.clone());
    let own = browser.clone();
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(Owing::load(tx, realm, (id, &own))?.user.id);
    let user = site.read(realm_name, find).await?.0;
    let replacement = match chosen_password::prepare(site, realm_name, (user, &form.chosen)).await? {
        Ok(replacement) => replacement,
        Err(unfit) => return Ok(NewPasswordOutcome::Refused(unfit)),
    };
    let ends = form.chosen.ends;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Owing { pending, session, user: own } = Owing::load(tx, realm, (id, &browser))?;
        if own.id != user {
            return Err(foreign_form());
        }
        let of = (user, Some(session.id), &browser.place);
        // Guarded by the password that it replaces: an admin may have set another one meanwhile.
        let ended = chosen_password::put(tx, realm, of, (&replacement, ends))?.ok_or_else(foreign_form)?;
        Ok((take_up(tx, realm, (&pending, &browser), &entropy)?, ended, tx.now()?))
    };
    let ((step, ended, at), _) = site.write(realm_name, unit).await?;
    for action in ended {
        site.record(at, realm_name, Actor::User { user }, action);
    }
    Ok(NewPasswordOutcome::Chosen(step))
}

/// Who is signed in here and owes a new password; the page is nobody else's.
struct Owing {
    pending: PendingRequest,
    session: UserSession,
    user: User,
}

impl Owing {
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
            interaction::Next::NewPassword(_) => Ok(Self { pending, session, user: holder.user }),
            // Chosen already, or nobody has just signed in.
            _ => Err(foreign_form()),
        }
    }
}
