//! `ca show|export|crl`; `rotate` and `import` are in `generation`.

use std::fs;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::args::{CaName, CaVerb};
use super::open::Open;
use super::{Failure, generation, output};
use crate::app::ca::{Entry, EntryKind, KeyPlace, ROOT, SERVER_CA};
use crate::app::{Folder, issuing_name};
use crate::base::Day;
use crate::certificates::crl;

pub(super) async fn run(open: &Open, verb: CaVerb) -> Result<(), Failure> {
    match verb {
        CaVerb::Show => show(open),
        CaVerb::Export { which, generation, out } => {
            export(open, which, generation, out.as_deref())
        }
        CaVerb::Crl { out, generation } => sign(open, out.as_deref(), generation).await,
        CaVerb::Rotate(order) => generation::rotate(open, &order).await,
        CaVerb::Import(order) => generation::import(open, &order).await,
    }
}

fn show(open: &Open) -> Result<(), Failure> {
    let today = Day::of(open.clock.now());
    let entries = Folder::of(&open.config()?).inventory()?;
    let objects = entries.iter().map(|one| object(one, today)).collect();
    let columns = ["name", "subject", "not_after", "days_left", "current", "key_store", "sha256"];
    output::list(open.json, objects, &columns, "")
}

/// A certificate of the house, as `--json` shows it.
pub(super) fn object(one: &Entry, today: Day) -> Value {
    json!({
        "name": one.name,
        "kind": match one.kind {
            EntryKind::Root => "root",
            EntryKind::Issuing => "issuing",
            EntryKind::Above => "above",
            EntryKind::ServerCa => "server-ca",
            EntryKind::Server => "server",
        },
        "generation": one.generation,
        "current": one.generation.map(|_| one.current),
        "subject": one.subject(),
        "serial": one.parsed.serial,
        "not_before": one.parsed.not_before.rfc3339(),
        "not_after": one.not_after().rfc3339(),
        "days_left": Day::of(one.not_after()).days_since(today),
        "key_store": one.key.map(KeyPlace::word),
        "sha256": HEXLOWER.encode(&one.parsed.fingerprint),
    })
}

fn export(
    open: &Open,
    which: CaName,
    generation: Option<i64>,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let folder = Folder::of(&open.config()?);
    let name = match which {
        CaName::Root => ROOT.to_owned(),
        CaName::ServerCa => SERVER_CA.to_owned(),
        CaName::Issuing => issuing_name(known(&folder, generation)?),
    };
    let pem = folder.certificate_pem(&name)?;
    // The files hold the whole chain; handed out is the one certificate.
    let end = "-----END CERTIFICATE-----\n";
    let own = pem.split_inclusive(end).next().unwrap_or_default();
    write(out, own.as_bytes(), own)
}

/// The issuing CA asked for, or the newest.
fn known(folder: &Folder, wanted: Option<i64>) -> Result<i64, Failure> {
    let all = folder.generations()?;
    let found = match wanted {
        Some(number) => all.iter().find(|one| **one == number),
        None => all.last(),
    };
    found.copied().ok_or_else(|| {
        Failure::new("there is no such issuing CA").hint("`sekisho ca show` lists them")
    })
}

async fn sign(open: &Open, out: Option<&Path>, generation: Option<i64>) -> Result<(), Failure> {
    let app = open.app().await?;
    let signed = crl::sign(&app, generation).await?;
    let list = &signed.der;
    let mut pem = String::from("-----BEGIN X509 CRL-----\n");
    for line in BASE64.encode(list).as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END X509 CRL-----\n");
    if !open.json {
        return write(out, list, &pem);
    }
    if let Some(path) = out {
        replace(path, list).map_err(|error| unwritten(path, &error))?;
    }
    output::json(&json!({
        "generation": signed.generation,
        "number": signed.number,
        "this_update": signed.this_update.rfc3339(),
        "next_update": signed.next_update.rfc3339(),
        "entries": crate::pki::crl::entries(list).map_err(crl::Error::from)?,
        "pem": pem,
        "file": out,
    }))
}

/// `bytes` into the file, or `text` to standard output.
fn write(out: Option<&Path>, bytes: &[u8], text: &str) -> Result<(), Failure> {
    let Some(path) = out else {
        output::say(text.trim_end());
        return Ok(());
    };
    replace(path, bytes).map_err(|error| unwritten(path, &error))?;
    output::say(format!("wrote {}", path.display()));
    Ok(())
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", path.display()))
        .hint("check that the folder is there, may be written to and has room")
}

/// Whole or not at all: programs that fetch the file never see half of it.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_added_extension("part");
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // Best effort: what is left has a name of its own and is never read.
        _ = fs::remove_file(&draft);
    }
    written
}
