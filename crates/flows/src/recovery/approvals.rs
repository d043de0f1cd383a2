//! An admin's consent for a client, taken back as far as the log took it back: to the scopes and the end that both have. One that
//! was given or changed after the line stays as it is.

use super::Applied;
use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::lapsed::queue};
use perennial_domain::{ClientId, Timestamp, admin_consent::AdminConsent, lapse::Lapses};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, clients};

/// A client's consent as a line of the log left it.
pub(super) struct Left {
    pub client: ClientId,
    /// None at all: it was taken away.
    pub scopes: ScopeSet,
    pub ends_at: Option<Timestamp>,
    /// When it was written.
    pub at: Timestamp,
}

pub(super) async fn shrink(site: &Site, realm_name: &str, left: Left) -> FlowResult<Applied> {
    let Left { client, scopes, ends_at, at } = left;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut client = realm.client(client)?.clone();
        let stands = client.settings.admin_consent.clone();
        let Some(stands) = stands.filter(|consent| consent.updated_at <= at) else { return Ok(false) };
        let left = what_both_have(&stands, &scopes, ends_at);
        if left == stands {
            return Ok(false);
        }
        let left = Some(AdminConsent { updated_at: at, ..left }).filter(|left| !left.scopes.is_empty());
        let lapses = Lapses::of(&realm.model, &client, left.as_ref(), at);
        if lapses != client.settings.lapses {
            queue(tx, realm, &client, &lapses, None)?;
        }
        client.settings.lapses = lapses;
        client.settings.admin_consent = left;
        Ok(clients::update(tx, realm.model.realm.id, &realm.stored(client))?)
    };
    match site.change(realm_name, unit).await {
        Ok((changed, _)) => Ok(Applied::of(changed)),
        Err(FlowError::UnknownRealm) => Ok(Applied::OtherRealm),
        Err(FlowError::NotFound(_)) => Ok(Applied::AsItWas),
        Err(error) => Err(error),
    }
}

fn what_both_have(stands: &AdminConsent, scopes: &ScopeSet, ends_at: Option<Timestamp>) -> AdminConsent {
    let mut left = stands.clone();
    left.scopes.retain(|name, _| scopes.contains(name));
    left.ends_at = [stands.ends_at, ends_at].into_iter().flatten().min();
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (scopes and end that stand, those of the line, what is left)
    #[test]
    fn what_is_left_is_never_more_than_either() {
        type Case = (&'static str, Option<i64>);
        let cases: [(Case, Case, Case); 5] = [
            (("a b", None), ("a", None), ("a", None)),
            (("a", None), ("a b", None), ("a", None)),
            (("a", None), ("a", Some(5)), ("a", Some(5))),
            (("a", Some(4)), ("a", Some(5)), ("a", Some(4))),
            (("a", Some(5)), ("", None), ("", Some(5))),
        ];
        let end = |end_s: Option<i64>| end_s.map(Timestamp::from_s);
        let consent = |(scopes, ends_at_s): Case| AdminConsent {
            scopes: ScopeSet::lenient(scopes).iter().map(|name| (name.to_owned(), Timestamp::default())).collect(),
            ends_at: end(ends_at_s),
            ..AdminConsent::default()
        };
        for (stands, line, left) in cases {
            let both = what_both_have(&consent(stands), &ScopeSet::lenient(line.0), end(line.1));
            assert_eq!(both, consent(left), "{stands:?} {line:?}");
        }
    }
}
