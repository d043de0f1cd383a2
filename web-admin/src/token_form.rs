//! What an admin has typed into the token policy, as plain data: read from a realm, compared with what is saved,
//! checked, and turned into the fields of a partial update. No view and no call.

use perennial_api::realm::{LARGEST_COUNT, LONGEST_S};
use perennial_api::{RealmRepresentation, ReplayWindow, Rotation};

/// A field of the form; the server names it by its JSON name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Idle,
    Max,
    /// Those of all clients, which replace the two above where they are set.
    ClientIdle,
    ClientMax,
    Limit,
    Rotation,
    Window,
    Access,
}

impl Field {
    pub const ALL: [Field; 8] = [
        Field::Idle,
        Field::Max,
        Field::ClientIdle,
        Field::ClientMax,
        Field::Limit,
        Field::Rotation,
        Field::Window,
        Field::Access,
    ];

    /// Names under which an error may be about this field.
    pub const fn json_names(self) -> &'static [&'static str] {
        match self {
            Field::Idle => &["offlineSessionIdleTimeout"],
            Field::Max => &["offlineSessionMaxLifespan", "offlineSessionMaxLifespanEnabled"],
            Field::ClientIdle => &["clientOfflineSessionIdleTimeout"],
            Field::ClientMax => &["clientOfflineSessionMaxLifespan"],
            Field::Limit => &["offlineSessionLimit"],
            Field::Rotation => &["rotation", "revokeRefreshToken"],
            Field::Window => &["replayWindow", "refreshTokenMaxReuse"],
            Field::Access => &["accessTokenLifespan"],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No whole number.
    NotANumber,
    /// Zero where at least one is needed.
    Zero,
    /// A time that the API does not take.
    TooLong,
    /// A number that the API does not take.
    TooLarge,
}

/// How the replay window is chosen; the number beside it counts for `Seconds` and `Replays`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    #[default]
    Auto,
    UntilProven,
    Seconds,
    /// So many replays of one generation: Keycloak's `refreshTokenMaxReuse`.
    Replays,
    Closed,
}

impl Window {
    pub const ALL: [Window; 5] = [Window::Auto, Window::UntilProven, Window::Seconds, Window::Replays, Window::Closed];

    pub const fn key(self) -> &'static str {
        match self {
            Window::Auto => "auto",
            Window::UntilProven => "until-proven",
            Window::Seconds => "seconds",
            Window::Replays => "replays",
            Window::Closed => "closed",
        }
    }

    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|window| window.key() == key).unwrap_or_default()
    }

    pub const fn has_number(self) -> bool {
        matches!(self, Window::Seconds | Window::Replays)
    }
}

/// Durations are in seconds; `None` and text that is no number are kept as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub idle_s: Option<i64>,
    pub max_on: bool,
    pub max_s: Option<i64>,
    /// 0 where the two above apply.
    pub client_idle_s: Option<i64>,
    pub client_max_s: Option<i64>,
    pub limit: String,
    pub rotation: Rotation,
    pub window: Window,
    pub window_number: String,
    pub access_s: Option<i64>,
}

impl Typed {
    pub fn of(realm: &RealmRepresentation) -> Self {
        let (window, window_number) = window_of(realm);
        Typed {
            idle_s: realm.offline_session_idle_timeout,
            max_on: realm.offline_session_max_lifespan_enabled.unwrap_or_default(),
            max_s: realm.offline_session_max_lifespan,
            client_idle_s: Some(realm.client_offline_session_idle_timeout.unwrap_or_default()),
            client_max_s: Some(realm.client_offline_session_max_lifespan.unwrap_or_default()),
            limit: realm.offline_session_limit.map(|n| n.to_string()).unwrap_or_default(),
            rotation: realm.rotation.unwrap_or_default(),
            window,
            window_number,
            access_s: realm.access_token_lifespan,
        }
    }

    pub fn problem(&self, field: Field) -> Option<Problem> {
        match field {
            Field::Idle => duration_problem(self.idle_s),
            Field::Max if self.max_on => duration_problem(self.max_s),
            Field::ClientIdle => duration_problem(self.client_idle_s).filter(|problem| *problem != Problem::Zero),
            Field::ClientMax => duration_problem(self.client_max_s).filter(|problem| *problem != Problem::Zero),
            Field::Limit => number_problem(&self.limit),
            Field::Window if self.window.has_number() => {
                number_problem(&self.window_number).or((self.window_number.trim() == "0").then_some(Problem::Zero))
            }
            Field::Access => duration_problem(self.access_s),
            Field::Max | Field::Window | Field::Rotation => None,
        }
    }

    pub fn is_valid(&self) -> bool {
        Field::ALL.into_iter().all(|field| self.problem(field).is_none())
    }

    /// The fields of a PUT: only what differs from `saved`. What is not valid is left out.
    pub fn changes(&self, saved: &Typed) -> RealmRepresentation {
        let window_changed = (self.window, &self.window_number) != (saved.window, &saved.window_number);
        // A number of replays is a field of its own, and stays in force until it is set back to 0.
        let no_replays = (saved.window == Window::Replays).then_some(0);
        let (replay_window, refresh_token_max_reuse) = match (window_changed, self.window) {
            (false, _) => (None, None),
            (true, Window::Auto) => (Some(ReplayWindow::Auto), no_replays),
            (true, Window::UntilProven) => (Some(ReplayWindow::UntilProven), no_replays),
            (true, Window::Closed) => (Some(ReplayWindow::Seconds(0)), no_replays),
            (true, Window::Seconds) => (self.window_number.trim().parse().ok().map(ReplayWindow::Seconds), no_replays),
            (true, Window::Replays) => (None, self.window_number.trim().parse().ok()),
        };
        // A maximum that is switched off but half typed must not be sent.
        let max_s = self.max_s.filter(|seconds| *seconds > 0);
        RealmRepresentation {
            offline_session_idle_timeout: changed(self.idle_s, saved.idle_s),
            offline_session_max_lifespan_enabled: (self.max_on != saved.max_on).then_some(self.max_on),
            offline_session_max_lifespan: changed(max_s, saved.max_s),
            client_offline_session_idle_timeout: changed(self.client_idle_s, saved.client_idle_s),
            client_offline_session_max_lifespan: changed(self.client_max_s, saved.client_max_s),
            offline_session_limit: changed(self.limit.trim().parse().ok(), saved.limit.parse().ok()),
            rotation: (self.rotation != saved.rotation).then_some(self.rotation),
            access_token_lifespan: changed(self.access_s, saved.access_s),
            replay_window,
            refresh_token_max_reuse,
            ..RealmRepresentation::default()
        }
    }
}

impl Typed {
    /// The times that apply to a client which says nothing itself: idle, and the maximum if there is one.
    pub fn for_clients(&self) -> (Option<i64>, Option<i64>) {
        let own = |seconds: Option<i64>| seconds.filter(|seconds| *seconds > 0);
        (own(self.client_idle_s).or(self.idle_s), own(self.client_max_s).or(self.max_s).filter(|_| self.max_on))
    }

    /// Whether the limits can be read, so that they can be drawn and counted.
    pub fn has_valid_limits(&self) -> bool {
        let limits = [Field::Idle, Field::Max, Field::ClientIdle, Field::ClientMax];
        limits.into_iter().all(|field| self.problem(field).is_none())
    }

    /// What was typed over `before`, on top of `now`.
    pub fn onto(self, before: &Typed, now: &Typed) -> Typed {
        fn pick<T: PartialEq + Clone>(typed: T, before: &T, now: &T) -> T {
            if typed == *before { now.clone() } else { typed }
        }
        let (window, window_number) = pick(
            (self.window, self.window_number),
            &(before.window, before.window_number.clone()),
            &(now.window, now.window_number.clone()),
        );
        Typed {
            idle_s: pick(self.idle_s, &before.idle_s, &now.idle_s),
            max_on: pick(self.max_on, &before.max_on, &now.max_on),
            max_s: pick(self.max_s, &before.max_s, &now.max_s),
            client_idle_s: pick(self.client_idle_s, &before.client_idle_s, &now.client_idle_s),
            client_max_s: pick(self.client_max_s, &before.client_max_s, &now.client_max_s),
            limit: pick(self.limit, &before.limit, &now.limit),
            rotation: pick(self.rotation, &before.rotation, &now.rotation),
            window,
            window_number,
            access_s: pick(self.access_s, &before.access_s, &now.access_s),
        }
    }
}

/// Whether these changes can end sessions, so that a what-if has something to say.
pub fn moves_ends(changes: &RealmRepresentation) -> bool {
    changes.offline_session_idle_timeout.is_some()
        || changes.offline_session_max_lifespan.is_some()
        || changes.offline_session_max_lifespan_enabled.is_some()
        || changes.client_offline_session_idle_timeout.is_some()
        || changes.client_offline_session_max_lifespan.is_some()
}

fn window_of(realm: &RealmRepresentation) -> (Window, String) {
    match (realm.replay_window, realm.refresh_token_max_reuse) {
        (Some(ReplayWindow::UntilProven), _) => (Window::UntilProven, String::new()),
        (Some(ReplayWindow::Seconds(0)), _) => (Window::Closed, String::new()),
        (Some(ReplayWindow::Seconds(seconds)), _) => (Window::Seconds, seconds.to_string()),
        (_, Some(replays)) if replays > 0 => (Window::Replays, replays.to_string()),
        _ => (Window::Auto, String::new()),
    }
}

fn changed(typed: Option<i64>, saved: Option<i64>) -> Option<i64> {
    typed.filter(|_| typed != saved)
}

fn duration_problem(seconds: Option<i64>) -> Option<Problem> {
    match seconds {
        None => Some(Problem::NotANumber),
        Some(0) => Some(Problem::Zero),
        Some(seconds) => (seconds > LONGEST_S).then_some(Problem::TooLong),
    }
}

fn number_problem(typed: &str) -> Option<Problem> {
    match typed.trim().parse::<i64>() {
        Ok(number) if number > LARGEST_COUNT => Some(Problem::TooLarge),
        Ok(number) if number >= 0 => None,
        _ => Some(Problem::NotANumber),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn realm() -> RealmRepresentation {
        RealmRepresentation {
            access_token_lifespan: Some(300),
            offline_session_idle_timeout: Some(2_592_000),
            offline_session_max_lifespan_enabled: Some(false),
            offline_session_max_lifespan: Some(5_184_000),
            offline_session_limit: Some(20),
            rotation: Some(Rotation::Auto),
            replay_window: Some(ReplayWindow::Auto),
            ..RealmRepresentation::default()
        }
    }

    #[test]
    fn nothing_typed_changes_nothing() {
        let saved = Typed::of(&realm());
        assert!(saved.is_valid());
        assert_eq!(saved.changes(&saved), RealmRepresentation::default());
    }

    #[test]
    fn only_what_changed_is_sent() {
        let saved = Typed::of(&realm());
        let typed = Typed { idle_s: Some(86_400), max_on: true, window: Window::Closed, ..saved.clone() };
        let expected = RealmRepresentation {
            offline_session_idle_timeout: Some(86_400),
            offline_session_max_lifespan_enabled: Some(true),
            replay_window: Some(ReplayWindow::Seconds(0)),
            ..RealmRepresentation::default()
        };
        assert_eq!(typed.changes(&saved), expected);
        assert!(moves_ends(&expected));
    }

    #[test]
    fn a_change_of_rotation_or_limit_ends_no_session() {
        let saved = Typed::of(&realm());
        let typed = Typed { rotation: Rotation::Always, limit: "5".into(), ..saved.clone() };
        let changes = typed.changes(&saved);
        assert_eq!((changes.rotation, changes.offline_session_limit), (Some(Rotation::Always), Some(5)));
        assert!(!moves_ends(&changes));
    }

    #[test]
    fn every_replay_window_reads_back_as_what_was_chosen() {
        let saved = Typed::of(&realm());
        for (window, number) in
            [(Window::UntilProven, ""), (Window::Seconds, "60"), (Window::Replays, "3"), (Window::Closed, "")]
        {
            let typed = Typed { window, window_number: number.into(), ..saved.clone() };
            assert_eq!(Typed::of(&typed.changes(&saved)).window, window);
            assert_eq!(Typed::of(&typed.changes(&saved)).window_number, number);
        }
    }

    #[test]
    fn leaving_a_number_of_replays_sets_it_back() {
        let saved = Typed { window: Window::Replays, window_number: "3".into(), ..Typed::of(&realm()) };
        let changes = Typed { window: Window::Auto, window_number: String::new(), ..saved.clone() }.changes(&saved);
        assert_eq!((changes.replay_window, changes.refresh_token_max_reuse), (Some(ReplayWindow::Auto), Some(0)));
    }

    #[test]
    fn what_cannot_be_saved_is_named_by_field() {
        let saved = Typed::of(&realm());
        let typed = Typed {
            idle_s: Some(0),
            max_on: true,
            max_s: None,
            limit: "-1".into(),
            window: Window::Seconds,
            window_number: "99999999999".into(),
            ..saved.clone()
        };
        assert_eq!(typed.problem(Field::Idle), Some(Problem::Zero));
        assert_eq!(typed.problem(Field::Max), Some(Problem::NotANumber));
        assert_eq!(typed.problem(Field::Limit), Some(Problem::NotANumber));
        assert_eq!(typed.problem(Field::Window), Some(Problem::TooLarge));
        assert_eq!(typed.problem(Field::Access), None);
        assert!(!typed.is_valid());
    }

    #[test]
    fn the_times_of_all_clients_replace_the_general_ones_where_they_are_set() {
        let saved = Typed::of(&realm());
        assert_eq!(saved.for_clients(), (Some(2_592_000), None));
        let typed = Typed { client_idle_s: Some(60), client_max_s: Some(600), max_on: true, ..saved.clone() };
        assert_eq!(typed.for_clients(), (Some(60), Some(600)));
        let changes = typed.changes(&saved);
        assert_eq!(changes.client_offline_session_idle_timeout, Some(60));
        assert!(moves_ends(&changes) && typed.is_valid());
    }

    #[test]
    fn what_was_typed_stays_on_top_of_what_another_admin_saved() {
        let before = Typed::of(&realm());
        let typed = Typed { idle_s: Some(60), ..before.clone() };
        let now = Typed { idle_s: Some(90), limit: "3".into(), ..before.clone() };
        assert_eq!(typed.onto(&before, &now), Typed { idle_s: Some(60), ..now });
    }

    #[test]
    fn a_maximum_that_is_off_is_not_checked() {
        let saved = Typed::of(&realm());
        let typed = Typed { max_s: None, ..saved.clone() };
        assert!(typed.is_valid());
        assert_eq!(typed.changes(&saved), RealmRepresentation::default());
    }
}
