//! Going along `grants_by_client`, or for online grants along `grants_online_by_client`, and nothing else. Asked for one client's grants
//! in the order of their ids, PostgreSQL would rather walk the table's own order until it meets enough of them: fast where they lie
//! among the others, a look at the whole table where the client has none on that side. Bounds by row value and an order by both
//! columns leave it one index that has them.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable};
use diesel::sqlite::Sqlite;
use perennial_domain::{ClientId, GrantId, UserSessionId};
use uuid::Uuid;

use crate::grant_glances::Position;
use crate::sql_types::{Id, Uuid16};
use crate::target::MultiBackend;

/// One side of a position: `(client, id) > (x, after) AND client <= x`, or the other way round.
#[derive(Clone, Copy, Debug)]
struct Side {
    behind: &'static str,
    up_to: &'static str,
    order: &'static str,
    after: Id,
}

impl From<Position> for Side {
    fn from(position: Position) -> Self {
        let after = |none: Uuid| Id::from(position.after.unwrap_or(GrantId(none)));
        if position.newest_first {
            let behind = "(grants.client_id, grants.id) < (";
            let order = "grants.client_id DESC, grants.id DESC";
            Self { behind, up_to: "grants.client_id >= ", order, after: after(Uuid::max()) }
        } else {
            let behind = "(grants.client_id, grants.id) > (";
            let order = "grants.client_id, grants.id";
            Self { behind, up_to: "grants.client_id <= ", order, after: after(Uuid::nil()) }
        }
    }
}

/// Of `grants`: those of one client, behind a position. To be ordered by both columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfClient {
    client: Id,
    side: Side,
}

impl OfClient {
    pub fn behind(client: ClientId, position: Position) -> Self {
        Self { client: client.into(), side: position.into() }
    }
}

/// Of a row of `clients`: its grant that comes next behind a position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NextOfClient(Side);

impl NextOfClient {
    pub fn behind(position: Position) -> Self {
        Self(position.into())
    }
}

macro_rules! fragment {
    ($name:ident: $sql_type:ty, |$own:ident, $pass:ident| $write:block) => {
        impl Expression for $name {
            type SqlType = $sql_type;
        }

        impl<S> AppearsOnTable<S> for $name {}
        impl<S> SelectableExpression<S> for $name {}

        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::Never;
        }

        // The text depends on the direction: it is cached by itself, not by its type.
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        fragment!(@for Sqlite, $name, |$own, $pass| $write);
        fragment!(@for Pg, $name, |$own, $pass| $write);

        impl QueryFragment<MultiBackend> for $name {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
                MultiBackend::walk_variant_ast(self, pass)
            }
        }
    };
    (@for $backend:ty, $name:ident, |$own:ident, $pass:ident| $write:block) => {
        impl QueryFragment<$backend> for $name {
            fn walk_ast<'b>(&'b self, mut $pass: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                let $own = self;
                $write
                Ok(())
            }
        }
    };
}

fragment!(OfClient: Bool, |own, pass| {
    pass.push_sql(own.side.behind);
    pass.push_bind_param::<Uuid16, _>(&own.client)?;
    pass.push_sql(", ");
    pass.push_bind_param::<Uuid16, _>(&own.side.after)?;
    pass.push_sql(") AND ");
    pass.push_sql(own.side.up_to);
    pass.push_bind_param::<Uuid16, _>(&own.client)?;
});

fragment!(NextOfClient: Nullable<Uuid16>, |own, pass| {
    pass.push_sql("(SELECT grants.id FROM grants WHERE ");
    pass.push_sql(own.0.behind);
    pass.push_sql("clients.id, ");
    pass.push_bind_param::<Uuid16, _>(&own.0.after)?;
    pass.push_sql(") AND ");
    pass.push_sql(own.0.up_to);
    pass.push_sql("clients.id ORDER BY ");
    pass.push_sql(own.0.order);
    pass.push_sql(" LIMIT 1)");
});

/// Of `grants`: the online ones of one client, behind a user session, along `grants_online_by_client`. To be ordered by client and
/// user session. Those without a user session are none of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnlineOfClient {
    client: Id,
    after: Id,
}

impl OnlineOfClient {
    pub fn behind(client: ClientId, after: Option<UserSessionId>) -> Self {
        Self { client: client.into(), after: after.unwrap_or(UserSessionId(Uuid::nil())).into() }
    }
}

fragment!(OnlineOfClient: Bool, |own, pass| {
    pass.push_sql("NOT grants.offline AND (grants.client_id, grants.online_session_id) > (");
    pass.push_bind_param::<Uuid16, _>(&own.client)?;
    pass.push_sql(", ");
    pass.push_bind_param::<Uuid16, _>(&own.after)?;
    pass.push_sql(") AND grants.client_id <= ");
    pass.push_bind_param::<Uuid16, _>(&own.client)?;
});
