//! Grants: online grants and offline sessions, one row each for as long as they live, however often their token rotates.
//! Single grants are here; pages of them are in `grant_lists`, endings of many in `grant_endings`.

use diesel::prelude::*;
use perennial_domain::grant::{Grant, PausedBy, Place};
use perennial_domain::rotation::TokenFamily;
use perennial_domain::{GrantId, Timestamp};
use perennial_protocol::ScopeSet;

pub use crate::grant_consents::*;
pub use crate::grant_counts::*;
pub use crate::grant_endings::*;
pub use crate::grant_glances::*;
pub use crate::grant_lists::*;
use crate::grant_row::{GrantRow, pause_column, to_foreign_generation, to_generation, to_key_ids, to_scopes};
use crate::prepared::Prepared;
use crate::schema::grants;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

pub fn insert(tx: &mut Tx<'_>, grant: &Grant) -> StorageResult<()> {
    diesel::insert_into(grants::table).values(GrantRow::new(grant)?).execute(tx.connection())?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, id: GrantId) -> StorageResult<Option<Grant>> {
    let own = grants::table.find(Id::from(id)).select(GrantRow::as_select());
    own.get_result(tx.connection()).optional()?.map(GrantRow::into_grant).transpose()
}

/// What a presented token did to its family.
#[derive(Clone, Copy, Debug)]
pub struct TokenUse<'a> {
    pub grant: GrantId,
    /// As it was decided upon.
    pub seen: &'a TokenFamily,
    pub next: &'a TokenFamily,
    pub at: Timestamp,
    pub place: &'a Place,
}

/// Writes the family, and the use. Guarded by the family as it was decided upon: `false` where another presentation came first or
/// the grant is gone; then decide again.
pub fn record_use(tx: &mut Tx<'_>, used: &TokenUse<'_>) -> StorageResult<bool> {
    let TokenUse { grant, seen, next, at, place } = *used;
    let unchanged = grants::table
        .filter(grants::id.eq(Id::from(grant)))
        .filter(grants::generation.eq(to_generation(seen.generation)))
        .filter(grants::proven.eq(seen.proven))
        .filter(grants::replays.eq(seen.replays.cast_signed()));
    let statement = diesel::update(unchanged).set((
        grants::generation.eq(to_generation(next.generation)),
        grants::stamped_at.eq(next.stamped_at.as_ms()),
        grants::proven.eq(next.proven),
        grants::replays.eq(next.replays.cast_signed()),
        grants::foreign_run.eq(i16::from(next.foreign_run)),
        grants::foreign_generation.eq(to_foreign_generation(next)),
        grants::key_id.eq(to_key_ids(next)),
        grants::last_used_at.eq(at.as_ms()),
        grants::last_ip.eq(nullif(&place.ip, grants::began_ip)),
        grants::last_agent.eq(nullif(&place.user_agent, grants::began_agent)),
    ));
    Ok(Prepared(statement).execute(tx.connection())? == 1)
}

/// Narrows the scope and makes the older access tokens inactive; `false` where the scope changed since it was read.
pub fn narrow(tx: &mut Tx<'_>, seen: &Grant, scope: &ScopeSet) -> StorageResult<bool> {
    let stored = to_scopes(&seen.scope, &seen.withdrawn);
    let unchanged = grants::table.filter(grants::id.eq(Id::from(seen.id))).filter(grants::scope.eq(stored));
    let withdrawn = seen.withdrawn.union(&seen.scope.filtered(|name| !scope.contains(name)));
    let narrowed = to_scopes(scope, &withdrawn);
    let written = diesel::update(unchanged)
        .set((grants::scope.eq(narrowed), grants::access_epoch.eq(grants::access_epoch + 1)))
        .execute(tx.connection())?;
    Ok(written == 1)
}

/// Pauses it for this one, too, and makes the older access tokens inactive. `false` where they have paused it already, where that
/// changed since it was read, and where it is no offline session.
pub fn pause(tx: &mut Tx<'_>, seen: &Grant, now: Timestamp, by: PausedBy) -> StorageResult<bool> {
    let Some(joined) = PausedBy::joined(seen.paused_by(), by) else { return Ok(false) };
    let since = seen.paused_at().unwrap_or(now);
    write_pause(tx, seen, Some(pause_column((since, joined))), 1)
}

/// Lifts one pause; another stays. `false` where there is none, or that changed since it was read.
pub fn resume(tx: &mut Tx<'_>, seen: &Grant, by: PausedBy) -> StorageResult<bool> {
    let Some((since, standing)) = seen.paused_at().zip(seen.paused_by()) else { return Ok(false) };
    write_pause(tx, seen, standing.lifted(by).map(|left| pause_column((since, left))), 0)
}

/// Guarded by the pause as it was read.
fn write_pause(tx: &mut Tx<'_>, seen: &Grant, column: Option<i64>, epochs: i32) -> StorageResult<bool> {
    let own = grants::table.filter(grants::id.eq(Id::from(seen.id))).filter(grants::offline.eq(true));
    let set = (grants::paused_at.eq(column), grants::access_epoch.eq(grants::access_epoch + epochs));
    let written = match seen.paused_at().zip(seen.paused_by()).map(pause_column) {
        Some(stood) => diesel::update(own.filter(grants::paused_at.eq(stood))).set(set).execute(tx.connection())?,
        None => diesel::update(own.filter(grants::paused_at.is_null())).set(set).execute(tx.connection())?,
    };
    Ok(written == 1)
}

pub fn set_device_label(tx: &mut Tx<'_>, id: GrantId, label: Option<&str>) -> StorageResult<bool> {
    let own = grants::table.filter(grants::id.eq(Id::from(id))).filter(grants::offline.eq(true));
    Ok(diesel::update(own).set(grants::device_label.eq(label)).execute(tx.connection())? == 1)
}

/// Sets the session's own end, guarded by the one that was read; `false` where it changed meanwhile. One that comes nearer makes the
/// older access tokens inactive, whose own end may lie beyond it.
pub fn set_chosen_end(
    tx: &mut Tx<'_>,
    id: GrantId,
    seen: Option<Timestamp>,
    end: Option<Timestamp>,
) -> StorageResult<bool> {
    let own = grants::table.filter(grants::id.eq(Id::from(id))).filter(grants::offline.eq(true));
    let comes_nearer = end.is_some_and(|end| seen.is_none_or(|seen| end < seen));
    let set = (
        grants::chosen_end_at.eq(end.map(Timestamp::as_ms)),
        grants::access_epoch.eq(grants::access_epoch + i32::from(comes_nearer)),
    );
    let written = match seen {
        Some(seen) => {
            diesel::update(own.filter(grants::chosen_end_at.eq(seen.as_ms()))).set(set).execute(tx.connection())?
        }
        None => diesel::update(own.filter(grants::chosen_end_at.is_null())).set(set).execute(tx.connection())?,
    };
    Ok(written == 1)
}

/// Really deleted; `false` where it was gone.
pub fn delete(tx: &mut Tx<'_>, id: GrantId) -> StorageResult<bool> {
    Ok(diesel::delete(grants::table.find(Id::from(id))).execute(tx.connection())? == 1)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn nullif(
        value: diesel::sql_types::Text,
        of: diesel::sql_types::Text,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}
