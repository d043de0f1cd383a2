//! Offline sessions as CSV: what the list's filter admits, in the order of start, page by page as fast as the reader takes them.
//! Never more than a few pages are in memory, and a reader who leaves ends the work, as one does who may no longer see the list.

use super::{caller::AdminCaller, session_filter, session_representation as representation, session_search};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult},
        csv,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, MessageBody},
    http::header,
    rt,
    web::{self, Bytes},
};
use perennial_api::{ApiError, UserSessionRepresentation};
use perennial_flows::{
    FlowError, FlowResult,
    admin::{
        Caller, Permission,
        session_search::{Found, Order, Search, list},
        standing,
    },
};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// Sessions read at once.
const PAGE: usize = 500;
/// Pages that wait for the reader.
const AHEAD: usize = 2;
const COLUMNS: [&str; 21] = [
    "id",
    "username",
    "userId",
    "clientId",
    "clientName",
    "start",
    "lastAccess",
    "expires",
    "endsBy",
    "endsBySource",
    "paused",
    "blockedBy",
    "ipAddress",
    "lastIpAddress",
    "userAgent",
    "deviceLabel",
    "grantType",
    "scopes",
    "resources",
    "generation",
    "replays",
];

/// Whether the list is wanted in this form.
pub fn is_wanted(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.trim_start().starts_with("text/csv"))
}

pub async fn get(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &realm)?;
    let filter = session_filter::of_query(&state, &realm, request.query_string()).await?;
    let search = session_search::search_of(filter, request.query_string())?;
    if search.order != Order::Start {
        let text = "an export is in the order of start";
        return Err(ApiRefusal::Invalid(ApiError::at_field("sort", text)));
    }
    let search = Search { first: 0, max: PAGE, ..search };
    // What is wrong with the wish is said before anything is sent.
    let export = Export { state, caller: caller.0, realm: realm.into_inner() };
    let first = export.page(&search).await?;
    let (pages, body) = mpsc::channel(AHEAD);
    let name = export.file_name();
    rt::spawn(export.send(search, first, pages));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(Pages(body)))
}

struct Export {
    state: web::Data<AppState>,
    caller: Caller,
    realm: String,
}

impl Export {
    async fn page(&self, search: &Search) -> FlowResult<Found> {
        list(&self.state.site, &self.realm, &self.caller, Permission::ViewUsers, search.clone()).await
    }

    /// For a caller who was judged when the export began: however slowly it is read, nobody reads on who lost the right to.
    async fn page_anew(&self, search: &Search) -> FlowResult<Found> {
        standing::require_still(&self.state.site, &self.caller, Permission::ViewUsers, &self.realm).await?;
        self.page(search).await
    }

    /// Realm names may hold what a header or a file system minds.
    fn file_name(&self) -> String {
        let kept = self.realm.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' });
        format!("offline-sessions-{}.csv", kept.take(64).collect::<String>())
    }

    async fn send(self, mut search: Search, first: Found, pages: Sender<Page>) {
        let mut text = String::new();
        csv::write_record(&mut text, COLUMNS);
        let mut found = first;
        loop {
            for view in &found.sessions {
                csv::write_record(&mut text, fields(representation::of_view(view)));
            }
            // Nobody reads on where it cannot be sent.
            if !text.is_empty() && pages.send(Ok(std::mem::take(&mut text).into())).await.is_err() {
                return;
            }
            let Some(next) = found.next else { return };
            search.after = Some(next);
            found = match self.page_anew(&search).await {
                Ok(found) => found,
                Err(error) => return give_up(&pages, &error).await,
            };
        }
    }
}

/// The answer is cut off without its end, so that nobody takes a part for the whole.
async fn give_up(pages: &Sender<Page>, error: &FlowError) {
    tracing::warn!(%error, "an export was broken off");
    // It makes no difference to a reader who has left.
    let _ = pages.send(Err(io::Error::other("broken off"))).await;
}

fn fields(session: UserSessionRepresentation) -> [String; COLUMNS.len()] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        session.id,
        text(session.username),
        text(session.user_id),
        text(session.client_id),
        text(session.client_name),
        instant(session.start),
        instant(session.last_access),
        session.expires.map(instant).unwrap_or_default(),
        session.ends_by.map(|ends_by| named(&ends_by)).unwrap_or_default(),
        text(session.ends_by_source),
        session.paused.to_string(),
        session.blocked_by.map(|blocked_by| named(&blocked_by)).unwrap_or_default(),
        text(session.ip_address),
        text(session.last_ip_address),
        text(session.user_agent),
        text(session.device_label),
        text(session.grant_type),
        session.scopes.join(" "),
        session.resources.join(" "),
        session.generation.to_string(),
        session.replays.to_string(),
    ]
}

/// As it is in JSON.
fn named(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

/// Unix milliseconds as RFC 3339 in UTC, to the second.
fn instant(ms: i64) -> String {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1_000)) else { return ms.to_string() };
    let (date, (hour, minute, second)) = (at.date(), at.time().as_hms());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

type Page = Result<Bytes, io::Error>;

/// A body of unknown length.
struct Pages(Receiver<Page>);

impl MessageBody for Pages {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Page>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc() {
        assert_eq!(instant(1_790_000_000_999), "2026-09-21T14:13:20Z");
        assert_eq!(instant(0), "1970-01-01T00:00:00Z");
    }
}
