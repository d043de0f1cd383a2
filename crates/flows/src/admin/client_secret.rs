//! How a client signs in: its secret, which is sealed at rest, and the service account that it acts as on its own behalf.

use super::{Caller, Permission, client_guard};
use crate::{FlowError, FlowResult, LoadedRealm, Site, loaded_realm::CLIENT_SECRET_PURPOSE};
use perennial_domain::{ClientId, client::Client, user::User};
use perennial_storage::{Tx, clients, users};
use zeroize::Zeroizing;

/// Who knows it acts as the client: seeing it takes what changing it takes.
pub async fn find(site: &Site, caller: &Caller, realm_name: &str, id: ClientId) -> FlowResult<Zeroizing<String>> {
    caller.require(Permission::ManageClients, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_guard::steerable(tx, realm, &by, id)?;
        let secret = realm.secret_of(client).map(str::to_owned);
        Ok(Zeroizing::new(secret.ok_or_else(has_none)?))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The same for an answer that has more than the secret: `None` where there is none, and for who may only see the rest.
pub async fn find_if_allowed(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: ClientId,
) -> FlowResult<Option<Zeroizing<String>>> {
    if !caller.may(Permission::ManageClients, realm_name) {
        return Ok(None);
    }
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| match client_guard::steerable(tx, realm, &by, id) {
        Ok(client) => Ok(realm.secret_of(client).map(|secret| Zeroizing::new(secret.to_owned()))),
        Err(FlowError::Forbidden) => Ok(None),
        Err(trouble) => Err(trouble),
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Replaces the secret by a new random one; the old one is worth nothing from the next request on.
pub async fn renew(site: &Site, caller: &Caller, realm_name: &str, id: ClientId) -> FlowResult<Zeroizing<String>> {
    caller.require(Permission::ManageClients, realm_name)?;
    let secret = Zeroizing::new(site.entropy.secret());
    let sealed = site.master.seal(CLIENT_SECRET_PURPOSE, secret.as_bytes());
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_guard::steerable(tx, realm, &by, id)?;
        if client.is_public() {
            return Err(has_none());
        }
        let renewed = Client { sealed_secret: Some(sealed.clone()), ..client.clone() };
        clients::update(tx, realm.model.realm.id, &realm.stored(renewed))?;
        Ok(())
    };
    site.change(realm_name, unit).await?;
    Ok(secret)
}

/// The client's own user, with the client's name.
pub async fn service_account(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: ClientId,
) -> FlowResult<(User, String)> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.client(id)?;
        let found = users::find_service_account(tx, client.id)?.filter(|_| client.settings.service_accounts);
        let missing =
            || FlowError::Invalid(format!("Service account not enabled for the client '{}'", client.client_id));
        Ok((found.ok_or_else(missing)?, client.client_id.clone()))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

fn has_none() -> FlowError {
    FlowError::Invalid("A public client has no secret".into())
}
