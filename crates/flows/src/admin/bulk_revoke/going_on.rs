//! An ending that takes long outlives the request that asked for it, and the process that began it: until it is done it stands in
//! the database, held by the node that is at it, and whichever node is there when that one is gone takes it up again.

use super::{Ending, SoFar};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{Timestamp, session_filter::SessionFilter};
use perennial_storage::{
    Tx,
    bulk_endings::{self, BulkEnding},
    realms,
};
use uuid::Uuid;

/// How long a node that is not heard of keeps an ending, in seconds.
const HELD_S: i64 = 60;
/// How often one that is at work says so.
const RENEWED_S: i64 = 15;

/// One that this process is at.
pub(super) struct Held {
    id: Uuid,
    renewed_at: Timestamp,
}

impl Held {
    /// Stores what is to be done before it begins. As an admin's deed it counts from then on where something is known to end by it,
    /// else from the first session that does.
    pub(super) async fn begin(ending: &Ending<'_>, is_something: bool) -> FlowResult<Self> {
        let Ending { site, realm_name, .. } = *ending;
        let (entropy, by, filter) = (site.entropy.clone(), ending.actor.clone(), ending.filter.clone());
        let store = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let now = tx.now()?;
            let (id, realm_id) = (entropy.uuid_v7(now.as_ms()), realm.model.realm.id);
            let next_at = now.plus_s(HELD_S);
            let (filter, by) = (filter.clone(), by.clone());
            bulk_endings::insert(tx, &BulkEnding { id, realm_id, filter, by, asked_at: now, next_at })?;
            Ok(Self { id, renewed_at: now })
        };
        if is_something {
            return Ok(site.write(realm_name, store).await?.0);
        }
        let realm = site.realm(realm_name).await?;
        site.store.write(move |tx| store(tx, &realm)).await
    }

    /// Called now and then while at work.
    pub(super) async fn renew(&mut self, site: &Site, now: Timestamp) -> FlowResult<()> {
        if now < self.renewed_at.plus_s(RENEWED_S) {
            return Ok(());
        }
        let id = self.id;
        site.store.write(move |tx| keep(tx, id, HELD_S)).await?;
        self.renewed_at = now;
        Ok(())
    }

    pub(super) async fn finish(self, site: &Site) -> FlowResult<()> {
        let id = self.id;
        site.store.write(move |tx| FlowResult::Ok(bulk_endings::delete(tx, id)?)).await
    }

    /// Leaves the rest to whoever comes next.
    async fn leave(self, site: &Site) -> FlowResult<()> {
        let id = self.id;
        site.store.write(move |tx| keep(tx, id, 0)).await
    }
}

fn keep(tx: &mut Tx<'_>, id: Uuid, seconds: i64) -> FlowResult<()> {
    let until = tx.now()?.plus_s(seconds);
    Ok(bulk_endings::keep(tx, id, until)?)
}

/// Takes up one ending that was left; `false` where there is none, or it was `stopped`.
pub async fn go_on(site: &Site, stopped: impl Fn() -> bool) -> FlowResult<bool> {
    let look = |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        let Some(left) = bulk_endings::find_due(tx, now)? else { return Ok(None) };
        let name = realms::find_name(tx, left.realm_id)?;
        Ok::<_, FlowError>(name.map(|name| (left, name)))
    };
    let Some((left, realm_name)) = site.store.read(look).await? else { return Ok(false) };
    let wanted = left.clone();
    let take = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        let is_taken = bulk_endings::take(tx, &wanted, now.plus_s(HELD_S))?;
        FlowResult::Ok(is_taken.then_some(Held { id: wanted.id, renewed_at: now }))
    };
    let Some(mut held) = site.store.write(take).await? else { return Ok(true) };
    tracing::info!(realm = realm_name.as_str(), "a bulk ending that was interrupted goes on");
    // Who asked for it did not mean what began since.
    let asked = Timestamp::from_ms(left.asked_at.as_ms() + 1);
    let started_before = left.filter.started_before.map_or(asked, |at| at.min(asked));
    let filter = SessionFilter { started_before: Some(started_before), ..left.filter.clone() };
    let so_far = SoFar::default();
    let whole = Ending { site, realm_name: &realm_name, actor: &left.by, filter: &left.filter, so_far: &so_far };
    whole.take_back(Some(asked)).await?;
    let is_through = Ending { filter: &filter, ..whole }.end_all(&mut held, stopped).await?;
    match is_through {
        true => held.finish(site).await?,
        false => held.leave(site).await?,
    }
    Ok(is_through)
}
