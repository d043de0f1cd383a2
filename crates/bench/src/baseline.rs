//! The bare signatures that the machine can make at this moment, on all cores at once: what a refresh is compared with.

use std::time::Duration;

use anyhow::{Result, anyhow};
use perennial_crypto::{SignatureRate, SigningAlgorithm};

use crate::{machine, stats};

const MEASURED_FOR: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
pub struct Baseline {
    /// On all cores together, by the wall clock.
    pub per_second: f64,
    /// CPU time of one signature, in microseconds; unlike the rate, other load hardly changes it.
    pub cpu_us: f64,
}

/// Keys of the same kind as the realm's, one a core.
pub fn measure(algorithm: SigningAlgorithm) -> Result<Baseline> {
    let own = std::process::id();
    let before = machine::cpu_time(own);
    let threads: Vec<_> = (0..machine::cores())
        .map(|_| std::thread::spawn(move || SignatureRate::measure(algorithm, MEASURED_FOR)))
        .collect();
    let mut per_second = 0.0;
    for thread in threads {
        per_second += thread.join().map_err(|_| anyhow!("a signing thread panicked"))??.per_second;
    }
    let cpu = machine::cpu_time(own).saturating_sub(before);
    let signatures = per_second * MEASURED_FOR.as_secs_f64();
    Ok(Baseline { per_second, cpu_us: stats::ratio(cpu.as_secs_f64() * 1e6, signatures) })
}
