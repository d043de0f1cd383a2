//! Lifetimes over random policies, resources and uses: the end is the earliest of the four lines, and what has ended stays
//! ended whatever becomes of the policies.

use perennial_domain::{
    ClientId, GrantId, RealmId, Timestamp, UserId,
    client::ClientKind,
    grant::{Grant, GrantType, Offline, Place, Standing},
    lifetime::{AliveBounds, EndCause, Floors, end_of, fixed_end_of, has_ended},
    rotation::TokenFamily,
    token_policy::{ClientTokenPolicy, EffectivePolicy, LimitSource, RealmTokenPolicy, ResourceTokenPolicy},
};
use perennial_protocol::ScopeSet;
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

const START: Timestamp = Timestamp::from_s(1_000_000);

/// Short, so that limits and uses often meet to the millisecond.
fn seconds() -> impl Strategy<Value = i64> {
    1..20_i64
}

prop_compose! {
    fn realm()(
        offline_idle_s in seconds(),
        offline_max_enabled in any::<bool>(),
        offline_max_s in seconds(),
        client_offline_idle_s in 0..20_i64,
        client_offline_max_s in 0..20_i64,
    ) -> RealmTokenPolicy {
        RealmTokenPolicy {
            offline_idle_s, offline_max_enabled, offline_max_s, client_offline_idle_s, client_offline_max_s,
            ..Default::default()
        }
    }
}

prop_compose! {
    fn client()(offline_idle_s in option::of(seconds()), offline_max_s in option::of(seconds())) -> ClientTokenPolicy {
        ClientTokenPolicy { offline_idle_s, offline_max_s, ..Default::default() }
    }
}

prop_compose! {
    fn resource()(offline_idle_s in option::of(seconds()), offline_max_s in option::of(seconds())) -> ResourceTokenPolicy {
        ResourceTokenPolicy { offline_idle_s, offline_max_s, access_token_lifespan_s: None }
    }
}

type Policies = (RealmTokenPolicy, ClientTokenPolicy, Vec<ResourceTokenPolicy>);

fn policies() -> impl Strategy<Value = Policies> {
    (realm(), client(), vec(resource(), 0..3))
}

fn effective((realm, client, resources): &Policies) -> EffectivePolicy {
    EffectivePolicy::resolve(realm, client, ClientKind::Confidential).for_resources(resources)
}

fn session(used_after_s: i64, chosen_end_s: Option<i64>) -> Grant {
    let offline = Offline { chosen_end_at: chosen_end_s.map(|seconds| START.plus_s(seconds)), ..Offline::default() };
    let place = Place::new("192.0.2.1", "curl");
    Grant {
        id: GrantId(Uuid::from_u128(1)),
        realm_id: RealmId(Uuid::from_u128(2)),
        client_id: ClientId(Uuid::from_u128(3)),
        user_id: UserId(Uuid::from_u128(4)),
        standing: Standing::Offline(offline),
        scope: ScopeSet::lenient("openid offline_access"),
        withdrawn: ScopeSet::default(),
        resources: Vec::new(),
        grant_type: GrantType::AuthorizationCode,
        began_from: place.clone(),
        started_at: START,
        auth_at: START,
        last_used_at: START.plus_s(used_after_s),
        last_used_from: place,
        family: TokenFamily {
            generation: 0,
            stamped_at: START,
            proven: false,
            replays: 0,
            foreign_run: 0,
            foreign_generation: 0,
            key_id: "k1".into(),
            held_key_id: None,
        },
        access_epoch: 0,
        sender_key: None,
    }
}

/// The idle timeout as §4 words it: the most specific value of each resource, the shortest of several.
fn idle_by_hand((realm, client, resources): &Policies) -> i64 {
    let of_realm = if realm.client_offline_idle_s > 0 { realm.client_offline_idle_s } else { realm.offline_idle_s };
    let inherited = client.offline_idle_s.unwrap_or(of_realm);
    resources.iter().map(|own| own.offline_idle_s.unwrap_or(inherited)).min().unwrap_or(inherited)
}

fn max_by_hand((realm, client, resources): &Policies) -> Option<i64> {
    let set = if realm.client_offline_max_s > 0 { realm.client_offline_max_s } else { realm.offline_max_s };
    let inherited = client.offline_max_s.or(realm.offline_max_enabled.then_some(set));
    if resources.is_empty() {
        return inherited;
    }
    resources.iter().filter_map(|own| own.offline_max_s.or(inherited)).min()
}

proptest! {
    #[test]
    fn the_end_is_the_earliest_of_idle_maximum_and_chosen_end(
        set in policies(), used in 0..20_i64, chosen in option::of(0..40_i64),
    ) {
        let (grant, policy) = (session(used, chosen), effective(&set));
        let end = end_of(&grant, &policy, Floors::default());
        let idle = START.plus_s(used + idle_by_hand(&set));
        let max = max_by_hand(&set).map(|seconds| START.plus_s(seconds));
        let chosen = chosen.map(|seconds| START.plus_s(seconds));
        let earliest = [Some(idle), max, chosen].into_iter().flatten().min().expect("idle always limits");
        prop_assert_eq!(end.at, earliest);
        let of_cause = match end.cause {
            EndCause::Idle => Some(idle),
            EndCause::Max => max,
            EndCause::Consent => chosen,
            EndCause::Approval | EndCause::Floor => None,
        };
        prop_assert_eq!(of_cause, Some(earliest), "the cause is a line that is really the earliest");
        prop_assert_eq!(fixed_end_of(&grant, &policy).map(|end| end.at), max.into_iter().chain(chosen).min());
        let by_resource = end.source == Some(LimitSource::Resource);
        prop_assert!(!by_resource || !set.2.is_empty());
    }

    #[test]
    fn what_has_ended_stays_ended_whatever_becomes_of_the_policies(
        history in vec((policies(), 0..15_i64), 1..6), used in 0..20_i64, chosen in option::of(0..60_i64),
    ) {
        let grant = session(used, chosen);
        let (mut floors, mut now, mut ended) = (Floors::default(), grant.last_used_at, false);
        let mut current = effective(&history[0].0);
        for (set, wait_s) in &history {
            now = now.plus_s(*wait_s);
            ended |= has_ended(end_of(&grant, &current, floors), now);
            let next = effective(set);
            let raised = floors.before_lengthening(&current, &next, now);
            prop_assert_eq!(raised.max(floors), raised, "floors only rise");
            if !ended && !has_ended(end_of(&grant, &next, floors), now) {
                prop_assert!(!has_ended(end_of(&grant, &next, raised), now), "a floor ends nothing that lives on");
            }
            (floors, current) = (raised, next);
            let now_ended = has_ended(end_of(&grant, &current, floors), now);
            prop_assert!(!ended || now_ended, "revived");
            ended = now_ended;
        }
    }

    #[test]
    fn the_bounds_that_a_database_counts_by_are_the_same_rule(
        set in policies(), used in 0..20_i64, chosen in option::of(0..40_i64), now_ms in 0..40_000_i64,
        floor in (0..40_i64, 0..40_i64),
    ) {
        let (grant, policy) = (session(used, chosen), effective(&set));
        let now = Timestamp::from_ms(START.as_ms() + now_ms);
        let floors = Floors {
            ended_if_used_before_at: START.plus_s(floor.0 - 20),
            ended_if_started_before_at: START.plus_s(floor.1 - 20),
            ..Floors::default()
        };
        let alive = !has_ended(end_of(&grant, &policy, floors), now);
        prop_assert_eq!(AliveBounds::at(&policy, floors, now).admit(&grant), alive);
    }
}
