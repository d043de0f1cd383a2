//! A JSON body that must be a list, of bounded length.

use super::{admin_recorder, api_answer::ApiRefusal};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use perennial_api::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Future, pin::Pin};

const MOST: usize = 1_000;

pub struct JsonList<T>(pub Vec<T>);

impl<T: DeserializeOwned + 'static> FromRequest for JsonList<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Json::<Value>::from_request(request, payload);
        Box::pin(async move {
            let body = body.await?.into_inner();
            let fits = body.as_array().is_some_and(|list| list.len() <= MOST && list.iter().all(Value::is_object));
            if !fits {
                let text = format!("The request body must be a JSON list of at most {MOST} objects");
                return Err(invalid(text).into());
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
