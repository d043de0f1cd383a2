//! `perennial user add`: a user with a password, for realms without a console at hand and for admins who locked themselves
//! out. The password is asked for or read from standard input, never taken from the arguments.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use perennial_flows::bootstrap::{NewUser, create_user};
use perennial_flows::{FlowError, FlowResult};
use perennial_storage::StorageError;

use super::flags::SettingFlags;
use crate::serve::foundation::Foundation;

#[derive(Args, Debug)]
pub struct UserAdd {
    /// Name to sign in with
    username: String,
    /// Realm that the user belongs to; it must exist
    #[arg(long)]
    realm: String,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    first_name: Option<String>,
    #[arg(long)]
    last_name: Option<String>,
    /// A realm role besides the default ones; may be repeated. In the realm master, `admin` may do everything
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Read the password from standard input: its first line
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(flags: &SettingFlags, new: UserAdd) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let password = read_password(new.password_stdin)?;
    let foundation = Foundation::lay(config).await?;
    let (username, realm) = (new.username.clone(), new.realm.clone());
    let user = NewUser {
        username: new.username,
        email: new.email,
        first_name: new.first_name,
        last_name: new.last_name,
        roles: new.roles,
    };
    let made = create_user(foundation.site(), &realm, user, password).await;
    foundation.site().store.shutdown().await;
    explain(made, &username, &realm)?;
    println!("{username} can sign in to the realm {realm}");
    Ok(ExitCode::SUCCESS)
}

fn read_password(from_stdin: bool) -> anyhow::Result<String> {
    if !from_stdin && std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Once more: ")? != password {
            bail!("the two passwords differ; nothing was changed");
        }
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password came from standard input");
    }
    Ok(password.to_owned())
}

fn explain<T>(made: FlowResult<T>, username: &str, realm: &str) -> anyhow::Result<T> {
    made.map_err(|error| match error {
        FlowError::UnknownRealm => anyhow::anyhow!("there is no realm {realm}"),
        FlowError::Conflict(_) | FlowError::Storage(StorageError::Conflict(_)) => {
            anyhow::anyhow!("the realm {realm} has a user {username} already, or one with this e-mail address")
        }
        FlowError::Storage(error) => anyhow::anyhow!("{error}: {}", error.private_reason()),
        other => other.into(),
    })
}
