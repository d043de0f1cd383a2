//! The query of a search for events: Keycloak's parameters, some of them repeated, and `after`. What cannot be meant is refused.

use crate::http::api_answer::ApiRefusal;
use perennial_api::{ApiError, paths::encode};
use perennial_domain::{EventId, Timestamp, UserId, admin_event::Operation, event::EventType};
use perennial_flows::admin::events::{AdminEventFilter, EventFilter, EventPage};
use url::form_urlencoded;

const DEFAULT_PAGE: i64 = 100;
const LONGEST_PAGE: i64 = 500;
/// Beyond it only `after` goes on: skipping reads all that is skipped.
const MOST_SKIPPED: i64 = 10_000;
const LONGEST_VALUE: usize = 255;
const MOST_VALUES: usize = 100;
const DAY_MS: i64 = 86_400_000;

/// The parameters as they were sent.
pub struct EventQuery {
    pairs: Vec<(String, String)>,
}

impl EventQuery {
    pub fn parse(query: &str) -> Result<Self, ApiRefusal> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if pairs.len() > MOST_VALUES {
            return Err(ApiRefusal::Invalid(ApiError::message("Too many parameters")));
        }
        let is_wrong = |(_, value): &&(String, String)| value.len() > LONGEST_VALUE || value.contains('\0');
        match pairs.iter().find(is_wrong) {
            Some((name, _)) => Err(invalid(name, "is too long, or holds what no value can")),
            None => Ok(Self { pairs }),
        }
    }

    pub fn events(&self) -> Result<EventFilter, ApiRefusal> {
        Ok(EventFilter {
            types: self.each("type", EventType::parse, "is not a type of event")?,
            client: self.text("client")?,
            user: self.read("user", parse_user, "is not the id of a user")?,
            ip: self.text("ipAddress")?,
            grant: None,
            from: self.read("dateFrom", |text| parse_instant(text, 0), "is neither a date nor milliseconds")?,
            until: self.read("dateTo", |text| parse_instant(text, DAY_MS - 1), "is neither a date nor milliseconds")?,
        })
    }

    pub fn admin_events(&self) -> Result<AdminEventFilter, ApiRefusal> {
        Ok(AdminEventFilter {
            operations: self.each("operationTypes", Operation::parse, "is not a type of operation")?,
            resource_types: self.all("resourceTypes").map(str::to_owned).collect(),
            resource_path: self.text("resourcePath")?,
            auth_realm: self.text("authRealm")?,
            auth_user: self.read("authUser", parse_user, "is not the id of a user")?,
            auth_client: self.text("authClient")?,
            auth_ip: self.text("authIpAddress")?,
            from: self.read("dateFrom", |text| parse_instant(text, 0), "is neither a date nor milliseconds")?,
            until: self.read("dateTo", |text| parse_instant(text, DAY_MS - 1), "is neither a date nor milliseconds")?,
        })
    }

    pub fn page(&self) -> Result<EventPage, ApiRefusal> {
        let first =
            self.read("first", |text| parse_count(text, MOST_SKIPPED), "must be from 0 to 10000; then use after")?;
        let max = self.read("max", |text| parse_count(text, i64::MAX), "must be a number")?;
        Ok(EventPage {
            after: self.read("after", |text| text.parse::<EventId>().ok(), "is not a cursor of this list")?,
            first: first.unwrap_or(0),
            max: max.unwrap_or(DEFAULT_PAGE).clamp(1, LONGEST_PAGE),
            oldest_first: self.read("direction", parse_direction, "must be asc or desc")?.unwrap_or(false),
        })
    }

    /// The `Link` header's value (RFC 8288): the same search behind the cursor.
    pub fn next_link(&self, path: &str, after: EventId) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| name != "first" && name != "after");
        let mut query: String = kept.map(|(name, value)| format!("{}={}&", encode(name), encode(value))).collect();
        query.push_str(&format!("after={after}"));
        format!("<{path}?{query}>; rel=\"next\"")
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.pairs.iter().filter(move |(own, value)| own == name && !value.is_empty());
        own.map(|(_, value)| value.as_str())
    }

    fn each<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>, wrong: &str) -> Result<Vec<T>, ApiRefusal> {
        self.all(name).map(|text| parse(text).ok_or_else(|| invalid(name, wrong))).collect()
    }

    /// A parameter that may stand once.
    fn read<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>, wrong: &str) -> Result<Option<T>, ApiRefusal> {
        let mut values = self.all(name);
        let Some(text) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(invalid(name, "stands more than once"));
        }
        parse(text).map(Some).ok_or_else(|| invalid(name, wrong))
    }

    fn text(&self, name: &str) -> Result<Option<String>, ApiRefusal> {
        self.read(name, |text| Some(text.to_owned()), "")
    }
}

fn invalid(name: &str, text: &str) -> ApiRefusal {
    ApiRefusal::Invalid(ApiError::at_field(name, text))
}

fn parse_user(text: &str) -> Option<UserId> {
    text.parse().ok()
}

fn parse_count(text: &str, most: i64) -> Option<i64> {
    text.parse().ok().filter(|count| (0..=most).contains(count))
}

fn parse_direction(text: &str) -> Option<bool> {
    match text {
        "asc" => Some(true),
        "desc" => Some(false),
        _ => None,
    }
}

/// Milliseconds, or a day (`yyyy-MM-dd`, UTC) and how far into it.
fn parse_instant(text: &str, into_day_ms: i64) -> Option<Timestamp> {
    if let Ok(ms) = text.parse::<i64>() {
        return (ms >= 0).then_some(Timestamp::from_ms(ms));
    }
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let lengths = (year.len(), month.len(), day.len(), parts.next());
    if lengths != (4, 2, 2, None) {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let midnight_s = date.midnight().assume_utc().unix_timestamp();
    Some(Timestamp::from_ms(midnight_s.saturating_mul(1_000).saturating_add(into_day_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(query: &str) -> Result<EventFilter, ApiRefusal> {
        EventQuery::parse(query)?.events()
    }

    #[test]
    fn a_day_is_meant_from_its_first_to_its_last_millisecond() {
        let read = filter("dateFrom=2026-11-21&dateTo=2026-11-21").unwrap();
        assert_eq!(read.from, Some(Timestamp::from_ms(1_795_219_200_000)));
        assert_eq!(read.until, Some(Timestamp::from_ms(1_795_219_200_000 + DAY_MS - 1)));
        assert_eq!(filter("dateFrom=17").unwrap().from, Some(Timestamp::from_ms(17)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = format!("client={}", "a".repeat(256));
        for query in [
            "type=login",
            "user=alice",
            "dateFrom=yesterday",
            "dateFrom=2026-02-30",
            "dateTo=-1",
            "client=a&client=b",
            "client=a%00b",
            &long,
        ] {
            assert!(filter(query).is_err(), "{query}");
        }
        for query in ["first=-1", "first=10001", "max=many", "direction=up", "after=x"] {
            assert!(EventQuery::parse(query).unwrap().page().is_err(), "{query}");
        }
    }

    #[test]
    fn the_next_page_is_the_same_search() {
        let query = EventQuery::parse("type=LOGIN&type=LOGOUT&first=5&max=2&client=a%26b").unwrap();
        assert_eq!(query.events().unwrap().types, [EventType::Login, EventType::Logout]);
        let after = EventId(uuid::Uuid::nil());
        let link = query.next_link("/x", after);
        assert_eq!(link, format!("</x?type=LOGIN&type=LOGOUT&max=2&client=a%26b&after={after}>; rel=\"next\""));
    }
}
