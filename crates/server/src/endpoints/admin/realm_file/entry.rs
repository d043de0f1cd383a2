//! One object of a realm file between JSON and its representation: fields that are wrong are left out one by one, those that are
//! not known are told.

use perennial_api::ApiError;
use perennial_flows::admin::import::Report;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// Fields that say nothing of their own: Keycloak's bookkeeping, or told in another way.
const SILENT: [&str; 22] = [
    "access",
    "alwaysDisplayInConsole",
    "bearerOnly",
    "clientRole",
    "composite",
    "containerId",
    "createdTimestamp",
    "disableableCredentialTypes",
    "frontchannelLogout",
    "id",
    "implicitFlowEnabled",
    "nodeReRegistrationTimeout",
    "origin",
    "serviceAccountClientId",
    "surrogateAuthRequired",
    "totp",
    "keycloakVersion",
    "userManagedAccessAllowed",
    "self",
    "realm",
    "requiredCredentials",
    "defaultRole",
];

/// Without this field the object names nothing.
pub struct Shape<T> {
    /// Like `clients[app]`.
    pub what: String,
    pub key: &'static str,
    /// Fields that are read elsewhere.
    pub elsewhere: &'static [&'static str],
    pub check: fn(&T) -> Result<(), ApiError>,
}

/// The object without what is wrong in it; `None` where nothing useful is left.
pub fn read<T: DeserializeOwned + Serialize>(mut object: Value, shape: &Shape<T>, report: &mut Report) -> Option<T> {
    loop {
        let read: T = match serde_json::from_value(object.clone()) {
            Ok(read) => read,
            Err(reason) => {
                report.leave_out(&shape.what, format!("it does not fit: {reason}"));
                return None;
            }
        };
        let Err(error) = (shape.check)(&read) else {
            tell_unknown(&object, &read, shape, report);
            return Some(read);
        };
        let errors = if error.errors.is_empty() { vec![error] } else { error.errors };
        for error in errors {
            let why = error.text().unwrap_or("is wrong").to_owned();
            let field = error.field.unwrap_or_default();
            if field == shape.key || !remove(&mut object, &field) {
                report.leave_out(&shape.what, format!("{field} {why}"));
                return None;
            }
            report.leave_out(format!("{}.{field}", shape.what), why);
        }
    }
}

/// `attributes.a.b` is the field `a.b` of `attributes`.
fn remove(object: &mut Value, field: &str) -> bool {
    let Some(fields) = object.as_object_mut() else { return false };
    if fields.remove(field).is_some() {
        return true;
    }
    let Some((outer, inner)) = field.split_once('.') else { return false };
    fields.get_mut(outer).and_then(Value::as_object_mut).is_some_and(|inside| inside.remove(inner).is_some())
}

fn tell_unknown<T: Serialize>(object: &Value, read: &T, shape: &Shape<T>, report: &mut Report) {
    let (Some(sent), Ok(Value::Object(known))) = (object.as_object(), serde_json::to_value(read)) else { return };
    let mut unknown: Vec<&str> = sent
        .iter()
        .filter(|(name, value)| !is_known(name, &known, shape.elsewhere) && says_something(value))
        .map(|(name, _)| name.as_str())
        .collect();
    unknown.sort_unstable();
    if !unknown.is_empty() {
        report.leave_out(&shape.what, format!("there is nothing here for {}", unknown.join(", ")));
    }
}

fn is_known(name: &str, known: &Map<String, Value>, elsewhere: &[&str]) -> bool {
    known.contains_key(name) || elsewhere.contains(&name) || SILENT.contains(&name)
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty(),
        Value::Object(all) => !all.is_empty(),
        Value::Bool(true) => true,
        Value::Number(number) => number.as_i64() != Some(0),
    }
}
