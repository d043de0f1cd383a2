//! The console in Spanish where the server says no: it is told why in Spanish, and shows it at the field that it is about and
//! beside the buttons.

use crate::support::{admin_console, server_with_consoles};
use perennial_testkit::{Admin, Backend};
use serde_json::json;

#[tokio::test]
async fn in_spanish_a_wrong_value_is_refused_at_its_field_in_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/users").await;
    browser.click("#lang option[value=es]").await;
    browser.find("html[lang=es]").await;
    browser.click("#create").await;
    browser.fill("#username", "carol").await;
    browser.fill("#email", "carol").await;
    browser.click("#save").await;
    browser.find("#email[aria-invalid=true]").await;
    browser.find_text("Debe ser una dirección de correo.").await;
    // Who asks for no language goes on getting English, as Keycloak's tools know it.
    let wrong = json!({"username": "carol", "email": "carol"});
    let refused = Admin::sign_in(&server).await.post("/demo/users", &wrong).await.expect(400);
    assert_eq!(refused.text("errorMessage"), "must be an e-mail address");
    browser.quit().await;
}

#[tokio::test]
async fn in_spanish_what_stands_in_the_way_is_said_beside_the_buttons_in_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = admin_console(&server, "/admin/demo/users").await;
    browser.click("#lang option[value=es]").await;
    browser.find("html[lang=es]").await;
    browser.click("#create").await;
    browser.fill("#username", "alice").await;
    browser.click("#save").await;
    browser.find_text("Ya existe un usuario con ese nombre.").await;
    assert_eq!(browser.value_of("#username").await, "alice");
    browser.quit().await;
}
