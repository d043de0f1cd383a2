//! What else a user's screen has: attributes, groups, roles in effect; and realm files in the console.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::{Admin, Backend, Chromium, demo};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn an_admin_gives_a_user_attributes_and_takes_one_away() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let user = Admin::sign_in(&server).await.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/attributes")).await;
    for (row, name, value) in [(0, "team", "blue"), (1, "team", "green"), (2, "desk", "3")] {
        browser.click("#add-attribute").await;
        browser.fill(&format!("#attribute-{row}"), name).await;
        browser.fill(&format!("#value-{row}"), value).await;
    }
    browser.click("#save").await;
    browser.find_text("The attributes have been saved").await;
    browser.screenshots("admin-user-attributes").await;
    let admin = Admin::sign_in(&server).await;
    let stored = admin.get(&format!("/demo/users/{user}")).await.expect(200).json();
    assert_eq!(stored["attributes"]["team"], json!(["blue", "green"]));
    // They are listed by name from now on.
    assert_eq!(browser.value_of("#attribute-0").await, "desk");
    browser.click("[aria-label='Remove desk']").await;
    browser.click("#save").await;
    browser.wait_until_gone("There are changes that are not saved").await;
    let stored = admin.get(&format!("/demo/users/{user}")).await.expect(200).json();
    assert_eq!(stored["attributes"].get("desk"), None);
    assert_eq!(stored["attributes"]["team"], json!(["blue", "green"]));
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_puts_a_user_into_a_group_and_sees_the_role_that_comes_with_it() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let user = admin.user_id("alice").await;
    admin.post("/demo/roles", &json!({"name": "print"})).await.expect(201);
    admin.post("/demo/groups", &json!({"name": "office"})).await.expect(201);
    let office = admin.get("/demo/groups?search=office").await.expect(200).json()[0]["id"].clone();
    let office = office.as_str().expect("an id");
    admin.post(&format!("/demo/groups/{office}/children"), &json!({"name": "printers"})).await.expect(201);
    let found = admin.get("/demo/groups?search=printers").await.expect(200).json();
    let inner = found[0]["subGroups"][0]["id"].as_str().expect("an id").to_owned();
    let role = admin.realm_role("print").await;
    admin.post(&format!("/demo/groups/{inner}/role-mappings/realm"), &json!([role])).await.expect(204);

    let browser = admin_console(&server, &format!("/admin/demo/users/{user}/groups")).await;
    browser.find_text("In no group").await;
    browser.fill("#group-search", "printers").await;
    browser.click(&format!("#group option[value='{inner}']")).await;
    browser.click("#join-group").await;
    browser.find_text("The user has joined the group").await;
    browser.find("[aria-label='Leave printers']").await;
    browser.screenshots("admin-user-groups").await;
    browser.click(".pn-tabs a[href$='/roles']").await;
    let roles = browser.text_of("#effective-roles").await;
    assert!(roles.lines().any(|role| role == "print"), "{roles}");
    browser.screenshots("admin-user-effective-roles").await;
    browser.click(".pn-tabs a[href$='/groups']").await;
    browser.click("[aria-label='Leave printers']").await;
    browser.answer_dialog("Leave").await;
    browser.find_text("The user has left the group").await;
    let left = admin.get(&format!("/demo/users/{user}/groups")).await.expect(200).json();
    assert_eq!(left, json!([]));
    browser.quit().await;
}

#[tokio::test]
async fn every_tab_of_a_user_opens_by_its_address() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let user = Admin::sign_in(&server).await.user_id("alice").await;
    let browser = admin_console(&server, &format!("/admin/demo/users/{user}")).await;
    for (tab, sign) in [
        ("attributes", "No attributes."),
        ("credentials", "Set a new password"),
        ("roles", "Roles in effect"),
        ("groups", "In no group"),
        ("sessions", "Apps that work offline"),
        ("consents", "This user has allowed no app anything"),
        ("events", "Events"),
    ] {
        browser.click(&format!(".pn-tabs a[href$='/{tab}']")).await;
        browser.find_text(sign).await;
        browser.wait_for_url(|url| url.path().ends_with(tab)).await;
    }
    browser.screenshots("admin-user-events").await;
    browser.client().refresh().await.expect("a reload");
    browser.find(".pn-tabs a[href$='/events'][aria-current=page]").await;
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_deletes_a_realm_after_reading_what_goes_with_it() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    admin.post("", &json!({"realm": "gone", "enabled": true})).await.expect(201);
    let browser = admin_console(&server, "/admin/demo/realms").await;
    browser.find("[aria-label='Delete gone']").await;
    browser.screenshots("admin-realms").await;
    browser.click("[aria-label='Delete gone']").await;
    browser.find_text("No offline session ends by this").await;
    browser.answer_dialog("Delete").await;
    browser.find_text("The realm has been deleted").await;
    admin.get("/gone").await.expect(404);
    assert!(!browser.has("[aria-label='Delete master']").await);
    browser.quit().await;
}

#[tokio::test]
async fn an_admin_makes_a_realm_of_a_file_and_imports_parts_into_another() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("shop.json");
    let content = json!({
        "realm": "old-name",
        "clients": [{"clientId": "shop-window", "publicClient": true, "redirectUris": ["https://shop.example/*"]}],
        "roles": {"realm": [{"name": "clerk"}]},
    });
    std::fs::write(&file, content.to_string()).expect("a file");
    let path = file.to_str().expect("a path");

    let browser = admin_console(&server, "/admin/demo/realms/create").await;
    browser.fill("#realm-name", "shop").await;
    browser.find("#file").await.send_keys(path).await.expect("a file is chosen");
    browser.click("#save").await;
    browser.find("#import-report").await;
    browser.find_text("clients[shop-window].redirectUris").await;
    browser.screenshots("admin-realm-from-file").await;
    let made = admin.get("/shop/clients?clientId=shop-window").await.expect(200).json();
    assert_eq!(made[0]["clientId"], "shop-window");
    browser.click("#to-realm").await;
    browser.wait_for_url(|url| url.path().starts_with("/admin/shop")).await;

    browser.open(server.url("/admin/demo/settings/transfer").as_str()).await;
    browser.click("#import").await;
    browser.find_text("Choose a file first").await;
    browser.find("#file").await.send_keys(path).await.expect("a file is chosen");
    browser.click("#import").await;
    browser.find("#import-report").await;
    admin.get("/demo/roles/clerk").await.expect(200);
    browser.screenshots("admin-import").await;
    // What is there already stops a second one, and it says so.
    browser.click("#import").await;
    browser.find("#file[aria-invalid=true]").await;
    browser.click("#exists option[value=SKIP]").await;
    browser.click("#import").await;
    browser.find_text("Skipped: 2.").await;
    // What would be replaced is told first.
    browser.click("#exists option[value=OVERWRITE]").await;
    browser.click("#import").await;
    browser.find_text("Things in the file: 2.").await;
    browser.screenshots("admin-import-overwrite").await;
    browser.answer_dialog("Cancel").await;
    browser.quit().await;
}

/// The text of the file that a click hands over.
async fn handed_over(browser: &Chromium, css: &str) -> String {
    let keep = "const make = URL.createObjectURL; \
                URL.createObjectURL = (file) => { file.text().then((text) => { window.kept = text; }); \
                                                  return make.call(URL, file); };";
    browser.client().execute(keep, Vec::new()).await.expect("a script");
    browser.click(css).await;
    let kept = async {
        loop {
            let kept = browser.client().execute("return window.kept ?? null", Vec::new()).await.expect("a value");
            if let Some(text) = kept.as_str() {
                return text.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), kept).await.expect("a file")
}

#[tokio::test]
async fn an_admin_downloads_a_realm_without_its_users_and_secrets() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/settings/transfer").await;
    browser.find("#export").await;
    let text = handed_over(&browser, "#export").await;
    let file: Value = serde_json::from_str(&text).expect("a realm file");
    assert_eq!(file["realm"], "demo");
    let clients = file["clients"].as_array().expect("clients");
    assert!(clients.iter().any(|client| client["clientId"] == demo::NIGHTLY_BACKUP), "{text}");
    assert!(!text.contains("nightly-backup-secret") && !text.contains("alice"), "{text}");
    browser.quit().await;
}
