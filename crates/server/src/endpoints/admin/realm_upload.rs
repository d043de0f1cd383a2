//! A realm file as a request's body: read for those only who may import it, and parsed apart from the workers that answer everybody
//! else, since it may be long.

use super::caller::AdminCaller;
use crate::{
    http::{admin_recorder, api_answer::ApiRefusal},
    serve::limits,
};
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::JsonPayloadError, mime, web};
use perennial_api::ApiError;
use perennial_flows::{FlowError, FlowResult, admin::Caller};
use serde_json::Value;
use std::{future::Future, pin::Pin};

pub struct RealmUpload {
    pub caller: Caller,
    /// An object.
    pub file: Value,
}

impl FromRequest for RealmUpload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let AdminCaller(caller) = AdminCaller::extract(&request).await?;
            may_import(&caller, request.match_info().get("realm")).map_err(ApiRefusal::Flow)?;
            let file = read(&request, &mut payload).await?;
            if !file.is_object() {
                let invalid = ApiError::message("The request body must be a JSON object");
                return Err(ApiRefusal::Invalid(invalid).into());
            }
            admin_recorder::describe(&file);
            Ok(Self { caller, file })
        })
    }
}

/// As the use cases judge it once more; what no realm is named for makes one.
fn may_import(caller: &Caller, realm: Option<&str>) -> FlowResult<()> {
    match realm {
        None => caller.require_master_admin(),
        Some(realm) if caller.is_whole_admin_of(realm) => Ok(()),
        Some(_) => Err(FlowError::Forbidden),
    }
}

async fn read(request: &HttpRequest, payload: &mut Payload) -> Result<Value, Error> {
    let wrong = |error: JsonPayloadError| limits::json_error(error, request.path());
    let kind = request.mime_type().ok().flatten();
    if !kind.is_some_and(|kind| kind.subtype() == mime::JSON || kind.suffix() == Some(mime::JSON)) {
        return Err(wrong(JsonPayloadError::ContentType));
    }
    let body = web::Bytes::from_request(request, payload).await?;
    let parsed = web::block(move || serde_json::from_slice(&body)).await?;
    parsed.map_err(|reason| wrong(JsonPayloadError::Deserialize(reason)))
}
