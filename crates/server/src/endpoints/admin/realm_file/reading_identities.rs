//! The upstream providers of a realm file, and who its users are there.

use super::entry;
use crate::endpoints::admin::identity_provider_representation as representation;
use perennial_api::{FederatedIdentityRepresentation, IdentityProviderRepresentation};
use perennial_domain::upstream::{IdentityLink, IdentityProvider};
use perennial_flows::admin::import::Report;
use serde_json::Value;

pub fn providers(all: Vec<Value>, report: &mut Report) -> Vec<(String, IdentityProvider)> {
    all.into_iter().filter_map(|object| provider(object, report)).collect()
}

fn provider(object: Value, report: &mut Report) -> Option<(String, IdentityProvider)> {
    let what = format!("identityProviders[{}]", object["alias"].as_str().unwrap_or("?"));
    if object["providerId"] != "oidc" {
        report.leave_out(what, "only OpenID Connect is spoken here");
        return None;
    }
    let check = |sent: &IdentityProviderRepresentation| representation::new(sent).map(drop);
    let shape = entry::Shape { what, key: "alias", elsewhere: &["internalId"], check };
    let sent: IdentityProviderRepresentation = entry::read(object, &shape, report)?;
    representation::new(&sent).ok()
}

/// Those of the user that `what` names.
pub fn links(all: Vec<FederatedIdentityRepresentation>, what: &str, report: &mut Report) -> Vec<IdentityLink> {
    let mut taken = Vec::new();
    for sent in all {
        match representation::link(sent.identity_provider.clone().unwrap_or_default(), &sent) {
            Ok(link) => taken.push(link),
            Err(error) => {
                let (field, why) = (error.field.as_deref().unwrap_or_default(), error.text().unwrap_or("is wrong"));
                report.leave_out(format!("{what}.federatedIdentities"), format!("{field} {why}"));
            }
        }
    }
    taken
}
