//! Token introspection (RFC 7662): active only while every session check of a refresh would hold.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, bearer,
    client_auth::{self, Credentials},
    events,
    grants::refresh_token::judge::Judge,
    tokens,
};
use perennial_crypto::{PresentedToken, RefreshTokenId, thumbprint_text};
use perennial_domain::{
    Timestamp,
    client::Client,
    event::{Event, EventType},
    grant::Place,
};
use perennial_protocol::introspection::{Confirmation, Details, Introspection};
use perennial_storage::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the protocol says of a token, and what mappers say besides.
#[derive(Debug, Default, Serialize)]
pub struct Answer {
    #[serde(flatten)]
    pub introspection: Introspection,
    #[serde(flatten)]
    pub mapped: Map<String, Value>,
}

impl From<Introspection> for Answer {
    fn from(introspection: Introspection) -> Self {
        Self { introspection, mapped: Map::new() }
    }
}

/// The roles that a token carries itself.
#[derive(Deserialize)]
struct OwnRoles {
    realm_access: Option<Value>,
    resource_access: Option<Value>,
}

pub async fn run(
    site: &Site,
    realm_name: &str,
    credentials: Credentials,
    token: String,
    place: Place,
) -> FlowResult<Answer> {
    let client_id = credentials.client_id.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate_confidential(realm, &credentials)?;
        if let Ok(presented) = realm.refresh.verify(&token) {
            return Ok(of_refresh_token(tx, realm, client, &token, presented)?.into());
        }
        let Ok(facts) = bearer::verify(realm, &token) else { return Ok(Answer::default()) };
        match bearer::check(tx, realm, facts)? {
            Some(active) => of_access_token(realm, &token, active),
            None => Ok(Answer::default()),
        }
    };
    match site.read(realm_name, unit).await {
        Ok((answer, realm)) => {
            let about = || event_of(&answer.introspection).client(&client_id).at_place(&place);
            site.raise_later(&realm, EventType::IntrospectToken, about);
            Ok(answer)
        }
        Err(error) => {
            if let FlowError::OAuth(refused) = &error {
                let event = events::refusal(EventType::IntrospectTokenError, refused);
                site.raise_refusal(realm_name, event.client(&client_id).at_place(&place));
            }
            Err(error)
        }
    }
}

/// Whose token it was, if it is active.
fn event_of(answer: &Introspection) -> Event {
    let event = Event::new(EventType::IntrospectToken).detail("active", answer.active);
    let user = answer.details.as_ref().and_then(|details| details.sub.parse().ok());
    Event { user, ..event }
}

fn of_access_token(realm: &LoadedRealm, token: &str, active: bearer::Active) -> FlowResult<Answer> {
    let mut mapped = active.claims(realm, |targets| targets.introspection)?;
    if active.is_exchanged() {
        let own: OwnRoles = bearer::verify_as(realm, token)?;
        mapped.extend(own.realm_access.map(|roles| ("realm_access".to_owned(), roles)));
        mapped.extend(own.resource_access.map(|roles| ("resource_access".to_owned(), roles)));
    }
    let client_id = realm.client(active.client)?.client_id.clone();
    let facts = active.facts;
    let introspection = Introspection::active(Details {
        scope: facts.scope,
        client_id,
        username: Some(active.holder.user.username),
        token_type: if facts.cnf.is_some() { "DPoP" } else { "Bearer" }.into(),
        exp: Some(facts.exp),
        iat: facts.iat,
        sub: facts.sub,
        aud: facts.aud.map(perennial_domain::claims::Audience::into_vec),
        iss: facts.iss,
        jti: facts.jti,
        sid: Some(facts.sid),
        cnf: facts.cnf,
    });
    Ok(Answer { introspection, mapped })
}

/// Only for the client that it was issued to.
fn of_refresh_token(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    token: &str,
    presented: PresentedToken,
) -> FlowResult<Introspection> {
    let judged = match Judge::of_shown(realm, client, token).look(tx, &mut ()) {
        Ok(judged) => judged,
        Err(FlowError::OAuth(_)) => return Ok(Introspection::inactive()),
        Err(trouble) => return Err(trouble),
    };
    let (grant, holder) = (judged.grant, judged.holder);
    let fixed_end = tokens::fixed_end(realm, client, &grant, &holder);
    Ok(Introspection::active(Details {
        scope: grant.scope.to_string(),
        client_id: client.client_id.clone(),
        username: Some(holder.user.username),
        token_type: presented.typ.as_str().into(),
        exp: fixed_end.map(Timestamp::as_s),
        iat: presented.iat_s,
        sub: grant.user_id.to_string(),
        aud: None,
        iss: presented.iss,
        jti: RefreshTokenId::new(presented.grant_id, presented.generation).to_string(),
        sid: Some(grant.sid()),
        cnf: grant.sender_key.map(|key| Confirmation { jkt: thumbprint_text(&key) }),
    }))
}
