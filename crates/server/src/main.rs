//! The `perennial` binary: hands the command line over and turns its outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    perennial_server::cli::run()
}
