//! The grants that a filter may mean, in the order of their start. The table has that order for all realms together, which is none
//! to show one realm in: its clients' own orders are merged.

use super::PART;
use crate::{FlowResult, LoadedRealm};
use perennial_domain::{
    GrantId,
    session_filter::{Glance, SessionFilter},
};
use perennial_storage::{
    Tx,
    grants::{self, Position, Scan},
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// Rows of one statement, at first and at most: a client that turns out to have many of the next ones is read in larger steps.
const FIRST_STEP: i64 = 16;
const LONGEST_STEP: i64 = 500;

/// One client's or one user's.
struct Lane {
    scan: Scan,
    read: VecDeque<Glance>,
    after: Option<GrantId>,
    step: i64,
    ended: bool,
}

impl Lane {
    fn open(scan: Scan, after: Option<GrantId>, step: i64) -> Self {
        Self { scan, read: VecDeque::new(), after, step, ended: false }
    }

    fn fill(&mut self, tx: &mut Tx<'_>, newest_first: bool) -> FlowResult<()> {
        if self.read.is_empty() && !self.ended {
            self.read = grants::glance(tx, self.scan, Position { after: self.after, newest_first }, self.step)?.into();
            self.ended = (self.read.len() as i64) < self.step;
            self.after = self.read.back().map(|seen| seen.id);
            self.step = (self.step * 4).min(LONGEST_STEP);
        }
        Ok(())
    }
}

pub struct InOrder {
    newest_first: bool,
    lanes: Vec<Lane>,
    /// Of each lane that has more: its next grant, in the order of [`Self::rank`].
    next: BinaryHeap<(Reverse<u128>, usize)>,
    looked: usize,
    passed: Option<GrantId>,
    /// Where a look that did not come to the end stands: a grant of the realm asked for, never another's.
    pub rest: Option<GrantId>,
}

impl InOrder {
    pub fn open(tx: &mut Tx<'_>, realm: &LoadedRealm, filter: &SessionFilter, from: Position) -> FlowResult<Self> {
        let mut opened = Self {
            newest_first: from.newest_first,
            lanes: Vec::new(),
            next: BinaryHeap::new(),
            looked: 0,
            passed: from.after,
            rest: None,
        };
        if let Some(scan) = Scan::of(filter) {
            opened.lanes.push(Lane::open(scan, from.after, LONGEST_STEP));
            opened.advance(tx, 0)?;
            return Ok(opened);
        }
        for (client, head) in grants::heads(tx, realm.model.realm.id, from)? {
            opened.next.push((opened.rank(head), opened.lanes.len()));
            opened.lanes.push(Lane::open(Scan::Client(client), from.after, FIRST_STEP));
        }
        Ok(opened)
    }

    /// The next rows; `None` at the end, or where `most` rows were looked at: then `rest` is set.
    pub fn next(&mut self, tx: &mut Tx<'_>, most: usize) -> FlowResult<Option<Vec<Glance>>> {
        if self.next.is_empty() {
            return Ok(None);
        }
        if self.looked >= most {
            self.rest = self.passed;
            return Ok(None);
        }
        let mut part = Vec::with_capacity(PART);
        while part.len() < PART {
            let Some((_, lane)) = self.next.pop() else { break };
            self.lanes[lane].fill(tx, self.newest_first)?;
            part.extend(self.lanes[lane].read.pop_front());
            self.advance(tx, lane)?;
        }
        self.looked += part.len();
        self.passed = part.last().map(|seen| seen.id).or(self.passed);
        Ok(Some(part))
    }

    /// Lines a lane up again, unless nothing is left of it.
    fn advance(&mut self, tx: &mut Tx<'_>, lane: usize) -> FlowResult<()> {
        self.lanes[lane].fill(tx, self.newest_first)?;
        if let Some(seen) = self.lanes[lane].read.front() {
            self.next.push((self.rank(seen.id), lane));
        }
        Ok(())
    }

    /// The least comes next.
    fn rank(&self, id: GrantId) -> Reverse<u128> {
        let rank = id.0.as_u128();
        Reverse(if self.newest_first { !rank } else { rank })
    }
}
