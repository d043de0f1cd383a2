//! A believable realm with as many offline sessions as wanted, in a database of either kind, and servers on copies of one that is
//! made once a machine. The programs that measure are in the binary; tests use this.

pub mod crowd;
pub mod fill;
pub mod kept;
pub mod machine;

pub use crowd::Crowd;
pub use kept::{Populated, server};
