//! The mappers that the built-in client scopes of a fresh realm carry, with Keycloak's names. `sub`, `acr` and `auth_time` are said of
//! every token by the server itself, so the scopes `basic` and `acr` carry none.

use super::{MapperKind, ProtocolMapper};
use crate::ids::MapperId;
use std::collections::BTreeMap;
use uuid::Uuid;

type Config = &'static [(&'static str, &'static str)];

/// name, attribute, claim
const PROFILE: [(&str, &str, &str); 11] = [
    ("middle name", "middleName", "middle_name"),
    ("nickname", "nickname", "nickname"),
    ("profile", "profile", "profile"),
    ("picture", "picture", "picture"),
    ("website", "website", "website"),
    ("gender", "gender", "gender"),
    ("birthdate", "birthdate", "birthdate"),
    ("zoneinfo", "zoneinfo", "zoneinfo"),
    ("locale", "locale", "locale"),
    ("given name", "firstName", "given_name"),
    ("family name", "lastName", "family_name"),
];
const EVERYWHERE: Config = &[
    ("access.token.claim", "true"),
    ("id.token.claim", "true"),
    ("userinfo.token.claim", "true"),
    ("introspection.token.claim", "true"),
];
const ACCESS: Config = &[("access.token.claim", "true"), ("introspection.token.claim", "true")];
const ADDRESS: Config = &[
    ("user.attribute.formatted", "formatted"),
    ("user.attribute.street", "street"),
    ("user.attribute.locality", "locality"),
    ("user.attribute.region", "region"),
    ("user.attribute.postal_code", "postal_code"),
    ("user.attribute.country", "country"),
];

/// Of the built-in scope of this name; each mapper gets an id of its own.
pub fn standard_mappers(scope: &str, mut id: impl FnMut() -> Uuid) -> Vec<ProtocolMapper> {
    use MapperKind as Kind;
    let mut mapper = |name: &str, kind: Kind, targets: Config, config: Config| {
        let config = targets.iter().chain(config).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        ProtocolMapper { id: MapperId(id()), name: name.to_owned(), kind, config: config.collect::<BTreeMap<_, _>>() }
    };
    let mut of_attribute = |(name, attribute, claim): (&str, &str, &str), json: &str| {
        let mut made = mapper(name, Kind::UserAttribute, EVERYWHERE, &[]);
        for (key, value) in [("user.attribute", attribute), ("claim.name", claim), ("jsonType.label", json)] {
            made.config.insert(key.to_owned(), value.to_owned());
        }
        made
    };
    match scope {
        "profile" => {
            let mut all: Vec<ProtocolMapper> = PROFILE.into_iter().map(|one| of_attribute(one, "String")).collect();
            all.push(of_attribute(("username", "username", "preferred_username"), "String"));
            all.push(of_attribute(("updated at", "updatedAt", "updated_at"), "long"));
            all.push(mapper("full name", Kind::FullName, EVERYWHERE, &[]));
            all
        }
        "email" => {
            let verified: Config =
                &[("user.attribute", "emailVerified"), ("claim.name", "email_verified"), ("jsonType.label", "boolean")];
            let email = of_attribute(("email", "email", "email"), "String");
            vec![email, mapper("email verified", Kind::UserProperty, EVERYWHERE, verified)]
        }
        "address" => vec![mapper("address", Kind::Address, EVERYWHERE, ADDRESS)],
        "phone" => vec![
            of_attribute(("phone number", "phoneNumber", "phone_number"), "String"),
            of_attribute(("phone number verified", "phoneNumberVerified", "phone_number_verified"), "boolean"),
        ],
        "roles" => {
            let realm: Config =
                &[("claim.name", "realm_access.roles"), ("jsonType.label", "String"), ("multivalued", "true")];
            let client: Config = &[
                ("claim.name", "resource_access.${client_id}.roles"),
                ("jsonType.label", "String"),
                ("multivalued", "true"),
            ];
            vec![
                mapper("realm roles", Kind::RealmRoles, ACCESS, realm),
                mapper("client roles", Kind::ClientRoles, ACCESS, client),
                mapper("audience resolve", Kind::AudienceResolve, ACCESS, &[]),
            ]
        }
        "web-origins" => vec![mapper("allowed web origins", Kind::AllowedOrigins, ACCESS, &[])],
        "microprofile-jwt" => {
            let groups: Config = &[("claim.name", "groups"), ("jsonType.label", "String"), ("multivalued", "true")];
            let upn = of_attribute(("upn", "username", "upn"), "String");
            vec![upn, mapper("groups", Kind::RealmRoles, EVERYWHERE, groups)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapper::rules_of;

    #[test]
    fn every_standard_mapper_is_one_that_an_admin_could_make() {
        let scopes =
            ["profile", "email", "address", "phone", "roles", "web-origins", "microprofile-jwt", "acr", "basic"];
        for (scope, count) in scopes.into_iter().zip([14, 2, 1, 2, 3, 1, 2, 0, 0]) {
            let mappers = standard_mappers(scope, Uuid::nil);
            assert_eq!(rules_of(&mappers).len(), mappers.len(), "{scope}");
            assert_eq!(mappers.len(), count, "{scope}");
        }
    }
}
