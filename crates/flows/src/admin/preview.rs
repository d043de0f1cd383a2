//! The what-if of a realm's token policy: how many sessions it would end, counted by the database and never read.

use super::{Caller, Permission, realms::Change};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    Timestamp,
    client::Client,
    lifetime::AliveBounds,
    realm_model::RealmModel,
    token_policy::{EffectivePolicy, RealmTokenPolicy},
};
use perennial_storage::{Tx, grants};

/// The look ahead: seven days.
const SOON_S: i64 = 7 * 86_400;

/// One client's share, in offline sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientShare {
    pub client_id: String,
    pub total: u64,
    pub ends_now: u64,
    /// Further ones, if they are not used until then.
    pub ends_soon: u64,
}

/// The bounds that a client's live sessions lie within now.
pub fn alive_rule(model: &RealmModel, client: &Client, now: Timestamp) -> AliveBounds {
    AliveBounds::at(&model.policy_of(client), model.realm.floors.max(client.floors), now)
}

/// Shares by client; those that have no session are left out.
pub async fn run(site: &Site, caller: &Caller, realm_name: &str, change: Change) -> FlowResult<Vec<ClientShare>> {
    caller.require(Permission::ViewRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let proposed = change(&realm.model.realm.settings).map_err(FlowError::Invalid)?.token_policy;
        let mut shares = Vec::new();
        for client in realm.model.clients.values() {
            let share = share_of(tx, realm, (client, &proposed))?;
            if share.total > 0 {
                shares.push(share);
            }
        }
        shares.sort_by(|a, b| (b.ends_now, b.ends_soon, &a.client_id).cmp(&(a.ends_now, a.ends_soon, &b.client_id)));
        Ok(shares)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

fn share_of(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, proposed): (&Client, &RealmTokenPolicy),
) -> FlowResult<ClientShare> {
    let now = tx.now()?;
    let floors = realm.model.realm.floors.max(client.floors);
    let policy = EffectivePolicy::resolve(proposed, &client.settings.token_policy, client.settings.kind);
    let today = alive_rule(&realm.model, client, now);
    let stay = today.and(AliveBounds::at(&policy, floors, now));
    let stay_on = stay.and(AliveBounds::at(&policy, floors, now.plus_s(SOON_S)));
    let mut count = |bounds: &AliveBounds| grants::count_alive_offline(tx, client.id, bounds);
    let (total, left, left_soon) = (count(&today)?, count(&stay)?, count(&stay_on)?);
    Ok(ClientShare { client_id: client.client_id.clone(), total, ends_now: total - left, ends_soon: left - left_soon })
}
