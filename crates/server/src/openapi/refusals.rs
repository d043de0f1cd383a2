//! How endpoints refuse: each status once, in the admin and account APIs' error shape and in that of OAuth.

use super::{operation::Access, schemas::Schemas};
use perennial_api::ApiError;
use serde_json::{Map, Value, json};

const MEANINGS: [(u16, &str, &str); 10] = [
    (400, "Invalid", "What was sent is malformed or breaks a rule"),
    (401, "Unauthorized", "Nobody is signed in, or the credentials are not good here"),
    (403, "Forbidden", "Not allowed"),
    (404, "NotFound", "It does not exist, or not in this realm"),
    (408, "Late", "The request took too long to arrive"),
    (409, "Conflict", "It exists already, or what it belongs to is gone"),
    (412, "Changed", "It was changed since it was read"),
    (413, "TooLarge", "The body is larger than 256 KiB, or a realm file than 16 MiB"),
    (415, "WrongMediaType", "The body is of another media type"),
    (503, "Unavailable", "Temporarily unavailable: please try again, after the seconds of Retry-After"),
];

/// Which an operation may answer.
pub fn statuses(access: Access, has_body: bool, further: &[u16]) -> Vec<u16> {
    let mut all: Vec<u16> = match access {
        Access::Anyone => vec![400, 404, 503],
        _ => vec![400, 401, 403, 404, 503],
    };
    if has_body {
        all.extend([408, 413, 415]);
    }
    all.extend(further);
    all
}

pub fn reference(access: Access, status: u16) -> Value {
    let name = MEANINGS.iter().find(|(own, ..)| *own == status).map_or("Invalid", |(_, name, _)| name);
    let shape = match access {
        Access::Admin | Access::Account => "",
        Access::Client | Access::Token | Access::Registration | Access::Anyone => "OAuth",
    };
    json!({"$ref": format!("#/components/responses/{shape}{name}")})
}

pub fn components(schemas: &mut Schemas) -> Map<String, Value> {
    let of_api = schemas.answered(|own| own.subschema_for::<ApiError>());
    let of_oauth = json!({
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {"type": "string", "description": "A code of RFC 6749 §5.2 or one that extends it"},
            "error_description": {"type": "string"}
        }
    });
    let mut all = Map::new();
    for (status, name, description) in MEANINGS {
        for (shape, schema) in [("", &of_api), ("OAuth", &of_oauth)] {
            let mut told = json!({"description": description, "content": {"application/json": {"schema": schema}}});
            if status == 503 {
                told["headers"] = json!({"Retry-After": {"description": "Seconds", "schema": {"type": "string"}}});
            }
            all.insert(format!("{shape}{name}"), told);
        }
    }
    all
}
