//! Two nodes of which one dies under load.

use super::load::{Load, expect_all_go_on, sessions};
use crate::support::backup_at;
use perennial_testkit::on_postgres;

on_postgres! {
    async fn clients_of_a_node_that_dies_go_on_at_the_other(server) {
        let mut node = server.second_node().await;
        let tokens = sessions(&server, 48).await;
        let load = Load::start(&[backup_at(&server), backup_at(&node)], tokens);
        load.wait_for(200).await;
        node.kill();
        load.wait_for(200).await;
        let tokens = load.stop().await;
        expect_all_go_on(&backup_at(&server), tokens.clone()).await;
    }

    async fn a_node_that_comes_back_joins_where_the_other_is(server) {
        let mut node = server.second_node().await;
        let tokens = sessions(&server, 16).await;
        let load = Load::start(&[backup_at(&node), backup_at(&server)], tokens);
        load.wait_for(50).await;
        node.kill();
        load.wait_for(50).await;
        node.restart().await;
        load.wait_for(50).await;
        let tokens = load.stop().await;
        expect_all_go_on(&backup_at(&node), tokens).await;
    }
}
