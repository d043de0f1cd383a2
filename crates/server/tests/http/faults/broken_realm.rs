//! A realm that cannot be loaded, as where its row was damaged: what has to be done in other realms is done.

use crate::notices::{ALICE, mail_server};
use crate::support::{DAY_S, alices_backup, expect_gone};
use perennial_domain::ending::{Extent, Subject};
use perennial_domain::keys::{KeyPurpose, KeyState, SealedKey};
use perennial_storage::ending_jobs::{self, EndingJob};
use perennial_storage::{StorageError, Store, StoreOptions, Tx, keys, realms};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases, token};
use serde_json::{Value, json};
use uuid::Uuid;

/// In the order of their names before and after the demo realm.
const BROKEN: [&str; 3] = ["aside", "beside", "elsewhere"];
const WELL: [&str; 2] = ["demo", "distant"];

on_both_databases! {
    async fn sessions_that_have_expired_end_in_every_other_realm(server) {
        let admin = Admin::sign_in(&server).await;
        for realm in BROKEN.into_iter().chain([WELL[1]]) {
            admin.post("", &json!({"realm": realm})).await.expect(201);
        }
        for realm in BROKEN {
            signed_in(&server, &admin, realm).await;
        }
        let mut expired = Vec::new();
        for realm in WELL {
            expired.push((realm, signed_in(&server, &admin, realm).await));
        }
        server.advance_clock(DAY_S).await;
        damage(&server, &BROKEN).await;
        expect_trouble(&server).await;
        let admin = Admin::sign_in(&server).await;
        for (realm, session) in expired {
            let ended = admin.get(&format!("/{realm}/events?type=USER_SESSION_DELETED")).await.expect(200).json();
            let told = |event: &Value| event["sessionId"] == session.as_str() && event["details"]["reason"] == "expired";
            assert!(ended.as_array().expect("events").iter().any(told), "{realm}: {ended}");
        }
    }

    async fn notices_are_given_in_every_other_realm(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": BROKEN[0]})).await.expect(201);
        Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(24 * DAY_S).await;
        damage(&server, &BROKEN[..1]).await;
        expect_trouble(&server).await;
        mails.wait_for(ALICE, 1).await;
    }

    async fn what_is_left_of_an_ending_is_removed_in_every_other_realm(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": BROKEN[0]})).await.expect(201);
        let (client, tokens) = alices_backup(&server).await;
        let own = Subject::Client(admin.client_uuid(demo::NIGHTLY_BACKUP).await.parse().expect("an id"));
        damage(&server, &BROKEN[..1]).await;
        // Of two that are due at once, that of the broken realm has waited longer.
        leave_behind(&server, BROKEN[0], Subject::Realm, 60).await;
        leave_behind(&server, demo::REALM, own, 30).await;
        for _ in 0..2 {
            run_jobs(&server).await;
        }
        expect_gone(&client, &tokens).await;
    }
}

/// Somebody of this realm; the session's id.
async fn signed_in(server: &TestServer, admin: &Admin, realm: &str) -> String {
    let rose = Person::new("rose", "rose-password");
    let credentials = json!([{"type": "password", "value": rose.password}]);
    let fields = json!({"username": rose.username, "enabled": true, "credentials": credentials});
    admin.post(&format!("/{realm}/users"), &fields).await.expect(201);
    let cli = Client::new(server, realm, "admin-cli", Authentication::None);
    let tokens = cli.password_grant(&rose, "openid").await.expect_tokens();
    token::claims(&tokens.access_token())["sid"].as_str().expect("a session").to_owned()
}

/// Gives each a key that nothing here opens.
async fn damage(server: &TestServer, names: &[&'static str]) {
    let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database beside the server");
    for name in names.iter().copied() {
        let unit = move |tx: &mut Tx<'_>| {
            let realm = realms::find_by_name(tx, name)?.expect("the realm");
            let key = SealedKey {
                kid: format!("damaged-{name}"),
                purpose: KeyPurpose::Refresh,
                algorithm: "HS256".to_owned(),
                state: KeyState::Passive,
                sealed: vec![0; 64],
                created_at: tx.now()?,
                retires_at: None,
            };
            keys::insert(tx, realm.id, &key)
        };
        store.write::<_, StorageError, _>(unit).await.expect("a unit");
    }
    store.shutdown().await;
}

/// Rows of all that started until now, which have so many seconds to wait yet.
async fn leave_behind(server: &TestServer, realm: &'static str, of: Subject, waits_s: i64) {
    let mut options = StoreOptions::new(server.database_url());
    options.test_clock = true;
    let store = Store::open(options).await.expect("the database beside the server");
    let unit = move |tx: &mut Tx<'_>| {
        let (realm, now) = (realms::find_by_name(tx, realm)?.expect("the realm"), tx.now()?);
        let job = EndingJob {
            id: Uuid::from_u128(waits_s.unsigned_abs().into()),
            realm_id: realm.id,
            of,
            extent: Extent::ALL,
            sessions: false,
            started_before: now.plus_s(1),
            next_at: now.minus_s(waits_s),
            lapsed: false,
            after: None,
        };
        ending_jobs::insert(tx, &job)
    };
    store.write::<_, StorageError, _>(unit).await.expect("a unit");
    store.shutdown().await;
}

async fn run_jobs(server: &TestServer) -> Answer {
    Answer::of(server.http().post(server.url("/test/jobs"))).await
}

/// Trouble is told, and no reason to leave anything undone.
async fn expect_trouble(server: &TestServer) {
    run_jobs(server).await.expect(500);
}
