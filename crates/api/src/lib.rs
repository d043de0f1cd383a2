//! The admin and account JSON contract, shared by the server, its tests and both consoles: representations with
//! Keycloak's field names, the paths they live at, paging, and the error shape. Serde only, so that it builds to wasm;
//! no validation of meaning and no defaults live here, those belong to the domain.
//!
//! Every field of a representation is optional: an absent field of a PUT leaves the stored value alone, and an answer
//! leaves out what does not apply. Unknown fields are ignored on input.

pub mod account;
pub mod account_session;
pub mod attack_detection;
pub mod client;
pub mod client_scope;
pub mod consent;
pub mod console;
mod credential_paths;
pub mod ending;
pub mod error;
pub mod event;
pub mod explain;
pub mod group;
pub mod identity_provider;
pub mod initial_access;
pub mod keys;
pub mod mapper;
mod objects;
pub mod page;
pub mod paths;
pub mod permission;
pub mod policy;
pub mod preview;
pub mod realm;
pub mod realm_file;
pub mod resource;
pub mod role;
mod role_paths;
#[cfg(feature = "schema")]
mod schema;
pub mod session;
pub mod session_search;
pub mod spanish;
pub mod statistics;
mod upstream_paths;
pub mod user;
pub mod webhook;

pub use account::{ApplicationRepresentation, ConsentRepresentation, ConsentScopeRepresentation};
pub use account_session::{
    AccountSessionRepresentation, CredentialContainer, DeviceRepresentation, PasswordChangeRequest,
    SessionClientRepresentation,
};
pub use attack_detection::BruteForceStatus;
pub use client::{ClientRepresentation, ClientSecretRepresentation, OfflineAccessConsent};
pub use client_scope::ClientScopeRepresentation;
pub use consent::{AdditionalGrant, AdminConsentRepresentation, UserConsentRepresentation};
pub use console::{ConsoleLogout, Me};
pub use ending::{GlobalRequestResult, NotBeforeMark, RevocationPolicy};
pub use error::ApiError;
pub use event::{
    ActivityRepresentation, AdminEventRepresentation, AuthDetailsRepresentation, EventRepresentation,
    RealmEventsConfigRepresentation,
};
pub use group::{GroupCount, GroupRepresentation};
pub use identity_provider::{FederatedIdentityRepresentation, IdentityProviderRepresentation, LinkedUserCount};
pub use initial_access::{InitialAccessDraft, InitialAccessRepresentation};
pub use mapper::ProtocolMapperRepresentation;
pub use page::{OfflineSessionPage, PageQuery, next_cursor, next_link};
pub use permission::PermissionRepresentation;
pub use policy::{EndsBy, OfflineAccessDenied, ReplayWindow, Rotation};
pub use preview::{ClientImpact, TokenPolicyPreview};
pub use realm::RealmRepresentation;
pub use realm_file::{ImportResult, ImportResults, LeftOut};
pub use resource::ResourceRepresentation;
pub use role::{ClientMappingsRepresentation, MappingsRepresentation, RoleRepresentation};
pub use session::{BlockedBy, OfflineSessionPatch, SessionCount, UserSessionRepresentation};
pub use user::{CredentialRepresentation, StoredCredential, UserRepresentation};
pub use webhook::{DeliveryRepresentation, WebhookRepresentation};
