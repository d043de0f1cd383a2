//! The page for what only an admin can allow: it says so, and its one button takes the refusal back to the client.

use super::{
    Step,
    asking::{Asking, Outcome, PageView, is_of_user},
    finish,
    interaction::Next,
};
use crate::{
    FlowResult, LoadedRealm, Site, events,
    sign_in::{Browser, foreign_form},
};
use perennial_domain::{
    RequestId,
    event::{Event, EventType},
};
use perennial_protocol::OAuthError;
use perennial_storage::Tx;
use std::convert::Infallible;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    pub page: PageView,
    pub client_name: String,
    /// Those that an admin must approve, each with the admin's own words.
    pub scopes: Vec<(String, Option<String>)>,
}

pub async fn view(site: &Site, realm_name: &str, id: RequestId, browser: &Browser) -> FlowResult<ApprovalView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (asking, _, scopes) = load(tx, realm, id, &browser)?;
        let text = |name: &str| realm.model.find_scope(name).and_then(|scope| scope.settings.consent_text.clone());
        Ok(ApprovalView {
            page: asking.view(realm),
            client_name: realm.client(asking.pending.request.client_id)?.display_name().to_owned(),
            scopes: scopes.into_iter().map(|name| (name.clone(), text(&name))).collect(),
        })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Back to the client with `access_denied`.
pub async fn submit(
    site: &Site,
    realm_name: &str,
    id: RequestId,
    browser: &Browser,
    csrf: &str,
) -> FlowResult<Outcome<Infallible>> {
    if !is_of_user(browser, id, csrf)? {
        return Ok(Outcome::ShowAnew);
    }
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (asking, error, _) = load(tx, realm, id, &browser)?;
        let client = realm.client(asking.pending.request.client_id)?;
        let event = events::refusal(EventType::LoginError, &error).client(&client.client_id);
        let user = Some(asking.holder.user.id);
        events::raise(tx, realm, Event { user, ..event.at_place(&browser.place) })?;
        finish::refuse(tx, realm, &asking.pending, &error)
    };
    let (answer, _) = site.write(realm_name, unit).await?;
    Ok(Outcome::GoesOn(Step::Answer(answer)))
}

fn load(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    id: RequestId,
    browser: &Browser,
) -> FlowResult<(Asking, OAuthError, Vec<String>)> {
    match Asking::load(tx, realm, id, browser)? {
        (asking, Next::Approval(error, scopes)) => Ok((asking, error, scopes)),
        // Approved meanwhile, or nobody has signed in yet: the app starts again.
        _ => Err(foreign_form()),
    }
}
