//! Revocation policies: a mark on a realm, client or user before which tokens were issued in vain. Setting one ends the sessions
//! that started before it, for good; clearing it revives nothing, because their floors stay and their rows go.

use super::bulk::{self, Bulk};
use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_domain::{
    Timestamp,
    audit::Action,
    ending::{Extent, Subject},
};
use perennial_storage::{Tx, clients, realms, users};

/// How far an admin's clock may be ahead of ours, in seconds.
const CLOCK_SKEW_S: i64 = 300;

/// What becomes of the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBefore {
    Clear,
    Now,
    /// Unix seconds, as Keycloak's representations have it.
    At(i64),
}

impl NotBefore {
    /// Keycloak's `notBefore`: 0 is none.
    pub const fn of_seconds(seconds: i64) -> Self {
        if seconds == 0 { Self::Clear } else { Self::At(seconds) }
    }
}

/// Whether there is such a subject, and the mark one that it may have; before anything is written.
pub fn check(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject, mark: Option<NotBefore>) -> FlowResult<()> {
    super::known(tx, realm, of)?;
    let now = tx.now()?;
    mark.map_or(Ok(()), |mark| instant_of(mark, now).map(drop))
}

/// Sets or clears it in a caller's unit, who records the action. `None` where the mark stands like that already: representations are
/// read, changed and written back.
pub fn apply(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject, mark: NotBefore) -> FlowResult<Option<Action>> {
    let stands = super::known(tx, realm, of)?;
    let now = tx.now()?;
    let Some(not_before_at) = instant_of(mark, now)? else { return clear(tx, realm, of, stands) };
    if mark == NotBefore::At(stands.as_s()) {
        return Ok(None);
    }
    write(tx, realm, of, not_before_at)?;
    // A mark in the second that is running means now; its seconds cannot say more.
    let is_now = not_before_at.as_s() >= now.as_s();
    let before = if is_now { bulk::after_all(tx, realm, of)? } else { not_before_at };
    let sessions = !matches!(of, Subject::Client(_));
    bulk::end_before(tx, realm, Bulk { of, extent: Extent::ALL, sessions }, before)?;
    Ok(Some(Action::NotBeforeSet { of, not_before_at }))
}

/// Sets the mark where it stands lower, and leaves everything else alone: for what a restored backup forgot.
pub(crate) fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject, mark: Timestamp) -> FlowResult<bool> {
    if super::known(tx, realm, of)? >= mark {
        return Ok(false);
    }
    write(tx, realm, of, mark)?;
    Ok(true)
}

fn clear(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject, stands: Timestamp) -> FlowResult<Option<Action>> {
    let none = Timestamp::default();
    if stands == none {
        return Ok(None);
    }
    write(tx, realm, of, none)?;
    Ok(Some(Action::NotBeforeSet { of, not_before_at: none }))
}

/// A mark in the future would refuse tokens that are yet to be issued.
fn instant_of(mark: NotBefore, now: Timestamp) -> FlowResult<Option<Timestamp>> {
    match mark {
        NotBefore::Clear => Ok(None),
        NotBefore::Now => Ok(Some(now)),
        NotBefore::At(seconds) if seconds < 0 || seconds > now.as_s() + CLOCK_SKEW_S => {
            Err(FlowError::Invalid("notBefore must be a time in the past, in seconds".into()))
        }
        NotBefore::At(seconds) => Ok(Some(Timestamp::from_s(seconds).min(now))),
    }
}

fn write(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject, at: Timestamp) -> FlowResult<()> {
    let realm_id = realm.model.realm.id;
    match of {
        Subject::Realm => realms::set_not_before(tx, realm_id, at)?,
        Subject::Client(client) => clients::set_not_before(tx, realm_id, client, at)?,
        Subject::User(user) => {
            users::set_not_before(tx, user, at)?;
        }
    }
    Ok(())
}
