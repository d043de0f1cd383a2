//! A realm whose row cannot be read, be it damaged or of a newer version: it is left out where each realm is looked after by itself,
//! and named all the same.

mod support;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use perennial_domain::RealmId;
use perennial_domain::realm::Realm;
use perennial_storage::{StorageError, realms};
use support::samples::{World, id, read, write};

/// As somebody does who knows the database and not the store.
fn execute(database: &support::Database, statement: &str) {
    match database.url.strip_prefix("sqlite:") {
        Some(path) => SqliteConnection::establish(path).expect("the file").batch_execute(statement),
        None => PgConnection::establish(&database.url).expect("the server").batch_execute(statement),
    }
    .expect("executed");
}

on_both_databases! {
    async fn a_realm_that_cannot_be_read_hides_no_other(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let aside = Realm { id: RealmId(id()), name: "aside".into(), ..world.realm.clone() };
        let (broken, own) = (aside.id, world.realm.clone());
        write(&store, move |tx| realms::insert(tx, &aside)).await;
        assert_eq!(read(&store, realms::list_readable).await.len(), 2);
        execute(&database, "UPDATE realms SET settings = '{' WHERE name = 'aside'");
        assert_eq!(read(&store, realms::list_readable).await, [own]);
        let all = store.read::<_, StorageError, _>(realms::list).await;
        assert!(matches!(all, Err(StorageError::Corrupt(_))), "who means all of them is told");
        let name = read(&store, move |tx| realms::find_name(tx, broken)).await;
        assert_eq!(name.as_deref(), Some("aside"));
        let nobodys = RealmId(id());
        assert_eq!(read(&store, move |tx| realms::find_name(tx, nobodys)).await, None);
    }
}
