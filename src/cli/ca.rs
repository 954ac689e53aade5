//! `ca show|export|crl`.

use std::fs;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::json;

use super::args::{CaName, CaVerb};
use super::open::Open;
use super::{Failure, output};
use crate::app::Folder;
use crate::base::Day;
use crate::certificates::crl;
use crate::pki::inspect;

pub(super) async fn run(open: &Open, verb: CaVerb) -> Result<(), Failure> {
    match verb {
        CaVerb::Show => show(open),
        CaVerb::Export { which, out } => export(open, which, out.as_deref()),
        CaVerb::Crl { out } => sign(open, out.as_deref()).await,
    }
}

fn show(open: &Open) -> Result<(), Failure> {
    let folder = Folder::of(&open.config()?);
    let today = Day::of(open.clock.now());
    let mut objects = Vec::new();
    for name in ["root", "issuing", "server-ca"] {
        let pem = folder.certificate_pem(name)?;
        let parsed = inspect::parse(pem.as_bytes()).map_err(|error| {
            Failure::new(format!("{name}: {error}")).hint("restore the file from a backup")
        })?;
        objects.push(json!({
            "name": name,
            "subject": parsed.common_name,
            "serial": parsed.serial,
            "not_before": parsed.not_before.rfc3339(),
            "not_after": parsed.not_after.rfc3339(),
            "days_left": Day::of(parsed.not_after).days_since(today),
            "sha256": HEXLOWER.encode(&parsed.fingerprint),
        }));
    }
    output::list(open.json, objects, &["name", "subject", "not_after", "days_left", "sha256"], "")
}

fn export(open: &Open, which: CaName, out: Option<&Path>) -> Result<(), Failure> {
    let name = match which {
        CaName::Root => "root",
        CaName::Issuing => "issuing",
        CaName::ServerCa => "server-ca",
    };
    let pem = Folder::of(&open.config()?).certificate_pem(name)?;
    // The files hold the whole chain; handed out is the one certificate.
    let end = "-----END CERTIFICATE-----\n";
    let own = pem.split_inclusive(end).next().unwrap_or_default();
    write(out, own.as_bytes(), own)
}

async fn sign(open: &Open, out: Option<&Path>) -> Result<(), Failure> {
    let app = open.app().await?;
    let list = crl::sign(&app).await?;
    let mut pem = String::from("-----BEGIN X509 CRL-----\n");
    for line in BASE64.encode(&list).as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END X509 CRL-----\n");
    write(out, &list, &pem)
}

/// `bytes` into the file, or `text` to standard output.
fn write(out: Option<&Path>, bytes: &[u8], text: &str) -> Result<(), Failure> {
    let Some(path) = out else {
        output::say(text.trim_end());
        return Ok(());
    };
    replace(path, bytes).map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
            .hint("check that the folder is there, may be written to and has room")
    })?;
    output::say(format!("wrote {}", path.display()));
    Ok(())
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
