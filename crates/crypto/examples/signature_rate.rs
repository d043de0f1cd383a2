//! Prints how many tokens a second one thread signs with each algorithm: the baseline that the throughput of refreshes is
//! compared with. Run it with `cargo run --release --package perennial-crypto --example signature_rate`.

use std::time::Duration;

use perennial_crypto::{SignatureRate, SigningAlgorithm, SigningError};

fn main() -> Result<(), SigningError> {
    for algorithm in SigningAlgorithm::ALL {
        let rate = SignatureRate::measure(algorithm, Duration::from_secs(2))?;
        println!("{algorithm:<5} {:>8.0} signatures/s on one thread", rate.per_second);
    }
    Ok(())
}
