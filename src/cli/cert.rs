//! `cert issue|list|show|export`; `revoke` has a file of its own.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::args::{BundleFormat, CertIssue, CertList, CertStatus, CertVerb};
use super::open::{Open, actor};
use super::{Failure, company, output, password, revoke, user, verify};
use crate::app::App;
use crate::base::Moment;
use crate::base::clock::DAY_MS;
use crate::certificates::inventory::{self, Search};
use crate::certificates::issue::{self, Prepared};
use crate::certificates::state::State;
use crate::certificates::store::{self, Certificate, Wanted};
use crate::db::Tx;
use crate::identity::contracts;
use crate::pki::bundle::{self, Format};
use crate::pki::inspect;

pub(super) async fn run(open: &Open, verb: CertVerb) -> Result<(), Failure> {
    Open::allowed(crate::identity::rights::Action::OperatorCertificates)?;
    match verb {
        CertVerb::Issue(order) => match (&order.contract, &order.user) {
            (Some(contract), _) => company::make(open, &order, contract).await,
            (None, user) => make(open, &order, user.as_deref().unwrap_or_default()).await,
        },
        CertVerb::List(wanted) => list(open, &wanted).await,
        CertVerb::Show { which } => show(open, &which).await,
        CertVerb::Revoke(order) => revoke::run(open, &order).await,
        CertVerb::Verify { file, at } => verify::run(open, &file, at).await,
        CertVerb::Export { out } => export(open, out.as_deref()).await,
    }
}

/// The file is written whole under another name, then the certificate is stored,
/// then the file gets its name: whatever is interrupted, no file stands there
/// without its certificate.
async fn make(open: &Open, order: &CertIssue, login_id: &str) -> Result<(), Failure> {
    must_be_free(&order.out)?;
    let app = open.app().await?;
    let mut conn = app.db.conn().await?;
    let person = user::load(&mut conn, login_id).await?;
    let contract = contracts::find(&mut conn, &person.contract_no).await?;
    let contract = contract.ok_or_else(|| {
        Failure::new("the user's contract is gone").hint("`sekisho audit list` tells what happened")
    })?;
    if contract.mode.is_company() {
        return Err(issue::Error::CompanyMode.into());
    }
    let old = store::active_of(&mut conn, &person.id).await?;
    drop(conn);
    issue::plan(&app, old.as_ref(), None, app.clock.now()).map_err(issue::Error::Refused)?;
    let typed = password::read("password of the .p12", order.password_file.as_deref())?;
    bundle::usable(&typed).map_err(|error| {
        Failure::new(error.to_string()).hint("give another password for the .p12")
    })?;
    if typed.expose().len() < 8 {
        return Err(Failure::new("the password of the .p12 is too short").hint(
            "give at least 8 characters: whoever has the file can try passwords at leisure",
        ));
    }
    let prepared = issue::prepare(&app, &person, &contract, &typed, form(order.format)).await?;
    let draft = order.out.with_extension("p12.part");
    write_new(&draft, &prepared.parcel.bytes)?;
    let actor = actor(&open.environment);
    match keep(&app, &prepared, &actor).await {
        Ok(Kept::Yes) => {}
        Ok(Kept::Unknown(failure)) => return Err(failure),
        Err(error) => {
            // Best effort: without its certificate the file opens nothing.
            _ = fs::remove_file(&draft);
            return Err(error);
        }
    }
    put_in_place(&draft, &order.out)?;
    let object = object(&prepared.certificate, app.clock.now());
    if open.json {
        return output::json(&object);
    }
    output::say(format!("issued {} to {}", prepared.certificate.serial, person.login_id));
    output::say(format!("good until {}", prepared.certificate.not_after.rfc3339()));
    output::say(format!("file: {}", order.out.display()));
    Ok(())
}

async fn keep(app: &App, prepared: &Prepared, actor: &str) -> Result<Kept, Failure> {
    let mut tx = app.db.begin().await?;
    issue::store(app, &mut tx, prepared, None, &issue::event_of_cli(actor)).await?;
    committed(app, tx, &prepared.certificate.serial).await
}

/// Commits what stores the certificate `serial`. When the database does not say how that
/// ended, it is asked what it holds; only where it says "nothing" is it sure that the
/// files are worth nothing, and else they stay.
pub(super) async fn committed(app: &App, tx: Tx, serial: &str) -> Result<Kept, Failure> {
    let Err(error) = tx.commit().await else { return Ok(Kept::Yes) };
    let asked = async { store::find(&mut app.db.conn().await?, serial).await };
    match asked.await {
        Ok(Some(_)) => Ok(Kept::Yes),
        Ok(None) => Err(error.into()),
        Err(_) => Ok(Kept::Unknown(Failure::from(error).hint(format!(
            "whether it was issued is not known; its files stay: ask `sekisho cert show {serial}`"
        )))),
    }
}

/// Whether a certificate was stored.
pub(super) enum Kept {
    /// It was.
    Yes,
    /// The database went away in that moment.
    Unknown(Failure),
}

pub(super) fn must_be_free(path: &Path) -> Result<(), Failure> {
    if !path.exists() {
        return Ok(());
    }
    Err(Failure::new(format!("{} exists already", path.display()))
        .hint("name another file, or move this one away"))
}

pub(super) fn form(named: BundleFormat) -> Format {
    match named {
        BundleFormat::Modern => Format::Modern,
        BundleFormat::Compat => Format::Compat,
    }
}

/// Gives the draft of an issued certificate's file its name; never over a file that
/// appeared meanwhile.
pub(super) fn put_in_place(draft: &Path, out: &Path) -> Result<(), Failure> {
    link_or_move(draft, out).map_err(|error| cannot_write(out, &error).hint(left_in(draft)))
}

/// A link is refused where something stands already. USB media know no links: there the
/// place is looked at first.
fn link_or_move(draft: &Path, out: &Path) -> io::Result<()> {
    match fs::hard_link(draft, out) {
        Ok(()) => fs::remove_file(draft),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists || out.exists() => Err(error),
        Err(_) => fs::rename(draft, out),
    }
}

fn left_in(draft: &Path) -> String {
    format!("the certificate is issued; its file is {}", draft.display())
}

pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Failure::new(format!("{} is left from an interrupted run", path.display()))
                .hint("remove it and run the command again")
        } else {
            // Best effort: half a file is of no use to anybody.
            _ = fs::remove_file(path);
            cannot_write(path, &error)
        }
    })
}

pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be read: {error}", path.display()))
        .hint("check that the file is there and may be read")
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", path.display()))
        .hint("check that the folder is there and may be written to")
}

async fn list(open: &Open, wanted: &CertList) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let now = open.clock.now();
    let user_id = match &wanted.user {
        Some(login_id) => Some(user::load(&mut conn, login_id).await?.id),
        None => None,
    };
    let ends_by = wanted.expiring_within.map(|days| now.plus_ms(days * DAY_MS));
    let wanted_rows = Wanted { user_id, ends_by, contract_no: wanted.contract.clone() };
    let found = store::list(&mut conn, &wanted_rows, now).await?;
    let status = wanted.status.map(state);
    let objects = found
        .iter()
        .filter(|one| status.is_none_or(|status| one.state_at(now) == status))
        .map(|one| object(one, now))
        .collect();
    let columns = ["serial", "user", "contract", "status", "not_before", "not_after"];
    output::list(open.json, objects, &columns, "no certificates")
}

/// The inventory as CSV, or as JSON.
async fn export(open: &Open, out: Option<&Path>) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let now = open.clock.now();
    let all = inventory::objects(&mut db.conn().await?, &Search::default(), now).await?;
    let count = all.len();
    let text = if open.json {
        let all = all.into_iter().map(exported).collect();
        serde_json::to_string_pretty(&Value::Array(all))
            .map_err(|error| Failure::new(format!("the inventory cannot be written: {error}")))?
            + "\n"
    } else {
        inventory::file(&mut db.conn().await?, &Search::default(), now).await?
    };
    let Some(out) = out else {
        output::say(text.trim_end());
        return Ok(());
    };
    fs::write(out, &text).map_err(|error| cannot_write(out, &error))?;
    if open.json {
        return output::json(&json!({ "file": out, "certificates": count }));
    }
    output::say(format!("wrote {count} certificates to {}", out.display()));
    Ok(())
}

/// A certificate of the inventory as JSON: what is not there is null.
fn exported(line: Vec<(&'static str, String)>) -> Value {
    let value = |name: &str, text: String| match text.parse::<i64>() {
        _ if text.is_empty() => Value::Null,
        Ok(number) if name == "generation" => json!(number),
        _ => json!(text),
    };
    line.into_iter().map(|(name, text)| (name.to_owned(), value(name, text))).collect()
}

async fn show(open: &Open, which: &str) -> Result<(), Failure> {
    let path = Path::new(which);
    let parsed = if path.is_file() { Some(parse_file(path)?) } else { None };
    let serial = parsed.as_ref().map_or_else(|| normal(which), |parsed| parsed.serial.clone());
    let db = open.db(&open.config()?).await?;
    let found = store::find(&mut db.conn().await?, &serial).await?;
    // The serial alone does not make a certificate ours: the bytes must be the same.
    let found = found.filter(|one| {
        parsed.as_ref().is_none_or(|p| HEXLOWER.encode(&p.fingerprint) == one.fingerprint)
    });
    match (found, parsed) {
        (Some(one), _) => {
            let mut shown = object(&one, open.clock.now());
            shown["name"] = json!(one.subject_cn);
            shown["first_used_at"] = json!(one.first_used_at.map(Moment::rfc3339));
            shown["file_name"] = json!(one.file_name);
            shown["generation"] = json!(one.generation);
            shown["note"] = json!(one.note);
            shown["request"] = json!(one.request_id);
            output::show(open.json, &shown)
        }
        (None, Some(parsed)) => {
            Err(Failure::new(format!("we did not issue {which}")).hint(format!(
                "it is for {:?}, issued by {:?}, serial {}",
                parsed.common_name, parsed.issuer, parsed.serial
            )))
        }
        (None, None) => Err(Failure::new(format!("there is no certificate {which}"))
            .hint("`sekisho cert list` lists them; a file must be PEM or DER")),
    }
}

fn parse_file(path: &Path) -> Result<inspect::Parsed, Failure> {
    let bytes = fs::read(path).map_err(|error| cannot_read(path, &error))?;
    inspect::parse(&bytes).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display()))
            .hint("give a certificate as PEM or DER")
            .hint("from a .p12: openssl pkcs12 -in FILE -nokeys -clcerts")
    })
}

/// Serial numbers are typed with colons, blanks and capitals. What is no number stays as
/// it is, and is found nowhere.
pub(super) fn normal(serial: &str) -> String {
    let plain: String = serial.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    plain.to_ascii_lowercase().trim_start_matches("00").to_owned()
}

/// A company's certificate has no user.
pub(super) fn object(one: &Certificate, now: Moment) -> Value {
    json!({
        "serial": one.serial,
        "user": one.user_id.as_ref().map(|_| one.subject_cn.as_str()),
        "contract": one.contract_no,
        "mode": one.mode,
        "status": one.state_at(now).word(),
        "not_before": one.not_before.rfc3339(),
        "not_after": one.not_after.rfc3339(),
        "sha256": one.fingerprint,
        "issued_at": one.issued_at.rfc3339(),
        "revoked_at": one.revoked_at.map(Moment::rfc3339),
        "reason": one.reason,
    })
}

fn state(status: CertStatus) -> State {
    match status {
        CertStatus::Active => State::Active,
        CertStatus::Retiring => State::Retiring,
        CertStatus::Expired => State::Expired,
        CertStatus::Revoked => State::Revoked,
        CertStatus::Superseded => State::Superseded,
    }
}
