//! What ends sessions from outside the protocol: a user or an admin takes access away, one session or many. Rows are really
//! deleted, so that no later change of policy can revive them.

pub mod bulk;
pub mod consent;
pub mod not_before;
pub mod of_user;
pub mod removal;
pub mod steering;
pub mod user_session;

pub use removal::revoke_consent;

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    GrantId, Timestamp, UserId,
    audit::{Action, Actor},
    ending::Subject,
};
use perennial_storage::{Tx, grants, users};

/// Ends one grant of the realm; `owner` restricts it to one user's.
pub async fn end_grant(
    site: &Site,
    realm_name: &str,
    (grant, owner): (GrantId, Option<UserId>),
    actor: Actor,
) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = grants::find(tx, grant)?;
        let own = found.is_some_and(|found| {
            found.realm_id == realm.model.realm.id && owner.is_none_or(|owner| owner == found.user_id)
        });
        if own && grants::delete(tx, grant)? { Ok(tx.now()?) } else { Err(FlowError::NotFound("Session not found")) }
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, Action::GrantEnded { grant, why: "revoked".into() });
    Ok(())
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
