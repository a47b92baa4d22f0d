//! Commands about accounts and tokens.

use std::io::Read;
use std::process::ExitCode;

use clap::Subcommand;
use domain::access::{Role, Scope};
use store::{Actor, NewToken, NewUser};

use super::{Done, Failure, Place};

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text)
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text)
}

#[derive(Subcommand)]
pub(super) enum UserAct {
    /// Adds an account.
    Add {
        /// The address to sign in with.
        #[arg(long)]
        email: String,
        /// The name shown.
        #[arg(long)]
        name: String,
        /// admin, responder, reviewer or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Reads the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lists accounts.
    List,
    /// Disables an account: its sessions and tokens stop working.
    Disable {
        /// The address of the account.
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
pub(super) enum TokenAct {
    /// Makes a token and prints it once.
    Create {
        /// The address of the account it acts for.
        #[arg(long)]
        user: String,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// read, write or admin.
        #[arg(long, value_parser = scope, default_value = "read")]
        scope: Scope,
        /// The agent that uses it: everything written with it is marked as the agent's.
        #[arg(long)]
        agent: Option<String>,
        /// After how many days it stops working.
        #[arg(long)]
        expires: Option<u32>,
    },
}

pub(super) async fn user(place: &Place, act: UserAct) -> Done {
    let store = place.open().await?;
    match act {
        UserAct::Add { email, name, role, password_stdin } => {
            if !password_stdin {
                return Err(Failure::new(2, "give the password on standard input with --password-stdin"));
            }
            let mut password = String::new();
            std::io::stdin()
                .read_to_string(&mut password)
                .map_err(|error| Failure::new(2, format!("cannot read the password: {error}")))?;
            let user = store
                .create_user(
                    &Actor::system(),
                    NewUser { email, name, role, password: password.trim_end_matches(['\r', '\n']).to_string() },
                )
                .await?;
            println!("{} {} {}", user.id, user.email, user.role.word());
        }
        UserAct::List => {
            for user in store.users(&Actor::system()).await? {
                println!(
                    "{}\t{}\t{}\t{}{}",
                    user.id,
                    user.email,
                    user.name,
                    user.role.word(),
                    if user.disabled_at.is_some() { "\tdisabled" } else { "" }
                );
            }
        }
        UserAct::Disable { email } => {
            let user = store.user_by_email(&email).await.map_err(|_| {
                Failure::new(1, format!("there is no account with the address {email}: `inquest user list` shows them"))
            })?;
            store.disable_user(&Actor::system(), &user.id).await?;
            println!("{} is disabled.", user.email);
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn token(place: &Place, act: TokenAct) -> Done {
    let store = place.open().await?;
    let TokenAct::Create { user, name, scope, agent, expires } = act;
    let user = store.user_by_email(&user).await.map_err(|_| {
        Failure::new(1, format!("there is no account with the address {user}: `inquest user list` shows them"))
    })?;
    let (_, secret) =
        store.create_token(&Actor::system(), &user.id, NewToken { name, scope, agent, expires_days: expires }).await?;
    println!("This token is shown once: {secret}");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
