//! What the rules say about one user, client and session: claims for a token, and the services that it is for.

use super::{
    claim_tree::{ClaimTree, ClaimValue},
    rule::{AddressParts, Claim, JsonType, Note, Property, Rule, Source, Targets},
};
use crate::{
    client::Client,
    grant::Grant,
    ids::{GroupId, RoleId},
    realm_model::RealmModel,
    role::{ADMIN_ROLE, REALM_MANAGEMENT_CLIENT},
    user::User,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Everything that a claim can be about.
pub struct Teller<'a> {
    pub model: &'a RealmModel,
    /// Whose token it is.
    pub client: &'a Client,
    pub user: &'a User,
    /// Those of the user's roles that the client carries.
    pub roles: &'a BTreeSet<RoleId>,
    pub groups: &'a [GroupId],
    pub grant: &'a Grant,
    /// Where the token is for some services only: the roles of others are not told. Empty: no such limit.
    pub audience: &'a [String],
}

impl<'a> Teller<'a> {
    /// The claims of those rules that `wanted` picks.
    pub fn claims(&self, rules: &[&'a Rule], wanted: impl Fn(&Targets) -> bool) -> ClaimTree<'a> {
        let mut tree = ClaimTree::default();
        for rule in rules.iter().copied().filter(|rule| wanted(&rule.targets)) {
            self.tell(&rule.source, &mut tree);
        }
        tree
    }

    /// The services that an access token is for: those that mappers name, and each other client whose roles it carries. `azp` never
    /// stands in its own audience.
    pub fn audience(&self, rules: &[&'a Rule]) -> Vec<String> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut management = false;
        for rule in rules.iter().copied().filter(|rule| rule.targets.access) {
            match &rule.source {
                Source::Audience(name) => drop(names.insert(name)),
                Source::AudienceResolve => {
                    names.extend(self.roles_by_client().into_keys());
                    management |= self.is_admin_of_all();
                }
                _ => {}
            }
        }
        names.remove(self.client.client_id.as_str());
        // The admin role of `master` is a realm role; the admin API is still the audience it is meant for.
        if management {
            names.insert(REALM_MANAGEMENT_CLIENT);
        }
        names.into_iter().map(str::to_owned).collect()
    }

    fn is_admin_of_all(&self) -> bool {
        self.model.find_realm_role(ADMIN_ROLE).is_some_and(|role| self.roles.contains(&role.id))
    }

    fn tell(&self, source: &'a Source, tree: &mut ClaimTree<'a>) {
        match source {
            Source::Attribute(name, claim) => self.tell_values(claim, self.user.values_of(name), tree),
            Source::Property(property, claim) => {
                self.tell_values(claim, self.property(*property).into_iter().collect(), tree);
            }
            Source::FullName => {
                if let Some(name) = self.user.full_name() {
                    tree.put(std::iter::once("name"), ClaimValue::Text(name.into()));
                }
            }
            Source::Address(parts) => self.tell_address(parts, tree),
            Source::RealmRoles { prefix, claim } => {
                let mut names: Vec<&'a str> = self.realm_roles().collect();
                names.sort_unstable();
                tell_names(claim.path.segments(), claim, prefix, &names, tree);
            }
            Source::ClientRoles { of, prefix, claim } => {
                for (client, names) in self.roles_by_client() {
                    let is_meant = of.as_deref().is_none_or(|name| name == client);
                    let reaches = self.audience.is_empty() || self.audience.iter().any(|name| name == client);
                    if is_meant && reaches {
                        tell_names(claim.path.for_client(client), claim, prefix, &names, tree);
                    }
                }
            }
            Source::AllowedOrigins => {
                let origins: Vec<_> = self.client.origins().into_iter().map(ClaimValue::Text).collect();
                if !origins.is_empty() {
                    tree.put(std::iter::once("allowed-origins"), ClaimValue::List(origins));
                }
            }
            Source::Hardcoded(path, value) => tree.put(path.segments(), ClaimValue::Json(Cow::Borrowed(value))),
            Source::Groups { full_path, claim } => {
                let mut names: Vec<Cow<'a, str>> =
                    self.groups.iter().filter_map(|id| self.model.group_name(*id, *full_path)).collect();
                names.sort_unstable();
                if !names.is_empty() {
                    tree.put(claim.segments(), ClaimValue::List(names.into_iter().map(ClaimValue::Text).collect()));
                }
            }
            Source::SessionNote(note, claim) => self.tell_values(claim, self.note(*note).into_iter().collect(), tree),
            Source::Audience(_) | Source::AudienceResolve => {}
        }
    }

    /// A value that is not of the claim's type is left out: half a claim would be worse than none.
    fn tell_values(&self, claim: &'a Claim, values: Vec<Cow<'a, str>>, tree: &mut ClaimTree<'a>) {
        let mut typed = values.into_iter().filter_map(|text| typed(claim.json, text));
        let value = if claim.multivalued {
            let all: Vec<ClaimValue<'a>> = typed.collect();
            (!all.is_empty()).then_some(ClaimValue::List(all))
        } else {
            typed.next()
        };
        if let Some(value) = value {
            tree.put(claim.path.segments(), value);
        }
    }

    fn tell_address(&self, parts: &'a AddressParts, tree: &mut ClaimTree<'a>) {
        for (member, attribute) in parts {
            if let Some(text) = self.user.values_of(attribute).into_iter().next() {
                tree.put(["address", member].into_iter(), ClaimValue::Text(text));
            }
        }
    }

    fn property(&self, property: Property) -> Option<Cow<'a, str>> {
        let flag = |is_set: bool| Cow::Borrowed(if is_set { "true" } else { "false" });
        let user = self.user;
        match property {
            Property::Id => Some(user.id.to_string().into()),
            Property::Username => Some(user.username.as_str().into()),
            Property::Email => user.email.as_deref().map(Cow::Borrowed),
            // Nothing is known of an address that nobody gave.
            Property::EmailVerified => user.email.is_some().then(|| flag(user.email_verified)),
            Property::FirstName => user.first_name.as_deref().map(Cow::Borrowed),
            Property::LastName => user.last_name.as_deref().map(Cow::Borrowed),
            Property::Enabled => Some(flag(user.enabled)),
            Property::CreatedAt => Some(user.created_at.as_ms().to_string().into()),
        }
    }

    fn note(&self, note: Note) -> Option<Cow<'a, str>> {
        let text = match note {
            Note::AuthTime => self.grant.auth_at.as_s().to_string(),
            Note::ClientId => return Some(self.client.client_id.as_str().into()),
            Note::ClientAddress => self.grant.began_from.ip.clone(),
            Note::DeviceLabel => self.grant.device_label().unwrap_or_default().to_owned(),
            Note::Unknown => return None,
        };
        Some(text).filter(|text| !text.is_empty()).map(Cow::Owned)
    }

    fn realm_roles(&self) -> impl Iterator<Item = &'a str> {
        let (model, roles) = (self.model, self.roles);
        let found = roles.iter().filter_map(|id| model.roles.get(id)).filter(|role| role.client_id.is_none());
        found.map(|role| role.name.as_str())
    }

    fn roles_by_client(&self) -> BTreeMap<&'a str, Vec<&'a str>> {
        let model = self.model;
        let mut by_client: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for role in self.roles.iter().filter_map(|id| model.roles.get(id)) {
            if let Some(client) = role.client_id.and_then(|id| model.clients.get(&id)) {
                by_client.entry(&client.client_id).or_default().push(&role.name);
            }
        }
        by_client
    }
}

/// Names of roles: a list, or as Keycloak writes one text of them.
fn tell_names<'a>(
    path: impl Iterator<Item = &'a str>,
    claim: &'a Claim,
    prefix: &'a str,
    names: &[&'a str],
    tree: &mut ClaimTree<'a>,
) {
    if names.is_empty() {
        return;
    }
    let named = |name: &&'a str| match prefix {
        "" => Cow::Borrowed(*name),
        prefix => Cow::Owned(format!("{prefix}{name}")),
    };
    let value = if claim.multivalued {
        ClaimValue::List(names.iter().map(|name| ClaimValue::Text(named(name))).collect())
    } else {
        let all: Vec<Cow<'_, str>> = names.iter().map(named).collect();
        ClaimValue::Text(format!("[{}]", all.join(", ")).into())
    };
    tree.put(path, value);
}

fn typed(json: JsonType, text: Cow<'_, str>) -> Option<ClaimValue<'_>> {
    match json {
        JsonType::Text => Some(ClaimValue::Text(text)),
        JsonType::Whole => text.trim().parse().ok().map(ClaimValue::Whole),
        JsonType::Flag => text.trim().to_ascii_lowercase().parse().ok().map(ClaimValue::Flag),
        JsonType::Json => serde_json::from_str(&text).ok().map(|value| ClaimValue::Json(Cow::Owned(value))),
    }
}
