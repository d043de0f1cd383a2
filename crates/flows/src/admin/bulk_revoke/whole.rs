//! Endings of all of a client or of the realm. Masses end by a floor, in one write: refused from the next request on, while their rows
//! go by a job, without an event for each. What they were is counted as of just before, beside the floor and not ahead of it.

use super::{Done, Ending, MOST_ONE_BY_ONE, first_look::FirstLook};
use crate::{
    FlowResult, LoadedRealm,
    endings::bulk::{self, Bulk},
};
use perennial_domain::{
    audit::Action,
    ending::{Extent, Subject},
    lifetime::Floors,
    session_filter::SessionFilter,
};
use perennial_storage::{Tx, clients};
use std::sync::Arc;
use tokio::sync::Notify;

impl Ending<'_> {
    /// How many there are, exactly where they are no mass.
    pub(super) async fn count_whole(&self, seen: &FirstLook) -> FlowResult<u64> {
        if seen.is_all || seen.fitting > MOST_ONE_BY_ONE {
            return Ok(seen.fitting);
        }
        Ok(self.count_by_bounds().await?.total)
    }

    pub(super) async fn end_whole(&self) -> FlowResult<Done> {
        let has_begun = Arc::new(Notify::new());
        let counting = async {
            let counted = self.count_at_once(&has_begun).await;
            // Also where it could not begin: nobody's count holds up an ending.
            has_begun.notify_one();
            counted
        };
        let ending = async {
            has_begun.notified().await;
            self.raise_floor().await?;
            self.so_far.promise();
            FlowResult::Ok(())
        };
        let (counted, ended) = tokio::join!(counting, ending);
        ended.and(counted)
    }

    async fn raise_floor(&self) -> FlowResult<()> {
        let (of, started_before) =
            (self.filter.client.map_or(Subject::Realm, Subject::Client), self.filter.started_before);
        let extent = Extent::OFFLINE;
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let latest = bulk::after_all(tx, realm, of)?;
            let before = started_before.map_or(latest, |at| at.min(latest));
            bulk::end_before(tx, realm, Bulk { of, extent, sessions: false }, before)?;
            Ok((before, tx.now()?))
        };
        let ((started_before, at), _) = self.site.write(self.realm_name, unit).await?;
        self.record(at, Action::SessionsEnded { of, extent, started_before, why: "bulk_revoked".to_owned() });
        Ok(())
    }

    /// Where whole clients are meant, a floor refuses their sessions in one write; each ends with its event right after.
    pub(super) async fn refuse_at_once(&self) -> FlowResult<()> {
        let own = self.filter.client;
        if *self.filter != (SessionFilter { client: own, ..SessionFilter::default() }) {
            return Ok(());
        }
        let of = own.map_or(Subject::Realm, Subject::Client);
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let before = bulk::after_all(tx, realm, of)?;
            let floors = Floors::of_bulk(before, Extent::OFFLINE);
            for client in realm.model.clients.keys().filter(|id| own.is_none_or(|client| client == **id)) {
                clients::raise_floors(tx, realm.model.realm.id, *client, floors)?;
            }
            Ok((before, tx.now()?))
        };
        let ((started_before, at), _) = self.site.write(self.realm_name, unit).await?;
        let (extent, why) = (Extent::OFFLINE, "bulk_revoked".to_owned());
        self.record(at, Action::SessionsEnded { of, extent, started_before, why });
        Ok(())
    }
}
