//! Sends one logout token to a client's registered address (OIDC Back-Channel Logout §2.5).

use perennial_domain::outbox::{Answer, Outcome};
use perennial_flows::{FlowResult, Site, backchannel, outbox::Attempt};
use reqwest::header::HeaderMap;
use url::form_urlencoded::Serializer;

use super::Couriers;
use crate::outbound::Post;

const FORM: &str = "application/x-www-form-urlencoded";

pub async fn send(couriers: &Couriers, site: &Site, attempt: &Attempt) -> FlowResult<Outcome> {
    let Some(ready) = backchannel::prepare(site, &attempt.delivery.parcel, attempt.started_at).await? else {
        return Ok(Outcome::Hopeless(Answer::new(None, "the client is gone or wants no logout tokens")));
    };
    let body = Serializer::new(String::new()).append_pair("logout_token", &ready.token).finish();
    let post = Post { url: &ready.url, content_type: FORM, headers: HeaderMap::new(), body };
    Ok(couriers.http.post(post).await)
}
