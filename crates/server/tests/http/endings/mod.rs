//! What ends what (behaviour §7).

mod account_sessions;
mod approvals;
mod audit;
mod backchannel;
mod bulk;
mod clients;
mod consents;
mod consents_by_admins;
mod hung_up;
mod imports;
mod introspection;
mod leaked;
mod logout;
mod meanwhile;
mod not_before;
mod pausing;
mod revocation;
mod steering;
mod stepped;
mod users;
