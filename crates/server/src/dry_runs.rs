//! Dry runs of bulk endings that are under way at this node: whoever asks for what is being counted already shares that count, and a
//! count that nobody waits for stops.

use perennial_domain::session_filter::SessionFilter;
use perennial_flows::{
    FlowError, FlowResult,
    admin::bulk_revoke::{Done, SoFar},
};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::watch;

/// How long a count goes on for somebody who was told how far it had come, and may ask again.
const KEPT: Duration = Duration::from_secs(30);

/// What is counted: sessions of a realm, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub realm: String,
    pub filter: SessionFilter,
}

type Outcome = Option<Arc<FlowResult<Done>>>;

#[derive(Default)]
pub struct DryRuns {
    running: Mutex<Vec<Weak<DryRun>>>,
}

/// One that goes on as long as somebody holds it.
pub struct DryRun {
    what: Counted,
    so_far: SoFar,
    outcome: watch::Receiver<Outcome>,
}

impl DryRuns {
    /// The count of this that is under way, or one that `count` begins.
    pub fn join<F>(&self, what: Counted, count: impl FnOnce(SoFar) -> F) -> Arc<DryRun>
    where
        F: Future<Output = FlowResult<Done>> + Send + 'static,
    {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|run| run.strong_count() > 0);
        let same = |run: &Arc<DryRun>| run.what == what && run.outcome.borrow().is_none();
        if let Some(run) = running.iter().filter_map(Weak::upgrade).find(same) {
            return run;
        }
        let so_far = SoFar::default();
        let (told, outcome) = watch::channel(None);
        let work = count(so_far.clone());
        tokio::spawn(async move {
            tokio::select! {
                // Nobody holds it any more.
                () = told.closed() => {}
                done = work => drop(told.send(Some(Arc::new(done)))),
            }
        });
        let run = Arc::new(DryRun { what, so_far, outcome });
        running.push(Arc::downgrade(&run));
        run
    }
}

impl DryRun {
    /// When it is through.
    pub async fn done(&self) -> FlowResult<Done> {
        let mut outcome = self.outcome.clone();
        let told = outcome.wait_for(Option::is_some).await;
        match told.ok().and_then(|told| told.clone()).as_deref() {
            Some(Ok(done)) => Ok(done.clone()),
            Some(Err(error)) => Err(told_again(error)),
            None => Err(FlowError::internal("a count of offline sessions was lost")),
        }
    }

    /// Without the sample.
    pub fn so_far(&self) -> Done {
        self.so_far.done()
    }

    /// Goes on for a while without its asker.
    pub fn keep(self: Arc<Self>) {
        tokio::spawn(async move {
            // Whoever is there then takes the answer, or nobody does.
            let _ = tokio::time::timeout(KEPT, self.done()).await;
        });
    }
}

/// For each of those who share the count.
fn told_again(error: &FlowError) -> FlowError {
    match error {
        FlowError::UnknownRealm => FlowError::UnknownRealm,
        FlowError::NotFound(what) => FlowError::NotFound(what),
        FlowError::Internal(reason) => FlowError::Internal(reason.clone()),
        _ => FlowError::NotYet("The sessions could not be counted, please try again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::oneshot;

    fn all_of(realm: &str) -> Counted {
        Counted { realm: realm.to_owned(), filter: SessionFilter::default() }
    }

    /// A count that waits for a word, and tells when it is dropped before.
    async fn waiting(word: oneshot::Receiver<u64>, _dropped: oneshot::Sender<()>) -> FlowResult<Done> {
        let total = word.await.map_err(FlowError::internal)?;
        Ok(Done { total, ..Done::default() })
    }

    #[tokio::test]
    async fn who_asks_for_the_same_shares_one_count() {
        let (runs, begun) = (DryRuns::default(), AtomicUsize::new(0));
        let (say, word) = oneshot::channel();
        let (told, _gone) = oneshot::channel();
        let first = runs.join(all_of("demo"), |_| {
            begun.fetch_add(1, Ordering::Relaxed);
            waiting(word, told)
        });
        let again = |_| {
            begun.fetch_add(1, Ordering::Relaxed);
            async { Ok(Done::default()) }
        };
        let askers: Vec<_> = (0..20).map(|_| runs.join(all_of("demo"), again)).collect();
        assert_eq!(begun.load(Ordering::Relaxed), 1);
        runs.join(all_of("other"), again);
        assert_eq!(begun.load(Ordering::Relaxed), 2, "another realm's is another count");
        say.send(7).expect("somebody waits");
        for asker in askers {
            assert_eq!(asker.done().await.expect("a count").total, 7);
        }
        // What is through is counted anew, also where somebody still holds it.
        assert_eq!(first.done().await.expect("a count").total, 7);
        runs.join(all_of("demo"), again);
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_count_stops_with_the_last_who_waits_for_it() {
        let runs = DryRuns::default();
        let (_say, word) = oneshot::channel();
        let (told, gone) = oneshot::channel();
        let first = runs.join(all_of("demo"), |_| waiting(word, told));
        let second = runs.join(all_of("demo"), |_| async { Ok(Done::default()) });
        drop(first);
        tokio::task::yield_now().await;
        assert!(Arc::strong_count(&second) == 1 && runs.running.lock().expect("unpoisoned").len() == 1);
        drop(second);
        gone.await.expect_err("the count is dropped without a word");
        let anew = runs.join(all_of("demo"), |_| async { Ok(Done { total: 3, ..Done::default() }) });
        assert_eq!(anew.done().await.expect("a count").total, 3);
    }

    #[tokio::test]
    async fn one_that_was_told_of_as_unfinished_goes_on_for_who_asks_again() {
        let runs = DryRuns::default();
        let (say, word) = oneshot::channel();
        let (told, _gone) = oneshot::channel();
        runs.join(all_of("demo"), |_| waiting(word, told)).keep();
        tokio::task::yield_now().await;
        let again = runs.join(all_of("demo"), |_| async { Ok(Done::default()) });
        say.send(5).expect("it goes on");
        assert_eq!(again.done().await.expect("a count").total, 5);
    }

    #[tokio::test]
    async fn a_count_that_fails_is_told_to_all_who_share_it() {
        let runs = DryRuns::default();
        let (say, word) = oneshot::channel::<u64>();
        let (told, _gone) = oneshot::channel();
        let first = runs.join(all_of("demo"), |_| waiting(word, told));
        let second = runs.join(all_of("demo"), |_| async { Ok(Done::default()) });
        drop(say);
        for asker in [first, second] {
            asker.done().await.expect_err("nobody has counted");
        }
    }
}
