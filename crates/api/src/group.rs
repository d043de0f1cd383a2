//! Groups as the admin API shows and accepts them.

use crate::user::lists;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `GroupRepresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `/outer/inner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Absent at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_group_count: Option<usize>,
    /// In answers to a search those that it found; `/children` lists all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::objects::optional_list")]
    pub sub_groups: Option<Vec<GroupRepresentation>>,
    /// On input, all of them: one that is not named is taken away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lists")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::attributes"))]
    pub attributes: Option<BTreeMap<String, Vec<String>>>,
    /// Names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm_roles: Option<Vec<String>>,
    /// Names by `clientId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_roles: Option<BTreeMap<String, Vec<String>>>,
}

/// `GET …/count` of groups.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    pub count: usize,
}
