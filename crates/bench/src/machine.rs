//! What the figures were taken on: cores and load, and what processes have used so far. Linux's `/proc` only; elsewhere the
//! figures are zero.

use std::fs;
use std::time::Duration;

/// The kernel reports CPU time to programs in hundredths of a second (`USER_HZ`).
const TICKS_PER_S: f64 = 100.0;

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub fn describe() {
    println!("{} cores, load average {}", cores(), load_average());
    println!(
        "The load generator (and PostgreSQL) run on the same cores as the server; other load falsifies the rates."
    );
}

/// Over 1, 5 and 15 minutes.
pub fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Resident memory in MB (10⁶ bytes).
pub fn resident_mb(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    kibibytes(&status, "VmRSS:").unwrap_or(0.0) * 1024.0 / 1e6
}

/// User and system time of all threads, ended ones included.
pub fn cpu_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    Duration::from_secs_f64(ticks(&stat).unwrap_or(0.0) / TICKS_PER_S)
}

fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Fields 14 and 15 of proc_pid_stat(5). The name in field 2 may hold spaces and parentheses.
fn ticks(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_user_and_system_time_whatever_the_name_is() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 1 2 3 4 250 50 9 9 20 0 5 0 100";
        assert_eq!(ticks(stat), Some(300.0));
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn memory_is_read_in_kibibytes() {
        assert_eq!(kibibytes("VmPeak:\t 9 kB\nVmRSS:\t   2048 kB\n", "VmRSS:"), Some(2048.0));
        assert_eq!(kibibytes("VmPeak:\t 9 kB\n", "VmRSS:"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory() {
        assert!(resident_mb(std::process::id()) > 0.0);
    }
}
