//! A look at every grant that a filter may mean, client by client, for what is counted, sorted here or ended: whatever order.

use crate::{FlowResult, LoadedRealm};
use perennial_domain::{
    ClientId, GrantId, RealmId,
    session_filter::{Glance, SessionFilter},
};
use perennial_storage::{
    Tx,
    grants::{self, Position, Scan},
};

/// Rows of one statement.
const CHUNK: usize = 500;

/// Where a walk stands: behind a grant, of a client where it goes over the realm's clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    client: Option<ClientId>,
    after: Option<GrantId>,
}

pub struct Walk {
    /// Still to come, the last one first.
    lanes: Vec<Scan>,
    stand: Stand,
    looked: usize,
    /// Where a walk that did not come to the end stands.
    pub rest: Option<Stand>,
}

impl Walk {
    /// From the beginning, or from where another walk by the same filter stood.
    pub fn open(tx: &mut Tx<'_>, realm: &LoadedRealm, filter: &SessionFilter, from: Option<Stand>) -> FlowResult<Self> {
        let stand = from.unwrap_or_default();
        let lanes = match Scan::of(filter) {
            Some(scan) => vec![scan],
            None => clients_with_any(tx, realm.model.realm.id, stand.client)?,
        };
        Ok(Self { lanes, stand, looked: 0, rest: None })
    }

    /// The next rows; `None` at the end, or where `most` rows were looked at: then `rest` is set.
    pub fn next(&mut self, tx: &mut Tx<'_>, most: usize) -> FlowResult<Option<Vec<Glance>>> {
        while let Some(scan) = self.lanes.last().copied() {
            if self.looked >= most {
                self.rest = Some(self.stand);
                return Ok(None);
            }
            if let Scan::Client(client) = scan
                && self.stand.client != Some(client)
            {
                self.stand = Stand { client: Some(client), after: None };
            }
            let position = Position { after: self.stand.after, newest_first: false };
            let chunk = grants::glance(tx, scan, position, CHUNK as i64)?;
            self.looked += chunk.len();
            if chunk.len() < CHUNK {
                self.lanes.pop();
            }
            if let Some(last) = chunk.last() {
                self.stand.after = Some(last.id);
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }
}

/// The clients of the realm that have any grants, from one on, the last one first.
fn clients_with_any(tx: &mut Tx<'_>, realm: RealmId, from: Option<ClientId>) -> FlowResult<Vec<Scan>> {
    let heads = grants::heads(tx, realm, Position::default())?;
    let mut clients: Vec<ClientId> = heads.into_iter().map(|(client, _)| client).collect();
    clients.retain(|id| from.is_none_or(|from| *id >= from));
    clients.sort_unstable_by(|a, b| b.cmp(a));
    Ok(clients.into_iter().map(Scan::Client).collect())
}
