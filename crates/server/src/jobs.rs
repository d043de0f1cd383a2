//! Background jobs: each repeats at its own pace until the server stops. One that fails or panics is counted and logged, and comes again.

mod bulk_endings;
mod figures;
mod notices;
mod retire_keys;
mod survey;
mod sweep;
mod sweep_endings;
mod sweep_events;
mod sweep_grants;
mod sweep_outbox;
mod sweep_sessions;

use std::sync::Arc;
use std::time::Duration;

use actix_web::{rt, web};
use perennial_crypto::Entropy;
use perennial_domain::outbox::Kind;
use perennial_flows::{FlowError, FlowResult};
use tokio::sync::{RwLock, watch};
use tokio::task::JoinHandle;

pub use self::sweep::Turn;
use crate::audit_log::AuditLog;
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
/// A look for bulk endings that their node has left.
const INTERRUPTED_PERIOD: Duration = Duration::from_secs(10);
/// A walk over those sessions that may be due.
const NOTICES_PERIOD: Duration = Duration::from_secs(1_800);
/// A look whether a walk over all grants is due, which one node makes for all.
const GRANTS_PERIOD: Duration = Duration::from_secs(300);
/// A look at all offline sessions, which takes as long as there are many.
const SURVEY_PERIOD: Duration = Duration::from_secs(300);
const FIRST_SURVEY: Duration = Duration::from_secs(20);
/// A look for audit lines that wait for room on the disk.
const AUDIT_PERIOD: Duration = Duration::from_secs(1);
const FIGURES_PERIOD: Duration = Duration::from_secs(10);
const KEYS_PERIOD: Duration = Duration::from_secs(3_600);

/// Shared by the rounds that come by themselves. Whoever asks for one has it alone: what another has taken up would be left out
/// of it, and still be under way when it is answered.
static ROUNDS: RwLock<()> = RwLock::const_new(());

type State = web::Data<AppState>;
type Stopped = watch::Receiver<bool>;

/// The running jobs.
pub struct Jobs {
    state: State,
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

/// When a job comes for the first time, and how long it rests after it is done.
#[derive(Clone, Copy)]
struct Pace {
    first: Duration,
    period: Duration,
}

/// Starts every job on the calling thread's runtime.
pub fn start(foundation: &Foundation) -> Jobs {
    let entropy = &foundation.site().entropy;
    let steady = |period| Pace { first: period, period };
    let apart = |period| Pace { first: jittered(entropy, period), period };
    let mut jobs = Jobs { state: foundation.state.clone(), stop: watch::channel(false).0, running: Vec::new() };
    let log = Arc::clone(&foundation.audit);
    jobs.spawn("audit", steady(AUDIT_PERIOD), move |_, _| {
        let log = Arc::clone(&log);
        async move { audit(&log).await }
    });
    jobs.spawn("upkeep", steady(UPKEEP_PERIOD), |_, _| async {
        metrics::upkeep();
        Ok(())
    });
    let survey = Pace { first: jittered(entropy, FIRST_SURVEY), period: SURVEY_PERIOD };
    jobs.spawn("survey", survey, |state, stopped| async move { survey::run(&state.site, &stopped).await });
    jobs.spawn("figures", steady(FIGURES_PERIOD), |state, _| async move { figures::run(&state.site).await });
    jobs.spawn("endings", steady(ENDINGS_PERIOD), |state, stopped| async move {
        sweep_endings::run(&state.site, &stopped).await
    });
    jobs.spawn("interrupted", apart(INTERRUPTED_PERIOD), |state, stopped| async move {
        bulk_endings::run(&state.site, &stopped).await
    });
    jobs.spawn("notices", apart(NOTICES_PERIOD), |state, stopped| async move {
        notices::run(&state.site, Turn::Due, &stopped).await
    });
    jobs.spawn("sweep", apart(SWEEP_PERIOD), |state, stopped| swept(state, stopped, Turn::Due));
    jobs.spawn("grants", apart(GRANTS_PERIOD), |state, stopped| async move {
        sweep_grants::run(&state.site, Turn::Due, &stopped).await
    });
    jobs.spawn(
        "keys",
        apart(KEYS_PERIOD),
        |state, stopped| async move { retire_keys::run(&state.site, &stopped).await },
    );
    for kind in Kind::ALL {
        jobs.spawn(kind.as_str(), apart(OUTBOX_PERIOD), move |state, stopped| sent(state, kind, stopped));
    }
    jobs
}

async fn swept(state: State, stopped: Stopped, turn: Turn) -> FlowResult<()> {
    let swept = sweep::run(&state.site, turn, &stopped).await;
    sweep_outbox::run(&state.site, &stopped).await?;
    swept
}

async fn sent(state: State, kind: Kind, stopped: Stopped) -> FlowResult<()> {
    outbox::run(&state, kind, &stopped).await
}

async fn audit(log: &Arc<AuditLog>) -> FlowResult<()> {
    let own = Arc::clone(log);
    let followed = tokio::task::spawn_blocking(move || own.follow()).await.map_err(FlowError::internal)?;
    // `Internal` hides its reason from whoever asks, and nobody asks here.
    if followed.map_err(|error| FlowError::Invalid(format!("the audit log cannot be opened anew: {error}")))? {
        tracing::info!("the audit log was moved away: it goes on in a new file");
    }
    catch_up(log).await;
    Ok(())
}

/// Writes the audit lines that a full disk refused, where there is room again; off the async workers.
pub async fn catch_up(log: &Arc<AuditLog>) {
    if !log.owes() {
        return;
    }
    let log = Arc::clone(log);
    if let Ok(true) = tokio::task::spawn_blocking(move || log.catch_up()).await {
        tracing::info!("the audit lines that waited for room on the disk are written");
    }
}

/// Once every job that a test can wait for: keys and surveys have their own hour. What is queued by one is sent by the next.
/// As at other times none depends on how another fares.
pub async fn run_all(state: &State, log: &Arc<AuditLog>, turn: Turn) -> FlowResult<()> {
    let _alone = ROUNDS.write().await;
    let (_stop, stopped) = watch::channel(false);
    let mut done = audit(log).await;
    metrics::upkeep();
    done = done.and(notices::run(&state.site, turn, &stopped).await);
    for kind in Kind::ALL {
        done = done.and(sent(state.clone(), kind, stopped.clone()).await);
    }
    done = done.and(swept(state.clone(), stopped.clone(), turn).await);
    done = done.and(sweep_endings::run(&state.site, &stopped).await);
    done = done.and(bulk_endings::run(&state.site, &stopped).await);
    done = done.and(sweep_grants::run(&state.site, turn, &stopped).await);
    done.and(figures::run(&state.site).await)
}

impl Jobs {
    fn spawn<F, Work>(&mut self, name: &'static str, pace: Pace, job: F)
    where
        F: Fn(State, Stopped) -> Work + 'static,
        Work: Future<Output = FlowResult<()>> + 'static,
    {
        let (state, stopped) = (self.state.clone(), self.stop.subscribe());
        let step = {
            let stopped = stopped.clone();
            move || once(name, job(state.clone(), stopped.clone()))
        };
        self.running.push(rt::spawn(repeat(stopped, pace, step)));
    }

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

/// On a task of its own, so that a panic ends this round and not the job.
async fn once(name: &'static str, work: impl Future<Output = FlowResult<()>> + 'static) {
    let _among_others = ROUNDS.read().await;
    match rt::spawn(work).await {
        Ok(Ok(())) => metrics::job_done(name),
        Ok(Err(error)) => {
            metrics::job_failed(name);
            tracing::warn!(%error, job = name, "a background job failed; it comes again");
        }
        Err(error) => {
            metrics::job_failed(name);
            tracing::error!(%error, job = name, "a background job panicked; it comes again");
        }
    }
}

/// Runs `step` after `first`, and again `period` after it is done.
async fn repeat<Step: Future<Output = ()>>(mut stopped: Stopped, pace: Pace, step: impl Fn() -> Step) {
    let mut pause = pace.first;
    while !*stopped.borrow() {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(pause) => step().await,
        }
        pause = pace.period;
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
    use std::rc::Rc;

    use super::*;

    const AT_ONCE: Pace = Pace { first: Duration::ZERO, period: Duration::ZERO };

    #[actix_web::test]
    async fn a_job_repeats_until_it_is_stopped_whatever_becomes_of_a_round() {
        crate::metrics::start().unwrap();
        let (stop, stopped) = watch::channel(false);
        let (stop, rounds) = (Rc::new(stop), Rc::new(Cell::new(0)));
        let step = || {
            let (stop, rounds) = (Rc::clone(&stop), Rc::clone(&rounds));
            once("trial", async move {
                rounds.set(rounds.get() + 1);
                match rounds.get() {
                    1 => panic!("a round's own trouble"),
                    2 => return Err(FlowError::internal("another's")),
                    4 => drop(stop.send(true)),
                    _ => {}
                }
                Ok(())
            })
        };
        repeat(stopped, AT_ONCE, step).await;
        assert_eq!(rounds.get(), 4);
        let told = crate::metrics::render();
        assert!(told.contains(r#"perennial_job_failures_total{job="trial"} 2"#), "{told}");
        assert!(told.contains(r#"perennial_job_success_timestamp_seconds{job="trial"} "#), "{told}");
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
