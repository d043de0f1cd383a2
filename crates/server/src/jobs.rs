//! Background jobs: each repeats at its own pace until the server stops. A job that fails logs it and comes again.

mod figures;
mod notices;
mod retire_keys;
mod survey;
mod sweep;
mod sweep_endings;
mod sweep_events;
mod sweep_grants;
mod sweep_outbox;

use std::time::Duration;

use actix_web::{rt, web};
use perennial_crypto::Entropy;
use perennial_domain::outbox::Kind;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::metrics;
use crate::outbox;
use crate::serve::foundation::Foundation;
use crate::state::AppState;

const UPKEEP_PERIOD: Duration = Duration::from_secs(5);
const SWEEP_PERIOD: Duration = Duration::from_secs(60);
/// How long something new in the outbox may lie there; looking costs one short read.
const OUTBOX_PERIOD: Duration = Duration::from_secs(1);
/// A look for bulk endings that left rows behind.
const ENDINGS_PERIOD: Duration = Duration::from_secs(1);
/// A walk over those sessions that may be due.
const NOTICES_PERIOD: Duration = Duration::from_secs(1_800);
/// A walk over all grants; what has ended is refused long before it is removed.
const GRANTS_PERIOD: Duration = Duration::from_secs(3_600);
/// A look at all offline sessions, which takes as long as there are many.
const SURVEY_PERIOD: Duration = Duration::from_secs(300);
const FIRST_SURVEY: Duration = Duration::from_secs(20);
const FIGURES_PERIOD: Duration = Duration::from_secs(10);
const KEYS_PERIOD: Duration = Duration::from_secs(3_600);

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

/// Starts every job on the calling thread's runtime.
pub fn start(foundation: &Foundation) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let entropy = &foundation.site().entropy;
    let sweep = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || {
            sweep::run(&state.site, &stopped).await;
            sweep_outbox::run(&state.site, &stopped).await;
        }
    };
    let grants = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || sweep_grants::run(&state.site, &stopped).await
    };
    let endings = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || sweep_endings::run(&state.site, &stopped).await
    };
    let survey = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || survey::run(&state.site, &stopped).await
    };
    let keys = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || retire_keys::run(&state.site, &stopped).await
    };
    let told = {
        let (state, stopped) = (foundation.state.clone(), stopped.clone());
        async move || notices::run(&state.site, &stopped).await
    };
    let counted = {
        let state = foundation.state.clone();
        async move || figures::run(&state.site).await
    };
    let mut running = vec![
        rt::spawn(repeat(stopped.clone(), (FIGURES_PERIOD, FIGURES_PERIOD), counted)),
        rt::spawn(repeat(stopped.clone(), (jittered(entropy, FIRST_SURVEY), SURVEY_PERIOD), survey)),
        rt::spawn(repeat(stopped.clone(), (jittered(entropy, NOTICES_PERIOD), NOTICES_PERIOD), told)),
        rt::spawn(repeat(stopped.clone(), (UPKEEP_PERIOD, UPKEEP_PERIOD), async || metrics::upkeep())),
        rt::spawn(repeat(stopped.clone(), (jittered(entropy, SWEEP_PERIOD), SWEEP_PERIOD), sweep)),
        rt::spawn(repeat(stopped.clone(), (ENDINGS_PERIOD, ENDINGS_PERIOD), endings)),
        rt::spawn(repeat(stopped.clone(), (jittered(entropy, GRANTS_PERIOD), GRANTS_PERIOD), grants)),
        rt::spawn(repeat(stopped.clone(), (jittered(entropy, KEYS_PERIOD), KEYS_PERIOD), keys)),
    ];
    for kind in Kind::ALL {
        let (state, watched) = (foundation.state.clone(), stopped.clone());
        let send = async move || outbox::run(&state, kind, &watched).await;
        running.push(rt::spawn(repeat(stopped.clone(), (jittered(entropy, OUTBOX_PERIOD), OUTBOX_PERIOD), send)));
    }
    Jobs { stop, running }
}

/// Every job once, now. What is queued by one is sent by the next.
pub async fn run_all(state: &web::Data<AppState>) {
    let (_stop, stopped) = watch::channel(false);
    notices::run(&state.site, &stopped).await;
    for kind in Kind::ALL {
        outbox::run(state, kind, &stopped).await;
    }
    sweep::run(&state.site, &stopped).await;
    sweep_outbox::run(&state.site, &stopped).await;
    sweep_endings::run(&state.site, &stopped).await;
    sweep_grants::run(&state.site, &stopped).await;
    figures::run(&state.site).await;
}

impl Jobs {
    /// Waits for the batch that each job is at.
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
async fn repeat(mut stopped: watch::Receiver<bool>, (first, period): (Duration, Duration), step: impl AsyncFn()) {
    let mut pause = first;
    while !*stopped.borrow() {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(pause) => step().await,
        }
        pause = period;
    }
}

/// Somewhere in the second half of the period, so that nodes which started together do not work together.
fn jittered(entropy: &Entropy, period: Duration) -> Duration {
    let share = f64::from(u16::from_be_bytes(entropy.bytes())) / f64::from(u16::MAX);
    period.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[actix_web::test]
    async fn a_job_repeats_until_it_is_stopped() {
        let (stop, stopped) = watch::channel(false);
        let rounds = Cell::new(0);
        let step = async || {
            rounds.set(rounds.get() + 1);
            if rounds.get() == 3 {
                let _ = stop.send(true);
            }
        };
        repeat(stopped, (Duration::ZERO, Duration::ZERO), step).await;
        assert_eq!(rounds.get(), 3);
    }

    #[test]
    fn the_first_run_is_neither_at_once_nor_later_than_a_period() {
        let entropy = Entropy::seeded(1);
        for _ in 0..100 {
            let first = jittered(&entropy, SWEEP_PERIOD);
            assert!(first >= SWEEP_PERIOD / 2 && first <= SWEEP_PERIOD, "{first:?}");
        }
    }
}
