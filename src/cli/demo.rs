//! `demo`: sample contracts, users and module data. Safe to repeat.
//!
//! Passwords are made by chance and kept in `DIR/demo.json` (0600), so that a
//! repeated run can tell them again; what is there already stays as it is.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::demo_samples::{self, Person, SAMPLES, Sample};
use super::open::{Open, actor};
use super::{Failure, output};
use crate::audit::{self, Event};
use crate::base::id::random_password;
use crate::base::{Moment, Secret};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::identity::contracts::{self, CertificateMode, Contract, Service};
use crate::identity::lockout::Attempts;
use crate::identity::password as hashing;
use crate::identity::users::{self, User};
use crate::identity::{rights, terms};
use crate::{contract, deduction, hr, members};

/// What `demo --json` prints, and `DIR/demo.json` keeps.
#[derive(Default, Deserialize, Serialize)]
struct Told {
    contracts: Vec<ToldContract>,
    users: Vec<ToldUser>,
}

#[derive(Deserialize, Serialize)]
struct ToldContract {
    contract: String,
    name: String,
    kind: String,
    initial_password: String,
}

#[derive(Deserialize, Serialize)]
struct ToldUser {
    user: String,
    contract: String,
    kind: String,
    password: String,
    temporary: bool,
}

pub(super) async fn run(open: &Open) -> Result<(), Failure> {
    let config = open.config()?;
    let db = open.db(&config).await?;
    let told = passwords(&config, &samples_there(&db).await?)?;
    let actor = actor(&open.environment);
    let mut added = 0;
    for sample in SAMPLES {
        added += usize::from(fill(&db, sample, &told, &actor, open.clock.now()).await?);
    }
    if open.json {
        return output::json(&json!(told));
    }
    if added == 0 {
        output::say("the samples are there already; nothing was changed");
    } else {
        output::say(format!("added {added} sample contracts with users and data"));
    }
    print(&told);
    Ok(())
}

fn print(told: &Told) {
    output::say("\ncontracts (initial password, for a master's first registration)");
    for one in &told.contracts {
        output::say(format!("  {}  {}  {}", one.contract, one.initial_password, one.name));
    }
    output::say("\nusers (password)");
    for one in &told.users {
        let note = if one.temporary { "temporary, for the first registration" } else { "usable" };
        output::say(format!("  {}  {}  {}  {note}", one.user, one.password, one.kind));
    }
}

/// The contract numbers of the samples that are there.
async fn samples_there(db: &Db) -> Result<Vec<&'static str>, Failure> {
    let mut conn = db.conn().await?;
    let mut there = Vec::new();
    for sample in SAMPLES {
        if contracts::find(&mut conn, sample.contract_no).await?.is_some() {
            there.push(sample.contract_no);
        }
    }
    Ok(there)
}

/// The passwords of an earlier run, and new ones for what it did not know; they are
/// written down first: a run that is interrupted goes on with the same.
fn passwords(config: &Config, there: &[&str]) -> Result<Told, Failure> {
    let path = config.data.dir.join("demo.json");
    let mut told = if path.exists() { read(&path)? } else { Told::default() };
    let known = |told: &Told, no: &str| told.contracts.iter().any(|one| one.contract == no);
    if there.iter().any(|no| !known(&told, no)) {
        return Err(Failure::new("the samples are there, but their passwords are not known")
            .hint(format!("bring {} back, or start with another data directory", path.display())));
    }
    let absent = SAMPLES.iter().filter(|sample| !there.contains(&sample.contract_no));
    let mut added = 0;
    for sample in absent {
        added += invent(&mut told, sample);
    }
    if added > 0 {
        keep(&path, &told)?;
    }
    Ok(told)
}

fn read(path: &Path) -> Result<Told, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("{} cannot be read: {error}", path.display()))
            .hint("check that it is a file that may be read")
    })?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display()))
            .hint("restore it: the passwords of the samples stand nowhere else")
    })
}

/// Passwords for what of `sample` has none yet; how many.
fn invent(told: &mut Told, sample: &Sample) -> usize {
    let before = told.contracts.len() + told.users.len();
    if !told.contracts.iter().any(|one| one.contract == sample.contract_no) {
        told.contracts.push(ToldContract {
            contract: sample.contract_no.to_owned(),
            name: sample.name.to_owned(),
            kind: sample.kind.to_owned(),
            initial_password: random_password(8),
        });
    }
    for person in sample.users {
        if !told.users.iter().any(|one| one.user == person.login_id) {
            told.users.push(ToldUser {
                user: person.login_id.to_owned(),
                contract: sample.contract_no.to_owned(),
                kind: person.kind.word().to_owned(),
                password: random_password(10),
                temporary: person.temporary,
            });
        }
    }
    told.contracts.len() + told.users.len() - before
}

fn keep(path: &Path, told: &Told) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let draft = path.with_extension("draft");
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(serde_json::to_string_pretty(told)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    write().map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
            .hint("check that the data directory may be written to")
    })
}

/// Adds one sample, whole or not at all; `false` when its contract exists.
async fn fill(
    db: &Db,
    sample: &Sample,
    told: &Told,
    actor: &str,
    now: Moment,
) -> Result<bool, Failure> {
    let mut conn = db.conn().await?;
    if contracts::find(&mut conn, sample.contract_no).await?.is_some() {
        return Ok(false);
    }
    drop(conn);
    let mut tx = db.begin().await?;
    contracts::insert(&mut tx, &contract_of(sample, told, now)?).await?;
    terms::put(&mut tx, sample.contract_no, &sample.stored()).await?;
    for service in sample.services {
        contracts::add_service(&mut tx, sample.contract_no, *service).await?;
    }
    for service in sample.services {
        data(&mut tx, sample.contract_no, *service, now).await?;
    }
    deduction::demo::fill(&mut tx, sample.contract_no, now).await?;
    for person in sample.users {
        let user = user_of(sample, person, told, now)?;
        users::insert(&mut tx, &user).await?;
        if let Some(role) = person.role {
            let whose = (sample.contract_no, user.id.as_str());
            rights::give(&mut tx, whose, role, actor, now).await?;
        }
    }
    if sample.runs_the_service() {
        demo_samples::papers(&mut tx, actor, now).await?;
    }
    members::accounts::demo(&mut tx, sample.contract_no, now).await?;
    let event = Event {
        actor,
        action: "demo",
        contract_no: Some(sample.contract_no),
        target: Some(sample.contract_no),
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(true)
}

async fn data(
    tx: &mut Tx,
    contract_no: &str,
    service: Service,
    now: Moment,
) -> Result<(), crate::db::Error> {
    match service {
        Service::Invoice => contract::demo(tx, contract_no, now).await,
        Service::Hr => hr::demo(tx, contract_no, now).await,
        _ => Ok(()),
    }
}

fn contract_of(sample: &Sample, told: &Told, now: Moment) -> Result<Contract, Failure> {
    let initial = told.contracts.iter().find(|one| one.contract == sample.contract_no);
    Ok(Contract {
        contract_no: sample.contract_no.to_owned(),
        kind: sample.kind.to_owned(),
        name: sample.name.to_owned(),
        initial_password_hash: Some(hash(initial.map(|one| one.initial_password.as_str()))?),
        attempts: Attempts::default(),
        closed_at: None,
        created_at: now,
        mode: match sample.company_code {
            None => CertificateMode::User,
            Some(code) => CertificateMode::Company { code: code.to_owned() },
        },
    })
}

fn user_of(sample: &Sample, person: &Person, told: &Told, now: Moment) -> Result<User, Failure> {
    let known = told.users.iter().find(|one| one.user == person.login_id);
    Ok(User {
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        password_hash: hash(known.map(|one| one.password.as_str()))?,
        password_temporary: person.temporary,
        ..User::new(sample.contract_no, person.login_id, person.kind, now)
    })
}

fn hash(password: Option<&str>) -> Result<String, Failure> {
    let password = password
        .ok_or_else(|| Failure::new("demo.json is of another version").hint("remove it"))?;
    hashing::hash(&Secret::from(password))
        .ok_or_else(|| Failure::new("there is no memory to hash a password"))
}
