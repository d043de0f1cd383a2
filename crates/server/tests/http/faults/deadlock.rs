//! Two units of which each waits for the other: PostgreSQL ends one of them. On SQLite the units take turns.

use perennial_domain::UserId;
use perennial_storage::{StorageError, Store, StoreOptions, Tx, realms, sign_in_names, users};
use perennial_testkit::{Admin, demo, on_postgres};
use serde_json::json;
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Enough for a request to come as far as it can; less than the second after which PostgreSQL looks for circles.
const A_WHILE: Duration = Duration::from_millis(300);

on_postgres! {
    async fn a_change_that_is_ended_for_another_is_made_once_that_one_is_through(server) {
        let admin = Admin::sign_in(&server).await;
        let alice = admin.user_id("alice").await;
        let id: UserId = alice.parse().expect("an id");
        let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database beside the server");
        let ((go, told), (there, arrived)) = (mpsc::channel(), oneshot::channel());
        // As an import does: all names of the realm, then a user.
        let unit = move |tx: &mut Tx<'_>| {
            let realm = realms::find_by_name(tx, demo::REALM)?.expect("the demo realm");
            sign_in_names::keep_all(tx, realm.id)?;
            there.send(()).expect("the test waits for it");
            told.recv().expect("the test goes on");
            users::hold(tx, id)
        };
        let beside = tokio::spawn(async move { store.write::<_, StorageError, _>(unit).await });
        arrived.await.expect("it came so far");

        // A user, then their names.
        let changing = tokio::spawn(async move {
            let address = json!({"email": "alice@elsewhere.example"});
            admin.put(&format!("/demo/users/{alice}"), &address).await
        });
        tokio::time::sleep(A_WHILE).await;
        go.send(()).expect("the unit waits");
        // Whom PostgreSQL ends is whoever finds the circle: on a machine that was held up, this one.
        let _ = beside.await.expect("no panic");
        changing.await.expect("an answer").expect(204);
    }
}
