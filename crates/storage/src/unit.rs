//! A unit of work as the store's machinery sees it: something to run once inside a transaction, and then to answer
//! once its transaction's fate is known. A panic is contained here and costs the unit only.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{StorageError, Tx};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Discard,
}

pub(crate) trait Unit: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// `fate` is an error where the transaction around the unit could not be completed.
    fn answer(self: Box<Self>, fate: Result<(), StorageError>);
}

pub(crate) struct Job<T, E, F> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job<T, E, F> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), outcome: None, reply }, answer)
    }
}

impl<T, E, F> Unit for Job<T, E, F>
where
    T: Send,
    E: From<StorageError> + Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let Some(work) = self.work.take() else {
            return Verdict::Discard;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)))
            .unwrap_or_else(|panic| Err(StorageError::unavailable(panic_message(&*panic)).into()));
        let verdict = if outcome.is_ok() { Verdict::Keep } else { Verdict::Discard };
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(self: Box<Self>, fate: Result<(), StorageError>) {
        let outcome = match fate {
            Err(error) => Err(error.into()),
            Ok(()) => {
                self.outcome.unwrap_or_else(|| Err(StorageError::unavailable("the unit of work did not run").into()))
            }
        };
        // Nobody waits any more: what was committed stays committed.
        let _ = self.reply.send(outcome);
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a unit of work panicked: {text}")
}
