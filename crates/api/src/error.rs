//! The one error shape of the admin and account APIs: `{"error": …}` or `{"errorMessage": …}`, as Keycloak has both.
//! The protocol endpoints' OAuth errors are not this.

use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiError {
    /// Not found, not allowed, not possible: Keycloak's text for the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(rename = "error_description", skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
    /// What is wrong with the data sent, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// JSON name of the field that `error_message` is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where several fields are wrong, one entry for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ApiError>,
}

impl ApiError {
    pub const USER_NOT_FOUND: &'static str = "User not found";
    pub const CLIENT_NOT_FOUND: &'static str = "Client not found";
    pub const REALM_NOT_FOUND: &'static str = "Realm not found.";
    pub const RESOURCE_NOT_FOUND: &'static str = "Resource not found";
    pub const SESSION_NOT_FOUND: &'static str = "Session not found";

    /// `{"error": text}`
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { error: Some(text.into()), ..Self::default() }
    }

    /// `{"errorMessage": text}`
    #[must_use]
    pub fn message(text: impl Into<String>) -> Self {
        Self { error_message: Some(text.into()), ..Self::default() }
    }

    /// `{"field": …, "errorMessage": text}`
    #[must_use]
    pub fn at_field(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::message(text) }
    }

    /// Several fields at once; a single one keeps the flat form.
    #[must_use]
    pub fn at_fields(mut errors: Vec<ApiError>) -> Self {
        if errors.len() == 1 {
            return errors.swap_remove(0);
        }
        Self { errors, ..Self::default() }
    }

    /// The most telling text there is.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let own = self.error_message.as_deref().or(self.error_description.as_deref()).or(self.error.as_deref());
        own.or_else(|| self.errors.iter().find_map(ApiError::text))
    }

    /// What is said about one field.
    #[must_use]
    pub fn for_field(&self, field: &str) -> Option<&str> {
        if self.field.as_deref() == Some(field) {
            return self.text();
        }
        self.errors.iter().find_map(|error| error.for_field(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn not_found_is_keycloaks_text_under_error() {
        let error = ApiError::error(ApiError::CLIENT_NOT_FOUND);
        assert_eq!(to_value(&error).unwrap(), json!({"error": "Client not found"}));
    }

    #[test]
    fn a_field_error_names_the_json_field() {
        let error = ApiError::at_field("offlineSessionLimit", "must not be negative");
        let value = json!({"field": "offlineSessionLimit", "errorMessage": "must not be negative"});
        assert_eq!(to_value(&error).unwrap(), value);
        assert_eq!(error.for_field("offlineSessionLimit"), Some("must not be negative"));
        assert_eq!(error.for_field("enabled"), None);
    }

    #[test]
    fn several_field_errors_are_listed_and_found_by_name() {
        let error: ApiError = from_value(json!({"errors": [
            {"field": "a", "errorMessage": "too small", "params": ["a", 1]},
            {"field": "b", "errorMessage": "too large"}
        ]}))
        .unwrap();
        assert_eq!(error.for_field("b"), Some("too large"));
        assert_eq!(error.text(), Some("too small"));
    }

    #[test]
    fn an_oauth_style_error_is_readable_too() {
        let error: ApiError = from_value(json!({"error": "unknown_error", "error_description": "Try later"})).unwrap();
        assert_eq!(error.text(), Some("Try later"));
    }
}
