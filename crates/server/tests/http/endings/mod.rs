//! What ends what (behaviour §7).

mod account_sessions;
mod audit;
mod backchannel;
mod bulk;
mod clients;
mod consents;
mod consents_by_admins;
mod introspection;
mod leaked;
mod logout;
mod not_before;
mod pausing;
mod revocation;
mod steering;
mod stepped;
mod users;
