//! `cert issue --contract`: a company's certificate, its import password and sheet.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::args::CertIssue;
use super::cert::{Kept, committed, form, must_be_free, object, put_in_place, write_new};
use super::open::{Open, actor};
use super::{Failure, output};
use crate::app::App;
use crate::certificates::company::issue::{self, Made};
use crate::certificates::company::rules;
use crate::certificates::company::sheet::Sheet;
use crate::certificates::issue::{Error, event_of_cli};
use crate::certificates::rules::Refused;
use crate::certificates::store;
use crate::identity::contracts::{self, Contract};

/// As for a person, the file is written before the certificate is stored, and so are the
/// password and the sheet: what could not be handed over is not issued.
pub(super) async fn make(open: &Open, order: &CertIssue, number: &str) -> Result<(), Failure> {
    for path in [Some(&order.out), order.password_out.as_ref(), order.sheet.as_ref()] {
        path.map_or(Ok(()), |path| must_be_free(path))?;
    }
    let app = open.app().await?;
    let contract = load(&app, number).await?;
    let old = store::active_of_company(&mut app.db.conn().await?, number).await?;
    let (now, days) = (app.clock.now(), app.config.certificate.renewal_days);
    rules::plan(old.as_ref(), now, days).map_err(refused)?;
    let made = issue::prepare(&app, &contract, form(order.format)).await?;
    let draft = order.out.with_extension("p12.part");
    let mut written = Written::default();
    written.add(&draft, &made.prepared.parcel.bytes)?;
    if let Some(path) = &order.password_out {
        written.add(path, format!("{}\n", made.password.expose()).as_bytes())?;
    }
    if let Some(path) = &order.sheet {
        written.add(path, sheet(&app, &contract, &made)?.as_bytes())?;
    }
    let kept = keep(&app, &made, &actor(&open.environment)).await?;
    written.stays();
    if let Kept::Unknown(failure) = kept {
        return Err(failure);
    }
    put_in_place(&draft, &order.out)?;
    tell(open, order, &made)
}

async fn load(app: &App, number: &str) -> Result<Contract, Failure> {
    let found = contracts::find(&mut app.db.conn().await?, number).await?;
    let contract = found.ok_or_else(|| {
        Failure::new(format!("there is no contract {number}"))
            .hint("`sekisho contract list` lists them")
    })?;
    match (contract.mode.is_company(), contract.closed_at) {
        (false, _) => Err(Error::UserMode.into()),
        (true, Some(_)) => Err(Failure::new(format!("contract {number} is closed"))
            .hint(format!("`sekisho contract show {number}` tells its state"))),
        (true, None) => Ok(contract),
    }
}

fn refused(refused: Refused) -> Failure {
    let Refused::StillValid { renewable_from } = refused;
    Failure::new("the company has a valid certificate, so none was issued")
        .hint(format!("it can be renewed from {renewable_from} on"))
        .hint("if its file or password was lost, revoke it first: sekisho cert revoke SERIAL --reason superseded")
        .hint("`sekisho cert list` shows its serial")
}

async fn keep(app: &App, made: &Made, actor: &str) -> Result<Kept, Failure> {
    let mut tx = app.db.begin().await?;
    issue::store(app, &mut tx, &made.prepared, &event_of_cli(actor)).await?;
    committed(app, tx, &made.prepared.certificate.serial).await
}

fn sheet(app: &App, contract: &Contract, made: &Made) -> Result<String, Failure> {
    let certificate = &made.prepared.certificate;
    Sheet::new(&app.config, contract, certificate, made.password.expose())
        .file()
        .map_err(|error| Failure::new(format!("the sheet cannot be made: {error}")))
}

fn tell(open: &Open, order: &CertIssue, made: &Made) -> Result<(), Failure> {
    let one = &made.prepared.certificate;
    if open.json {
        let mut object = object(one, open.clock.now());
        object["name"] = json!(one.subject_cn);
        object["file_name"] = json!(one.file_name);
        if order.password_out.is_none() {
            object["import_password"] = json!(made.password.expose());
        }
        return output::json(&object);
    }
    output::say(format!("issued {} to {}", one.serial, one.subject_cn));
    output::say(format!("good until {}", one.not_after.rfc3339()));
    output::say(format!("file: {} (hand it over as {})", order.out.display(), one.file_name));
    if let Some(path) = &order.sheet {
        output::say(format!("sheet: {} (print it, then remove it)", path.display()));
    }
    output::say(match &order.password_out {
        None => format!("import password: {}  (shown only now)", made.password.expose()),
        Some(path) => format!("import password: in {}", path.display()),
    });
    Ok(())
}

/// Files that go again unless the certificate is issued.
#[derive(Default)]
struct Written(Vec<std::path::PathBuf>);

impl Written {
    fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        write_new(path, bytes)?;
        self.0.push(path.to_owned());
        Ok(())
    }

    fn stays(mut self) {
        self.0.clear();
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for path in &self.0 {
            // Best effort: without its certificate the file opens nothing.
            _ = fs::remove_file(path);
        }
    }
}
