//! Dynamic client registration (RFC 7591) and its management (RFC 7592): clients that register themselves, at the realm's open door or
//! with an admin's token. They always need consent, carry no role but the one that offline access needs, and are limited in number.

pub mod initial_access;
mod settings;

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::clients::{self as admin_clients, ClientDraft, Step},
    events,
    guesser::guesser,
};
use perennial_crypto::{secrets_match, token_hash};
use perennial_domain::{
    ClientId, Timestamp,
    audit::{Action, Actor},
    client::Client,
    client_metadata::{ClientInformation, ClientMetadata},
    event::{Event, EventType},
    grant::Place,
    registration::RegistrationPolicy,
    role::OFFLINE_ACCESS_ROLE,
};
use perennial_protocol::{ErrorCode, OAuthError, endpoints};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
    clients, registrations,
};

/// Registrations without an admin's token from one place.
const LIMIT: Limit = Limit { tries: 20, window_s: 3_600 };

/// A bearer token and where it comes from.
pub struct Visitor {
    pub token: Option<String>,
    pub place: Place,
}

pub async fn register(
    site: &Site,
    realm_name: &str,
    visitor: Visitor,
    metadata: ClientMetadata,
) -> FlowResult<ClientInformation> {
    metadata.check()?;
    let (step, entropy, own_token) = (Step::new(site), site.entropy.clone(), site.entropy.secret());
    let token_hash_of_own = token_hash(&own_token);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        admit(tx, realm, &visitor, now)?;
        let id = ClientId(entropy.uuid_v7(now.as_ms()));
        let blank = settings::newcomer(admin_clients::blank(realm, id, now));
        let draft = ClientDraft { client_id: id.to_string(), ..settings::draft(realm, &blank, &metadata)? };
        let mut client = step.drafted(realm, &blank, &draft, now)?;
        client.scope_mappings.extend(realm.model.find_realm_role(OFFLINE_ACCESS_ROLE).map(|role| role.id));
        let realm_id = realm.model.realm.id;
        clients::insert(tx, realm_id, &client)?;
        registrations::insert(tx, realm_id, id, &token_hash_of_own, now)?;
        if registrations::count(tx, realm_id)? > RegistrationPolicy::of(&realm.model.realm.settings).limit {
            return Err(OAuthError::new(ErrorCode::AccessDenied, "No more clients can register here").into());
        }
        let event = Event::new(EventType::ClientRegister).client(&client.client_id).at_place(&visitor.place);
        events::raise(tx, realm, event)?;
        Ok((id, now))
    };
    let ((id, registered_at), _) = site.change(realm_name, unit).await?;
    information(&*site.realm(realm_name).await?, id, registered_at, own_token)
}

/// With an admin's token, which is used up by it, or through the open door, where one place cannot flood the realm.
fn admit(tx: &mut Tx<'_>, realm: &LoadedRealm, visitor: &Visitor, now: Timestamp) -> FlowResult<()> {
    let realm_id = realm.model.realm.id;
    if !realm.model.realm.settings.enabled {
        return Err(unauthorized("the realm is disabled").into());
    }
    if let Some(token) = &visitor.token {
        let taken = registrations::take_access(tx, realm_id, &token_hash(token), now)?;
        return if taken { Ok(()) } else { Err(unauthorized("not an initial access token that is good now").into()) };
    }
    if !RegistrationPolicy::of(&realm.model.realm.settings).open {
        return Err(unauthorized("registration is not open").into());
    }
    let place = format!("registration {}", guesser(&visitor.place.ip));
    if allowances::take(tx, realm_id, &place, now, LIMIT)? {
        return Ok(());
    }
    Err(OAuthError::unavailable("too many registrations from one place", 3_600).into())
}

pub async fn find(site: &Site, realm_name: &str, client_id: String, token: String) -> FlowResult<ClientInformation> {
    let shown = token.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (client, registered_at) = authorize(tx, realm, &client_id, &token)?;
        Ok((client.id, registered_at))
    };
    let ((id, registered_at), realm) = site.read(realm_name, unit).await?;
    information(&realm, id, registered_at, shown)
}

/// RFC 7592 §2.2: what is not sent is taken away. What an admin has set besides stays, and what one took
/// away does not come back.
pub async fn update(
    site: &Site,
    realm_name: &str,
    client_id: String,
    token: String,
    metadata: ClientMetadata,
) -> FlowResult<ClientInformation> {
    metadata.check()?;
    let (step, shown) = (Step::new(site), token.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (before, registered_at) = authorize(tx, realm, &client_id, &token)?;
        let draft = settings::draft(realm, before, &metadata)?;
        let after = step.drafted(realm, before, &draft, tx.now()?)?;
        clients::update(tx, realm.model.realm.id, &after)?;
        events::raise(tx, realm, Event::new(EventType::ClientUpdate).client(&after.client_id))?;
        Ok((after.id, registered_at))
    };
    let ((id, registered_at), _) = site.change(realm_name, unit).await?;
    information(&*site.realm(realm_name).await?, id, registered_at, shown)
}

/// RFC 7592 §2.3: with the client go its grants.
pub async fn delete(site: &Site, realm_name: &str, client_id: String, token: String) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = authorize(tx, realm, &client_id, &token)?.0;
        events::raise(tx, realm, Event::new(EventType::ClientDelete).client(&client.client_id))?;
        Ok(client.id)
    };
    let (client, _) = site.write(realm_name, unit).await?;
    let at = admin_clients::remove(site, realm_name, client, None).await?;
    site.record(at, realm_name, Actor::Client { client }, Action::ClientDeleted { client });
    Ok(())
}

/// The client whose own token this is. An unknown client and a wrong token are alike (RFC 7592 §2).
fn authorize<'r>(
    tx: &mut Tx<'_>,
    realm: &'r LoadedRealm,
    client_id: &str,
    token: &str,
) -> FlowResult<(&'r Client, Timestamp)> {
    let refused = || FlowError::from(unauthorized("not the client's registration access token"));
    let client = realm.model.find_client(client_id).filter(|client| realm.model.admits(client)).ok_or_else(refused)?;
    let (stored, registered_at) = registrations::find(tx, client.id)?.ok_or_else(refused)?;
    let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if secrets_match(&hex(&token_hash(token)), &hex(&stored)) { Ok((client, registered_at)) } else { Err(refused()) }
}

fn information(
    realm: &LoadedRealm,
    id: ClientId,
    registered_at: Timestamp,
    registration_access_token: String,
) -> FlowResult<ClientInformation> {
    let client = realm.client(id)?;
    let secret = if client.signs_assertions() { None } else { realm.secret_of(client) };
    Ok(ClientInformation {
        client_id: client.client_id.clone(),
        client_secret: secret.map(str::to_owned),
        client_id_issued_at: registered_at.as_s(),
        client_secret_expires_at: 0,
        registration_access_token,
        registration_client_uri: format!("{}{}/{}", realm.issuer, endpoints::REGISTRATION, client.client_id),
        metadata: settings::metadata_of(realm, client),
    })
}

fn unauthorized(reason: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "Registration needs a valid token").because(reason)
}
