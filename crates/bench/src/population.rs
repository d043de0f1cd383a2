//! A seeded population of the demo realm: users who consented to `nightly-backup`, and their offline sessions. Each user and
//! session is a function of its number, so that its token can be derived later without reading anything back.

use perennial_crypto::Entropy;
use perennial_domain::consent::Consent;
use perennial_domain::grant::{Grant, GrantType, Offline, Place, Standing};
use perennial_domain::lifetime::Floors;
use perennial_domain::role::default_roles_name;
use perennial_domain::rotation::TokenFamily;
use perennial_domain::user::User;
use perennial_domain::{ClientId, GrantId, RealmId, RoleId, Timestamp, UserId, UserSessionId};
use perennial_flows::{LoadedRealm, tokens};
use perennial_protocol::ScopeSet;
use perennial_testkit::demo;

use anyhow::{Context as _, Result};

pub const SESSIONS_PER_USER: u64 = 4;
/// All sessions began within this time, which is shorter than the demo realm's idle timeout: each is alive.
const BEGAN_WITHIN_S: i64 = 20 * 86_400;
const USERS_SEED: u64 = 1 << 48;
const AGENTS: [&str; 6] = [
    "Firefox on Linux",
    "Chrome on Windows",
    "Safari on iPhone",
    "Chrome on Android",
    "nightly-backup/2.4",
    "Edge on Windows",
];

#[derive(Clone)]
pub struct Population {
    pub realm: RealmId,
    client: ClientId,
    /// What every user of the realm has.
    pub role: RoleId,
    scope: ScopeSet,
    refresh_key: String,
    pub sessions: u64,
    /// When it is counted as filled.
    now: Timestamp,
}

impl Population {
    pub fn new(realm: &LoadedRealm, sessions: u64, now: Timestamp) -> Result<Self> {
        let client = realm.model.find_client(demo::NIGHTLY_BACKUP).context("the demo's client")?;
        let role = realm.model.find_realm_role(&default_roles_name(realm.name())).context("the default role")?;
        let asked = ScopeSet::lenient("openid offline_access");
        Ok(Self {
            realm: realm.model.realm.id,
            client: client.id,
            role: role.id,
            scope: tokens::granted_scope(realm, client, &asked),
            refresh_key: realm.refresh.active().kid().to_owned(),
            sessions,
            now,
        })
    }

    pub fn users(&self) -> u64 {
        self.sessions.div_ceil(SESSIONS_PER_USER)
    }

    pub fn user(&self, number: u64) -> User {
        User {
            id: self.user_id(number),
            username: format!("user-{number:08}"),
            email: Some(format!("user-{number:08}@demo.example")),
            email_verified: true,
            first_name: Some("Uma".into()),
            last_name: Some(format!("Number {number}")),
            enabled: true,
            locale: None,
            not_before_at: Timestamp::default(),
            floors: Floors::default(),
            created_at: self.first_at(),
            service_account_of: None,
            attributes: Default::default(),
            required_actions: Default::default(),
        }
    }

    pub fn consent(&self, user: u64) -> Consent {
        Consent {
            user_id: self.user_id(user),
            client_id: self.client,
            scope: self.scope.clone(),
            chosen_end_s: None,
            created_at: self.first_at(),
            updated_at: self.first_at(),
        }
    }

    /// Sessions of one user are spread over the whole time, as in life.
    pub fn session(&self, number: u64) -> Grant {
        let entropy = Entropy::seeded(number);
        let [a, b, c, d] = entropy.bytes::<4>();
        let step_ms = BEGAN_WITHIN_S * 1000 / i64::try_from(self.sessions.max(1)).unwrap_or(i64::MAX);
        let after_ms = step_ms * i64::try_from(number).unwrap_or(i64::MAX);
        let started_at = Timestamp::from_ms(self.first_at().as_ms() + after_ms);
        let place = Place::new(format!("{a}.{b}.{c}.{d}"), AGENTS[usize::from(a) % AGENTS.len()]);
        Grant {
            id: GrantId(entropy.uuid_v7(started_at.as_ms())),
            realm_id: self.realm,
            client_id: self.client,
            user_id: self.user_id(number % self.users().max(1)),
            standing: Standing::Offline(Offline {
                began_in: Some(UserSessionId(entropy.uuid_v7(started_at.as_ms()))),
                ..Offline::default()
            }),
            scope: self.scope.clone(),
            withdrawn: ScopeSet::default(),
            resources: Vec::new(),
            grant_type: GrantType::AuthorizationCode,
            began_from: place.clone(),
            started_at,
            auth_at: started_at,
            last_used_at: started_at,
            last_used_from: place,
            family: TokenFamily {
                generation: 0,
                stamped_at: started_at,
                proven: false,
                replays: 0,
                foreign_run: 0,
                foreign_generation: 0,
                key_id: self.refresh_key.clone(),
                held_key_id: None,
            },
            access_epoch: 0,
            sender_key: None,
        }
    }

    /// Tokens of sessions all over the population, at most `count`, none twice.
    pub fn tokens(&self, realm: &LoadedRealm, count: u64) -> Result<Vec<String>> {
        let client = realm.client(self.client)?;
        let token = |number| Ok(tokens::refresh_token(realm, client, &self.session(number), None)?);
        spread(self.sessions, count).map(token).collect()
    }

    fn user_id(&self, number: u64) -> UserId {
        UserId(Entropy::seeded(USERS_SEED + number).uuid_v7(self.first_at().as_ms()))
    }

    fn first_at(&self) -> Timestamp {
        self.now.minus_s(BEGAN_WITHIN_S)
    }
}

/// `count` different numbers below `total`, in an order without locality.
fn spread(total: u64, count: u64) -> impl Iterator<Item = u64> {
    // A step without a common divisor visits every number once; the golden section keeps neighbours apart.
    let golden = (total as f64 * 0.618) as u64;
    let step = (golden.max(1)..=golden + total).find(|step| divisor(*step, total) == 1).unwrap_or(1);
    (0..count.min(total)).map(move |turn| turn * step % total)
}

/// The greatest common one.
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_spread_over_everything_and_never_repeat() {
        for (total, count) in [(1, 5), (2, 2), (10, 10), (1_000, 1_000), (10_007, 512)] {
            let chosen: Vec<u64> = spread(total, count).collect();
            assert_eq!(chosen.len() as u64, count.min(total));
            assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), chosen.len(), "{total} {count}");
            assert!(chosen.iter().all(|number| *number < total));
        }
        assert_eq!(spread(0, 5).count(), 0);
    }
}
