//! What a refresh token says: its claims and their exact JSON (offline-access rules, "Tokens"). A token is derived
//! from a grant's row, so the bytes must depend on nothing but these values; the keys are in `refresh_key`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// The claim `typ`, spelt as Keycloak's clients expect it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefreshTokenType {
    /// Belongs to an offline session.
    Offline,
    /// Belongs to an online grant, which dies with its user session.
    Refresh,
}

impl RefreshTokenType {
    /// As the claim has it, and introspection says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "Offline",
            Self::Refresh => "Refresh",
        }
    }
}

/// The claim `jti`: `<grant id>.<generation>`. One spelling only: lower-case hyphenated UUID, decimal without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefreshTokenId {
    pub grant_id: Uuid,
    pub generation: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token id")]
pub struct InvalidRefreshTokenId;

/// All that goes into a token, serialised in this order. Changing a name, the order or the absence of a field changes the
/// bytes of every token in the field, and with them the promise that a retry gets the same token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefreshClaims<'a> {
    pub typ: RefreshTokenType,
    pub iss: &'a str,
    pub azp: &'a str,
    pub sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    pub jti: RefreshTokenId,
    /// The stored stamp of this generation in whole seconds since the epoch, rounded down.
    #[serde(rename = "iat")]
    pub iat_s: i64,
    /// The earliest fixed end in seconds since the epoch; absent where none is fixed.
    #[serde(rename = "exp", skip_serializing_if = "Option::is_none")]
    pub exp_s: Option<i64>,
    pub scope: &'a str,
}

/// The claims that the server reads back. The others only inform the client.
#[derive(Deserialize)]
pub(crate) struct BelievedClaims {
    pub typ: RefreshTokenType,
    pub iss: String,
    pub azp: String,
    pub jti: RefreshTokenId,
    pub iat: i64,
}

impl RefreshTokenId {
    pub fn new(grant_id: Uuid, generation: u64) -> Self {
        Self { grant_id, generation }
    }
}

impl fmt::Display for RefreshTokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.grant_id.as_hyphenated(), self.generation)
    }
}

impl FromStr for RefreshTokenId {
    type Err = InvalidRefreshTokenId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (grant_id, generation) = text.split_once('.').ok_or(InvalidRefreshTokenId)?;
        let id = Self {
            grant_id: Uuid::try_parse(grant_id).map_err(|_| InvalidRefreshTokenId)?,
            generation: generation.parse().map_err(|_| InvalidRefreshTokenId)?,
        };
        // Both parsers know other spellings (braces, upper case, "+1", "007").
        if id.to_string() == text { Ok(id) } else { Err(InvalidRefreshTokenId) }
    }
}

impl Serialize for RefreshTokenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RefreshTokenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GRANT: &str = "018f8c5e-7b1a-7c3d-9e2f-0123456789ab";

    #[test]
    fn a_type_has_one_name() {
        for typ in [RefreshTokenType::Offline, RefreshTokenType::Refresh] {
            assert_eq!(serde_json::to_value(typ).unwrap(), typ.as_str());
        }
    }

    #[test]
    fn the_json_of_claims_is_fixed() {
        let claims = RefreshClaims {
            typ: RefreshTokenType::Offline,
            iss: "https://id.example/realms/demo",
            azp: "nightly-backup",
            sub: "018f8c5e-0000-7000-8000-000000000001",
            sid: Some("018f8c5e-0000-7000-8000-000000000002"),
            jti: RefreshTokenId::new(GRANT.parse().unwrap(), 3),
            iat_s: 1_700_000_000,
            exp_s: Some(1_705_184_000),
            scope: "openid offline_access",
        };
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            concat!(
                r#"{"typ":"Offline","iss":"https://id.example/realms/demo","azp":"nightly-backup","#,
                r#""sub":"018f8c5e-0000-7000-8000-000000000001","sid":"018f8c5e-0000-7000-8000-000000000002","#,
                r#""jti":"018f8c5e-7b1a-7c3d-9e2f-0123456789ab.3","iat":1700000000,"exp":1705184000,"#,
                r#""scope":"openid offline_access"}"#
            )
        );
        let endless = RefreshClaims { sid: None, exp_s: None, typ: RefreshTokenType::Refresh, ..claims };
        let json = serde_json::to_string(&endless).unwrap();
        assert!(json.starts_with(r#"{"typ":"Refresh""#) && !json.contains("sid") && !json.contains("exp"), "{json}");
    }

    #[test]
    fn only_the_one_spelling_of_an_id_is_read() {
        let id: RefreshTokenId = format!("{GRANT}.0").parse().unwrap();
        assert_eq!((id.grant_id.to_string().as_str(), id.generation), (GRANT, 0));
        for wrong in [
            String::new(),
            GRANT.to_owned(),
            format!("{GRANT}."),
            format!("{GRANT}.-1"),
            format!("{GRANT}.+1"),
            format!("{GRANT}.01"),
            format!("{GRANT}.1 "),
            format!("{GRANT}.1.2"),
            format!("{GRANT}.18446744073709551616"),
            format!("{}.1", GRANT.to_uppercase()),
            format!("{}.1", GRANT.replace('-', "")),
            format!("{{{GRANT}}}.1"),
        ] {
            assert_eq!(wrong.parse::<RefreshTokenId>(), Err(InvalidRefreshTokenId), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn every_id_is_read_back_as_it_was_written(grant in any::<u128>(), generation in any::<u64>()) {
            let id = RefreshTokenId::new(Uuid::from_u128(grant), generation);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
