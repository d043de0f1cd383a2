//! What a user has allowed, client by client, and where offline access stands without a stored consent. However many sessions
//! somebody has, one live one of each client is looked for.

use super::{Caller, Permission, session_search::Walk, users::get};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{ClientId, UserId, client::Client, consent::Consent, session_filter::SessionFilter};
use perennial_storage::{Tx, consents, grants};
use std::collections::BTreeMap;

/// Rows of one statement.
const PART: usize = 100;

pub struct Allowed {
    pub client: Client,
    pub consent: Option<Consent>,
    /// A live offline session.
    pub offline: bool,
}

/// By the clients' names.
pub async fn list(site: &Site, realm_name: &str, caller: &Caller, user: UserId) -> FlowResult<Vec<Allowed>> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, user)?;
        let given = consents::list_of_user(tx, user)?.into_iter();
        let mut all: BTreeMap<ClientId, Option<Consent>> = given.map(|own| (own.client_id, Some(own))).collect();
        let mut last = None;
        while let Some(client) = grants::next_client_of_user(tx, user, last)? {
            all.entry(client).or_default();
            last = Some(client);
        }
        let mut shown = Vec::new();
        for (id, consent) in all {
            let Some(client) = realm.model.clients.get(&id) else { continue };
            let offline = has_live_one(tx, realm, user, id)?;
            if offline || consent.is_some() {
                shown.push(Allowed { client: client.clone(), consent, offline });
            }
        }
        shown.sort_by_key(|allowed| allowed.client.display_name().to_lowercase());
        Ok(shown)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// One of them, by the client's OAuth `client_id`.
pub async fn find(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    user: UserId,
    client_id: String,
) -> FlowResult<Allowed> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, user)?;
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        let consent = consents::find(tx, user, client.id)?;
        let offline = has_live_one(tx, realm, user, client.id)?;
        if consent.is_none() && !offline {
            return Err(FlowError::NotFound("Consent nor offline token not found"));
        }
        Ok(Allowed { client: client.clone(), consent, offline })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// What the tag of a consent follows: what is allowed. Where none is stored there is nothing that could be overwritten.
pub fn state_of(consent: Option<&Consent>) -> String {
    consent.map(|consent| consent.scope.to_string()).unwrap_or_default()
}

/// Dead ones are removed by a job, so few are passed over.
fn has_live_one(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId, client: ClientId) -> FlowResult<bool> {
    let filter = SessionFilter { user: Some(user), client: Some(client), ..SessionFilter::default() };
    let (now, own) = (tx.now()?, realm.model.realm.id);
    let mut after = None;
    loop {
        let mut walk = Walk::open(tx, realm, &filter, after)?;
        while let Some(seen) = walk.next(tx, PART)? {
            let mut fitting = seen.iter().filter(|seen| filter.admits(own, seen));
            if fitting.any(|seen| seen.alive_until(&realm.model, now).is_some()) {
                return Ok(true);
            }
        }
        match walk.rest {
            Some(rest) => after = Some(rest),
            None => return Ok(false),
        }
    }
}
