//! From the command line to an open configuration, database and app.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use super::args::Args;
use super::{Failure, password};
use crate::app::{self, App, CaError, Folder, OpenError};
use crate::base::Clock;
use crate::config::{Config, Environment};
use crate::db::Db;
use crate::identity::rights::{Action, Actor, Resource, may};

/// What every command starts from.
pub struct Open {
    /// The file named on the command line.
    pub file: Option<PathBuf>,
    /// The process's settings.
    pub environment: Environment,
    /// Whether results are printed as JSON.
    pub json: bool,
    /// What time it is.
    pub clock: Clock,
    data: Option<PathBuf>,
}

impl Open {
    /// From what was typed.
    pub fn new(args: &Args, environment: Environment) -> Self {
        Self {
            file: args.config.clone(),
            environment,
            json: args.json,
            clock: Clock::system(),
            data: args.data.clone(),
        }
    }

    /// Fails unless whoever may run commands may do `action`: the decision that pages
    /// ask for is asked for here, too.
    pub fn allowed(action: Action) -> Result<(), Failure> {
        may(&Actor::at_the_machine(), action, &Resource::default()).map_err(|denial| {
            Failure::new(format!("this may not be done here: {denial}"))
                .hint(format!("the action is {}", action.word()))
        })
    }

    /// The configuration, `--data` applied.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.file.as_deref(), &self.environment)
            .map_err(|problems| Failure::of_problems(&problems))?;
        if let Some(dir) = &self.data {
            config.set_data_dir(dir.clone());
        }
        Ok(config)
    }

    /// The database, at this program's schema.
    pub async fn db(&self, config: &Config) -> Result<Db, Failure> {
        must_exist(config)?;
        let db = Db::open(&app::target(config)).await?;
        db.check_schema().await?;
        Ok(db)
    }

    /// The app; asks for the passphrase at a terminal if nothing else gives it.
    pub async fn app(&self) -> Result<App, Failure> {
        let config = Self::signing(self.config()?)?;
        App::open(config, self.clock.clone()).await.map_err(|error: OpenError| error.into())
    }

    /// `config` with the passphrase of the CA keys; asks for it as `app` does.
    pub fn signing(mut config: Config) -> Result<Config, Failure> {
        must_exist(&config)?;
        if let Err(CaError::NoPassphrase(_)) = Folder::of(&config).passphrase()
            && io::stdin().is_terminal()
        {
            config.data.passphrase = Some(password::passphrase()?);
        }
        Ok(config)
    }
}

/// Opening an SQLite file makes it; only `init` may do that.
fn must_exist(config: &Config) -> Result<(), Failure> {
    if Folder::of(config).exists() {
        return Ok(());
    }
    Err(CaError::Missing(config.data.dir.join("ca")).into())
}

/// Who runs the command, for the audit chain.
pub fn actor(environment: &Environment) -> String {
    let user = environment.user().unwrap_or("unknown");
    format!("cli:{user}")
}
