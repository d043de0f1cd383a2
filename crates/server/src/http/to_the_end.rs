//! Middleware: a request that has arrived is carried out to its end, also when whoever sent it has gone. A unit of work commits
//! without them, so what follows it (the audit line, the ending of a reused family, the rows of a deleted realm) must not depend
//! on a connection that a phone leaves behind in a tunnel.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorServiceUnavailable,
    middleware::Next,
    rt,
};
use std::panic::resume_unwind;
use tracing::Instrument as _;

/// On a task of its own, which nobody drops. What bounds a request's time lies within.
pub async fn carry<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match rt::spawn(next.call(request).in_current_span()).await {
        Ok(answered) => answered,
        Err(ended) if ended.is_panic() => resume_unwind(ended.into_panic()),
        Err(_) => Err(ErrorServiceUnavailable("The server is stopping.")),
    }
}
