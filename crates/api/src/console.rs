//! The few calls that only the consoles make, about their own session.

use serde::{Deserialize, Serialize};

/// `GET …/console/me`: who is signed in to this console.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Me {
    pub username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub realm: String,
    /// BCP 47 tag of the language chosen in the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Admins: those roles of `realm-management` that count in their realm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Admins of all realms, who need no role of one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_realms: bool,
}

/// Answer of `POST …/console/logout`: where the page goes to end the session at the provider, too.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleLogout {
    pub redirect: String,
}

/// Header that every changing call of a console carries; a foreign page cannot send it without a preflight.
pub const CONSOLE_HEADER: &str = "X-Perennial-Console";
/// Its value.
pub const CONSOLE_HEADER_VALUE: &str = "1";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_known_of_the_person_is_left_out() {
        let me = Me { username: "admin".into(), realm: "master".into(), ..Default::default() };
        assert_eq!(serde_json::to_value(&me).unwrap(), json!({"username": "admin", "realm": "master"}));
    }
}
