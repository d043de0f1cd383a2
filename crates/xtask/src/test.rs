//! stub
pub fn run(_: &crate::workspace::Workspace, _: &[String]) -> anyhow::Result<()> { Ok(()) }
