//! Refreshes over concurrent connections, each with sessions of its own, until the time is over. Every answer is checked.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use perennial_testkit::{TestServer, demo};

use crate::connection::Connection;
use crate::machine;
use crate::stats::{Latencies, per_second, ratio, to_micros};

const WARM_UP: Duration = Duration::from_secs(1);

/// The current token of every session, by connection.
pub struct Load {
    address: SocketAddr,
    head: String,
    tokens: Vec<Vec<String>>,
}

/// Of one run.
pub struct Outcome {
    pub latencies: Latencies,
    pub per_second: f64,
    /// CPU time of one refresh in microseconds, in the server's process and in this one.
    pub server_cpu_us: f64,
    pub own_cpu_us: f64,
}

impl Load {
    /// Deals the tokens out to the connections.
    pub fn new(server: &TestServer, tokens: Vec<String>, connections: usize) -> Result<Self> {
        ensure!(connections > 0 && tokens.len() >= connections, "fewer sessions than connections");
        let authority = server.node_url().trim_start_matches("http://").to_owned();
        let port = authority.rsplit(':').next().context("a port")?.parse()?;
        let credentials = STANDARD.encode(format!("{}:{}", demo::NIGHTLY_BACKUP, demo::NIGHTLY_BACKUP_SECRET));
        let head = format!(
            "POST /realms/{}/protocol/openid-connect/token HTTP/1.1\r\nHost: {authority}\r\n\
             User-Agent: perennial-bench\r\nAuthorization: Basic {credentials}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ",
            demo::REALM
        );
        let mut dealt = vec![Vec::new(); connections];
        for (at, token) in tokens.into_iter().enumerate() {
            dealt[at % connections].push(token);
        }
        Ok(Self { address: (Ipv4Addr::LOCALHOST, port).into(), head, tokens: dealt })
    }

    /// A warm-up that is not counted, then the run.
    pub async fn run(&mut self, server: &TestServer, seconds: f64) -> Result<Outcome> {
        self.refresh_for(WARM_UP).await?;
        let (server, own) = (server.process_id(), std::process::id());
        let cpu = || (machine::cpu_time(server), machine::cpu_time(own));
        let (started, before) = (Instant::now(), cpu());
        let latencies = self.refresh_for(Duration::from_secs_f64(seconds)).await?;
        let (elapsed, after) = (started.elapsed(), cpu());
        let each_us = |used: Duration| ratio(used.as_secs_f64() * 1e6, latencies.count() as f64);
        Ok(Outcome {
            per_second: per_second(latencies.count(), elapsed),
            server_cpu_us: each_us(after.0.saturating_sub(before.0)),
            own_cpu_us: each_us(after.1.saturating_sub(before.1)),
            latencies,
        })
    }

    async fn refresh_for(&mut self, duration: Duration) -> Result<Latencies> {
        let until = Instant::now() + duration;
        let mut running = Vec::new();
        for tokens in self.tokens.drain(..) {
            let connection = Connection::open(self.address, &self.head).await?;
            running.push(tokio::spawn(refresh_in_turn(connection, tokens, until)));
        }
        let mut micros = Vec::new();
        for task in running {
            let (tokens, own) = task.await??;
            self.tokens.push(tokens);
            micros.extend(own);
        }
        Ok(Latencies::of(micros))
    }
}

/// One session after the other, again and again; the successors and the latencies in microseconds.
async fn refresh_in_turn(
    mut connection: Connection,
    mut tokens: Vec<String>,
    until: Instant,
) -> Result<(Vec<String>, Vec<u32>)> {
    let mut micros = Vec::new();
    let mut turn = 0;
    while Instant::now() < until {
        let started = Instant::now();
        tokens[turn] = connection.refresh(&tokens[turn]).await?;
        micros.push(to_micros(started.elapsed()));
        turn = (turn + 1) % tokens.len();
    }
    // The next run goes on with the sessions that waited longest.
    tokens.rotate_left(turn);
    Ok((tokens, micros))
}
