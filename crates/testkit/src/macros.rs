//! One test body, two tests: on SQLite and on PostgreSQL.

/// Turns `async fn name(server: TestServer) { … }` into the tests `name::on_sqlite` and `name::on_postgres`, each with
/// a server and a database of its own. Only for the server's own integration tests: they know the binary's path.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario(#[allow(unused_mut)] mut $server: $crate::TestServer) $body

            #[tokio::test]
            async fn on_sqlite() {
                scenario($crate::TestServer::start(env!("CARGO_BIN_EXE_perennial"), $crate::Backend::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                scenario($crate::TestServer::start(env!("CARGO_BIN_EXE_perennial"), $crate::Backend::Postgres).await).await;
            }
        }
    )+};
}

/// Like [`on_both_databases!`] for what needs several nodes, which only PostgreSQL serves.
#[macro_export]
macro_rules! on_postgres {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario(#[allow(unused_mut)] mut $server: $crate::TestServer) $body

            #[tokio::test]
            async fn on_postgres() {
                scenario($crate::TestServer::start(env!("CARGO_BIN_EXE_perennial"), $crate::Backend::Postgres).await).await;
            }
        }
    )+};
}

/// The same of each `async fn name(backend: Backend)` that is named, for what starts its server in a way of its own.
#[macro_export]
macro_rules! on_each {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            #[tokio::test]
            async fn on_sqlite() {
                super::$scenario($crate::Backend::Sqlite).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                super::$scenario($crate::Backend::Postgres).await;
            }
        }
    )+};
}
