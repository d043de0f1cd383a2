//! The audit log is moved away under a running server, as tools that rotate logs do, while another process adds to it, too.

use crate::support::{alices_backup, alices_frame, grant_of};
use perennial_testkit::on_both_databases;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The sessions whose ends stand in a log, each line of which is whole.
fn ended(log: &Path) -> Vec<String> {
    let text = fs::read_to_string(log).expect("a log");
    assert!(text.ends_with('\n'), "half a line stands at its end: {text}");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a whole line"));
    let ids = |line: Value| match line["action"].as_str() {
        Some("grant_ended") => vec![line["grant"].clone()],
        Some("grants_ended") => line["grants"].as_array().expect("a list").clone(),
        _ => Vec::new(),
    };
    lines.flat_map(ids).map(|id| id.as_str().expect("an id").to_owned()).collect()
}

on_both_databases! {
    async fn each_ending_stands_once_in_the_log_that_was_moved_away_or_in_the_new_one(server) {
        let (new, old) = (server.audit_log(), server.audit_log().with_file_name("audit.jsonl.1"));
        let (client, before) = alices_backup(&server).await;
        client.revoke(&before.refresh_token()).await.expect(200);
        fs::rename(&new, &old).expect("moved away");
        // The server may not have noticed yet. Whoever comes new to it finds no log and begins one.
        let (_, meanwhile) = alices_backup(&server).await;
        client.revoke(&meanwhile.refresh_token()).await.expect(200);
        let (_, framed) = alices_frame(&server).await;
        let verb = ["sessions", "revoke", "--realm", "demo", "--client", "photo-frame", "--user", "alice"];
        let (done, said) = server.run_verb(&verb);
        assert!(done, "{said}");
        server.run_jobs().await;
        let (_, after) = alices_backup(&server).await;
        client.revoke(&after.refresh_token()).await.expect(200);
        let (in_old, in_new) = (ended(&old), ended(&new));
        let [before, meanwhile, framed, after] = [before, meanwhile, framed, after].map(|tokens| grant_of(&tokens));
        assert_eq!(in_old.first(), Some(&before));
        assert!(in_new.contains(&framed) && in_new.ends_with(std::slice::from_ref(&after)), "{in_new:?}");
        let mut all = [in_old, in_new].concat();
        all.sort();
        let mut expected = vec![before, meanwhile, framed, after];
        expected.sort();
        assert_eq!(all, expected);
        let mode = fs::metadata(&new).expect("a log").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "others may read it");
    }
}
