//! What a mapper's configuration means: parsed and checked when it is saved, and once for each loaded realm.

use super::{
    MapperKind,
    claim_path::{ClaimPath, Writes},
};
use serde_json::Value;
use std::collections::BTreeMap;

type Config = BTreeMap<String, String>;

/// Where a mapper's claim is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Targets {
    pub access: bool,
    pub id: bool,
    pub userinfo: bool,
    pub introspection: bool,
}

/// Keycloak's `jsonType.label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    Text,
    Whole,
    Flag,
    Json,
}

/// A claim, and how its values are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub path: ClaimPath,
    pub json: JsonType,
    /// As a list of all values; otherwise the first one alone.
    pub multivalued: bool,
}

/// Facts about a user that are no attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    Id,
    Username,
    Email,
    EmailVerified,
    FirstName,
    LastName,
    Enabled,
    CreatedAt,
}

/// Facts about the session that a token is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    AuthTime,
    ClientId,
    ClientAddress,
    DeviceLabel,
    /// One that no session here has.
    Unknown,
}

/// The user attributes that an address (OIDC Core §5.1.1) is put together from, by member.
pub type AddressParts = [(&'static str, String); 6];

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Attribute(String, Claim),
    Property(Property, Claim),
    FullName,
    Address(AddressParts),
    RealmRoles {
        prefix: String,
        claim: Claim,
    },
    /// `of`: the `clientId` whose roles are told; `None`: each client's.
    ClientRoles {
        of: Option<String>,
        prefix: String,
        claim: Claim,
    },
    Audience(String),
    AudienceResolve,
    AllowedOrigins,
    Hardcoded(ClaimPath, Value),
    Groups {
        full_path: bool,
        claim: ClaimPath,
    },
    SessionNote(Note, Claim),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub targets: Targets,
    pub source: Source,
}

/// What is wrong with which key of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub key: &'static str,
    pub text: &'static str,
}

impl Rule {
    pub fn parse(kind: MapperKind, config: &Config) -> Result<Self, ConfigError> {
        let reader = Reader(config);
        Ok(Self { targets: reader.targets(kind)?, source: reader.source(kind)? })
    }

    /// Whether the token carries roles of the user by it.
    pub fn tells_roles(&self) -> bool {
        let of_roles =
            matches!(self.source, Source::RealmRoles { .. } | Source::ClientRoles { .. } | Source::AudienceResolve);
        of_roles && self.targets.access
    }
}

struct Reader<'a>(&'a Config);

impl Reader<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn require(&self, key: &'static str) -> Result<&str, ConfigError> {
        self.get(key).ok_or(ConfigError { key, text: "must be given" })
    }

    fn flag(&self, key: &'static str, absent: bool) -> Result<bool, ConfigError> {
        match self.get(key) {
            None => Ok(absent),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(ConfigError { key, text: "must be true or false" }),
        }
    }

    /// A switch that is absent is off, but introspection follows the access token, as in Keycloak.
    fn targets(&self, kind: MapperKind) -> Result<Targets, ConfigError> {
        let resolves = matches!(kind, MapperKind::AudienceResolve | MapperKind::AllowedOrigins);
        let access = self.flag("access.token.claim", resolves)?;
        Ok(Targets {
            access,
            id: self.flag("id.token.claim", false)?,
            userinfo: self.flag("userinfo.token.claim", false)?,
            introspection: self.flag("introspection.token.claim", access)?,
        })
    }

    fn path(&self, writes: Writes) -> Result<ClaimPath, ConfigError> {
        let key = "claim.name";
        ClaimPath::parse(self.require(key)?, writes).map_err(|text| ConfigError { key, text })
    }

    fn json_type(&self) -> Result<JsonType, ConfigError> {
        match self.get("jsonType.label") {
            None | Some("String") => Ok(JsonType::Text),
            Some("long" | "int") => Ok(JsonType::Whole),
            Some("boolean") => Ok(JsonType::Flag),
            Some("JSON") => Ok(JsonType::Json),
            Some(_) => Err(ConfigError { key: "jsonType.label", text: "must be String, long, int, boolean or JSON" }),
        }
    }

    fn claim(&self, writes: Writes) -> Result<Claim, ConfigError> {
        Ok(Claim { path: self.path(writes)?, json: self.json_type()?, multivalued: self.flag("multivalued", false)? })
    }

    fn source(&self, kind: MapperKind) -> Result<Source, ConfigError> {
        let text = |key| self.get(key).unwrap_or_default().to_owned();
        Ok(match kind {
            MapperKind::UserAttribute => {
                Source::Attribute(self.require("user.attribute")?.to_owned(), self.claim(Writes::Other)?)
            }
            MapperKind::UserProperty => Source::Property(self.property()?, self.claim(Writes::Other)?),
            MapperKind::FullName => Source::FullName,
            MapperKind::Address => Source::Address(self.address()),
            MapperKind::RealmRoles => Source::RealmRoles {
                prefix: text("usermodel.realmRoleMapping.rolePrefix"),
                claim: self.claim(Writes::RealmRoles)?,
            },
            MapperKind::ClientRoles => Source::ClientRoles {
                of: self.get("usermodel.clientRoleMapping.clientId").map(str::to_owned),
                prefix: text("usermodel.clientRoleMapping.rolePrefix"),
                claim: self.claim(Writes::ClientRoles)?,
            },
            MapperKind::Audience => Source::Audience(self.audience()?),
            MapperKind::AudienceResolve => Source::AudienceResolve,
            MapperKind::AllowedOrigins => Source::AllowedOrigins,
            MapperKind::Hardcoded => self.hardcoded()?,
            MapperKind::Groups => {
                Source::Groups { full_path: self.flag("full.path", true)?, claim: self.path(Writes::Other)? }
            }
            MapperKind::SessionNote => Source::SessionNote(self.note()?, self.claim(Writes::Other)?),
        })
    }

    fn property(&self) -> Result<Property, ConfigError> {
        let key = "user.attribute";
        Ok(match self.require(key)? {
            "id" => Property::Id,
            "username" => Property::Username,
            "email" => Property::Email,
            "emailVerified" => Property::EmailVerified,
            "firstName" => Property::FirstName,
            "lastName" => Property::LastName,
            "enabled" => Property::Enabled,
            "createdTimestamp" => Property::CreatedAt,
            _ => {
                return Err(ConfigError { key, text: "is no property of users; an attribute has a mapper of its own" });
            }
        })
    }

    fn address(&self) -> AddressParts {
        let member = |claim: &'static str, part: &str, absent: &str| {
            (claim, self.get(&format!("user.attribute.{part}")).unwrap_or(absent).to_owned())
        };
        [
            member("formatted", "formatted", "formatted"),
            member("street_address", "street", "street"),
            member("locality", "locality", "locality"),
            member("region", "region", "region"),
            member("postal_code", "postal_code", "postal_code"),
            member("country", "country", "country"),
        ]
    }

    /// A client of the realm, or any other name: both just as text, so that a renamed client is no broken mapper.
    fn audience(&self) -> Result<String, ConfigError> {
        let key = "included.client.audience";
        let name = self.get(key).or_else(|| self.get("included.custom.audience"));
        let name =
            name.ok_or(ConfigError { key, text: "must name a client, or included.custom.audience an audience" })?;
        Ok(name.to_owned())
    }

    fn hardcoded(&self) -> Result<Source, ConfigError> {
        let key = "claim.value";
        let (path, text) = (self.path(Writes::Other)?, self.get(key).unwrap_or_default());
        let value = match self.json_type()? {
            JsonType::Text => Some(Value::from(text)),
            JsonType::Whole => text.trim().parse::<i64>().ok().map(Value::from),
            JsonType::Flag => text.trim().parse::<bool>().ok().map(Value::from),
            JsonType::Json => serde_json::from_str(text).ok(),
        };
        Ok(Source::Hardcoded(
            path,
            value.ok_or(ConfigError { key, text: "is not of the type that jsonType.label names" })?,
        ))
    }

    fn note(&self) -> Result<Note, ConfigError> {
        Ok(match self.require("user.session.note")? {
            "AUTH_TIME" => Note::AuthTime,
            "clientId" | "client_id" => Note::ClientId,
            "clientAddress" | "clientHost" | "ipAddress" => Note::ClientAddress,
            "deviceLabel" => Note::DeviceLabel,
            _ => Note::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(entries: &[(&str, &str)]) -> Config {
        entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_key_may_not_say_is_named() {
        let wrong = |kind, entries: &[(&str, &str)]| Rule::parse(kind, &config(entries)).unwrap_err().key;
        assert_eq!(wrong(MapperKind::UserAttribute, &[("claim.name", "x")]), "user.attribute");
        assert_eq!(wrong(MapperKind::UserAttribute, &[("user.attribute", "x")]), "claim.name");
        assert_eq!(wrong(MapperKind::Hardcoded, &[("claim.name", "sub"), ("claim.value", "root")]), "claim.name");
        let number = [("claim.name", "n"), ("claim.value", "many"), ("jsonType.label", "int")];
        assert_eq!(wrong(MapperKind::Hardcoded, &number), "claim.value");
        assert_eq!(wrong(MapperKind::Groups, &[("claim.name", "g"), ("full.path", "maybe")]), "full.path");
        assert_eq!(
            wrong(MapperKind::UserProperty, &[("claim.name", "x"), ("user.attribute", "password")]),
            "user.attribute"
        );
        assert_eq!(wrong(MapperKind::Audience, &[]), "included.client.audience");
    }

    #[test]
    fn an_absent_switch_is_off_and_introspection_follows_the_access_token() {
        let of = |entries: &[(&str, &str)]| Rule::parse(MapperKind::FullName, &config(entries)).expect("legal").targets;
        let none = Targets { access: false, id: false, userinfo: false, introspection: false };
        assert_eq!(of(&[]), none);
        assert_eq!(of(&[("access.token.claim", "true")]), Targets { access: true, introspection: true, ..none });
        let hidden = of(&[("access.token.claim", "true"), ("introspection.token.claim", "false")]);
        assert_eq!(hidden, Targets { access: true, ..none });
    }
}
