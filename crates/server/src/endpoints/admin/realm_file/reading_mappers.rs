//! The protocol mappers of a client or client scope in a realm file: those that are known here.

use crate::endpoints::admin::mapper_representation as representation;
use perennial_api::ProtocolMapperRepresentation;
use perennial_flows::admin::{import::Report, mappers::MapperDraft};
use serde_json::Value;

/// Taken out of the object; `None` where it says nothing of mappers.
pub fn take(object: &mut Value, what: &str, report: &mut Report) -> Option<Vec<MapperDraft>> {
    let Value::Array(all) = object.as_object_mut()?.remove("protocolMappers")? else { return None };
    let mut taken: Vec<MapperDraft> = Vec::new();
    for mapper in all {
        let what = format!("{what}.protocolMappers[{}]", mapper["name"].as_str().unwrap_or("?"));
        let provider = mapper["protocolMapper"].as_str().unwrap_or("no provider").to_owned();
        let read = serde_json::from_value::<ProtocolMapperRepresentation>(mapper).map_err(|reason| reason.to_string());
        let drafted = read.and_then(|sent| {
            representation::draft(&sent).map_err(|error| error.text().unwrap_or("it is wrong").to_owned())
        });
        match drafted {
            Ok(draft) if taken.iter().any(|other| other.name == draft.name) => {
                report.leave_out(what, "another one has the same name");
            }
            Ok(draft) => taken.push(draft),
            Err(why) => report.leave_out(what, format!("{provider}: {why}")),
        }
    }
    Some(taken)
}
