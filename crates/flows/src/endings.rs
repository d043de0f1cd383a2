//! What ends sessions from outside the protocol: a user or an admin takes access away, one session or many. Rows are really
//! deleted, so that no later change of policy can revive them.

pub mod bulk;
pub mod consent;
pub(crate) mod family;
pub(crate) mod lapsed;
pub mod not_before;
pub mod of_user;
pub mod removal;
pub mod steering;
pub mod upstream;
pub mod user_session;

pub use removal::revoke_consent;

use crate::{FlowError, FlowResult, LoadedRealm, Site, events};
use perennial_domain::{
    GrantId, Timestamp, UserId,
    audit::{Action, Actor},
    ending::Subject,
    event::{Event, EventType},
    grant::Grant,
};
use perennial_storage::{Tx, grants, users};

/// Ends one grant of the realm; `owner` restricts it to one user's.
pub async fn end_grant(
    site: &Site,
    realm_name: &str,
    grant: GrantId,
    owner: Option<UserId>,
    actor: Actor,
) -> FlowResult<()> {
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = grant_of(tx, realm, grant)?;
        if owner.is_some_and(|owner| owner != found.user_id) {
            return Err(FlowError::NotFound("Session not found"));
        }
        end_found(tx, realm, &found, &done_by)
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, Action::GrantEnded { grant, why: "revoked".into() });
    Ok(())
}

/// The grant, if it is of this realm.
pub(crate) fn grant_of(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: GrantId) -> FlowResult<Grant> {
    let found = grants::find(tx, grant)?.filter(|found| found.realm_id == realm.model.realm.id);
    found.ok_or(FlowError::NotFound("Session not found"))
}

/// Ends it in a caller's unit, who records the action after the commit.
pub(crate) fn end_found(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: &Grant, done_by: &Actor) -> FlowResult<Timestamp> {
    if !grants::delete(tx, grant.id)? {
        return Err(FlowError::NotFound("Session not found"));
    }
    let client = realm.model.clients.get(&grant.client_id).map(|client| client.client_id.as_str());
    let event = Event::new(EventType::RevokeGrant).client(client.unwrap_or_default()).grant(grant);
    events::raise(tx, realm, event.detail(events::BY, by(done_by)))?;
    Ok(tx.now()?)
}

/// Who did it, as events say it.
pub(crate) const fn by(actor: &Actor) -> &'static str {
    match actor {
        Actor::User { .. } => "user",
        Actor::Admin { .. } => "admin",
        Actor::Client { .. } => "client",
        Actor::Operator => "operator",
        Actor::Server => "server",
        Actor::Anyone => "anyone",
    }
}

/// The subject's not-before as it stands, where the subject is of this realm.
fn known(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject) -> FlowResult<Timestamp> {
    match of {
        Subject::Realm => Ok(realm.model.realm.not_before_at),
        Subject::Client(client) => Ok(realm.client(client)?.not_before_at),
        Subject::User(user) => {
            let found = users::find(tx, realm.model.realm.id, user)?;
            Ok(found.ok_or(FlowError::NotFound("User not found"))?.not_before_at)
        }
    }
}
