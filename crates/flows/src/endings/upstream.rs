//! What ends when an upstream provider says that a user has signed out there.

use super::{
    bulk::{self, Bulk},
    user_session,
};
use crate::{FlowResult, LoadedRealm, events};
use perennial_domain::{
    UserId,
    audit::Action,
    ending::{Extent, Subject},
    event::Event,
};
use perennial_storage::{Tx, user_sessions};

const WHY: &str = "upstream_logout";
/// User sessions that end one by one; who has more of them loses the others by the bulk.
const AT_ONCE: i64 = 100;

/// Ends every user session, each with the event given, and where the provider asks for that, every offline session. In a caller's unit, who
/// records the actions after the commit.
pub fn logout(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    event: &Event,
    revokes_offline_access: bool,
) -> FlowResult<Vec<Action>> {
    let sessions = user_sessions::list_of_user_after(tx, user, None, AT_ONCE)?;
    for session in &sessions {
        if user_session::end(tx, realm, session.id, user)? {
            events::raise(tx, realm, event.clone().session(session.id))?;
        }
    }
    if sessions.is_empty() && revokes_offline_access {
        events::raise(tx, realm, event.clone())?;
    }
    // Whatever is left, has no session, or is just beginning.
    let mut end = |extent: Extent| {
        bulk::end_until_now(tx, realm, Bulk { of: Subject::User(user), extent, sessions: extent.online }, WHY)
    };
    let mut done = vec![end(Extent::ONLINE)?];
    if revokes_offline_access {
        // By itself, so that the user reads of each that their own logout ended it, and no admin.
        done.push(end(Extent::OFFLINE)?);
    }
    Ok(done)
}
