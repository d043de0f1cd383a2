//! A JSON body that must be an object: serde alone would take an array for a representation whose fields are all optional.

use super::{admin_recorder, api_answer::ApiRefusal};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use perennial_api::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Future, pin::Pin};

pub struct JsonObject<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonObject<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Json::<Value>::from_request(request, payload);
        Box::pin(async move {
            let body = body.await?.into_inner();
            if !body.is_object() {
                return Err(invalid("The request body must be a JSON object".into()).into());
            }
            admin_recorder::describe(&body);
            let read = serde_json::from_value(body);
            read.map(Self).map_err(|reason| invalid(format!("The request body does not fit: {reason}")).into())
        })
    }
}

fn invalid(text: String) -> ApiRefusal {
    ApiRefusal::Invalid(ApiError::message(text))
}
