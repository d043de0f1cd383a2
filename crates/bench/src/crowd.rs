//! The facts of a believable crowd: some hundred apps, many people, and their offline sessions; few apps and few people have
//! most of them, the youngest ones are the most, and they are used daily, asleep, paused, about to end and ended. Each is a
//! function of its number, so that who counts them needs no database. How they become rows is in `crowd/rows.rs`.

mod names;
pub mod rows;

use names::{FIRST_NAMES, LAST_NAMES};

const DAY_MS: i64 = 86_400_000;
const DAY_S: i64 = 86_400;
/// The first sessions began so long ago.
const LONGEST_AGE_MS: i64 = 400 * DAY_MS;
/// What the demo realm has, where neither app nor resource says anything else. It has no maximum.
pub const REALM_IDLE_S: i64 = 30 * DAY_S;
/// Sessions of one person, on average.
const SESSIONS_EACH: u64 = 8;

/// A protected resource (RFC 8707).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Api {
    pub uri: &'static str,
    pub name: &'static str,
    pub idle_s: Option<i64>,
    pub max_s: Option<i64>,
}

pub const APIS: [Api; 5] = [
    Api { uri: "https://calendar.example/api", name: "Calendar", idle_s: None, max_s: None },
    Api { uri: "https://files.example/api", name: "Files", idle_s: Some(14 * DAY_S), max_s: None },
    Api { uri: "https://ledger.example/api", name: "Ledger", idle_s: None, max_s: Some(380 * DAY_S) },
    Api { uri: "https://mail.example/api", name: "Mail", idle_s: None, max_s: None },
    Api { uri: "https://photos.example/api", name: "Photos", idle_s: Some(90 * DAY_S), max_s: None },
];

/// Sets of resources that apps ask for, by their places in [`APIS`].
const TARGETS: [&[usize]; 5] = [&[0], &[1], &[2], &[0, 3], &[4]];

/// An app with its own limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    pub client_id: String,
    pub name: String,
    pub is_public: bool,
    pub is_enabled: bool,
    pub needs_consent: bool,
    pub idle_s: Option<i64>,
    pub max_s: Option<i64>,
    /// What most of its sessions are for, as places in [`APIS`].
    pub targets: &'static [usize],
}

/// What decides when an offline session ends, and whose it is. Instants are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub number: u64,
    pub app: usize,
    pub user: u64,
    pub started_ms: i64,
    pub used_ms: i64,
    pub chosen_end_ms: Option<i64>,
    pub paused_ms: Option<i64>,
    /// Places in [`APIS`].
    pub targets: &'static [usize],
    /// For what decides nothing: addresses, agents, labels.
    pub rest: u64,
}

#[derive(Clone, Debug)]
pub struct Crowd {
    pub sessions: u64,
    /// The instant that every age is counted back from.
    pub made_ms: i64,
    apps: Vec<App>,
}

impl Crowd {
    pub fn new(sessions: u64, made_ms: i64) -> Self {
        let count = usize::try_from(sessions / 1_000).unwrap_or(usize::MAX).clamp(12, names::MOST_APPS);
        Self { sessions, made_ms, apps: (0..count).map(app).collect() }
    }

    pub fn apps(&self) -> &[App] {
        &self.apps
    }

    pub fn users(&self) -> u64 {
        self.sessions.div_ceil(SESSIONS_EACH)
    }

    /// Before anybody began anything.
    pub fn first_ms(&self) -> i64 {
        self.made_ms - LONGEST_AGE_MS - DAY_MS
    }

    /// First and last name.
    pub fn person(&self, user: u64) -> (&'static str, &'static str) {
        let mut dice = Dice::new(user ^ 0x5EED_0F4E_071E);
        let (first, last) = (dice.below(FIRST_NAMES.len() as u64), dice.below(LAST_NAMES.len() as u64));
        (FIRST_NAMES[first as usize], LAST_NAMES[last as usize])
    }

    /// Sessions begin in the order of their numbers.
    pub fn session(&self, number: u64) -> Session {
        let mut dice = Dice::new(number);
        let left = 1.0 - number as f64 / self.sessions.max(1) as f64;
        let age_ms = (left * left * LONGEST_AGE_MS as f64) as i64 + 1_000;
        let few_first = dice.share();
        let app = ((self.apps.len() as f64 * few_first * few_first * few_first) as usize).min(self.apps.len() - 1);
        let targets = if dice.below(5) < 3 { self.apps[app].targets } else { &[] };
        let used_ago_ms = self.used_ago_ms(&mut dice, app, targets).min(age_ms);
        let chosen = dice.below(5) == 0;
        let chosen_end_ms = self.made_ms - DAY_MS + (dice.share() * 91.0 * DAY_MS as f64) as i64;
        let started_ms = self.made_ms - age_ms;
        Session {
            number,
            app,
            user: self.owner(&mut dice, number),
            started_ms,
            used_ms: self.made_ms - used_ago_ms,
            chosen_end_ms: (chosen && chosen_end_ms > started_ms).then_some(chosen_end_ms),
            paused_ms: (dice.below(100) == 0).then_some(self.made_ms - used_ago_ms / 2),
            targets,
            rest: dice.next(),
        }
    }

    /// Most are used daily, some now and then, some sleep, a few end within hours, and a few have ended.
    fn used_ago_ms(&self, dice: &mut Dice, app: usize, targets: &[usize]) -> i64 {
        let of_api = targets.iter().filter_map(|&at| APIS[at].idle_s).min();
        let idle_s = of_api.or(self.apps[app].idle_s).unwrap_or(REALM_IDLE_S);
        let kind = dice.below(100);
        let share = dice.share();
        let of_idle = match kind {
            0..55 => 0.03 * share,
            55..80 => 0.9 * share,
            80..95 => 0.7 + 0.29 * share,
            95..98 => 0.99 + 0.01 * share,
            _ => 1.0 + 0.3 * share,
        };
        (of_idle * (idle_s * 1_000) as f64) as i64
    }

    /// Somebody who came at about that time; some people have many times as many sessions as others.
    fn owner(&self, dice: &mut Dice, number: u64) -> u64 {
        let users = self.users().max(1);
        let here =
            u64::try_from(u128::from(number) * u128::from(users) / u128::from(self.sessions.max(1))).unwrap_or(0);
        let back = dice.share();
        let back = (back * back * (users / 20 + 1) as f64) as u64;
        let user = here.saturating_sub(back);
        if dice.below(12) == 0 { user - user % 64 } else { user }
    }
}

fn app(number: usize) -> App {
    let (client_id, name) = names::app(number);
    App {
        client_id,
        name,
        is_public: number % 3 == 2,
        is_enabled: number % 50 != 17,
        needs_consent: number % 8 == 3,
        idle_s: match number % 10 {
            4 => Some(7 * DAY_S),
            7 => Some(90 * DAY_S),
            _ => None,
        },
        max_s: (number % 9 == 5).then_some(390 * DAY_S),
        targets: if number % 4 == 1 { TARGETS[number / 4 % TARGETS.len()] } else { &[] },
    }
}

/// Repeatable numbers without a pattern (SplitMix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// From 0 up to and excluding 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    const NOW_MS: i64 = 1_790_000_000_000;

    #[test]
    fn sessions_begin_in_the_order_of_their_numbers_and_before_they_are_used() {
        let crowd = Crowd::new(20_000, NOW_MS);
        let all: Vec<Session> = (0..crowd.sessions).map(|number| crowd.session(number)).collect();
        assert!(all.windows(2).all(|two| two[0].started_ms <= two[1].started_ms));
        for session in &all {
            assert!(session.started_ms > crowd.first_ms() && session.started_ms <= session.used_ms);
            assert!(session.used_ms <= NOW_MS && session.user < crowd.users());
            assert_eq!(crowd.session(session.number), *session, "a function of its number");
        }
    }

    #[test]
    fn few_apps_and_people_have_most_and_every_kind_is_there() {
        let crowd = Crowd::new(50_000, NOW_MS);
        let all: Vec<Session> = (0..crowd.sessions).map(|number| crowd.session(number)).collect();
        let mut by_app: BTreeMap<usize, u64> = BTreeMap::new();
        all.iter().for_each(|session| *by_app.entry(session.app).or_default() += 1);
        assert_eq!(by_app.len(), crowd.apps().len(), "an app without sessions");
        assert!(by_app[&0] > 10 * by_app[&(crowd.apps().len() - 1)]);
        assert!(all.iter().any(|session| session.targets.len() == 2));
        assert!(all.iter().any(|session| session.chosen_end_ms.is_some_and(|end| end < NOW_MS)));
        let paused = all.iter().filter(|session| session.paused_ms.is_some()).count();
        assert!((200..1_000).contains(&paused), "{paused}");
        let ended = all.iter().filter(|session| session.used_ms < NOW_MS - 90 * DAY_MS).count();
        assert!(ended > 0 && ended < 2_000, "{ended}");
        let users: BTreeSet<u64> = all.iter().map(|session| session.user).collect();
        assert!(users.len() as u64 > crowd.users() / 2, "{}", users.len());
    }

    #[test]
    fn apps_differ_in_name_and_policy() {
        let crowd = Crowd::new(1_000_000, NOW_MS);
        let names: BTreeSet<&str> = crowd.apps().iter().map(|app| app.client_id.as_str()).collect();
        assert_eq!(names.len(), names::MOST_APPS);
        assert!(crowd.apps().iter().any(|app| app.idle_s.is_some()));
        assert!(crowd.apps().iter().any(|app| app.max_s.is_some() && !app.targets.is_empty()));
    }
}
