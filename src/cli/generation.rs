//! `ca rotate|import`: the next issuing CA.

use std::fs;
use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use super::args::{CaImport, CaRotate};
use super::cert::cannot_read;
use super::init::organisation;
use super::open::{Open, actor};
use super::{Failure, output, password};
use crate::app::ca::{Draft, KeyPlace, ROOT, RootKey};
use crate::app::{Folder, issuing_name};
use crate::audit::{self, Event};
use crate::base::Day;
use crate::base::secret::sha256_hex;
use crate::config::KeyStore;
use crate::db::Db;
use crate::pki::Authority;
use crate::pki::adopt::{Unfit, adopt};
use crate::pki::key::any_key_pem;

const ROTATE: &str = "ca-rotate";
const IMPORT: &str = "ca-import";

pub(super) async fn rotate(open: &Open, order: &CaRotate) -> Result<(), Failure> {
    let config = Open::signing(open.config()?)?;
    let db = open.db(&config).await?;
    let folder = Folder::of(&config);
    let root_key = match &order.root_key {
        Some(path) => Some(RootKey {
            pem: Zeroizing::new(text(path)?),
            passphrase: passphrase(order.passphrase_file.as_deref())?,
        }),
        None => None,
    };
    let draft = folder.draft_next(organisation(&config), open.clock.now(), root_key.as_ref())?;
    put(open, &db, &folder, draft, ROTATE).await
}

pub(super) async fn import(open: &Open, order: &CaImport) -> Result<(), Failure> {
    let config = Open::signing(open.config()?)?;
    let db = open.db(&config).await?;
    let folder = Folder::of(&config);
    if config.ca.key_store == KeyStore::Pkcs11 {
        return Err(Failure::new("a key from a file does not go onto the PKCS#11 token")
            .hint("a key that should lie on the token must be made there: sekisho ca rotate")
            .hint("to keep this one in an encrypted file, set ca.key_store = \"file\""));
    }
    let certificate =
        fs::read(&order.certificate).map_err(|error| cannot_read(&order.certificate, &error))?;
    let key_text = Zeroizing::new(text(&order.key)?);
    let passphrase = passphrase(order.passphrase_file.as_deref())?;
    let key = any_key_pem(&key_text, passphrase.as_ref()).map_err(|error| {
        Failure::new(format!("{}: {error}", order.key.display()))
            .hint("the passphrase of the key comes from --passphrase-file FILE")
            .hint("another form of key: openssl pkcs8 -topk8 -in KEY -out KEY.pem")
    })?;
    let root = folder.certificate(ROOT)?;
    let now = open.clock.now();
    let until = Day::of(now).plus_days(config.certificate.validity_days - 1).ends_at();
    let authority = adopt(&certificate, &key, &[&root], (now, until))
        .map_err(|unfit| refused(&order.certificate, &unfit))?;
    let draft = folder.draft_of(authority)?;
    is_new(&folder, &draft.authority, &order.certificate)?;
    put(open, &db, &folder, draft, IMPORT).await
}

/// Refuses a CA that is one of ours: the same certificate, or another of the same name
/// and key. Each generation tells only of what it signed itself.
fn is_new(folder: &Folder, authority: &Authority, path: &Path) -> Result<(), Failure> {
    for number in folder.generations()? {
        let known = folder.certificate(&issuing_name(number))?;
        if known == authority.certificate_der() {
            return Err(Failure::new(format!("it is issuing CA {number} already"))
                .hint("nothing was changed; `sekisho ca show` lists them"));
        }
        let wrong = |error| Failure::new(format!("{}: {error}", path.display()));
        if authority.shares_name_and_key(&known).map_err(wrong)? {
            let why = "its lists and answers would contradict";
            return Err(Failure::new(format!(
                "it is issuing CA {number} with the same key: {why}"
            ))
            .hint("nothing was changed; a CA with a new key can be imported"));
        }
    }
    Ok(())
}

fn refused(path: &Path, Unfit(reasons): &Unfit) -> Failure {
    let start = match reasons.as_slice() {
        [one] => Failure::new(format!("{}: {one}", path.display())),
        all => {
            let count = all.len();
            let start = format!("{}: {count} things stand against it", path.display());
            all.iter().fold(Failure::new(start), Failure::hint)
        }
    };
    start.hint("nothing was changed")
}

/// Puts the draft in force together with its row in the audit chain.
async fn put(
    open: &Open,
    db: &Db,
    folder: &Folder,
    draft: Draft,
    action: &str,
) -> Result<(), Failure> {
    let now = open.clock.now();
    let name = issuing_name(draft.number);
    let detail = format!("sha256 {}", sha256_hex(draft.authority.certificate_der()));
    let actor = actor(&open.environment);
    let event =
        Event { actor: &actor, action, target: Some(&name), detail: &detail, ..Event::default() };
    let noted = async {
        let mut tx = db.begin().await?;
        // Whoever appends waits for the others: what they made is seen from here on.
        let seq = audit::record(&mut tx, now, &event).await?;
        if audit::was_done(&mut tx, [ROTATE, IMPORT], &name, seq).await? {
            let why = format!("{name} was made on another node: copy its DIR/ca here first");
            return Err(Failure::new(why).hint("nothing was changed"));
        }
        Ok(tx)
    };
    let tx = match noted.await {
        Ok(tx) => tx,
        Err(failure) => {
            draft.forget();
            return Err(failure);
        }
    };
    // The files come first: a row whose files were never written would bar the number.
    let number = draft.put()?;
    tx.commit().await.map_err(|error| {
        Failure::from(error).hint(format!("{name} is in force, but the audit chain lacks it"))
    })?;
    report(open, folder, number)
}

fn report(open: &Open, folder: &Folder, number: i64) -> Result<(), Failure> {
    let today = Day::of(open.clock.now());
    let all = folder.inventory()?;
    let issuing = || all.iter().filter(|one| one.generation.is_some());
    if open.json {
        let made = issuing().find(|one| one.generation == Some(number));
        let older = issuing().filter(|one| one.generation != Some(number));
        let older: Vec<_> = older.map(|one| super::ca::object(one, today)).collect();
        let made = made.map(|one| super::ca::object(one, today));
        return output::json(&json!({ "current": made, "older": older }));
    }
    for one in issuing() {
        let left = Day::of(one.not_after()).days_since(today);
        if one.generation == Some(number) {
            output::say(format!("issuing CA {number} is in force: {}", one.subject()));
            let place = one.key.map_or("", KeyPlace::word);
            output::say(format!("good for {left} days; its key store: {place}"));
        } else {
            output::say(format!(
                "issuing CA {} goes on for {left} days: what it signed stays good, its CRL and OCSP answers too",
                one.generation.unwrap_or_default()
            ));
        }
    }
    output::say("a running `serve` takes it over within a second; back up DIR/ca now");
    Ok(())
}

fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| cannot_read(path, &error))
}

fn passphrase(file: Option<&Path>) -> Result<Option<crate::base::Secret>, Failure> {
    file.map(|path| password::read("passphrase", Some(path))).transpose()
}
