//! The command line: its verbs and flags, and how a failure is told. Each verb has a file of its own; values are resolved
//! by `config`, flags only carry texts.

mod doctor;
mod flags;
mod keys;
mod migrate;
mod realm;
mod recover;
mod serve;
mod sessions;
mod user_add;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use flags::SettingFlags;

/// An OpenID Provider for the work that apps do while people are away.
#[derive(Parser)]
#[command(name = "perennial", version, after_help = flags::AFTER_HELP)]
struct CommandLine {
    #[command(flatten)]
    flags: SettingFlags,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve realms over HTTP; the verb where none is given
    Serve,
    /// Bring the database's schema up to date, and stop
    Migrate,
    /// Manage users
    User {
        #[command(subcommand)]
        verb: UserVerb,
    },
    /// List, rotate and retire the keys of realms
    Keys {
        #[command(subcommand)]
        verb: keys::KeysVerb,
    },
    /// List and end offline sessions
    Sessions {
        #[command(subcommand)]
        verb: sessions::SessionsVerb,
    },
    /// Write a realm to a file, or make one of a file
    Realm {
        #[command(subcommand)]
        verb: realm::RealmVerb,
    },
    /// After a restored backup: apply again what the audit log says has ended, been paused or narrowed
    ///
    /// Run it before `serve`. A server on a restored backup that has not been recovered lets sessions go on that had ended, and
    /// refuses tokens under keys that are younger than the backup; clients throw away what is refused. It may run again at any
    /// time, also beside a running server, and gives nothing back
    Recover(recover::Recover),
    /// Check the configuration, the database and the master key, and say what is wrong
    Doctor,
}

#[derive(Subcommand)]
enum UserVerb {
    /// Add a user to a realm; the password is asked for
    Add(user_add::UserAdd),
}

/// Runs the verb. An error goes to standard error, on one line with its causes.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    let runtime = actix_web::rt::System::new();
    let outcome = runtime.block_on(async {
        match line.verb.unwrap_or(Verb::Serve) {
            Verb::Serve => serve::run(&line.flags).await,
            Verb::Migrate => migrate::run(&line.flags).await,
            Verb::User { verb: UserVerb::Add(new) } => user_add::run(&line.flags, new).await,
            Verb::Keys { verb } => keys::run(&line.flags, verb).await,
            Verb::Sessions { verb } => sessions::run(&line.flags, verb).await,
            Verb::Realm { verb } => realm::run(&line.flags, verb).await,
            Verb::Recover(wanted) => recover::run(&line.flags, wanted).await,
            Verb::Doctor => doctor::run(&line.flags).await,
        }
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("perennial: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn flags_may_stand_before_and_after_the_verb() {
        for words in
            [&["perennial", "--demo"][..], &["perennial", "serve", "--demo"], &["perennial", "--demo", "serve"]]
        {
            let line = CommandLine::try_parse_from(words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
            assert!(line.flags.texts().contains_key("demo"), "{words:?}");
        }
    }
}
