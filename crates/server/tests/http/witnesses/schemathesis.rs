//! Schemathesis calls every operation of the OpenAPI document with good and with bad data: no server error, no answer that the
//! document does not allow, no bad data taken. Seed and number of examples are fixed, so that a failure comes again.

use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Backend, Client, on_both_databases, witnesses};
use serde_json::json;

/// For each operation and kind of data. One worker calls them all: Python's own parser fails under several threads at times.
const EXAMPLES: u32 = 3;
/// Every boundary of every parameter takes minutes; the databases differ in what random data finds.
fn phases(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "fuzzing",
        Backend::Postgres => "coverage,fuzzing",
    }
}

/// Where the names of a path lead to something; the rest is found by the tester itself.
async fn places(admin: &Admin) -> String {
    let role = admin.realm_role("uma_authorization").await;
    let hook = admin.post("/demo/webhooks", &json!({"url": "https://hooks.example/", "eventTypes": ["*"]})).await;
    let places = [
        ("client", admin.client_uuid(demo::PHOTO_FRAME).await),
        ("container", admin.client_uuid("account").await),
        ("user", admin.user_id("bob").await),
        ("scope", admin.scope_id("phone").await),
        ("resource", admin.create_resource("https://api.example/", json!({})).await),
        ("webhook", hook.created_id()),
    ];
    let lines = places.map(|(name, value)| format!("\"path.{name}\" = \"{value}\"\n"));
    let role_id = role["id"].as_str().expect("an id");
    format!(
        "[parameters]\n\"path.realm\" = \"demo\"\n{}\n\
         [[operations]]\ninclude-path-regex = \"/roles-by-id/\"\nparameters = {{ \"path.role\" = \"{role_id}\" }}\n",
        lines.concat()
    )
}

on_both_databases! {
    async fn every_operation_keeps_to_its_description_whatever_is_sent(server) {
        let admin = Admin::sign_in(&server).await;
        let token = |realm, person| {
            let cli = Client::new(&server, realm, "admin-cli", Authentication::None);
            async move { cli.password_grant(&person, "openid").await.expect_tokens().access_token() }
        };
        let (master, alice) = (token(demo::MASTER, Person::admin()).await, token(demo::REALM, Person::alice()).await);
        let places = places(&admin).await;
        let config = format!(
            "seed = 20261121\ncontinue-on-failure = true\nworkers = 1\nheaders = {{ Authorization = \"Bearer {master}\" }}\n\
             [generation]\nmax-examples = {EXAMPLES}\ndatabase = \"none\"\n\
             [checks]\npositive_data_acceptance.enabled = false\n\
             [phases.coverage]\nunexpected-methods = [\"TRACE\"]\n{places}\
             [[operations]]\ninclude-path-regex = \"^/realms/\"\nheaders = {{ Authorization = \"Bearer {alice}\" }}\n\
             [[operations]]\ninclude-path = \"/admin/realms/{{realm}}\"\ninclude-method = \"DELETE\"\n\
             parameters = {{ \"path.realm\" = \"gone\" }}\n"
        );
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("schemathesis.toml");
        std::fs::write(&file, config).expect("written");
        let script = "import sys, os\nfrom schemathesis.cli import schemathesis\n\
             sys.argv = ['st', '--config-file', os.environ['CONFIG'], 'run', os.environ['DOCUMENT'], \
             '--phases', os.environ['PHASES'], '--warnings', 'off', '--no-color']\nschemathesis()\n";
        let document = server.url("/openapi.json");
        let variables = [("CONFIG", file.to_str().expect("a path")), ("DOCUMENT", document.as_str()), ("PHASES", phases(server.backend()))];
        witnesses::run_python(script, &variables).await;
    }
}
