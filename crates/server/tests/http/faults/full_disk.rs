//! A full disk under SQLite: refreshes are put off, a balancer hears of it, nothing acknowledged is lost, and it works again once there is
//! space.

use super::load::{Load, expect_all_go_on, expect_trouble, sessions};
use crate::rotation::generation;
use perennial_testkit::small_disk::SmallDisk;
use perennial_testkit::{Admin, Answer, Client};
use serde_json::Value;
use std::collections::BTreeSet;

/// The lines of their endings are longer than a block of the disk, together.
const SESSIONS: usize = 60;

#[tokio::test]
async fn a_full_disk_puts_refreshes_off_and_loses_nothing_acknowledged() {
    let disk = SmallDisk::start(env!("CARGO_BIN_EXE_perennial")).await;
    let server = &disk.server;
    let tokens = sessions(server, 8).await;
    let client = Client::nightly_backup(server);
    let load = Load::start(std::slice::from_ref(&client), tokens);
    load.wait_for(80).await;
    disk.fill();
    // Those that are under way meet a full disk, and are told to come back.
    let refused = async {
        for _ in 0..6_000 {
            if server.log().contains("could not be committed") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the disk did not get full");
    };
    refused.await;
    let tokens = load.stop().await;

    for token in &tokens {
        expect_trouble(&client.refresh(token).await);
    }
    Answer::of(server.http().get(server.url("/health/live"))).await.expect(200);
    let ready = async || Answer::of(server.http().get(server.url("/health/ready"))).await;
    for _ in 0..2 {
        assert_eq!(ready().await.expect(503).json()["checks"][0]["name"], "database");
    }
    disk.free();
    ready().await.expect(200);
    for token in &tokens {
        let next = client.refresh(token).await.expect_tokens().refresh_token();
        assert_eq!(generation(&next), generation(token) + 1, "a refused refresh consumed something");
    }
    Admin::sign_in(server).await;
}

#[tokio::test]
async fn an_ending_that_a_full_disk_refuses_has_not_happened_and_can_be_had_later() {
    let disk = SmallDisk::start(env!("CARGO_BIN_EXE_perennial")).await;
    let server = &disk.server;
    let tokens = sessions(server, 2).await;
    let client = Client::nightly_backup(server);
    disk.fill();
    expect_trouble(&client.revoke(&tokens[0]).await);
    disk.free();
    expect_all_go_on(&client, tokens.clone()).await;
    client.revoke(&tokens[0]).await.expect(200);
    client.refresh(&tokens[0]).await.expect_refusal("Offline session not found");
}

#[tokio::test]
async fn endings_that_a_full_disk_kept_out_of_the_audit_log_stand_there_once_and_whole_when_there_is_room() {
    let disk = SmallDisk::start_with_log(env!("CARGO_BIN_EXE_perennial")).await;
    let server = &disk.server;
    let tokens = sessions(server, SESSIONS).await;
    let client = Client::nightly_backup(server);
    disk.fill();
    // More than fits into what is left of the log's last block: one of the lines is broken off in its middle.
    for token in &tokens {
        client.revoke(token).await.expect(200);
    }
    let before = disk.log();
    assert!(before.is_empty() || before.ends_with('\n'), "half a line stands at the end of the log");
    assert!(endings(&before) < SESSIONS, "the disk did not get full");
    disk.free();
    for _ in 0..600 {
        if endings(&disk.log()) == SESSIONS {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let log = disk.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("a whole line")).collect();
    let ended: BTreeSet<&str> = lines.iter().filter_map(ended_grant).collect();
    assert_eq!((endings(&log), ended.len()), (SESSIONS, SESSIONS));
    let copy = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(copy.path(), &log).expect("a copy");
    let (taken, told) = server.run_verb(&["recover", "--from-log", copy.path().to_str().expect("UTF-8")]);
    assert!(taken && !told.contains("half-written"), "{told}");
}

fn ended_grant(line: &Value) -> Option<&str> {
    line["grant"].as_str().filter(|_| line["action"] == "grant_ended")
}

fn endings(log: &str) -> usize {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| ended_grant(line).is_some()).count()
}
