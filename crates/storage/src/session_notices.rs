//! Notices about sessions: finding those that may be due among a client's many, and remembering which were given. A row
//! outlives its grant until it is swept.

use std::collections::HashMap;

use diesel::prelude::*;
use perennial_domain::notice::{DueBounds, Notice, NoticeKind};
use perennial_domain::{ClientId, GrantId, Timestamp, UserId};

use crate::consents::ConsentRow;
use crate::fragments::RolesOfUser;
use crate::grant_row::GrantRow;
use crate::grants::HeldGrant;
use crate::held_grant::{HeldRow, held_columns, held_grants};
use crate::schema::{consents, grants, muted_users, session_notices, user_sessions, users};
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::user_sessions::SessionRow;
use crate::users::UserRow;
use crate::{StorageError, StorageResult, Tx};

/// Some of a client's grants in the order of their start: after `after`, up to and including `until`.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub after: Option<GrantId>,
    pub until: Option<GrantId>,
}

/// The window of `size` grants after `after`; the last one has no end. Walks the index and reads no grant.
pub fn window_after(tx: &mut Tx<'_>, client: ClientId, after: Option<GrantId>, size: i64) -> StorageResult<Window> {
    let mut ids = grants::table.filter(grants::client_id.eq(Id::from(client))).select(grants::id).into_boxed();
    if let Some(after) = after {
        ids = ids.filter(grants::id.gt(Id::from(after)));
    }
    let until: Option<Id> = ids.order(grants::id).offset(size - 1).limit(1).first(tx.connection()).optional()?;
    Ok(Window { after, until: until.map(Into::into) })
}

/// The client's offline sessions within the window and the bounds.
pub fn list_candidates(
    tx: &mut Tx<'_>,
    client: ClientId,
    window: Window,
    bounds: &DueBounds,
) -> StorageResult<Vec<HeldGrant>> {
    let mut query = held_grants!()
        .filter(grants::client_id.eq(Id::from(client)))
        .filter(grants::offline.eq(true))
        .filter(
            grants::last_used_at
                .le(or_never(bounds.used_until))
                .or(grants::started_at.le(or_never(bounds.started_until)))
                .or(grants::chosen_end_at
                    .is_not_null()
                    .and(grants::chosen_end_at.assume_not_null().le(or_never(bounds.chosen_end_until)))),
        )
        .select(held_columns!())
        .into_boxed();
    if let Some(after) = window.after {
        query = query.filter(grants::id.gt(Id::from(after)));
    }
    if let Some(until) = window.until {
        query = query.filter(grants::id.le(Id::from(until)));
    }
    let rows: Vec<HeldRow> = query.order(grants::id).load(tx.connection())?;
    rows.into_iter().map(HeldGrant::from_row).collect()
}

fn or_never(until: Option<Timestamp>) -> i64 {
    until.map_or(i64::MIN, Timestamp::as_ms)
}

/// What these grants have been noticed for.
pub fn find_given(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<HashMap<(GrantId, NoticeKind), Timestamp>> {
    let mut given = HashMap::new();
    for some in ids.chunks(500) {
        let some: Vec<Id> = some.iter().map(|id| Id::from(*id)).collect();
        let rows: Vec<(Id, String, i64)> = session_notices::table
            .filter(session_notices::grant_id.eq_any(some))
            .select((session_notices::grant_id, session_notices::kind, session_notices::for_at))
            .load(tx.connection())?;
        for (id, kind, for_at) in rows {
            let kind = NoticeKind::parse(&kind).ok_or_else(|| StorageError::corrupt("unknown kind of notice"))?;
            given.insert((id.into(), kind), Timestamp::from_ms(for_at));
        }
    }
    Ok(given)
}

/// Claims a notice for the caller's unit; `false` where the same was given before, by this or another node.
pub fn claim(tx: &mut Tx<'_>, grant: GrantId, notice: Notice, now: Timestamp) -> StorageResult<bool> {
    let (id, kind, for_ms) = (Id::from(grant), notice.kind().as_str(), notice.for_at().as_ms());
    let earlier = session_notices::table.find((id, kind)).filter(session_notices::for_at.ne(for_ms));
    let renewed = diesel::update(earlier)
        .set((session_notices::for_at.eq(for_ms), session_notices::noticed_at.eq(now.as_ms())))
        .execute(tx.connection())?;
    if renewed == 1 {
        return Ok(true);
    }
    let inserted = on_each!(tx, |connection| diesel::insert_into(session_notices::table)
        .values((
            session_notices::grant_id.eq(id),
            session_notices::kind.eq(kind),
            session_notices::for_at.eq(for_ms),
            session_notices::noticed_at.eq(now.as_ms()),
        ))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// Of the next `max` grants after `after` that have had a notice, removes what is remembered of those that are gone. Where to
/// go on, and how many rows were removed.
pub fn sweep(tx: &mut Tx<'_>, after: Option<GrantId>, max: i64) -> StorageResult<(Option<GrantId>, usize)> {
    let mut query = session_notices::table
        .left_join(grants::table.on(grants::id.eq(session_notices::grant_id)))
        .select((session_notices::grant_id, grants::id.nullable()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(session_notices::grant_id.gt(Id::from(after)));
    }
    let rows: Vec<(Id, Option<Id>)> = query.order(session_notices::grant_id).limit(max).load(tx.connection())?;
    let gone: Vec<Id> = rows.iter().filter(|(_, grant)| grant.is_none()).map(|(id, _)| *id).collect();
    let last = rows.last().map(|(id, _)| GrantId::from(*id));
    let removed = diesel::delete(session_notices::table.filter(session_notices::grant_id.eq_any(gone)))
        .execute(tx.connection())?;
    Ok((last, removed))
}

pub fn is_muted(tx: &mut Tx<'_>, user: UserId) -> StorageResult<bool> {
    let found: Option<Id> =
        muted_users::table.find(Id::from(user)).select(muted_users::user_id).get_result(tx.connection()).optional()?;
    Ok(found.is_some())
}

/// No change where it is so already.
pub fn set_muted(tx: &mut Tx<'_>, user: UserId, muted: bool) -> StorageResult<()> {
    let id = Id::from(user);
    if !muted {
        diesel::delete(muted_users::table.find(id)).execute(tx.connection())?;
        return Ok(());
    }
    let now = tx.now()?.as_ms();
    on_each!(tx, |connection| diesel::insert_into(muted_users::table)
        .values((muted_users::user_id.eq(id), muted_users::muted_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}
