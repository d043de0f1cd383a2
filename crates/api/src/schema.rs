//! JSON Schemas of the types that write their own JSON.

use crate::{policy::EndsBy, policy::ReplayWindow, session::BlockedBy};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

impl JsonSchema for ReplayWindow {
    fn schema_name() -> Cow<'static, str> {
        "ReplayWindow".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How long the predecessor of an unproven refresh token still yields the same successor; a number is in seconds.",
            "oneOf": [
                {"enum": ["auto", "until-proven"]},
                {"type": "integer", "minimum": 0, "maximum": u32::MAX},
                {"type": "string", "pattern": "^[0-9]{1,9}$"}
            ]
        })
    }
}

impl JsonSchema for EndsBy {
    fn schema_name() -> Cow<'static, str> {
        "EndsBy".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Which limit ends a session first; further ones may come.",
            "examples": ["idle", "max", "consent", "approval", "not-before", "floor"]
        })
    }
}

impl JsonSchema for BlockedBy {
    fn schema_name() -> Cow<'static, str> {
        "BlockedBy".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "What blocks a session for now; further causes may come.",
            "examples": ["client-disabled", "user-disabled", "role", "scope", "consent"]
        })
    }
}

/// `attributes` of users and groups: lists of values, and on input one value or null as well.
pub fn attributes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["object", "null"],
        "additionalProperties": {
            "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}, {"type": "null"}]
        }
    })
}
