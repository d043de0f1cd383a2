//! The end of a user session: its online grants end with it, its clients are told over the back channel, offline sessions stay.

use crate::{FlowResult, LoadedRealm, backchannel};
use perennial_domain::{UserId, UserSessionId};
use perennial_storage::{Tx, grants, user_sessions};

/// The one way in which user sessions end. `false` where it had ended already.
pub fn end(tx: &mut Tx<'_>, realm: &LoadedRealm, session: UserSessionId, user: UserId) -> FlowResult<bool> {
    // A grant that is just beginning in it is among those asked below, or does not begin.
    user_sessions::hold(tx, session)?;
    // Grants tell which clients took part, so they are asked before they go.
    let told = backchannel::clients_to_tell(tx, realm, session, user)?;
    grants::delete_online_of_session(tx, session)?;
    if !user_sessions::delete(tx, session)? {
        return Ok(false);
    }
    for client in told {
        backchannel::queue(tx, realm, client, session, user)?;
    }
    Ok(true)
}
