//! The filter of offline sessions as it comes in, in a query string or in JSON: read, named fields checked, names looked up.

use crate::{http::api_answer::ApiRefusal, state::AppState};
use perennial_api::{ApiError, session_search::SessionFilterRepresentation};
use perennial_domain::{ClientId, Timestamp, UserId, session_filter::SessionFilter};
use perennial_flows::{FlowError, LoadedRealm};
use perennial_storage::{Tx, users};

/// Longer than any scope, resource, address or name that could match.
const LONGEST_TEXT: usize = 2_048;
/// Later than any session's end: year 9999.
const LATEST_MS: i64 = 253_402_300_799_999;
/// What a list's query may hold besides.
const OF_PAGES: [&str; 5] = ["first", "max", "after", "sort", "order"];

/// The query's parameters, decoded.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

pub async fn of_query(state: &AppState, realm: &str, query: &str) -> Result<SessionFilter, ApiRefusal> {
    let mut read = SessionFilterRepresentation::default();
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in pairs(query) {
        if seen.contains(&name) {
            return Err(wrong(&name, "may be sent once only"));
        }
        set(&mut read, &name, value)?;
        seen.push(name);
    }
    of_representation(state, realm, read).await
}

fn set(read: &mut SessionFilterRepresentation, name: &str, value: String) -> Result<(), ApiRefusal> {
    let instant = |value: &str| value.parse().map_err(|_| wrong(name, "must be Unix milliseconds"));
    let flag = |value: &str| value.parse().map_err(|_| wrong(name, "must be true or false"));
    match name {
        "client" => read.client = Some(value),
        "user" => read.user = Some(value),
        "scope" => read.scope = Some(value),
        "resource" => read.resource = Some(value),
        "ipAddress" => read.ip_address = Some(value),
        "usedBefore" => read.used_before = Some(instant(&value)?),
        "usedAfter" => read.used_after = Some(instant(&value)?),
        "startedBefore" => read.started_before = Some(instant(&value)?),
        "startedAfter" => read.started_after = Some(instant(&value)?),
        "endsBefore" => read.ends_before = Some(instant(&value)?),
        "paused" => read.paused = Some(flag(&value)?),
        "blocked" => read.blocked = Some(flag(&value)?),
        _ if OF_PAGES.contains(&name) => {}
        _ => return Err(wrong(name, "is no parameter of this list")),
    }
    Ok(())
}

pub async fn of_representation(
    state: &AppState,
    realm: &str,
    sent: SessionFilterRepresentation,
) -> Result<SessionFilter, ApiRefusal> {
    let texts = [("scope", &sent.scope), ("resource", &sent.resource), ("ipAddress", &sent.ip_address)];
    for (name, value) in texts.into_iter().chain([("client", &sent.client), ("user", &sent.user)]) {
        check_text(name, value.as_deref())?;
    }
    if let Some(address) = &sent.ip_address
        && address.parse::<std::net::IpAddr>().is_err()
    {
        return Err(wrong("ipAddress", "must be an IP address"));
    }
    let (client, user) = match (&sent.client, &sent.user) {
        (None, None) => (None, None),
        _ => owners(state, realm, sent.client, sent.user).await?,
    };
    Ok(SessionFilter {
        client,
        user,
        scope: sent.scope,
        resource: sent.resource,
        ip: sent.ip_address,
        used_before: at("usedBefore", sent.used_before)?,
        used_after: at("usedAfter", sent.used_after)?,
        started_before: at("startedBefore", sent.started_before)?,
        started_after: at("startedAfter", sent.started_after)?,
        ends_before: at("endsBefore", sent.ends_before)?,
        paused: sent.paused,
        blocked: sent.blocked,
    })
}

type Owners = (Option<ClientId>, Option<UserId>);

/// By id or by name, of this realm only.
async fn owners(
    state: &AppState,
    realm: &str,
    client: Option<String>,
    user: Option<String>,
) -> Result<Owners, ApiRefusal> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let by_id = |text: &str| text.parse().ok().and_then(|id| realm.model.clients.get(&id));
        let client =
            client.as_deref().map(|text| by_id(text).or_else(|| realm.model.find_client(text)).map(|client| client.id));
        let own = realm.model.realm.id;
        let user = match &user {
            None => None,
            Some(text) => Some(match text.parse().ok().map(|id| users::find(tx, own, id)).transpose()?.flatten() {
                Some(user) => Some(user.id),
                None => users::find_by_username(tx, own, text)?.map(|user| user.id),
            }),
        };
        Ok((client, user))
    };
    let ((client, user), _) = state.site.read(realm, unit).await?;
    match (client, user) {
        (Some(None), _) => Err(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND).into()),
        (_, Some(None)) => Err(FlowError::NotFound(ApiError::USER_NOT_FOUND).into()),
        (client, user) => Ok((client.flatten(), user.flatten())),
    }
}

fn check_text(name: &str, value: Option<&str>) -> Result<(), ApiRefusal> {
    match value {
        Some("") => Err(wrong(name, "must not be empty")),
        Some(text) if text.len() > LONGEST_TEXT => Err(wrong(name, "is too long")),
        Some(text) if text.contains('\0') => Err(wrong(name, "must not contain a null character")),
        _ => Ok(()),
    }
}

fn at(name: &str, sent: Option<i64>) -> Result<Option<Timestamp>, ApiRefusal> {
    match sent {
        Some(ms) if !(0..=LATEST_MS).contains(&ms) => Err(wrong(name, "must be Unix milliseconds")),
        sent => Ok(sent.map(Timestamp::from_ms)),
    }
}

fn wrong(field: &str, text: &str) -> ApiRefusal {
    ApiRefusal::Invalid(ApiError::at_field(field, text))
}
