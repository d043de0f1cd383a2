//! Middleware: a request that has arrived is carried out to its end, also when whoever sent it has gone. A unit of work commits
//! without them, so what follows it (the audit line, the ending of a reused family, the rows of a deleted realm) must not depend
//! on a connection that a phone leaves behind in a tunnel, nor on how long it takes. Its audit lines are on disk before it is answered.
//! What only looks, and for long, can ask here whether anybody waits.

use super::{
    arrival::Arrival,
    late::{self, Patience, Shape},
};
use crate::{audit_log::AuditLog, health::Stopping};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorServiceUnavailable,
    http::ConnectionType,
    middleware::Next,
    rt, web,
};
use std::{
    future,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    task::JoinError,
    time::{sleep, timeout},
};
use tracing::Instrument as _;

/// Ends bodies that trickle in.
const ARRIVAL_TIMEOUT: Duration = Duration::from_secs(60);

/// Between two looks for what is under way.
const LOOK: Duration = Duration::from_millis(20);

/// Requests under way, whether or not anybody still waits for them.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// When none is under way, or this time is over.
pub async fn all_is_carried_out(at_most: Duration) {
    let done = async {
        while UNDER_WAY.load(Ordering::Acquire) > 0 {
            sleep(LOOK).await;
        }
    };
    if timeout(at_most, done).await.is_err() {
        tracing::warn!("requests that take too long are cut off");
    }
}

struct Working;

impl Working {
    fn begin() -> Self {
        UNDER_WAY.fetch_add(1, Ordering::AcqRel);
        Self
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Beside a request: its other end goes with the connection.
struct Asker(oneshot::Receiver<()>);

/// When whoever sent the request has left. To be asked once.
pub async fn asker_has_gone(request: &HttpRequest) {
    let asker = request.extensions_mut().remove::<Asker>();
    match asker {
        // Nothing is ever sent: it ends with the sender.
        Some(asker) => {
            let _ = asker.0.await;
        }
        None => future::pending().await,
    }
}

/// On a task of its own, which goes on when its asker has gone or was told to come back. Only a request that has not arrived whole is
/// dropped.
pub async fn carry<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let log = request.app_data::<web::Data<AuditLog>>().cloned().map(web::Data::into_inner);
    let (mut patience, shape) = (Patience::of(&request), Shape::of(&request));
    let stopping = request.app_data::<web::Data<Stopping>>().cloned();
    let (_here, asker) = oneshot::channel();
    request.extensions_mut().insert(Asker(asker));
    let arrival = Arrival::watch(&mut request);
    let working = Working::begin();
    let work = next.call(request);
    let work = async move {
        let _working = working;
        let mut answered = match log {
            Some(log) => log.carry(work).await,
            None => work.await,
        }?;
        if stopping.is_some_and(|stopping| stopping.has_begun()) {
            // Whoever asks next is to ask another node.
            answered.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        }
        Ok::<_, Error>(answered)
    };
    let mut work = rt::spawn(work.in_current_span());
    // Nobody waits at all where a test says so.
    if let Some(mut arrival) = arrival {
        tokio::select! {
            biased;
            done = &mut work, if !patience.is_zero() => return answer_of(done),
            () = arrival.is_through() => {}
            () = sleep(ARRIVAL_TIMEOUT) => patience = patience.saturating_sub(ARRIVAL_TIMEOUT),
        }
        if arrival.is_awaited() {
            work.abort();
            tracing::warn!("a request took too long to arrive");
            return Err(late::never_arrived());
        }
    }
    if !patience.is_zero()
        && let Ok(done) = timeout(patience, &mut work).await
    {
        return answer_of(done);
    }
    metrics::counter!("perennial_late_answers_total").increment(1);
    tracing::warn!("a request takes too long to be answered; it goes on without its asker");
    Err(late::unanswered(shape))
}

fn answer_of<B>(done: Result<Result<ServiceResponse<B>, Error>, JoinError>) -> Result<ServiceResponse<B>, Error> {
    match done {
        Ok(answered) => answered,
        Err(ended) if ended.is_panic() => resume_unwind(ended.into_panic()),
        Err(_) => Err(ErrorServiceUnavailable("The server is stopping.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{
        App, HttpResponse,
        dev::Service as _,
        middleware::from_fn,
        test::{TestRequest, init_service},
    };
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[actix_web::test]
    async fn what_goes_on_for_somebody_hears_that_they_have_left() {
        let has_heard = Arc::new(Notify::new());
        let heard = Arc::clone(&has_heard);
        let wait = move |request: HttpRequest| {
            let heard = Arc::clone(&heard);
            async move {
                asker_has_gone(&request).await;
                heard.notify_one();
                HttpResponse::Ok().finish()
            }
        };
        let app = init_service(App::new().wrap(from_fn(carry)).route("/", web::get().to(wait))).await;
        let call = app.call(TestRequest::get().to_request());
        assert!(timeout(Duration::from_millis(50), call).await.is_err(), "somebody still waits");
        assert!(UNDER_WAY.load(Ordering::Acquire) > 0, "a stop waits for it");
        timeout(Duration::from_secs(30), has_heard.notified()).await.expect("it hears of it");
        all_is_carried_out(Duration::from_secs(30)).await;
        assert_eq!(UNDER_WAY.load(Ordering::Acquire), 0);
    }
}
