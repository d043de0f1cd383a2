//! That every search walks one index in its order, and sorts nothing: SQLite is asked for its plans.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, Query as DieselQuery, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};

use super::*;
use crate::target::{AnyConnection, Role, Target};

struct Explained<Q>(Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explained<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        pass.push_sql("EXPLAIN QUERY PLAN ");
        self.0.walk_ast(pass.reborrow())
    }
}

impl<Q> QueryId for Explained<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> DieselQuery for Explained<Q> {
    type SqlType = (Integer, Integer, Integer, Text);
}

impl<Q> RunQueryDsl<AnyConnection> for Explained<Q> {}

fn migrated(directory: &tempfile::TempDir) -> AnyConnection {
    let url = format!("sqlite:{}", directory.path().join("plans.db").display());
    crate::migrate(&url).expect("migrated");
    Target::parse(&url).expect("a URL").connect(Role::Writer).expect("a connection")
}

fn plan(connection: &mut AnyConnection, query: Query<'_>, page: EventPage) -> String {
    let explained = Explained(query.select(EventRow::as_select()).limit(page.max).offset(page.first));
    let steps: Vec<(i32, i32, i32, String)> = explained.load(connection).expect("a plan");
    steps.into_iter().map(|(_, _, _, step)| step).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_criterion_and_each_combination_walks_the_index_of_its_most_selective_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory);
    let realm = RealmId(uuid::Uuid::nil());
    let none = EventFilter::default();
    let user = EventFilter { user: Some(UserId(uuid::Uuid::nil())), ..none.clone() };
    let ip = EventFilter { ip: Some("203.0.113.7".into()), ..none.clone() };
    let client = EventFilter { client: Some("nightly-backup".into()), ..none.clone() };
    let types = vec![EventType::Login, EventType::Logout];
    for (filter, index) in [
        (none.clone(), "events_by_realm"),
        (
            EventFilter { from: Some(Timestamp::from_s(1)), until: Some(Timestamp::from_s(2)), ..none.clone() },
            "events_by_realm",
        ),
        (client.clone(), "events_by_client"),
        (EventFilter { types: types.clone(), ..client.clone() }, "events_by_client"),
        (ip.clone(), "events_by_ip"),
        (EventFilter { client: client.client.clone(), types: types.clone(), ..ip.clone() }, "events_by_ip"),
        (user.clone(), "events_by_user"),
        (EventFilter { ip: ip.ip, client: client.client, types, ..user }, "events_by_user"),
        (EventFilter { grant: Some(GrantId(uuid::Uuid::nil())), ..none }, "events_by_grant"),
    ] {
        for (oldest_first, from) in
            [(true, None), (false, None), (true, filter.until), (false, Some(Timestamp::from_s(1)))]
        {
            let filter = EventFilter { from: from.or(filter.from), ..filter.clone() };
            let after = Some(EventId(uuid::Uuid::nil()));
            let page = EventPage { after, first: 0, max: 100, oldest_first };
            let query = paged(by_types(by_main_criterion(of_realm(realm), &filter), &filter), &filter, page);
            let plan = plan(&mut connection, query, page);
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
    }
}

#[test]
fn each_type_is_walked_on_its_own() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory);
    let filter = EventFilter { from: Some(Timestamp::from_s(1)), ..EventFilter::default() };
    let page = EventPage::newest(100);
    let query = of_realm(RealmId(uuid::Uuid::nil())).filter(events::event_type.eq("LOGIN"));
    let plan = plan(&mut connection, paged(query, &filter, page), page);
    assert!(plan.contains("events_by_type") && !plan.contains("TEMP B-TREE"), "{plan}");
}
