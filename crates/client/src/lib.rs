//! For relying parties: an OpenID client over `openidconnect` that obtains, keeps and uses offline access.
//!
//! It owns the client's half of a standing access: the sign-in with PKCE, a token file that survives a kill at any
//! moment, refreshes that tell "try later" from "it has ended", and the verification of what comes back. It knows
//! nothing of any server's insides: it works with every OpenID Provider, and gets more from one whose rotation is
//! receipt-safe.
//!
//! ```no_run
//! # async fn job() -> Result<(), perennial_client::Error> {
//! use perennial_client::{Config, OfflineClient, OfflineTokenStore};
//!
//! let config = Config::new("https://id.example.org/realms/demo", "nightly-backup", "http://localhost:9999/callback")
//!     .with_secret("…");
//! let client = OfflineClient::discover(config).await?;
//! let store = OfflineTokenStore::at("data/nightly-backup.json");
//! let held = store.lock().await?;
//! let refreshed = client.refresh_in(&held).await?;
//! println!("working for {}", refreshed.stored.subject);
//! # Ok(()) }
//! ```

mod access_token;
mod answer;
mod client;
mod config;
mod endpoints;
mod error;
mod http;
mod id_token;
mod keys;
#[cfg(feature = "actix")]
pub mod login_redirect;
pub mod loopback;
#[cfg(feature = "actix")]
pub mod middleware;
mod refresh;
mod store;
mod wire;

pub use access_token::{AccessClaims, AccessTokenVerifier, Audience, TokenRejected};
pub use answer::{AuthorizationAnswer, Outcome};
pub use client::{Access, OfflineClient, PendingSignIn, SignedIn};
pub use config::Config;
pub use endpoints::Introspection;
pub use error::{AnswerRejected, Error};
pub use http::{HttpClient, HttpError};
pub use openidconnect;
pub use refresh::{Received, Refreshed, RetryPolicy};
pub use store::{HeldStore, OfflineTokenStore, StoreError, StoredToken};
