//! JSON Schemas of the contract's types: as they are answered, and where that differs, as they are accepted.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Gives a type's schema to a generator.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

const PREFIX: &str = "#/components/schemas/";
/// Behind the names of types as they are accepted.
const ACCEPTED: &str = "Input";

pub struct Schemas {
    answered: SchemaGenerator,
    accepted: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let settings =
            || SchemaSettings::draft2020_12().with(|own| own.definitions_path = "/components/schemas".into());
        Self {
            answered: settings().for_serialize().into_generator(),
            accepted: settings().for_deserialize().into_generator(),
        }
    }

    pub fn answered(&mut self, of: SchemaOf) -> Value {
        of(&mut self.answered).to_value()
    }

    pub fn accepted(&mut self, of: SchemaOf) -> Value {
        let mut schema = of(&mut self.accepted).to_value();
        rename(&mut schema);
        schema
    }

    pub fn into_components(mut self) -> Map<String, Value> {
        let mut all = self.answered.take_definitions(true);
        for (name, mut schema) in self.accepted.take_definitions(true) {
            rename(&mut schema);
            all.insert(format!("{name}{ACCEPTED}"), schema);
        }
        all
    }
}

/// Points references of an accepted type at accepted types.
fn rename(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && target.starts_with(PREFIX)
            {
                target.push_str(ACCEPTED);
            }
            members.values_mut().for_each(rename);
        }
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}

/// The fields of a type as parameters of a query, where nothing can be null.
pub fn query_of<T: JsonSchema>() -> Vec<Value> {
    let inline = SchemaSettings::draft2020_12().with(|own| own.inline_subschemas = true);
    let schema = inline.into_generator().into_root_schema_for::<T>().to_value();
    let required = schema["required"].clone();
    let fields = schema["properties"].as_object().cloned().unwrap_or_default();
    let parameter = |(name, mut schema): (String, Value)| {
        if let Some(first) = schema["type"].as_array().and_then(|types| types.first()).cloned() {
            schema["type"] = first;
        }
        if let Some(members) = schema.as_object_mut() {
            members.remove("default");
        }
        let is_required = required.as_array().is_some_and(|names| names.contains(&json!(name)));
        json!({"name": name, "in": "query", "required": is_required, "schema": schema})
    };
    fields.into_iter().map(parameter).collect()
}
