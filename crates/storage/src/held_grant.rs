//! A grant with everything that decides whether it may be used, read in one statement: the user, their roles and consent,
//! the user session of an online grant.

use diesel::prelude::*;
use perennial_domain::consent::Consent;
use perennial_domain::grant::Grant;
use perennial_domain::user::User;
use perennial_domain::user_session::UserSession;
use perennial_domain::{GrantId, GroupId, RealmId, RoleId};
use uuid::Uuid;

use crate::consents::ConsentRow;
use crate::fragments::{ClockMs, RolesOfUser, TestClockMs};
use crate::grant_row::GrantRow;
use crate::schema::{consents, grants, realms, user_sessions, users};
use crate::sql_types::Id;
use crate::user_sessions::SessionRow;
use crate::users::UserRow;
use crate::{StorageError, StorageResult, Tx};

#[derive(Clone, Debug)]
pub struct HeldGrant {
    pub grant: Grant,
    pub user: User,
    /// Those given directly; what they include is in the realm's model.
    pub roles: Vec<RoleId>,
    /// Those that the user is a member of; what they give is in the realm's model.
    pub groups: Vec<GroupId>,
    pub consent: Option<Consent>,
    /// Of an online grant; an offline session does not depend on it.
    pub session: Option<UserSession>,
}

pub(crate) type HeldRow = (GrantRow, UserRow, Option<String>, Option<String>, Option<ConsentRow>, Option<SessionRow>);

type TimedRow =
    (GrantRow, UserRow, Option<String>, Option<String>, Option<ConsentRow>, Option<SessionRow>, i64, i64, Option<i64>);

/// `grants` joined with what a [`HeldRow`] selects from. A grant whose user is gone is no row.
macro_rules! held_grants {
    () => {
        grants::table
            .inner_join(users::table.on(users::id.eq(grants::user_id)))
            .left_join(
                consents::table
                    .on(consents::user_id.eq(grants::user_id).and(consents::client_id.eq(grants::client_id))),
            )
            .left_join(user_sessions::table.on(user_sessions::id.nullable().eq(grants::online_session_id)))
    };
}
pub(crate) use held_grants;

macro_rules! held_columns {
    ($($more:expr),*) => {
        (
            GrantRow::as_select(),
            UserRow::as_select(),
            RolesOfUser,
            $crate::fragments::GroupsOfUser,
            Option::<ConsentRow>::as_select(),
            Option::<SessionRow>::as_select(),
            $($more),*
        )
    };
}
pub(crate) use held_columns;

impl HeldGrant {
    pub(crate) fn from_row((grant, user, roles, groups, consent, session): HeldRow) -> StorageResult<Self> {
        Ok(Self {
            grant: grant.into_grant()?,
            user: user.into_user()?,
            roles: parse_ids(roles.as_deref().unwrap_or_default(), RoleId)?,
            groups: parse_ids(groups.as_deref().unwrap_or_default(), GroupId)?,
            consent: consent.map(Into::into),
            session: session.map(Into::into),
        })
    }
}

/// What a refresh, an introspection or a userinfo request needs, with the realm's current stamp, in one statement that also
/// brings the time: [`Tx::now`] costs nothing after it.
pub fn find_held(tx: &mut Tx<'_>, realm: RealmId, id: GrantId) -> StorageResult<Option<(HeldGrant, i64)>> {
    let own = held_grants!()
        .inner_join(realms::table.on(realms::id.eq(grants::realm_id)))
        .filter(grants::id.eq(Id::from(id)))
        .filter(grants::realm_id.eq(Id::from(realm)))
        .select(held_columns!(realms::stamp, ClockMs, TestClockMs));
    // Not `first`: SQLite prepares a statement with a bound LIMIT anew at each use.
    let Some(row) = own.get_result::<TimedRow>(tx.connection()).optional()? else { return Ok(None) };
    let (grant, user, roles, groups, consent, session, stamp, now_ms, test_clock_ms) = row;
    tx.set_now(now_ms, test_clock_ms);
    Ok(Some((HeldGrant::from_row((grant, user, roles, groups, consent, session))?, stamp)))
}

fn parse_ids<T>(hexadecimal: &str, id: fn(Uuid) -> T) -> StorageResult<Vec<T>> {
    let corrupt = || StorageError::corrupt("a list of ids");
    hexadecimal
        .as_bytes()
        .chunks(32)
        .map(|digits| Uuid::try_parse_ascii(digits).map(id).map_err(|_| corrupt()))
        .collect()
}
