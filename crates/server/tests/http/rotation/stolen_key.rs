//! A thief who read the database and the master key: tokens that no server ever issued, with a MAC that is right.

use perennial_crypto::{MasterKey, RefreshClaims, RefreshTokenId, RefreshTokenType};
use perennial_flows::LoadedRealm;
use perennial_storage::{StorageError, Store, StoreOptions, realm_model};
use perennial_testkit::{TestServer, demo, token};

pub struct StolenKey {
    realm: LoadedRealm,
}

impl StolenKey {
    pub async fn of(server: &TestServer) -> Self {
        let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database");
        let model = store.read(|tx| realm_model::load_model(tx, demo::REALM)).await;
        let model = model.unwrap_or_else(|error: StorageError| panic!("{error}")).expect("the demo realm");
        let master = MasterKey::load_or_create(server.master_key_file()).expect("the master key");
        Self { realm: LoadedRealm::open(model, server.base_url(), &master).expect("its keys") }
    }

    /// The token of another generation of the same family, stamped at another time.
    pub fn token(&self, like: &str, generation: u64, issued_at_s: i64) -> String {
        let claims = token::claims(like);
        let text = |name: &str| claims[name].as_str().expect("a text").to_owned();
        let (grant, _) = text("jti").rsplit_once('.').map(|(id, at)| (id.to_owned(), at.to_owned())).expect("a jti");
        self.realm.refresh.active().derive(&RefreshClaims {
            typ: RefreshTokenType::Offline,
            iss: &text("iss"),
            azp: &text("azp"),
            sub: &text("sub"),
            sid: Some(&text("sid")),
            jti: RefreshTokenId::new(grant.parse().expect("a UUID"), generation),
            iat_s: issued_at_s,
            exp_s: None,
            scope: &text("scope"),
        })
    }
}
