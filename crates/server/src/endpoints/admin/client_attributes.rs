//! The attributes of a client, as Keycloak names them, that have a field of their own in its settings. All values are text.

use perennial_api::{ReplayWindow as ApiWindow, Rotation, client::attributes as names};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    client::{ClientSettings, OfflineConsent},
    token_policy::{ReplayWindow, RotationMode},
};

/// Ten years: longer lifetimes are a slip of the keyboard, in seconds.
const LONGEST_S: i64 = 315_360_000;
const MOST_SESSIONS: u32 = 1_000_000;
/// In bytes.
pub const LONGEST_ADDRESS: usize = 2_048;

type Read = fn(&ClientSettings) -> Option<String>;
/// `None` takes the attribute away; an error says what is wrong with the value.
type Write = fn(&mut ClientSettings, Option<&str>) -> Result<(), String>;

/// Name, how it is read from the settings, how it is written to them.
pub const ATTRIBUTES: [(&str, Read, Write); 18] = [
    (
        names::ACCESS_TOKEN_LIFESPAN,
        |s| text(s.token_policy.access_token_lifespan_s),
        |s, v| seconds(v).map(|v| s.token_policy.access_token_lifespan_s = v),
    ),
    (
        names::OFFLINE_SESSION_IDLE_TIMEOUT,
        |s| text(s.token_policy.offline_idle_s),
        |s, v| seconds(v).map(|v| s.token_policy.offline_idle_s = v),
    ),
    (
        names::OFFLINE_SESSION_MAX_LIFESPAN,
        |s| text(s.token_policy.offline_max_s),
        |s, v| seconds(v).map(|v| s.token_policy.offline_max_s = v),
    ),
    (
        names::USE_REFRESH_TOKENS,
        |s| Some(s.use_refresh_tokens.to_string()),
        |s, v| flag(v, true).map(|v| s.use_refresh_tokens = v),
    ),
    (
        names::CLIENT_CREDENTIALS_REFRESH_TOKEN,
        |s| Some(s.client_credentials_refresh_token.to_string()),
        |s, v| flag(v, false).map(|v| s.client_credentials_refresh_token = v),
    ),
    (
        names::DPOP_BOUND_ACCESS_TOKENS,
        |s| Some(s.dpop_bound_access_tokens.to_string()),
        |s, v| flag(v, false).map(|v| s.dpop_bound_access_tokens = v),
    ),
    (
        names::ACCESS_TOKEN_RFC9068,
        |s| Some(s.access_token_rfc9068.to_string()),
        |s, v| flag(v, false).map(|v| s.access_token_rfc9068 = v),
    ),
    (
        names::ACCESS_TOKEN_ALGORITHM,
        |s| s.access_token_algorithm.clone(),
        |s, v| algorithm(v).map(|v| s.access_token_algorithm = v),
    ),
    (
        names::ID_TOKEN_ALGORITHM,
        |s| s.id_token_algorithm.clone(),
        |s, v| algorithm(v).map(|v| s.id_token_algorithm = v),
    ),
    (names::PKCE_METHOD, |s| s.pkce_required.map(pkce_out), |s, v| pkce_in(v).map(|v| s.pkce_required = v)),
    (names::POST_LOGOUT_REDIRECT_URIS, post_logout_out, |s, v| {
        s.post_logout_redirect_uris = post_logout_in(v);
        Ok(())
    }),
    (names::LOGO_URI, |s| s.logo_uri.clone(), |s, v| web_uri(v).map(|v| s.logo_uri = v)),
    (names::POLICY_URI, |s| s.policy_uri.clone(), |s, v| web_uri(v).map(|v| s.policy_uri = v)),
    (names::TOS_URI, |s| s.tos_uri.clone(), |s, v| web_uri(v).map(|v| s.tos_uri = v)),
    (
        names::ROTATION,
        |s| s.token_policy.rotation.map(|mode| rotation_out(mode).as_str().to_owned()),
        |s, v| rotation(v).map(|v| s.token_policy.rotation = v),
    ),
    (
        names::REPLAY_WINDOW,
        |s| s.token_policy.replay_window.and_then(window_out).map(|window| window.to_string()),
        |s, v| window(v).map(|v| s.token_policy.replay_window = v),
    ),
    (
        names::OFFLINE_SESSION_LIMIT,
        |s| s.token_policy.offline_session_limit.map(|limit| limit.to_string()),
        |s, v| limit(v).map(|v| s.token_policy.offline_session_limit = v),
    ),
    (
        names::OFFLINE_ACCESS_CONSENT,
        |s| (s.offline_consent == OfflineConsent::Strict).then(|| "strict".to_owned()),
        |s, v| consent(v).map(|v| s.offline_consent = v),
    ),
];

fn text(value: Option<i64>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// 0 and less inherit, as in Keycloak, whose console writes -1 for it.
fn seconds(value: Option<&str>) -> Result<Option<i64>, String> {
    let Some(value) = value else { return Ok(None) };
    match value.parse::<i64>() {
        Ok(seconds) if seconds <= 0 => Ok(None),
        Ok(seconds) if seconds <= LONGEST_S => Ok(Some(seconds)),
        _ => Err(format!("must be a number of seconds up to {LONGEST_S}")),
    }
}

fn flag(value: Option<&str>, default: bool) -> Result<bool, String> {
    match value {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err("must be true or false".into()),
    }
}

fn algorithm(value: Option<&str>) -> Result<Option<String>, String> {
    match value {
        None => Ok(None),
        Some(name) if name.parse::<SigningAlgorithm>().is_ok() => Ok(Some(name.to_owned())),
        Some(_) => Err("must be RS256, ES256 or EdDSA".into()),
    }
}

fn pkce_out(required: bool) -> String {
    if required { "S256" } else { "none" }.to_owned()
}

fn pkce_in(value: Option<&str>) -> Result<Option<bool>, String> {
    match value {
        None => Ok(None),
        Some("S256") => Ok(Some(true)),
        Some("none") => Ok(Some(false)),
        Some(_) => Err("must be S256, or none".into()),
    }
}

fn post_logout_out(settings: &ClientSettings) -> Option<String> {
    let own = &settings.post_logout_redirect_uris;
    (!own.is_empty()).then(|| own.join("##"))
}

fn post_logout_in(value: Option<&str>) -> Vec<String> {
    let all = value.unwrap_or_default().split("##").map(str::trim);
    all.filter(|uri| !uri.is_empty() && *uri != "+").map(str::to_owned).collect()
}

/// These become links and pictures on pages.
pub fn web_uri(value: Option<&str>) -> Result<Option<String>, String> {
    let Some(value) = value else { return Ok(None) };
    let parsed = url::Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    match parsed {
        // The parser drops or escapes what it would be stored with.
        Some(_) if value.len() <= LONGEST_ADDRESS && !value.chars().any(char::is_control) => Ok(Some(value.to_owned())),
        _ => Err("must be an http or https address".into()),
    }
}

fn rotation(value: Option<&str>) -> Result<Option<RotationMode>, String> {
    let Some(value) = value else { return Ok(None) };
    let mode = Rotation::parse(value).ok_or("must be auto, never, aging or always")?;
    Ok(Some(rotation_in(mode)))
}

fn window(value: Option<&str>) -> Result<Option<ReplayWindow>, String> {
    let Some(value) = value else { return Ok(None) };
    let window = ApiWindow::parse(value).ok_or("must be auto, until-proven or a number of seconds")?;
    Ok(window_in(window))
}

fn limit(value: Option<&str>) -> Result<Option<u32>, String> {
    let Some(value) = value else { return Ok(None) };
    let limit = value.parse().ok().filter(|limit| *limit <= MOST_SESSIONS);
    limit.map(Some).ok_or_else(|| format!("must be between 0 and {MOST_SESSIONS}"))
}

fn consent(value: Option<&str>) -> Result<OfflineConsent, String> {
    match value {
        None | Some("stored") => Ok(OfflineConsent::Stored),
        Some("strict") => Ok(OfflineConsent::Strict),
        Some(_) => Err("must be stored or strict".into()),
    }
}

pub fn rotation_out(mode: RotationMode) -> Rotation {
    match mode {
        RotationMode::Never => Rotation::Never,
        RotationMode::Aging => Rotation::Aging,
        RotationMode::Always => Rotation::Always,
        RotationMode::Auto => Rotation::Auto,
    }
}

pub fn rotation_in(mode: Rotation) -> RotationMode {
    match mode {
        Rotation::Never => RotationMode::Never,
        Rotation::Aging => RotationMode::Aging,
        Rotation::Always => RotationMode::Always,
        Rotation::Auto => RotationMode::Auto,
    }
}

pub fn window_out(window: ReplayWindow) -> Option<ApiWindow> {
    match window {
        ReplayWindow::UntilProven => Some(ApiWindow::UntilProven),
        ReplayWindow::Seconds(seconds) => Some(ApiWindow::Seconds(seconds)),
        ReplayWindow::Replays(_) => None,
    }
}

/// `auto` inherits.
pub fn window_in(window: ApiWindow) -> Option<ReplayWindow> {
    match window {
        ApiWindow::Auto => None,
        ApiWindow::UntilProven => Some(ReplayWindow::UntilProven),
        ApiWindow::Seconds(seconds) => Some(ReplayWindow::Seconds(seconds)),
    }
}
