//! Running it: health, metrics, the test clock, the log, and the end.

use crate::support::alices_backup;
use perennial_testkit::port::free_port;
use perennial_testkit::{Answer, Backend, TestServer, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn health_and_metrics_answer(server) {
        Answer::of(server.http().get(server.url("/health/live"))).await.expect(200);
        Answer::of(server.http().get(server.url("/health/ready"))).await.expect(200);
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let metrics = Answer::of(server.http().get(server.url("/metrics"))).await.expect(200);
        assert!(metrics.body.contains("perennial_"), "{metrics}");
        assert!(!metrics.body.contains("alice"), "metrics name nobody");
    }

    async fn the_test_clock_refuses_nonsense(server) {
        let url = server.url("/test/clock");
        for body in [json!({}), json!({"advance": "soon"}), json!({"advance": 1.5}), json!({"advance": i64::MAX}), json!([])] {
            let answer = Answer::of(server.http().post(&url).json(&body)).await;
            assert!((400..500).contains(&answer.status), "{body}: {answer}");
        }
    }

    async fn neither_log_nor_errors_hold_tokens_secrets_or_passwords(server) {
        let (client, tokens) = alices_backup(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let damaged = format!("{}x", tokens.refresh_token());
        client.refresh(&damaged).await.expect_error(400, "invalid_grant");
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        server.assert_never_logged(&[
            &tokens.access_token(),
            &tokens.refresh_token(),
            &tokens.id_token(),
            &fresh.access_token(),
            &damaged,
            "nightly-backup-secret",
            "alice-demo",
        ]);
    }

    async fn doctor_finds_nothing_wrong_beside_a_running_server(server) {
        let before = std::fs::read_dir(server.audit_log().parent().expect("a folder")).expect("a folder").count();
        let (is_healthy, told) = server.run_verb(&["doctor"]);
        assert!(is_healthy, "{told}");
        for subject in ["configuration", "audit log", "database", "master key"] {
            assert!(told.contains(&format!("ok    {subject}: ")), "{subject}: {told}");
        }
        let after = std::fs::read_dir(server.audit_log().parent().expect("a folder")).expect("a folder").count();
        assert_eq!(before, after);
        alices_backup(&server).await;
    }

    async fn a_terminated_server_ends_with_zero_while_connections_are_open(server) {
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.terminate().await;
    }

    async fn every_answer_carries_the_hardening_headers(server) {
        for path in ["/health/live", "/realms/demo/.well-known/openid-configuration", "/nothing"] {
            let answer = Answer::of(server.http().get(server.url(path))).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}: {answer}");
        }
    }
}

#[tokio::test]
async fn demo_and_test_clock_are_refused_on_an_address_that_others_can_reach() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for flag in ["--demo", "--test-clock"] {
        let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_perennial"))
            .args(["serve", flag, "--listen", "0.0.0.0:0"])
            .current_dir(directory.path())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(std::time::Duration::from_secs(60), output).await;
        let output = output.expect("it ends by itself").expect("it runs");
        assert!(!output.status.success(), "{flag} was accepted");
    }
}

#[tokio::test]
async fn figures_may_have_an_address_of_their_own() {
    let address = format!("127.0.0.1:{}", free_port());
    let own = [("PERENNIAL_METRICS_LISTEN", address.as_str())];
    let server = TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), Backend::Sqlite, &own).await;
    Answer::of(server.http().get(server.url("/metrics"))).await.expect(404);
    Answer::of(server.http().get(format!("http://{address}/admin/realms"))).await.expect(404);
    let told = Answer::of(server.http().get(format!("http://{address}/metrics"))).await.expect(200).body;
    for line in [
        "# HELP perennial_http_requests_total ",
        "# HELP perennial_outbox_lag_seconds ",
        "perennial_outbox_lag_seconds{kind=\"mail\"} 0",
        "perennial_audit_owed_bytes 0",
        "perennial_writer_waiting ",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[tokio::test]
async fn a_server_that_stops_says_so_before_it_does() {
    let pause = [("PERENNIAL_STOP_PAUSE_S", "20")];
    let mut server = TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), Backend::Sqlite, &pause).await;
    let (client, tokens) = alices_backup(&server).await;
    server.ask_to_stop();
    loop {
        let ready = Answer::of(server.http().get(server.url("/health/ready"))).await;
        if ready.status == 503 {
            assert_eq!(ready.json()["checks"][0]["name"], "server", "{ready}");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // Whoever has not heard of it yet is still answered.
    Answer::of(server.http().get(server.url("/health/live"))).await.expect(200);
    client.refresh(&tokens.refresh_token()).await.expect_tokens();
    server.wait_for_its_stop().await;
}

#[tokio::test]
async fn a_node_with_another_master_key_refuses_to_start() {
    let server = TestServer::start(env!("CARGO_BIN_EXE_perennial"), Backend::Postgres).await;
    let output = server.try_node_with_another_master_key().await;
    assert!(output.contains("master key"), "{output}");
}
