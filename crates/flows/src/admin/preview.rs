//! The what-if of a token policy, of the realm, of one client or of one resource: how many sessions it would end, counted by the
//! database and never read.

use super::{Caller, Permission, approved, realms::Change};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    ResourceId, Timestamp,
    client::{Client, ClientSettings},
    lifetime::AliveBounds,
    realm_model::RealmModel,
    resource::ResourceSettings,
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
pub fn alive_rule(model: &RealmModel, client: &Client, resources: &[String], now: Timestamp) -> AliveBounds {
    AliveBounds::at(&model.policy_for(client, resources), model.floors_for(client, resources), now)
}

/// Every class that a client has sessions of.
pub fn classes_of(tx: &mut Tx<'_>, client: &Client) -> FlowResult<Vec<PolicyClass>> {
    let mut classes = policy_classes::list_of_client(tx, client.id)?;
    classes.push(PolicyClass::plain(client.id));
    Ok(classes)
}

/// What is proposed: settings of the realm, of one client or of one resource, from those that stand.
pub enum Proposal {
    Realm(Change),
    /// By UUID or by `clientId`.
    Client(String, Box<dyn Fn(&ClientSettings) -> ClientSettings + Send + Sync>),
    /// By UUID or by URI.
    Resource(String, Box<dyn Fn(&ResourceSettings) -> ResourceSettings + Send + Sync>),
}

/// The realm as it would be, and whom that concerns.
struct Proposed {
    model: RealmModel,
    client: Option<String>,
    resource: Option<String>,
}

impl Proposed {
    fn concerns(&self, client: &Client, class: &PolicyClass) -> bool {
        self.client.as_ref().is_none_or(|own| *own == client.client_id)
            && self.resource.as_ref().is_none_or(|own| class.resources.contains(own))
    }
}

/// Shares by client, of the sessions that the proposal concerns; clients that have none are left out.
pub async fn run(site: &Site, caller: &Caller, realm_name: &str, proposal: Proposal) -> FlowResult<Vec<ClientShare>> {
    let needed = if matches!(proposal, Proposal::Client(..)) { Permission::ViewClients } else { Permission::ViewRealm };
    caller.require(needed, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let proposed = proposed(&realm.model, &proposal)?;
        let mut shares = Vec::new();
        for client in realm.model.clients.values() {
            let share = share_of(tx, realm, client, &proposed)?;
            if share.total > 0 {
                shares.push(share);
            }
        }
        shares.sort_by(|a, b| (b.ends_now, b.ends_soon, &a.client_id).cmp(&(a.ends_now, a.ends_soon, &b.client_id)));
        Ok(shares)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

fn proposed(model: &RealmModel, proposal: &Proposal) -> FlowResult<Proposed> {
    let mut next = Proposed { model: model.clone(), client: None, resource: None };
    match proposal {
        Proposal::Realm(change) => {
            next.model.realm.settings = change(&model.realm.settings).map_err(FlowError::Invalid)?;
        }
        Proposal::Client(name, change) => {
            let id = name.parse().ok().filter(|id| model.clients.contains_key(id));
            let id = id.or_else(|| Some(model.find_client(name)?.id));
            let client = id.and_then(|id| next.model.clients.get_mut(&id));
            let client = client.ok_or(FlowError::NotFound("Client not found"))?;
            client.settings = change(&client.settings);
            next.client = Some(client.client_id.clone());
        }
        Proposal::Resource(name, change) => {
            let id: Option<ResourceId> = name.parse().ok();
            let mut all = next.model.resources.values_mut();
            let resource = all.find(|resource| Some(resource.id) == id || resource.uri == *name);
            let resource = resource.ok_or(FlowError::NotFound(super::resources::NOT_FOUND))?;
            resource.settings = change(&resource.settings);
            next.resource = Some(resource.uri.clone());
        }
    }
    Ok(next)
}

fn share_of(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, proposed: &Proposed) -> FlowResult<ClientShare> {
    let now = tx.now()?;
    let mut share = ClientShare { client_id: client.client_id.clone(), total: 0, ends_now: 0, ends_soon: 0 };
    for class in classes_of(tx, client)?.into_iter().filter(|class| proposed.concerns(client, class)) {
        let Some(next) = proposed.model.clients.get(&client.id) else { continue };
        let floors = realm.model.floors_for(client, &class.resources);
        let policy = proposed.model.policy_for(next, &class.resources);
        let today = alive_rule(&realm.model, client, &class.resources, now);
        let stay = today.and(AliveBounds::at(&policy, floors, now));
        let stay_on = stay.and(AliveBounds::at(&policy, floors, now.plus_s(SOON_S)));
        let within = approved::Within { client, class: &class, bounds: [today, stay, stay_on] };
        let [mut total, mut left, mut left_soon] = grants::count_alive_within(tx, &class, &within.bounds)?;
        // What lives by an admin's approval ends with it, whatever the policy says.
        let soon = now.plus_s(SOON_S);
        let [lapsed, lapsed_of_left, lapsed_of_soon] = within.count_lapsed(tx, realm)?;
        total -= lapsed;
        left -= lapsed_of_left;
        left_soon -= lapsed_of_soon;
        let [gone, gone_by_policy, gone_soon] = within.count_ending(tx, realm, soon)?;
        if client.settings.admin_consent.as_ref().is_some_and(|approval| !approval.stands(now)) {
            total -= gone;
            left -= gone_by_policy;
        }
        left_soon -= gone_soon;
        share.total += total;
        share.ends_now += total - left;
        share.ends_soon += left - left_soon;
    }
    Ok(share)
}
