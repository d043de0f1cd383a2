//! Taking the address, or saying what to do where that fails.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program listens there: stop it, or choose another address with --listen (PERENNIAL_LISTEN)"
            }
            ErrorKind::PermissionDenied => {
                "ports below 1024 need a privilege: choose a higher one with --listen (PERENNIAL_LISTEN), or grant CAP_NET_BIND_SERVICE"
            }
            ErrorKind::AddrNotAvailable => {
                "this machine has no such address: choose one of its own, or 0.0.0.0 for all, with --listen (PERENNIAL_LISTEN)"
            }
            _ => "choose another address with --listen (PERENNIAL_LISTEN)",
        };
        anyhow::anyhow!("cannot listen on {address} ({error}): {advice}")
    })
}

/// The same of the address for figures alone.
pub fn bind_figures(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        anyhow::anyhow!("cannot listen on {address} ({error}): choose another PERENNIAL_METRICS_LISTEN")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_says_what_to_do() {
        let taken = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let error = bind(taken.local_addr().unwrap()).unwrap_err().to_string();
        assert!(error.contains("--listen") && error.contains("another program"), "{error}");
    }

    #[test]
    fn an_address_of_another_machine_says_what_to_do() {
        let error = bind("192.0.2.1:0".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("no such address"), "{error}");
    }
}
