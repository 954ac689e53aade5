//! `contract add|list|show`.

use serde_json::{Value, json};

use super::args::{ContractAdd, ContractKind, ContractVerb, ModeName};
use super::open::{Open, actor};
use super::{Failure, output, password};
use crate::audit::{self, Event};
use crate::base::id::{random_digits, random_password};
use crate::base::{Moment, Secret};
use crate::db::Conn;
use crate::identity::contracts::{self, CertificateMode, Contract, Service};
use crate::identity::lockout::{Attempts, Gate};
use crate::identity::policy::Policy;
use crate::identity::{password as hashing, rules, users};

pub(super) async fn run(open: &Open, verb: ContractVerb) -> Result<(), Failure> {
    match verb {
        ContractVerb::Add(add) => insert(open, add).await,
        ContractVerb::List => list(open).await,
        ContractVerb::Show { contract } => show(open, &contract).await,
    }
}

async fn insert(open: &Open, add: ContractAdd) -> Result<(), Failure> {
    let contract_no = rules::contract_no(&add.contract)
        .map_err(|_| Failure::new("a contract number is eight digits").hint("as in 15000001"))?;
    let name = add.name.trim();
    if name.is_empty() || name.chars().count() > 64 {
        return Err(Failure::new("a contract's name has 1 to 64 characters")
            .hint("as in --name サンプル労働組合"));
    }
    let initial = initial_password(&add)?;
    Policy::INITIAL.check(&initial, None).map_err(|_| {
        Failure::new("an initial password has exactly 8 characters")
            .hint("half-width upper and lower case letters, digits and symbols, each at least once")
            .hint("--generate makes one")
    })?;
    let config = open.config()?;
    let db = open.db(&config).await?;
    let now = open.clock.now();
    let mode = mode(&mut db.conn().await?, &add).await?;
    let contract = Contract {
        contract_no: contract_no.clone(),
        kind: kind(add.kind).to_owned(),
        name: name.to_owned(),
        initial_password_hash: hashing::hash(&initial),
        attempts: Attempts::default(),
        closed_at: None,
        created_at: now,
        mode,
    };
    let mut tx = db.begin().await?;
    if let Err(error) = contracts::insert(&mut tx, &contract).await {
        return Err(if error.is_unique_violation() {
            Failure::new(format!("contract {contract_no} exists already"))
                .hint(format!("`sekisho contract show {contract_no}` shows it"))
        } else {
            error.into()
        });
    }
    for wanted in &add.services {
        contracts::add_service(&mut tx, &contract_no, *wanted).await?;
    }
    let actor = actor(&open.environment);
    let event = Event {
        actor: &actor,
        action: "contract-add",
        contract_no: Some(&contract_no),
        target: Some(&contract_no),
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    if open.json {
        let mut object = object(&mut db.conn().await?, &contract, now).await?;
        if add.generate {
            object["initial_password"] = json!(initial.expose());
        }
        return output::json(&object);
    }
    output::say(format!("opened contract {contract_no} for {name}"));
    if add.generate {
        output::say(format!("initial password: {}  (shown only now)", initial.expose()));
    }
    Ok(())
}

fn initial_password(add: &ContractAdd) -> Result<Secret, Failure> {
    if add.generate {
        return Ok(Secret::new(random_password(8)));
    }
    password::read("initial password", add.initial_password_file.as_deref())
}

/// Six digits that nobody has, if none were given.
async fn mode(conn: &mut Conn, add: &ContractAdd) -> Result<CertificateMode, Failure> {
    if add.certificate_mode == ModeName::User {
        return match add.company_code {
            None => Ok(CertificateMode::User),
            Some(_) => Err(Failure::new("a company code belongs to --certificate-mode company")
                .hint("add --certificate-mode company, or leave --company-code out")),
        };
    }
    if let Some(code) = &add.company_code {
        return if contracts::has_code(conn, code).await? {
            Err(Failure::new(format!("company code {code} is another contract's"))
                .hint("give another one, or leave --company-code out"))
        } else {
            Ok(CertificateMode::Company { code: code.clone() })
        };
    }
    free_code(conn).await.map(|code| CertificateMode::Company { code })
}

/// Six digits that no contract has.
pub(super) async fn free_code(conn: &mut Conn) -> Result<String, Failure> {
    for _ in 0..100 {
        let code = random_digits(6);
        if !contracts::has_code(conn, &code).await? {
            return Ok(code);
        }
    }
    Err(Failure::new("no free company code was found").hint("give one with --company-code"))
}

async fn list(open: &Open) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let now = open.clock.now();
    let mut objects = Vec::new();
    for contract in contracts::list(&mut conn).await? {
        objects.push(object(&mut conn, &contract, now).await?);
    }
    let columns = [
        "contract",
        "name",
        "kind",
        "state",
        "certificate_mode",
        "company_code",
        "services",
        "master",
    ];
    output::list(open.json, objects, &columns, "no contracts yet; `sekisho contract add` opens one")
}

async fn show(open: &Open, contract_no: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let Some(contract) = contracts::find(&mut conn, contract_no).await? else {
        return Err(Failure::new(format!("there is no contract {contract_no}"))
            .hint("`sekisho contract list` lists them"));
    };
    let shown = object(&mut conn, &contract, open.clock.now()).await?;
    output::show(open.json, &shown)
}

async fn object(conn: &mut Conn, contract: &Contract, now: Moment) -> Result<Value, Failure> {
    let no = &contract.contract_no;
    let services: Vec<_> =
        contracts::services(conn, no).await?.into_iter().map(Service::word).collect();
    let master = users::master_of(conn, no).await?.map(|user| user.login_id);
    let initial = match contract.attempts.gate(now) {
        Gate::Open => "open",
        Gate::Locked(_) => "locked",
        Gate::Closed => "closed",
    };
    Ok(json!({
        "contract": no,
        "name": contract.name,
        "kind": contract.kind,
        "state": if contract.closed_at.is_some() { "closed" } else { "active" },
        "initial_registration": initial,
        "certificate_mode": contract.mode.word(),
        "company_code": contract.mode.code(),
        "services": services,
        "master": master,
        "users": users::list(conn, Some(no)).await?.len(),
        "created_at": contract.created_at.rfc3339(),
    }))
}

fn kind(kind: ContractKind) -> &'static str {
    match kind {
        ContractKind::Member => "member",
        ContractKind::Employer => "employer",
        ContractKind::Client => "client",
        ContractKind::Office => "office",
    }
}
