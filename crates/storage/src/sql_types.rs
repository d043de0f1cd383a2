//! Ids in SQL: 16 bytes in both databases, `BLOB` in SQLite and `uuid` in PostgreSQL, behind one type. Instants need none:
//! they are `BigInt` milliseconds in both.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use perennial_domain::{
    ClientId, ClientScopeId, ConsoleSessionId, DeviceId, EventId, GrantId, GroupId, InitialAccessId, OutboxId, RealmId,
    RequestId, ResourceId, RoleId, UserId, UserSessionId, WebhookId,
};
use uuid::Uuid;

use crate::target::MultiBackend;

#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Binary"), postgres_type(oid = 2950, array_oid = 2951))]
pub struct Uuid16;

/// Any id in a row; which thing's id it is, the domain's types say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Uuid16)]
pub struct Id(pub Uuid);

impl HasSqlType<Uuid16> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<Uuid16>(lookup)
    }
}

impl ToSql<Uuid16, MultiBackend> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Uuid16, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Uuid16, MultiBackend> for Id {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Id, Uuid16>()
    }
}

impl ToSql<Uuid16, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Uuid16, Sqlite> for Id {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes: Vec<u8> = FromSql::<Binary, Sqlite>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<Uuid16, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Uuid16, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

macro_rules! ids {
    ($($name:ident),+) => {$(
        impl From<$name> for Id {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }

        impl From<Id> for $name {
            fn from(id: Id) -> Self {
                Self(id.0)
            }
        }
    )+};
}

ids!(
    RealmId,
    ClientId,
    ClientScopeId,
    RoleId,
    UserId,
    UserSessionId,
    GrantId,
    RequestId,
    ResourceId,
    GroupId,
    DeviceId,
    InitialAccessId,
    ConsoleSessionId,
    EventId,
    OutboxId,
    WebhookId
);
