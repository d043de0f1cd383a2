//! What a node knows of all offline sessions from its last walk over them: counts by client, and every session in the orders that
//! no index holds. Whoever reads it says as of when it is, and shows the rows as they stand.

mod along;
mod kept;
mod orders;

pub use orders::{Orders, Sorted};

use crate::{FlowError, FlowResult, LoadedRealm, Site, present_ends::ends_of};
use orders::Draft;
use perennial_domain::{ClientId, RealmId, Timestamp, session_filter::Glance, session_tally::Tally};
use perennial_storage::{
    Tx,
    grants::{self, Position, Scan},
    realms,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

/// Rows of one look.
const BATCH: i64 = 1_000;
/// Between two looks of a few milliseconds each, so that a walk leaves most of a core to others.
const REST: Duration = Duration::from_millis(20);

#[derive(Debug, Default)]
pub struct Survey {
    /// When the walk began: what it says was so then or later.
    pub taken_at: Timestamp,
    pub orders: HashMap<RealmId, Orders>,
    pub clients: HashMap<ClientId, Tally>,
}

type Realms = HashMap<RealmId, Arc<LoadedRealm>>;

/// Walks over everything and publishes what it saw; `None` where `stopped` said so before the end.
pub async fn take(site: &Site, stopped: impl Fn() -> bool) -> FlowResult<Option<Arc<Survey>>> {
    let read = |tx: &mut Tx<'_>| Ok::<_, FlowError>((realms::list(tx)?, tx.now()?));
    let (all, taken_at) = site.store.read(read).await?;
    let mut realms = Realms::new();
    for realm in all {
        match site.realm(&realm.name).await {
            Ok(loaded) => drop(realms.insert(realm.id, loaded)),
            Err(FlowError::UnknownRealm) => {}
            Err(error) => return Err(error),
        }
    }
    let (realms, mut survey) = (Arc::new(realms), Survey { taken_at, ..Survey::default() });
    let mut drafts = HashMap::new();
    let mut position = Position::default();
    loop {
        if stopped() {
            return Ok(None);
        }
        let known = Arc::clone(&realms);
        let batch = site.store.read(move |tx| look(tx, &known, position)).await?;
        let Some((last, _)) = batch.last() else { break };
        position.after = Some(last.id);
        let goes_on = batch.len() as i64 == BATCH;
        batch.into_iter().for_each(|(seen, ends_at)| note(&mut survey, &mut drafts, &seen, ends_at));
        if goes_on {
            tokio::time::sleep(REST).await;
        }
    }
    let sorted = tokio::task::spawn_blocking(|| Orders::of(drafts)).await.map_err(FlowError::internal)?;
    survey.orders = sorted.map_err(FlowError::internal)?;
    let survey = Arc::new(survey);
    site.publish_survey(Arc::clone(&survey));
    Ok(Some(survey))
}

/// The next rows, with the ends of those that live.
fn look(tx: &mut Tx<'_>, realms: &Realms, position: Position) -> FlowResult<Vec<(Glance, Option<Timestamp>)>> {
    let batch = grants::glance(tx, Scan::All, position, BATCH)?;
    let mut ends = HashMap::new();
    let present: HashSet<RealmId> = batch.iter().map(|seen| seen.realm_id).collect();
    for realm in present.iter().filter_map(|id| realms.get(id)) {
        let id = realm.model.realm.id;
        ends.extend(ends_of(tx, realm, batch.iter().filter(|seen| seen.offline && seen.realm_id == id))?);
    }
    let with_end = |seen: Glance| {
        let ends_at = ends.get(&seen.id).copied();
        (seen, ends_at)
    };
    Ok(batch.into_iter().map(with_end).collect())
}

fn note(survey: &mut Survey, drafts: &mut HashMap<RealmId, Draft>, seen: &Glance, ends_at: Option<Timestamp>) {
    let Some(ends_at) = ends_at else { return };
    survey.clients.entry(seen.client_id).or_default().add(seen, ends_at, survey.taken_at);
    drafts.entry(seen.realm_id).or_default().add(seen.id, seen.client_id, seen.last_used_at, ends_at);
}
