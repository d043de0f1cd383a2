//! For members that must be JSON objects: serde by itself would take an array for a representation whose fields are all optional.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(OfMap(PhantomData))
    }
}

pub fn one<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|object| object.0)
}

pub fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|object| object.0))
}

pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(deserializer)?.into_iter().map(|object| object.0).collect())
}

pub fn optional_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let read = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(read.map(|objects| objects.into_iter().map(|object| object.0).collect()))
}

#[cfg(test)]
mod tests {
    use crate::{UserRepresentation, preview::PreviewRequest, session_search::RevokeRequest};
    use serde_json::{Value, from_value, json};

    fn is_read<T: serde::de::DeserializeOwned>(value: Value) -> bool {
        from_value::<T>(value).is_ok()
    }

    #[test]
    fn an_array_is_no_object_wherever_it_stands() {
        assert!(is_read::<UserRepresentation>(json!({"credentials": [{"value": "a"}]})));
        assert!(is_read::<UserRepresentation>(json!({"credentials": null})));
        assert!(!is_read::<UserRepresentation>(json!({"credentials": [["password", "a"]]})));
        assert!(is_read::<RevokeRequest>(json!({"filter": {"client": "a"}})));
        assert!(!is_read::<RevokeRequest>(json!({"filter": []})));
        assert!(is_read::<PreviewRequest>(json!({"client": {"id": "a"}})));
        assert!(!is_read::<PreviewRequest>(json!({"client": []})));
    }
}
