//! Endings of many sessions whose rows are still to be removed. What a job is about has ended already, by a floor or by a mark that an
//! approval left behind; a job only tidies up.

use diesel::prelude::*;
use perennial_domain::ending::{Extent, Subject};
use perennial_domain::{ClientId, GrantId, RealmId, Timestamp};
use uuid::Uuid;

use crate::schema::ending_jobs;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndingJob {
    pub id: Uuid,
    pub realm_id: RealmId,
    /// `Realm`: its user sessions only; its clients' grants have jobs of their own.
    pub of: Subject,
    pub extent: Extent,
    /// User sessions, too: the user's, or those that the client took part in.
    pub sessions: bool,
    pub started_before: Timestamp,
    /// Nobody else takes the job before this instant.
    pub next_at: Timestamp,
    /// Only those of the client's that lived by an approval which is gone: each is looked at, the youngest first.
    pub lapsed: bool,
    /// How far that look has come.
    pub after: Option<GrantId>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ending_jobs)]
struct JobRow {
    id: Id,
    realm_id: Id,
    client_id: Option<Id>,
    user_id: Option<Id>,
    online: bool,
    offline: bool,
    sessions: bool,
    started_before_at: i64,
    next_at: i64,
    lapsed: bool,
    after_id: Option<Id>,
}

impl From<JobRow> for EndingJob {
    fn from(row: JobRow) -> Self {
        let of = match (row.client_id, row.user_id) {
            (Some(client), _) => Subject::Client(client.into()),
            (None, Some(user)) => Subject::User(user.into()),
            (None, None) => Subject::Realm,
        };
        Self {
            id: row.id.0,
            realm_id: row.realm_id.into(),
            of,
            extent: Extent { online: row.online, offline: row.offline },
            sessions: row.sessions,
            started_before: Timestamp::from_ms(row.started_before_at),
            next_at: Timestamp::from_ms(row.next_at),
            lapsed: row.lapsed,
            after: row.after_id.map(Into::into),
        }
    }
}

/// No change where it is queued already.
pub fn insert(tx: &mut Tx<'_>, job: &EndingJob) -> StorageResult<()> {
    let (client, user) = match job.of {
        Subject::Realm => (None, None),
        Subject::Client(client) => (Some(client), None),
        Subject::User(user) => (None, Some(user)),
    };
    let row = JobRow {
        id: Id(job.id),
        realm_id: job.realm_id.into(),
        client_id: client.map(Into::into),
        user_id: user.map(Into::into),
        online: job.extent.online,
        offline: job.extent.offline,
        sessions: job.sessions,
        started_before_at: job.started_before.as_ms(),
        next_at: job.next_at.as_ms(),
        lapsed: job.lapsed,
        after_id: job.after.map(Into::into),
    };
    on_each!(tx, |connection| diesel::insert_into(ending_jobs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

/// A job that is due, if there is one.
pub fn find_due(tx: &mut Tx<'_>, now: Timestamp) -> StorageResult<Option<EndingJob>> {
    let due = ending_jobs::table
        .filter(ending_jobs::next_at.le(now.as_ms()))
        .order(ending_jobs::next_at)
        .select(JobRow::as_select());
    Ok(due.first(tx.connection()).optional()?.map(Into::into))
}

/// Takes or keeps the job until `until`; `false` where another node has it or it is done.
pub fn hold(tx: &mut Tx<'_>, job: &EndingJob, until: Timestamp) -> StorageResult<bool> {
    let unchanged =
        ending_jobs::table.filter(ending_jobs::id.eq(Id(job.id))).filter(ending_jobs::next_at.eq(job.next_at.as_ms()));
    Ok(diesel::update(unchanged).set(ending_jobs::next_at.eq(until.as_ms())).execute(tx.connection())? == 1)
}

/// Remembers how far the job has come.
pub fn go_on(tx: &mut Tx<'_>, id: Uuid, after: GrantId) -> StorageResult<()> {
    let own = ending_jobs::table.find(Id(id));
    diesel::update(own).set(ending_jobs::after_id.eq(Some(Id::from(after)))).execute(tx.connection())?;
    Ok(())
}

/// All user sessions that the job is about have ended: it need not look for them again.
pub fn leave_sessions(tx: &mut Tx<'_>, id: Uuid) -> StorageResult<()> {
    diesel::update(ending_jobs::table.find(Id(id))).set(ending_jobs::sessions.eq(false)).execute(tx.connection())?;
    Ok(())
}

/// The clients of which some sessions that lived by an approval may still be there.
pub fn list_lapsing(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<Vec<ClientId>> {
    let clients: Vec<Option<Id>> = ending_jobs::table
        .filter(ending_jobs::realm_id.eq(Id::from(realm)))
        .filter(ending_jobs::lapsed.eq(true))
        .select(ending_jobs::client_id)
        .load(tx.connection())?;
    Ok(clients.into_iter().flatten().map(Into::into).collect())
}

pub fn delete(tx: &mut Tx<'_>, id: Uuid) -> StorageResult<bool> {
    Ok(diesel::delete(ending_jobs::table.find(Id(id))).execute(tx.connection())? == 1)
}
