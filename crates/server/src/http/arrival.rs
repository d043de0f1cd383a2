//! Whether a request's body is still on its way: told by the body itself, as it is read.

use actix_web::{
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::Method,
    web::Bytes,
};
use futures_core::Stream;
use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};
use tokio::sync::oneshot;

/// What is known of a body beside the request that carries it.
pub struct Arrival {
    /// Its other end goes with the last byte, or with the body.
    rest: oneshot::Receiver<()>,
    is_awaited: Rc<Cell<bool>>,
}

struct Watched {
    body: Payload,
    rest: Option<oneshot::Sender<()>>,
    is_awaited: Rc<Cell<bool>>,
}

impl Arrival {
    /// `None` where the request has no body.
    pub fn watch(request: &mut ServiceRequest) -> Option<Self> {
        if matches!(*request.method(), Method::GET | Method::HEAD) || matches!(request.parts().1, Payload::None) {
            return None;
        }
        let body = request.parts_mut().1.take();
        let is_awaited = Rc::new(Cell::new(false));
        let (sender, rest) = oneshot::channel();
        let watched = Watched { body, rest: Some(sender), is_awaited: Rc::clone(&is_awaited) };
        request.set_payload(Payload::Stream { payload: Box::pin(watched) });
        Some(Self { rest, is_awaited })
    }

    /// When all of it has come, or nobody reads it any more.
    pub async fn is_through(&mut self) {
        // Nothing is ever sent: it ends with the sender.
        let _ = (&mut self.rest).await;
    }

    /// Whether a reader waits for more of it.
    pub fn is_awaited(&self) -> bool {
        self.is_awaited.get()
    }
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let part = Pin::new(&mut self.body).poll_next(context);
        self.is_awaited.set(part.is_pending());
        if !matches!(part, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
            self.rest = None;
        }
        part
    }
}

impl Drop for Watched {
    /// Whoever read it has stopped, and says why.
    fn drop(&mut self) {
        self.is_awaited.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use std::future::poll_fn;

    /// A body of one part that is followed by silence.
    struct Trickle(Option<Bytes>);

    impl Stream for Trickle {
        type Item = Result<Bytes, PayloadError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0.take().map_or(Poll::Pending, |part| Poll::Ready(Some(Ok(part))))
        }
    }

    async fn next(body: &mut Payload) -> Poll<Option<usize>> {
        poll_fn(|context| Poll::Ready(Pin::new(&mut *body).poll_next(context)))
            .await
            .map(|part| part.map(|part| part.expect("a part").len()))
    }

    #[actix_web::test]
    async fn a_body_is_awaited_while_somebody_reads_and_nothing_comes() {
        let mut request = TestRequest::post().to_srv_request();
        request.set_payload(Payload::Stream { payload: Box::pin(Trickle(Some(Bytes::from_static(b"half")))) });
        let mut arrival = Arrival::watch(&mut request).expect("a body");
        let mut body = request.parts_mut().1.take();
        assert!(!arrival.is_awaited(), "nobody reads it yet");
        assert_eq!(next(&mut body).await, Poll::Ready(Some(4)));
        assert!(!arrival.is_awaited());
        assert_eq!(next(&mut body).await, Poll::Pending);
        assert!(arrival.is_awaited());
        drop(body);
        arrival.is_through().await;
        assert!(!arrival.is_awaited(), "whoever read it has refused it for another reason");
    }

    #[actix_web::test]
    async fn a_body_that_was_read_to_its_end_is_through() {
        let mut request = TestRequest::post().set_payload("all of it").to_srv_request();
        let mut arrival = Arrival::watch(&mut request).expect("a body");
        let mut body = request.parts_mut().1.take();
        assert_eq!(next(&mut body).await, Poll::Ready(Some(9)));
        assert_eq!(next(&mut body).await, Poll::Ready(None));
        arrival.is_through().await;
        assert!(!arrival.is_awaited());
    }

    #[actix_web::test]
    async fn what_has_no_body_has_arrived() {
        let mut request = TestRequest::get().to_srv_request();
        assert!(Arrival::watch(&mut request).is_none());
    }
}
