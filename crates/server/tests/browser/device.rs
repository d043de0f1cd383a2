//! Connecting a device on pages without scripts: the code, the warning, the answer, in both languages.

use crate::support::server_with_consoles;
use perennial_testkit::demo::Person;
use perennial_testkit::{Backend, Chromium, Client};

#[tokio::test]
async fn a_photo_frame_is_connected_by_its_code() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::photo_frame(&server);
    let wish = [("scope", "openid offline_access"), ("device_label", "Living room")];
    let device = client.ask_for_device(&wish).await.expect(200);
    let browser = Chromium::start_without_scripts().await;
    browser.open(&device.text("verification_uri")).await;
    browser.screenshots("device-code").await;
    browser.fill("#user_code", "bbbb-bbbb").await;
    browser.click("#kc-device").await;
    browser.find_text("not valid").await;
    browser.screenshots("device-code-wrong").await;
    browser.fill("#user_code", &device.text("user_code").to_lowercase()).await;
    browser.click("#kc-device").await;
    browser.sign_in(&Person::alice()).await;
    browser.find("#asking-device").await;
    browser.screenshots("device-consent").await;
    browser.click("#kc-accept").await;
    browser.find_text("Your device is connected").await;
    browser.screenshots("device-done").await;
    client.poll_device(&device.text("device_code")).await.expect_tokens();
    browser.quit().await;
}

#[tokio::test]
async fn a_code_in_the_address_is_compared_and_can_be_refused_in_spanish() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let client = Client::photo_frame(&server);
    let device = client.ask_for_device(&[("scope", "openid")]).await.expect(200);
    let browser = Chromium::start_without_scripts().await;
    browser.open(&format!("{}&ui_locales=es", device.text("verification_uri_complete"))).await;
    browser.find("html[lang=es]").await;
    browser.screenshots("device-compare-es").await;
    browser.click("#kc-device").await;
    browser.sign_in(&Person::alice()).await;
    browser.click("#kc-cancel").await;
    browser.find_text("El dispositivo no se ha conectado").await;
    browser.screenshots("device-refused").await;
    client.poll_device(&device.text("device_code")).await.expect_error(400, "access_denied");
    browser.quit().await;
}
