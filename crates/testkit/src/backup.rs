//! A backup of a test's database, taken and restored while its only node is down: what an operator does with files or dumps.

use crate::database::TestDatabase;
use crate::server::TestServer;

/// The database as it stood once.
pub struct Backup {
    copy: TestDatabase,
}

impl TestServer {
    /// Stops the node, copies its database, and starts it again.
    pub async fn back_up(&mut self) -> Backup {
        self.terminate().await;
        let copy = self.database().copy();
        self.restart().await;
        Backup { copy }
    }

    /// Kills the node, puts the backup in the database's place, and starts the node on it. The backup can be restored again.
    pub async fn restore(&mut self, backup: &Backup) {
        self.kill();
        self.database().replace_with(&backup.copy);
        self.restart().await;
    }
}
