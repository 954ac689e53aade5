//! `init`: everything a first run needs. Repeating it changes nothing and says so.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::open::Open;
use super::{Failure, output};
use crate::app::{self, Folder};
use crate::config::{Config, Database};
use crate::db::Db;

/// Where files to hand out go.
const CERTS: &str = "certs/sekisho-root.crt";

pub(super) async fn run(open: &Open) -> Result<(), Failure> {
    let config = open.config()?;
    let mut done = Vec::new();
    make_data_dir(&config, &mut done)?;
    let folder = Folder::of(&config);
    let now = open.clock.now();
    if !folder.exists() {
        folder.create(organisation(&config), now)?;
        done.push("made root, issuing and server CA".to_owned());
    }
    make_factor_key(&config.data.dir, &mut done)?;
    migrate(open, &config, &mut done).await?;
    for served in folder.served().iter().filter(|served| served.files.is_none()) {
        if folder.mend_server(&served.host, now)? {
            done.push(format!("issued the server certificate of {}", served.host));
        }
    }
    export_root(&folder, &mut done)?;
    report(open, &config, &done)
}

fn report(open: &Open, config: &Config, done: &[String]) -> Result<(), Failure> {
    if open.json {
        return output::json(&serde_json::json!({
            "done": done, "data": config.data.dir, "root": CERTS, "portal": config.portal_url(),
        }));
    }
    if done.is_empty() {
        output::say(format!("{} is complete; nothing was changed", config.data.dir.display()));
        return Ok(());
    }
    done.iter().for_each(output::say);
    output::say(format!("root certificate: {CERTS}"));
    output::say("next: `sekisho demo` fills in samples, `sekisho serve` runs everything");
    Ok(())
}

pub(super) fn organisation(config: &Config) -> &str {
    let service = &config.service;
    if service.institution.is_empty() { &service.name } else { &service.institution }
}

fn make_data_dir(config: &Config, done: &mut Vec<String>) -> Result<(), Failure> {
    let dir = &config.data.dir;
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|error| {
        Failure::new(format!("{} cannot be made: {error}", dir.display()))
            .hint("choose another place with --data or data.dir")
    })?;
    done.push(format!("made {}", dir.display()));
    Ok(())
}

fn make_factor_key(dir: &Path, done: &mut Vec<String>) -> Result<(), Failure> {
    let made = app::make_factor_key(dir).map_err(|error| {
        Failure::new(format!("a key cannot be made in {}: {error}", dir.display()))
            .hint("is there room on the disk, and may this user write there?")
    })?;
    if made {
        done.push("made the key for people's apps and mails on their way".to_owned());
    }
    Ok(())
}

async fn migrate(open: &Open, config: &Config, done: &mut Vec<String>) -> Result<(), Failure> {
    let db = Db::open(&app::target(config)).await?;
    let applied = db.migrate(open.clock.now()).await?;
    if !applied.is_empty() {
        let engine = match config.data.database {
            Database::Sqlite => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        };
        done.push(format!("brought the {engine} schema up to {}", applied.join(", ")));
    }
    Ok(())
}

fn export_root(folder: &Folder, done: &mut Vec<String>) -> Result<(), Failure> {
    let path = PathBuf::from(CERTS);
    let root = folder.certificate_pem("root")?;
    if fs::read_to_string(&path).is_ok_and(|there| there == root) {
        return Ok(());
    }
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(&path, &root)
    };
    write().map_err(|error| {
        Failure::new(format!("{CERTS} cannot be written: {error}"))
            .hint("run the command in a folder that you may write to")
    })?;
    done.push(format!("exported the root certificate to {CERTS}"));
    Ok(())
}
