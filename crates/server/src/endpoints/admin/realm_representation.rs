//! Realms between their settings and Keycloak's representation; an update changes only the fields that were sent.

use super::{brute_force_representation, smtp_representation, texts::check_line};
use perennial_api::{
    ApiError, OfflineAccessDenied as ApiDenied, RealmRepresentation, ReplayWindow as ApiWindow, Rotation,
    realm::{ACCENT_COLOR, ACCENTS},
};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    notice::NoticeSettings,
    realm::{OfflineAccessDenied, Realm, RealmSettings},
    token_policy::{RealmTokenPolicy, ReplayWindow, RotationMode},
};
use perennial_ui::text::Lang;
use std::collections::BTreeMap;

/// Ten years: longer lifetimes are a slip of the keyboard, in seconds.
const LONGEST_S: i64 = 315_360_000;
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 4_000;
const MOST_ATTRIBUTES: usize = 200;

pub fn of_realm(realm: &Realm) -> RealmRepresentation {
    let settings = &realm.settings;
    let policy = &settings.token_policy;
    let shown = RealmRepresentation {
        id: Some(realm.id.to_string()),
        realm: Some(realm.name.clone()),
        display_name: settings.display_name.clone(),
        enabled: Some(settings.enabled),
        access_token_lifespan: Some(policy.access_token_lifespan_s),
        sso_session_idle_timeout: Some(policy.sso_session_idle_s),
        sso_session_max_lifespan: Some(policy.sso_session_max_s),
        client_session_idle_timeout: Some(policy.client_session_idle_s),
        client_session_max_lifespan: Some(policy.client_session_max_s),
        offline_session_idle_timeout: Some(policy.offline_idle_s),
        offline_session_max_lifespan_enabled: Some(policy.offline_max_enabled),
        offline_session_max_lifespan: Some(policy.offline_max_s),
        client_offline_session_idle_timeout: Some(policy.client_offline_idle_s),
        client_offline_session_max_lifespan: Some(policy.client_offline_max_s),
        revoke_refresh_token: Some(policy.rotation == RotationMode::Always),
        refresh_token_max_reuse: Some(match policy.replay_window {
            Some(ReplayWindow::Replays(replays)) => i64::from(replays),
            _ => 0,
        }),
        default_signature_algorithm: Some(settings.default_algorithm.clone()),
        not_before: Some(realm.not_before_at.as_s()),
        attributes: Some(attributes_of(settings)),
        rotation: Some(rotation_out(policy.rotation)),
        replay_window: Some(window_out(policy.replay_window)),
        offline_session_limit: Some(i64::from(policy.offline_session_limit)),
        offline_access_denied: Some(match settings.offline_access_denied {
            OfflineAccessDenied::Reject => ApiDenied::Reject,
            OfflineAccessDenied::Online => ApiDenied::Online,
        }),
        password_reset_keeps_offline_sessions: Some(settings.password_reset_keeps_offline_sessions),
        disabling_keeps_offline_sessions: Some(settings.disabling_keeps_offline_sessions),
        default_locale: Some(settings.default_locale.clone()),
        smtp_server: Some(smtp_representation::of_server(settings.smtp_server.as_ref())),
        offline_session_notices_enabled: Some(settings.notices.enabled),
        offline_session_expiring_notice_days: Some(i64::from(settings.notices.expiring_days)),
        offline_session_dormant_notice_days: Some(i64::from(settings.notices.dormant_days)),
        ..RealmRepresentation::default()
    };
    brute_force_representation::show(&settings.brute_force, shown)
}

/// The accent has a field of its own here, and none in Keycloak's representation.
fn attributes_of(settings: &RealmSettings) -> BTreeMap<String, String> {
    let mut attributes = settings.attributes.clone();
    attributes.extend(settings.accent.clone().map(|name| (ACCENT_COLOR.to_owned(), name)));
    attributes
}

/// What is wrong with the values themselves, field by field.
pub fn check(sent: &RealmRepresentation) -> Result<(), ApiError> {
    let at_least_a_second = [
        ("accessTokenLifespan", sent.access_token_lifespan),
        ("ssoSessionIdleTimeout", sent.sso_session_idle_timeout),
        ("ssoSessionMaxLifespan", sent.sso_session_max_lifespan),
        ("offlineSessionIdleTimeout", sent.offline_session_idle_timeout),
        ("offlineSessionMaxLifespan", sent.offline_session_max_lifespan),
    ];
    let zero_inherits = [
        ("clientSessionIdleTimeout", sent.client_session_idle_timeout),
        ("clientSessionMaxLifespan", sent.client_session_max_lifespan),
        ("clientOfflineSessionIdleTimeout", sent.client_offline_session_idle_timeout),
        ("clientOfflineSessionMaxLifespan", sent.client_offline_session_max_lifespan),
    ];
    let counts =
        [("offlineSessionLimit", sent.offline_session_limit), ("refreshTokenMaxReuse", sent.refresh_token_max_reuse)];
    let days = [
        ("offlineSessionExpiringNoticeDays", sent.offline_session_expiring_notice_days),
        ("offlineSessionDormantNoticeDays", sent.offline_session_dormant_notice_days),
    ];
    let wrong = [
        unknown_language("defaultLocale", sent.default_locale.as_deref()),
        unknown_accent(sent),
        out_of_range(&days, 0, LONGEST_S / 86_400),
        sent.smtp_server.as_ref().map(smtp_representation::check).unwrap_or_default(),
        brute_force_representation::check(sent),
        out_of_range(&at_least_a_second, 1, LONGEST_S),
        out_of_range(&zero_inherits, 0, LONGEST_S),
        out_of_range(&counts, 0, 1_000_000),
        check_line("displayName", sent.display_name.as_deref(), LONGEST_NAME).into_iter().collect(),
        wrong_attributes(sent),
        unknown_algorithm("defaultSignatureAlgorithm", sent.default_signature_algorithm.as_deref()),
    ];
    let wrong: Vec<ApiError> = wrong.into_iter().flatten().collect();
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

/// The settings with the sent fields put in. The values have been checked.
pub fn apply(settings: &RealmSettings, sent: &RealmRepresentation) -> RealmSettings {
    let mut next = settings.clone();
    set(&mut next.enabled, sent.enabled);
    set(&mut next.default_locale, sent.default_locale.clone());
    set(&mut next.default_algorithm, sent.default_signature_algorithm.clone());
    if let Some(name) = &sent.display_name {
        next.display_name = Some(name.clone());
    }
    if let Some(attributes) = &sent.attributes {
        next.attributes.clone_from(attributes);
        next.accent = next.attributes.remove(ACCENT_COLOR).filter(|name| !name.is_empty());
    }
    set(
        &mut next.offline_access_denied,
        sent.offline_access_denied.map(|denied| match denied {
            ApiDenied::Reject => OfflineAccessDenied::Reject,
            ApiDenied::Online => OfflineAccessDenied::Online,
        }),
    );
    set(&mut next.password_reset_keeps_offline_sessions, sent.password_reset_keeps_offline_sessions);
    set(&mut next.disabling_keeps_offline_sessions, sent.disabling_keeps_offline_sessions);
    apply_notices(&mut next.notices, sent);
    next.brute_force = brute_force_representation::apply(&next.brute_force, sent);
    apply_policy(&mut next.token_policy, sent);
    next
}

fn apply_notices(notices: &mut NoticeSettings, sent: &RealmRepresentation) {
    let days = |sent: Option<i64>| sent.and_then(|days| u32::try_from(days).ok());
    set(&mut notices.enabled, sent.offline_session_notices_enabled);
    set(&mut notices.expiring_days, days(sent.offline_session_expiring_notice_days));
    set(&mut notices.dormant_days, days(sent.offline_session_dormant_notice_days));
}

fn apply_policy(policy: &mut RealmTokenPolicy, sent: &RealmRepresentation) {
    set(&mut policy.access_token_lifespan_s, sent.access_token_lifespan);
    set(&mut policy.sso_session_idle_s, sent.sso_session_idle_timeout);
    set(&mut policy.sso_session_max_s, sent.sso_session_max_lifespan);
    set(&mut policy.client_session_idle_s, sent.client_session_idle_timeout);
    set(&mut policy.client_session_max_s, sent.client_session_max_lifespan);
    set(&mut policy.offline_idle_s, sent.offline_session_idle_timeout);
    set(&mut policy.offline_max_enabled, sent.offline_session_max_lifespan_enabled);
    set(&mut policy.offline_max_s, sent.offline_session_max_lifespan);
    set(&mut policy.client_offline_idle_s, sent.client_offline_session_idle_timeout);
    set(&mut policy.client_offline_max_s, sent.client_offline_session_max_lifespan);
    set(&mut policy.offline_session_limit, sent.offline_session_limit.and_then(|limit| u32::try_from(limit).ok()));
    apply_rotation(policy, sent);
    apply_replay_window(policy, sent);
}

/// `revokeRefreshToken` true sets `always`, false changes only `always`, to `auto`. A client that reads, changes and writes a realm
/// sends both fields back: the one that differs from what was read counts, and `rotation` where both do.
fn apply_rotation(policy: &mut RealmTokenPolicy, sent: &RealmRepresentation) {
    let always = policy.rotation == RotationMode::Always;
    match (sent.rotation.map(rotation_in), sent.revoke_refresh_token) {
        (Some(mode), _) if mode != policy.rotation => policy.rotation = mode,
        (_, Some(true)) => policy.rotation = RotationMode::Always,
        (_, Some(false)) if always => policy.rotation = RotationMode::Auto,
        _ => {}
    }
}

/// The same of the replay window, which `refreshTokenMaxReuse` says, too.
fn apply_replay_window(policy: &mut RealmTokenPolicy, sent: &RealmRepresentation) {
    let shown = window_out(policy.replay_window);
    if let Some(window) = sent.replay_window.filter(|window| *window != shown) {
        policy.replay_window = match window {
            ApiWindow::UntilProven => Some(ReplayWindow::UntilProven),
            ApiWindow::Seconds(seconds) => Some(ReplayWindow::Seconds(seconds)),
            ApiWindow::Auto => None,
        };
        return;
    }
    let counted = matches!(policy.replay_window, Some(ReplayWindow::Replays(_)));
    match sent.refresh_token_max_reuse.and_then(|replays| u32::try_from(replays).ok()) {
        Some(0) if counted => policy.replay_window = None,
        Some(replays) if replays > 0 => policy.replay_window = Some(ReplayWindow::Replays(replays)),
        _ => {}
    }
}

const fn window_out(window: Option<ReplayWindow>) -> ApiWindow {
    match window {
        None | Some(ReplayWindow::Replays(_)) => ApiWindow::Auto,
        Some(ReplayWindow::UntilProven) => ApiWindow::UntilProven,
        Some(ReplayWindow::Seconds(seconds)) => ApiWindow::Seconds(seconds),
    }
}

fn set<T>(field: &mut T, sent: Option<T>) {
    if let Some(value) = sent {
        *field = value;
    }
}

fn out_of_range(fields: &[(&str, Option<i64>)], lowest: i64, highest: i64) -> Vec<ApiError> {
    let wrong = |(name, value): &(&str, Option<i64>)| {
        let value = (*value)?;
        let text = || format!("must be between {lowest} and {highest}");
        (!(lowest..=highest).contains(&value)).then(|| ApiError::at_field(*name, text()))
    };
    fields.iter().filter_map(wrong).collect()
}

/// They are part of every node's model of the realm.
fn wrong_attributes(sent: &RealmRepresentation) -> Vec<ApiError> {
    let all = sent.attributes.iter().flatten();
    let wrong = |(name, value): (&String, &String)| {
        let fits = !name.trim().is_empty() && name.len() <= LONGEST_NAME && value.chars().count() <= LONGEST_VALUE;
        let clean = !name.chars().any(char::is_control) && !value.contains('\0');
        let shown: String = name.chars().take(60).collect();
        (!fits || !clean).then(|| ApiError::at_field(format!("attributes.{shown}"), "is too long, or not printable"))
    };
    let many = (all.clone().count() > MOST_ATTRIBUTES).then(|| ApiError::at_field("attributes", "are too many"));
    all.filter_map(wrong).chain(many).collect()
}

/// Whether the realm has a key for it is judged in the unit that writes.
fn unknown_algorithm(name: &str, value: Option<&str>) -> Vec<ApiError> {
    let unknown = value.is_some_and(|value| value.parse::<SigningAlgorithm>().is_err());
    unknown.then(|| ApiError::at_field(name, "must be RS256, ES256 or EdDSA")).into_iter().collect()
}

fn unknown_language(name: &str, value: Option<&str>) -> Vec<ApiError> {
    let unknown = value.is_some_and(|value| !Lang::ALL.iter().any(|lang| lang.tag() == value));
    unknown.then(|| ApiError::at_field(name, "must be en or es")).into_iter().collect()
}

fn unknown_accent(sent: &RealmRepresentation) -> Vec<ApiError> {
    let name = sent.attributes.as_ref().and_then(|attributes| attributes.get(ACCENT_COLOR));
    let unknown = name.is_some_and(|name| !name.is_empty() && !ACCENTS.contains(&name.as_str()));
    let text = || format!("must be one of {}", ACCENTS.join(", "));
    unknown.then(|| ApiError::at_field(format!("attributes.{ACCENT_COLOR}"), text())).into_iter().collect()
}

fn rotation_out(mode: RotationMode) -> Rotation {
    match mode {
        RotationMode::Never => Rotation::Never,
        RotationMode::Aging => Rotation::Aging,
        RotationMode::Always => Rotation::Always,
        RotationMode::Auto => Rotation::Auto,
    }
}

fn rotation_in(mode: Rotation) -> RotationMode {
    match mode {
        Rotation::Never => RotationMode::Never,
        Rotation::Aging => RotationMode::Aging,
        Rotation::Always => RotationMode::Always,
        Rotation::Auto => RotationMode::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(before: RealmTokenPolicy, sent: RealmRepresentation) -> RealmTokenPolicy {
        apply(&RealmSettings { token_policy: before, ..RealmSettings::default() }, &sent).token_policy
    }

    #[test]
    fn writing_revoke_refresh_token_false_changes_only_always() {
        let off = RealmRepresentation { revoke_refresh_token: Some(false), ..Default::default() };
        let mode = |rotation| applied(RealmTokenPolicy { rotation, ..Default::default() }, off.clone()).rotation;
        assert_eq!(mode(RotationMode::Always), RotationMode::Auto);
        assert_eq!(mode(RotationMode::Aging), RotationMode::Aging);
        assert_eq!(mode(RotationMode::Never), RotationMode::Never);
    }

    #[test]
    fn max_reuse_opens_the_window_for_so_many_replays_and_0_closes_only_that() {
        let reuse = |n| RealmRepresentation { refresh_token_max_reuse: Some(n), ..Default::default() };
        let three = applied(RealmTokenPolicy::default(), reuse(3));
        assert_eq!(three.replay_window, Some(ReplayWindow::Replays(3)));
        assert_eq!(applied(three, reuse(0)).replay_window, None);
        let until_proven = RealmTokenPolicy { replay_window: Some(ReplayWindow::UntilProven), ..Default::default() };
        assert_eq!(applied(until_proven, reuse(0)).replay_window, Some(ReplayWindow::UntilProven));
    }

    #[test]
    fn what_was_read_and_written_back_changes_nothing() {
        for window in
            [None, Some(ReplayWindow::UntilProven), Some(ReplayWindow::Seconds(0)), Some(ReplayWindow::Replays(2))]
        {
            let token_policy =
                RealmTokenPolicy { replay_window: window, rotation: RotationMode::Always, ..Default::default() };
            let settings = RealmSettings { token_policy, ..RealmSettings::default() };
            let realm = Realm {
                id: perennial_domain::RealmId(uuid::Uuid::nil()),
                name: "r".into(),
                settings: settings.clone(),
                not_before_at: perennial_domain::Timestamp::default(),
                floors: perennial_domain::lifetime::Floors::default(),
            };
            assert_eq!(apply(&settings, &of_realm(&realm)), settings);
        }
    }

    #[test]
    fn each_wrong_field_is_named() {
        let sent = RealmRepresentation {
            offline_session_idle_timeout: Some(0),
            offline_session_limit: Some(-1),
            client_offline_session_idle_timeout: Some(0),
            default_signature_algorithm: Some("HS256".into()),
            ..Default::default()
        };
        let error = check(&sent).expect_err("three fields are wrong");
        assert!(error.for_field("offlineSessionIdleTimeout").is_some());
        assert!(error.for_field("offlineSessionLimit").is_some());
        assert!(error.for_field("defaultSignatureAlgorithm").is_some());
        assert!(error.for_field("clientOfflineSessionIdleTimeout").is_none());
    }
}
