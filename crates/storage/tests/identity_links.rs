//! Who users are at upstream providers, on both databases: one identity a user and provider, and one user an identity.

mod support;

use perennial_domain::RealmId;
use perennial_domain::upstream::IdentityLink;
use perennial_storage::{identity_links as links, users};
use support::samples::{World, id, user, write};

fn link(alias: &str, subject: &str) -> IdentityLink {
    IdentityLink { alias: alias.into(), subject: subject.into(), username: "alice.up".into() }
}

on_both_databases! {
    async fn a_subject_leads_to_its_user_in_its_realm_and_at_its_provider(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, alice, bob) = (world.realm.id, world.user.id, user("bob"));
        write(&store, move |tx| {
            users::insert(tx, realm, &bob, None)?;
            assert!(links::insert(tx, realm, alice, &link("up", "u1"))?);
            assert!(!links::insert(tx, realm, alice, &link("up", "u2"))?, "alice is somebody there");
            assert!(!links::insert(tx, realm, bob.id, &link("up", "u1"))?, "somebody is u1");
            assert!(links::insert(tx, realm, bob.id, &link("other", "u1"))?);
            assert_eq!(links::find_user(tx, realm, "up", "u1")?, Some(alice));
            assert_eq!(links::find_user(tx, realm, "other", "u1")?, Some(bob.id));
            assert_eq!(links::find_user(tx, realm, "up", "U1")?, None);
            assert_eq!(links::find_user(tx, realm, "up", "u1\0")?, None);
            assert_eq!(links::find_user(tx, RealmId(id()), "up", "u1")?, None);
            assert!(links::insert(tx, realm, bob.id, &link("up", "u2"))?);
            assert_eq!(links::count_of_provider(tx, realm, "up")?, 2);
            assert_eq!(links::count_of_provider(tx, realm, "other")?, 1);
            assert_eq!(links::count_of_provider(tx, realm, "third")?, 0);
            assert_eq!(links::count_of_provider(tx, RealmId(id()), "up")?, 0);
            Ok(())
        })
        .await;
    }

    async fn a_link_ends_by_itself_with_its_provider_and_with_its_user(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, alice) = (world.realm.id, world.user.id);
        write(&store, move |tx| {
            for alias in ["up", "other", "third"] {
                assert!(links::insert(tx, realm, alice, &link(alias, "u1"))?);
            }
            assert_eq!(links::list_of_user(tx, alice)?, ["other", "third", "up"].map(|alias| link(alias, "u1")));
            assert!(links::delete(tx, alice, "up")?);
            assert!(!links::delete(tx, alice, "up")?);
            assert!(!links::delete(tx, alice, "a\0")?);
            assert_eq!(links::delete_of_provider(tx, RealmId(id()), "other")?, 0);
            assert_eq!(links::delete_of_provider(tx, realm, "other")?, 1);
            assert_eq!(links::list_of_user(tx, alice)?, [link("third", "u1")]);
            users::delete(tx, realm, alice)?;
            assert_eq!(links::find_user(tx, realm, "third", "u1")?, None);
            Ok(())
        })
        .await;
    }
}
