//! What a policy has ended stays ended when another takes its place: each class of sessions whose limit gets longer keeps a
//! floor. Floors stand on classes (a client's sessions for the same resources), since only those share one policy: a floor on
//! more than that would end sessions that live by another limit.

use crate::{FlowResult, LoadedRealm};
use perennial_domain::{client::Client, lifetime::Floors, token_policy::EffectivePolicy};
use perennial_storage::{
    Tx,
    policy_classes::{self, PolicyClass},
};

/// To be called in the unit that changes a policy, before or after the change, with the realm as it was: `becoming` gives the
/// new policy of the client's sessions for these resources.
pub fn keep_ended(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    becoming: impl Fn(&Client, &[String]) -> EffectivePolicy,
) -> FlowResult<()> {
    let (now, model) = (tx.now()?, &realm.model);
    let mut classes: Vec<PolicyClass> = model.clients.keys().map(|client| PolicyClass::plain(*client)).collect();
    classes.extend(policy_classes::list_with_resources(tx, model.realm.id)?);
    // One order for all who raise floors, so that none waits for another in a circle.
    classes.sort_unstable();
    let raised: Vec<(PolicyClass, Floors)> = classes
        .into_iter()
        .filter_map(|class| {
            let client = model.clients.get(&class.client)?;
            let before = model.class_floors_of(class.client, &class.resources);
            let (old, new) = (model.policy_for(client, &class.resources), becoming(client, &class.resources));
            let floors = before.before_lengthening(&old, &new, now);
            (floors != before).then_some((class, floors))
        })
        .collect();
    Ok(policy_classes::raise_floors(tx, model.realm.id, &raised)?)
}
