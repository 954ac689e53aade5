//! `contract add|list|show|set|close`.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{ContractAdd, ContractKind, ContractVerb, ModeName};
use super::open::{Open, actor};
use super::{Failure, contract_set, output, password};
use crate::audit::Event;
use crate::base::id::{random_digits, random_password};
use crate::base::{Moment, Secret};
use crate::db::Conn;
use crate::identity::contracts::{self, CertificateMode, Contract, Service};
use crate::identity::lockout::{Attempts, Gate};
use crate::identity::policy::Policy;
use crate::identity::terms::{self, Asked, Hours, LoginKind, Stored};
use crate::identity::{password as hashing, rules, users};
use crate::members::contracts::changes::{self, Content, Refused};
use crate::members::contracts::rules::{is_name, usual_services};

pub(super) async fn run(open: &Open, verb: ContractVerb) -> Result<(), Failure> {
    Open::allowed(crate::identity::rights::Action::OperatorContracts)?;
    match verb {
        ContractVerb::Add(add) => insert(open, *add).await,
        ContractVerb::List => list(open).await,
        ContractVerb::Show { contract } => show(open, &contract).await,
        ContractVerb::Set(set) => contract_set::run(open, &set).await,
        ContractVerb::Close { contract } => contract_set::close(open, &contract).await,
    }
}

async fn insert(open: &Open, add: ContractAdd) -> Result<(), Failure> {
    let contract_no = rules::contract_no(&add.contract)
        .map_err(|_| Failure::new("a contract number is eight digits").hint("as in 15000001"))?;
    let name = add.name.trim();
    if !is_name(name) {
        return Err(Failure::new("a contract's name has 1 to 64 characters on one line")
            .hint("as in --name サンプル労働組合"));
    }
    let initial = initial_password(add.generate, add.initial_password_file.as_deref())?;
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
    let content = content(&add, name);
    let mut tx = db.begin().await?;
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, action: "contract-add", ..Event::default() };
    if let Err(why) = changes::open(&mut tx, &contract, &content, &event).await? {
        return Err(refused(why, &contract_no));
    }
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

fn content(add: &ContractAdd, name: &str) -> Content {
    let mut terms = Stored::of(add.preset);
    add.terms.apply(&mut terms);
    let services = match add.services.as_slice() {
        [] => usual_services(add.preset).to_vec(),
        given => given.to_vec(),
    };
    Content { name: name.to_owned(), terms, services }
}

/// A new initial password that obeys the rule.
pub(super) fn initial_password(generate: bool, file: Option<&Path>) -> Result<Secret, Failure> {
    if generate {
        return Ok(Secret::new(random_password(8)));
    }
    let given = password::read("initial password", file)?;
    Policy::INITIAL.check(&given, None).map_err(|_| {
        Failure::new("an initial password has exactly 8 characters")
            .hint("half-width upper and lower case letters, digits and symbols, each at least once")
            .hint("--generate makes one")
    })?;
    Ok(given)
}

/// Why nothing was written.
pub(super) fn refused(why: Refused, number: &str) -> Failure {
    match why {
        Refused::NumberTaken => Failure::new(format!("contract {number} exists already"))
            .hint(format!("`sekisho contract show {number}` shows it")),
        Refused::CodeTaken => Failure::new("the company code is another contract's")
            .hint("give another one, or leave --company-code out"),
        Refused::CustomerTaken => Failure::new("another contract has this customer number")
            .hint("`sekisho contract list --json` shows whose it is"),
        Refused::Licences(people) => Failure::new(format!(
            "contract {number} has {people} licences in use, the master's among them"
        ))
        .hint("give more licences, or delete people who are not needed any more"),
        Refused::Unknown => Failure::new(format!("there is no contract {number}"))
            .hint("`sekisho contract list` lists them"),
        Refused::Closed => Failure::new(format!("contract {number} is closed"))
            .hint(format!("`sekisho contract show {number}` shows it")),
        Refused::Outdated => Failure::new(format!("contract {number} was changed meanwhile"))
            .hint("run the command again"),
    }
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

pub(super) async fn show(open: &Open, contract_no: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let Some(contract) = contracts::find(&mut conn, contract_no).await? else {
        return Err(Failure::new(format!("there is no contract {contract_no}"))
            .hint("`sekisho contract list` lists them"));
    };
    let mut shown = object(&mut conn, &contract, open.clock.now()).await?;
    let stored = terms::stored(&mut conn, contract_no).await?;
    if open.json {
        shown["terms"] = in_force(&stored);
        shown["set_apart"] = set_apart(&stored);
        return output::json(&shown);
    }
    let apart = set_apart(&stored);
    for (name, value) in in_force(&stored).as_object().into_iter().flatten() {
        let note = if apart.get(name).is_some() { "" } else { " (preset)" };
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let noted = matches!(name.as_str(), "preset" | "customer_no" | "tel");
        shown[name] = json!(if noted { value } else { format!("{value}{note}") });
    }
    output::show(false, &shown)
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

/// The terms in force; `null` is as the settings say, or without bound.
fn in_force(stored: &Stored) -> Value {
    let terms = stored.clone().terms();
    json!({
        "preset": terms.preset.word(),
        "login_kind": terms.login.word(),
        "code_digits": terms.code_digits,
        "code_minutes": terms.code_minutes,
        "hours": terms.hours.word(),
        "licences": terms.licences,
        "second_factor": terms.second_factor.word(),
        "available_minutes": terms.available_minutes,
        "customer_no": terms.customer_no,
        "tel": terms.tel,
    })
}

/// What the contract sets apart from its preset.
fn set_apart(stored: &Stored) -> Value {
    let parts = [
        ("login_kind", json!(stored.login.map(LoginKind::word))),
        ("code_digits", json!(stored.code_digits)),
        ("code_minutes", json!(stored.code_minutes)),
        ("hours", json!(stored.hours.map(Hours::word))),
        ("licences", json!(stored.licences)),
        ("second_factor", json!(stored.second_factor.map(Asked::word))),
        ("available_minutes", json!(stored.available_minutes)),
    ];
    let own = parts.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(own.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn kind(kind: ContractKind) -> &'static str {
    match kind {
        ContractKind::Member => "member",
        ContractKind::Employer => "employer",
        ContractKind::Client => "client",
        ContractKind::Office => "office",
    }
}
