//! The consoles' own sessions. A console signs in by the code flow like any client, but the server keeps what it is given: the
//! browser holds one cookie, whose hash names the grant.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::Caller,
    client_auth::Credentials,
    grants::{TokenCall, authorization_code},
    holder::find_held,
};
use perennial_crypto::token_hash;
use perennial_domain::{
    GrantId, Timestamp, UserId, UserSessionId,
    access::GrantUse,
    audit::{Action, Actor},
    grant::Place,
    user::User,
};
use perennial_protocol::Params;
pub use perennial_storage::console_sessions::ConsoleKind;
use perennial_storage::{
    Tx, console_sessions, console_sessions::ConsoleSession, grants, grants::TokenUse, user_sessions,
};

const KEEP_ALIVE_S: i64 = 60;

/// Each console has its own client and its own cookie.
pub const fn client_id_of(console: ConsoleKind) -> &'static str {
    match console {
        ConsoleKind::Admin => "security-admin-console",
        ConsoleKind::Account => "account-console",
    }
}

/// Someone at a console.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub user: User,
    pub realm: String,
    pub grant: GrantId,
    /// The user session that the console was opened in.
    pub session: Option<UserSessionId>,
    pub caller: Caller,
    /// Seconds since the grant was last marked as used.
    unused_s: i64,
}

/// Redeems the console's own code and keeps the grant behind a fresh cookie, which is returned.
pub async fn sign_in(
    site: &Site,
    realm_name: &str,
    console: ConsoleKind,
    params: &Params,
    place: Place,
) -> FlowResult<String> {
    let call = TokenCall { params, credentials: Credentials::named(client_id_of(console)), place };
    let tokens = authorization_code::run(site, realm_name, call).await?;
    let secret = site.entropy.secret();
    let cookie = secret.clone();
    let access_token = tokens.access_token;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let facts = crate::bearer::verify(realm, &access_token)?;
        let grant = facts.gid.parse::<GrantId>().map_err(FlowError::internal)?;
        let user = facts.sub.parse::<UserId>().map_err(FlowError::internal)?;
        let now = tx.now()?;
        let session = ConsoleSession {
            secret_hash: token_hash(&secret),
            kind: console,
            realm_id: realm.model.realm.id,
            user_id: user,
            grant_id: grant,
            created_at: now,
            last_used_at: now,
        };
        Ok(console_sessions::insert(tx, &session)?)
    };
    site.write(realm_name, unit).await?;
    Ok(cookie)
}

/// Who holds the cookie; `None` where it is unknown or its grant or user session has ended.
pub async fn visitor(site: &Site, realm_name: &str, console: ConsoleKind, cookie: &str) -> FlowResult<Option<Visitor>> {
    let hash = token_hash(cookie);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(session) = console_sessions::find(tx, &hash)? else { return Ok(None) };
        if session.kind != console || session.realm_id != realm.model.realm.id {
            return Ok(None);
        }
        visitor_of(tx, realm, &session)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Keeps the sessions of a visitor who is there from going idle, at most once a minute.
pub async fn keep_alive(site: &Site, realm_name: &str, visitor: &Visitor) -> FlowResult<()> {
    if visitor.unused_s < KEEP_ALIVE_S {
        return Ok(());
    }
    let grant = visitor.grant;
    let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| {
        let now: Timestamp = tx.now()?;
        let Some(found) = grants::find(tx, grant)? else { return Ok(()) };
        if let Some(session) = found.user_session() {
            user_sessions::touch(tx, session, now)?;
        }
        let place = found.last_used_from.clone();
        let (family, used_at) = (&found.family, now.max(found.last_used_at));
        grants::record_use(tx, &TokenUse { grant, seen: family, next: family, at: used_at, place: &place })?;
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// Forgets the cookie and ends its grant. The user session is ended by the logout that follows.
pub async fn sign_out(site: &Site, realm_name: &str, cookie: &str) -> FlowResult<()> {
    let hash = token_hash(cookie);
    let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| {
        let Some(session) = console_sessions::find(tx, &hash)? else { return Ok(None) };
        grants::delete(tx, session.grant_id)?;
        console_sessions::delete(tx, &hash)?;
        Ok(Some((session.user_id, session.grant_id, tx.now()?)))
    };
    if let (Some((user, grant, at)), _) = site.write(realm_name, unit).await? {
        let action = Action::GrantEnded { grant, why: "signed_out".into() };
        site.record(at, realm_name, Actor::User { user }, action);
    }
    Ok(())
}

fn visitor_of(tx: &mut Tx<'_>, realm: &LoadedRealm, session: &ConsoleSession) -> FlowResult<Option<Visitor>> {
    let Some((grant, holder)) = find_held(tx, realm, session.grant_id)? else { return Ok(None) };
    let Some(client) = realm.model.clients.get(&grant.client_id) else { return Ok(None) };
    let now = tx.now()?;
    if holder.check(realm, GrantUse::current(client, &grant, now)).is_err() {
        return Ok(None);
    }
    let roles = realm.model.roles_in_scope(client, &holder.roles);
    let caller = Caller::new(realm, holder.user.id, &roles);
    let unused_s = grant.last_used_at.seconds_until(now);
    let (realm, session) = (realm.name().to_owned(), grant.user_session());
    Ok(Some(Visitor { user: holder.user, realm, grant: grant.id, session, caller, unused_s }))
}
