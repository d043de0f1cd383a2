//! The filters by name, and the chips that say which are set.

use perennial_ui::format;
use perennial_ui::prelude::{FilterChip, Lang, zone_offset_min};

use super::wanted::Wanted;
use crate::texts::offline::OfflineTexts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterName {
    Client,
    User,
    Scope,
    Resource,
    IpAddress,
    UsedBefore,
    UsedAfter,
    StartedBefore,
    StartedAfter,
    EndsBefore,
    Paused,
    Blocked,
}

/// One a filter; `key` is the API's name of it.
pub fn chips(lang: Lang, texts: &OfflineTexts, wanted: &Wanted) -> Vec<FilterChip> {
    let filter = &wanted.filter;
    let text = |name, key, value: &Option<String>| value.as_ref().map(|value| (key, (texts.filter)(name, value)));
    let day = |name, key, at: Option<i64>| {
        at.map(|at| (key, (texts.filter)(name, &format::exact(lang, at, zone_offset_min(at)))))
    };
    let flag = |name, key, on: Option<bool>| on.map(|on| (key, (texts.filter_flag)(name, on).to_owned()));
    let all = [
        text(FilterName::Client, "client", &filter.client),
        text(FilterName::User, "user", &filter.user),
        text(FilterName::Scope, "scope", &filter.scope),
        text(FilterName::Resource, "resource", &filter.resource),
        text(FilterName::IpAddress, "ipAddress", &filter.ip_address),
        day(FilterName::UsedBefore, "usedBefore", filter.used_before),
        day(FilterName::UsedAfter, "usedAfter", filter.used_after),
        day(FilterName::StartedBefore, "startedBefore", filter.started_before),
        day(FilterName::StartedAfter, "startedAfter", filter.started_after),
        day(FilterName::EndsBefore, "endsBefore", filter.ends_before),
        flag(FilterName::Paused, "paused", filter.paused),
        flag(FilterName::Blocked, "blocked", filter.blocked),
    ];
    all.into_iter().flatten().map(|(key, label)| FilterChip { key: key.to_owned(), label }).collect()
}

/// What words that were typed may mean, the likeliest first.
pub fn meanings(typed: &str) -> &'static [FilterName] {
    use FilterName::{Client, IpAddress, Resource, Scope, User};
    if typed.parse::<std::net::IpAddr>().is_ok() {
        &[IpAddress]
    } else if typed.contains("://") || typed.starts_with("urn:") {
        &[Resource, Client]
    } else {
        &[User, Client, Scope]
    }
}

/// The id of something, as far as its form tells.
pub fn is_id(typed: &str) -> bool {
    let bytes = typed.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_resource_and_a_name() {
        assert_eq!(meanings("192.0.2.7"), [FilterName::IpAddress]);
        assert_eq!(meanings("2001:db8::1"), [FilterName::IpAddress]);
        assert_eq!(meanings("https://api.example")[0], FilterName::Resource);
        assert_eq!(meanings("alice")[0], FilterName::User);
        assert!(is_id("0199f0c0-0000-7000-8000-000000000001") && !is_id("alice") && !is_id(&"x".repeat(36)));
    }
}
