//! Users in Keycloak's representation.

use perennial_api::UserRepresentation;
use perennial_domain::user::User;

/// `service_account_of`: the `clientId` that the user stands for.
pub fn of_user(user: &User, service_account_of: Option<String>) -> UserRepresentation {
    UserRepresentation {
        id: Some(user.id.to_string()),
        username: Some(user.username.clone()),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        enabled: Some(user.enabled),
        email_verified: Some(user.email_verified),
        created_timestamp: Some(user.created_at.as_ms()),
        service_account_client_id: service_account_of,
    }
}
