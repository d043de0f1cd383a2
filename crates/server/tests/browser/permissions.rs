//! Client scopes as permissions, admin consents, roles and resources as an admin works with them.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Client};
use serde_json::json;

#[tokio::test]
async fn a_permission_is_made_and_given_to_new_clients() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/client-scopes").await;
    browser.find_text("offline_access").await;
    browser.screenshots("admin-scopes").await;
    browser.click("#new").await;
    browser.fill("#name", "two words").await;
    browser.click("#save").await;
    browser.find("#name[aria-invalid=true]").await;
    browser.fill("#name", "calendar.read").await;
    browser.fill("#consent-text", "see your calendar").await;
    browser.screenshots("admin-scope-new").await;
    browser.click("#save").await;
    browser.click_text("calendar.read").await;
    browser.click("#new-clients option[value=optional]").await;
    browser.find_text("What new clients start with has been changed").await;
    browser.screenshots("admin-scope").await;
    let admin = Admin::sign_in(&server).await;
    let uuid = admin.create_client(json!({"clientId": "fresh"})).await;
    let client = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200);
    assert!(client.json()["optionalClientScopes"].to_string().contains("calendar.read"), "{client}");
    browser.quit().await;
}

#[tokio::test]
async fn an_admins_consent_is_asked_for_given_and_withdrawn() {
    let server = server_with_consoles(Backend::Sqlite).await;
    Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::accept()).await;
    let admin = Admin::sign_in(&server).await;
    let id = admin.scope_id("offline_access").await;
    let uuid = admin.client_uuid("nightly-backup").await;
    let browser = admin_console(&server, &format!("/admin/demo/client-scopes/{id}")).await;
    browser.click("label[for=adminConsentRequired]").await;
    browser.click("#save").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-scope-approval").await;
    browser.answer_dialog("Save all the same").await;
    browser.find_text("The permission has been saved").await;

    browser.open(&server.url("/admin/demo/client-scopes/admin-consents")).await;
    browser.find_text("No admin consents").await;
    browser.screenshots("admin-consents-none").await;
    browser.click("#new").await;
    browser.click(&format!("#client option[value='{uuid}']")).await;
    browser.click("input[value=offline_access]").await;
    browser.screenshots("admin-consent-new").await;
    browser.click("#save").await;
    browser.find_text("The consent has been given").await;
    browser.screenshots("admin-consents").await;
    let given = admin.get("/demo/admin-consents").await.expect(200).json();
    assert_eq!(given[0]["scopes"], json!(["offline_access"]), "{given}");
    browser.click("[aria-label='Withdraw the consent of nightly-backup']").await;
    browser.find_text("Offline sessions concerned: 1.").await;
    browser.screenshots("admin-consent-withdraw").await;
    browser.answer_dialog("Withdraw").await;
    browser.find_text("No admin consents").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_role_is_made_includes_another_and_goes() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/roles").await;
    browser.find_text("default-roles-demo").await;
    browser.screenshots("admin-roles").await;
    browser.click("#new").await;
    browser.click("#save").await;
    browser.find_text("This is needed").await;
    browser.fill("#name", "auditor").await;
    browser.fill("#description", "May look at everything").await;
    browser.click("#save").await;
    browser.click_text("auditor").await;
    browser.find_text("It includes no other role").await;
    let offline = Admin::sign_in(&server).await.realm_role("offline_access").await;
    browser.click(&format!("#role option[value='{}']", offline["id"].as_str().expect("an id"))).await;
    browser.click("#add-role").await;
    browser.find_text("The role is included now").await;
    browser.find_text("It is given to nobody directly").await;
    Admin::sign_in(&server).await.give_realm_role("bob", "auditor").await;
    browser.client().refresh().await.expect("a reload");
    browser.find_text("bob@demo.example").await;
    browser.screenshots("admin-role").await;
    browser.click("[aria-label='Take out offline_access']").await;
    browser.find_text("only through auditor").await;
    browser.screenshots("admin-role-take-out").await;
    browser.answer_dialog("Take out").await;
    browser.find_text("It includes no other role").await;
    browser.click("#delete").await;
    browser.answer_dialog("Delete role").await;
    browser.find_text("The role is gone").await;
    Admin::sign_in(&server).await.get("/demo/roles/auditor").await.expect(404);
    browser.quit().await;
}

#[tokio::test]
async fn more_roles_than_a_page_holds_are_leafed_through_and_searched() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    for n in 0..100 {
        admin.post("/demo/roles", &json!({"name": format!("many-{n:03}")})).await.expect(201);
    }
    admin.post("/demo/roles", &json!({"name": "zebra"})).await.expect(201);
    let browser = admin_console(&server, "/admin/demo/roles").await;
    browser.find_text("many-050").await;
    browser.click(".pn-pager button:nth-of-type(2):not([aria-disabled])").await;
    browser.find_text("zebra").await;
    browser.wait_until_gone("many-050").await;
    browser.click(".pn-pager button:nth-of-type(1):not([aria-disabled])").await;
    browser.find_text("many-050").await;
    browser.fill("#filter", "ZEB").await;
    browser.find_text("zebra").await;
    browser.wait_until_gone("many-050").await;
    browser.fill("#filter", "nothing-like-it").await;
    browser.find_text("No role found").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_resource_gets_lifetimes_of_its_own_after_seeing_what_they_end() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/resources").await;
    browser.find_text("No resources").await;
    browser.screenshots("admin-resources-none").await;
    browser.click("#new").await;
    browser.fill("#resource", "not a uri").await;
    browser.click("#save").await;
    browser.find("#resource[aria-invalid=true]").await;
    browser.fill("#resource", "https://api.example.com/").await;
    browser.fill("#name", "Photo API").await;
    browser.screenshots("admin-resource-new").await;
    browser.click("#save").await;
    browser.click_text("Photo API").await;
    browser.find("#offlineSessionIdleTimeout").await;
    browser.fill("#offlineSessionIdleTimeout", "7").await;
    browser.click("#offlineSessionIdleTimeout-unit option[value=d]").await;
    browser.screenshots("admin-resource").await;
    browser.click("#save").await;
    browser.find_text("The resource has been saved").await;
    let resources = Admin::sign_in(&server).await.get("/demo/resources").await.expect(200).json();
    assert_eq!(resources[0]["offlineSessionIdleTimeout"], 7 * 86_400, "{resources}");
    browser.click("#delete").await;
    browser.answer_dialog("Delete resource").await;
    browser.find_text("No resources").await;
    browser.quit().await;
}
