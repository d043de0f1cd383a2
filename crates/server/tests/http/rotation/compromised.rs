//! A compromised key that families have left without having shown a token of the newer one: what was shown last may be a thief's, so
//! they end with the key, whether or not the node lives to remove their rows.

use crate::support::{alices_backup, expect_alive, expect_gone};
use perennial_storage::{StorageError, Store, StoreOptions, keys, realm_model};
use perennial_testkit::{Admin, TestServer, demo, on_both_databases, token};
use serde_json::{Value, json};

async fn rotate(admin: &Admin, wanted: Value) -> Value {
    admin.post("/demo/keys/rotate", &wanted).await.expect(200).json()
}

fn kid(token: &str) -> String {
    token::header(token)["kid"].as_str().expect("a kid").to_owned()
}

/// What the first unit of a rotation does, after which its node dies.
async fn remove_key(server: &TestServer, kid: String) {
    let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database");
    let unit = move |tx: &mut perennial_storage::Tx<'_>| {
        let model = realm_model::load_model(tx, demo::REALM)?.expect("the demo realm");
        keys::delete(tx, model.realm.id, &kid)
    };
    let removed: Result<bool, StorageError> = store.write(unit).await;
    assert!(removed.expect("written"));
    store.shutdown().await;
}

on_both_databases! {
    async fn a_session_that_only_goes_on_from_a_compromised_key_ends_with_it(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        rotate(&admin, json!({"kind": "refresh"})).await;
        let moving = expect_alive(&client, &tokens).await;
        let old = kid(&tokens.refresh_token());
        assert_ne!(kid(&moving.refresh_token()), old);
        let done = rotate(&admin, json!({"kind": "refresh", "compromised": true, "kid": old})).await;
        assert_eq!(done["endedSessions"], 1);
        expect_gone(&client, &moving).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
    }

    async fn it_ends_also_where_the_node_died_before_its_row_was_removed(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let (_, others) = alices_backup(&server).await;
        rotate(&admin, json!({"kind": "refresh"})).await;
        let moving = expect_alive(&client, &tokens).await;
        let moved = expect_alive(&client, &expect_alive(&client, &others).await).await;
        remove_key(&server, kid(&tokens.refresh_token())).await;
        for _ in 0..2 {
            expect_gone(&client, &moving).await;
            expect_alive(&client, &moved).await;
            assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.len(), 1);
            server.run_jobs().await;
        }
    }
}
