//! Schemathesis calls every operation of the OpenAPI document with good and with bad data: no server error, no answer that the
//! document does not allow, no bad data taken. The names in paths lead to things that exist (`schemathesis.py`), and it calls as
//! whom everything is open to, a realm's admin, somebody who may only look, and nobody. The seed is fixed.

use perennial_testkit::{TestServer, demo, on_both_databases, witnesses};

const SCRIPT: &str = include_str!("schemathesis.py");
/// For each operation and kind of data, of who may do everything; the others are for what is refused.
const EXAMPLES: u32 = 8;
const EXAMPLES_OF_OTHERS: u32 = 2;

/// One worker calls them all: Python's own parser fails under several threads at times. Checks that are off: what the document
/// cannot say (a name is taken already) is no reason to take good data, and the calls of nobody show what an ignored header would.
fn config(examples: u32) -> String {
    format!(
        "seed = 20261121\ncontinue-on-failure = true\nworkers = 1\n\
         [generation]\nmax-examples = {examples}\ndatabase = \"none\"\n\
         [checks]\npositive_data_acceptance.enabled = false\nignored_auth.enabled = false\n\
         [phases.coverage]\nunexpected-methods = [\"TRACE\"]\n"
    )
}

async fn call_everything(server: &TestServer, caller: &str, examples: u32) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("schemathesis.toml");
    std::fs::write(&file, config(examples)).expect("written");
    let variables = [
        ("SERVER", server.base_url()),
        ("ADMIN_USERNAME", demo::ADMIN_USERNAME),
        ("ADMIN_PASSWORD", demo::ADMIN_PASSWORD),
        ("CALLER", caller),
        ("CONFIG", file.to_str().expect("a path")),
        ("PHASES", "fuzzing"),
    ];
    let printed = witnesses::run_python(SCRIPT, &variables).await;
    assert!(printed.contains("\nAS EXPECTED\n"), "{printed}");
}

on_both_databases! {
    async fn every_operation_keeps_to_its_description_whatever_is_sent(server) {
        call_everything(&server, "master", EXAMPLES).await;
    }

    async fn every_operation_keeps_to_its_description_for_an_admin_of_the_realm(server) {
        call_everything(&server, "realm-admin", EXAMPLES_OF_OTHERS).await;
    }

    async fn every_operation_keeps_to_its_description_for_who_may_only_look(server) {
        call_everything(&server, "view-only", EXAMPLES_OF_OTHERS).await;
    }

    async fn every_operation_keeps_to_its_description_for_nobody(server) {
        call_everything(&server, "nobody", EXAMPLES_OF_OTHERS).await;
    }
}
