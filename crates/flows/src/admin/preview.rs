//! The what-if of a realm's token policy: how many sessions it would end, counted by the database and never read.

use super::{Caller, Permission, realms::Change};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    Timestamp, client::Client, lifetime::AliveBounds, realm_model::RealmModel, token_policy::RealmTokenPolicy,
};
use perennial_storage::{
    Tx, grants,
    policy_classes::{self, PolicyClass},
};

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

/// The bounds that the live sessions of one class lie within now: the client's for these resources.
pub fn alive_rule(model: &RealmModel, client: &Client, (resources, now): (&[String], Timestamp)) -> AliveBounds {
    AliveBounds::at(&model.policy_for(client, resources), model.floors_for(client, resources), now)
}

/// Every class that a client has sessions of.
pub fn classes_of(tx: &mut Tx<'_>, client: &Client) -> FlowResult<Vec<PolicyClass>> {
    let mut classes = policy_classes::list_of_client(tx, client.id)?;
    classes.push(PolicyClass::plain(client.id));
    Ok(classes)
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
    let mut share = ClientShare { client_id: client.client_id.clone(), total: 0, ends_now: 0, ends_soon: 0 };
    for class in classes_of(tx, client)? {
        let floors = realm.model.floors_for(client, &class.resources);
        let policy = realm.model.policy_under(proposed, client, &class.resources);
        let today = alive_rule(&realm.model, client, (&class.resources, now));
        let stay = today.and(AliveBounds::at(&policy, floors, now));
        let stay_on = stay.and(AliveBounds::at(&policy, floors, now.plus_s(SOON_S)));
        let mut count = |bounds: &AliveBounds| grants::count_alive_offline(tx, &class, bounds);
        let (total, left, left_soon) = (count(&today)?, count(&stay)?, count(&stay_on)?);
        share.total += total;
        share.ends_now += total - left;
        share.ends_soon += left - left_soon;
    }
    Ok(share)
}
