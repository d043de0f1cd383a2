//! Background jobs: each repeats at its own pace until the server stops. A job that fails logs it and comes again.

use std::future::Future;
use std::time::Duration;

use actix_web::rt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::metrics;
use crate::serve::foundation::Foundation;

const UPKEEP_PERIOD: Duration = Duration::from_secs(5);

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

/// Starts every job on the calling thread's runtime.
pub fn start(_foundation: &Foundation) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let upkeep = repeat(stopped, UPKEEP_PERIOD, UPKEEP_PERIOD, async || metrics::upkeep());
    Jobs { stop, running: vec![rt::spawn(upkeep)] }
}

impl Jobs {
    /// Waits for the step that each job is at.
    pub async fn stop(self) {
        // Nobody listens where every job has ended already.
        let _ = self.stop.send(true);
        for job in self.running {
            if let Err(error) = job.await {
                tracing::error!(%error, "a background job ended in a panic");
            }
        }
    }
}

/// Runs `step` after `first`, and again `period` after it is done.
async fn repeat<F: Future<Output = ()>>(
    mut stopped: watch::Receiver<bool>,
    first: Duration,
    period: Duration,
    step: impl Fn() -> F,
) {
    let mut pause = first;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(pause) => {}
        }
        step().await;
        pause = period;
    }
}
