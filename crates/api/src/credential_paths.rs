//! Paths of what users sign in with, and of the mails by which they set it right themselves; Keycloak's.

use crate::paths::{builders, fill};

pub const ADMIN_USER_CREDENTIALS: &str = "/admin/realms/{realm}/users/{user}/credentials";
pub const ADMIN_USER_CREDENTIAL: &str = "/admin/realms/{realm}/users/{user}/credentials/{credential}";
pub const ADMIN_USER_RESET_PASSWORD: &str = "/admin/realms/{realm}/users/{user}/reset-password";
pub const ADMIN_USER_EXECUTE_ACTIONS_EMAIL: &str = "/admin/realms/{realm}/users/{user}/execute-actions-email";
pub const ADMIN_USER_SEND_VERIFY_EMAIL: &str = "/admin/realms/{realm}/users/{user}/send-verify-email";

builders! {
    admin_user_credentials(realm, user) = ADMIN_USER_CREDENTIALS;
    admin_user_credential(realm, user, credential) = ADMIN_USER_CREDENTIAL;
    admin_user_reset_password(realm, user) = ADMIN_USER_RESET_PASSWORD;
    admin_user_execute_actions_email(realm, user) = ADMIN_USER_EXECUTE_ACTIONS_EMAIL;
    admin_user_send_verify_email(realm, user) = ADMIN_USER_SEND_VERIFY_EMAIL;
}
