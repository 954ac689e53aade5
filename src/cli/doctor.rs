//! `doctor`: looks for what is wrong on this machine, changes nothing.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::open::Open;
use super::{Failure, output};
use crate::app::ca::{Entry, EntryKind, KeyPlace, ROOT, SERVER_CA};
use crate::app::{Ca, Folder, Skew, issuing_name};
use crate::audit::{self, Verdict};
use crate::base::clock::DAY_MS;
use crate::certificates::notice::alarm;
use crate::certificates::notice::words::Letters;
use crate::config::{Config, Transport};
use crate::db::{Conn, Db};
use crate::jobs;
use crate::web::pdf::{Fonts, NoFont};

/// A server certificate that ends sooner was not renewed when it should have been.
const SERVER_WARNING: i64 = 29 * DAY_MS;

/// What was looked at, how it is, and what to do.
struct Finding {
    what: &'static str,
    state: State,
    said: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Warning,
    Bad,
}

type Findings = Vec<Finding>;

pub(super) async fn run(open: &Open) -> Result<(), Failure> {
    let config = open.config()?;
    let mut found = Findings::new();
    data_dir(&config, &mut found);
    ca(open, &config, &mut found);
    servers(&config, &mut found);
    ports(&config, &mut found);
    mail(&config, &mut found);
    words(&config, &mut found);
    font(&config, &mut found);
    database(open, &config, &mut found).await;
    let bad = found.iter().filter(|one| one.state == State::Bad).count();
    let objects = found.iter().map(object).collect();
    output::list(open.json, objects, &["state", "what", "said"], "")?;
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::new(format!("{bad} of {} checks failed", found.len()))
        .hint("each line above says what to do"))
}

fn object(one: &Finding) -> Value {
    let state = match one.state {
        State::Good => "ok",
        State::Warning => "warn",
        State::Bad => "FAIL",
    };
    json!({ "state": state, "what": one.what, "said": one.said })
}

fn note(found: &mut Findings, what: &'static str, state: State, said: impl Into<String>) {
    found.push(Finding { what, state, said: said.into() });
}

fn data_dir(config: &Config, found: &mut Findings) {
    let dir = &config.data.dir;
    match fs::metadata(dir) {
        Err(error) => {
            let said = format!("{}: {error}; run `sekisho init`", dir.display());
            note(found, "data directory", State::Bad, said);
        }
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            let said = format!("others may read {0}: chmod 700 {0}", dir.display());
            note(found, "data directory", State::Warning, said);
        }
        Ok(_) => note(found, "data directory", State::Good, dir.display().to_string()),
    }
}

fn ca(open: &Open, config: &Config, found: &mut Findings) {
    match Ca::open(config) {
        Ok(ca) => {
            for one in ca.generations() {
                let until = one.authority.not_after().rfc3339();
                let said = format!("{} opens; good until {until}", issuing_name(one.number));
                note(found, "issuing CA", State::Good, said);
            }
        }
        Err(error) => note(found, "issuing CA", State::Bad, error.to_string()),
    }
    let folder = Folder::of(config);
    let root = match folder.key_place(ROOT) {
        KeyPlace::File => "in DIR/ca; it may be kept offline until the next `sekisho ca rotate`",
        KeyPlace::Token => "on the PKCS#11 token, or offline",
        KeyPlace::Away => "offline; `sekisho ca rotate --root-key FILE` needs it",
    };
    note(found, "root key", State::Good, root);
    if let Some(token) = &config.ca.token {
        pin_file(&token.pin_file, found);
    }
    match folder.authority(SERVER_CA) {
        Ok(_) => note(found, "server CA", State::Good, "opens"),
        Err(error) => note(found, "server CA", State::Bad, error.to_string()),
    }
    match folder.inventory() {
        Ok(all) => all.iter().for_each(|one| ends(open, config, one, found)),
        Err(error) => note(found, "certificates", State::Bad, error.to_string()),
    }
}

fn pin_file(path: &Path, found: &mut Findings) {
    match fs::metadata(path) {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            let said = format!("others may read {0}: chmod 600 {0}", path.display());
            note(found, "PIN file", State::Warning, said);
        }
        Ok(_) => note(found, "PIN file", State::Good, path.display().to_string()),
        Err(error) => note(found, "PIN file", State::Bad, format!("{}: {error}", path.display())),
    }
}

/// Whether a certificate of the house ends too soon, and what to do about it.
fn ends(open: &Open, config: &Config, one: &Entry, found: &mut Findings) {
    let left = one.not_after().since_ms(open.clock.now());
    let users = (config.certificate.validity_days + 30) * DAY_MS;
    let (enough, advice) = match one.kind {
        EntryKind::Issuing if one.current => (users, "run `sekisho ca rotate`"),
        EntryKind::Server => (SERVER_WARNING, "`sekisho init` renews our own"),
        EntryKind::ServerCa => (users, "what it signs ends with it"),
        EntryKind::Root => (users, "what lies below it ends with it"),
        EntryKind::Issuing | EntryKind::Above => return,
    };
    let what = if one.kind == EntryKind::Server { "server certificate" } else { "CA certificate" };
    let until = one.not_after().rfc3339();
    if left < enough {
        let said = format!("{}: ends {until}; {advice}", one.name);
        note(found, what, State::Warning, said);
    } else {
        note(found, what, State::Good, format!("{}: good until {until}", one.name));
    }
}

/// Whether the server certificates are there, and ours open.
fn servers(config: &Config, found: &mut Findings) {
    let folder = Folder::of(config);
    for served in folder.served() {
        if served.files.is_some() {
            let (certificate, key) = (served.certificate_path(&folder), served.key_path(&folder));
            for path in [certificate, key].iter().filter(|path| !path.is_file()) {
                let said = format!("{}: {} is not there", served.host, path.display());
                note(found, "server certificate", State::Bad, said);
            }
        } else if let Err(error) = folder.server(&served.host) {
            let said = format!("{}: {error}; `sekisho init` issues what is missing", served.host);
            note(found, "server certificate", State::Bad, said);
        }
    }
}

fn words(config: &Config, found: &mut Findings) {
    match Letters::load(config) {
        Ok(_) => note(found, "words of mails", State::Good, "can be used"),
        Err(problems) => {
            for one in problems {
                let said = format!("{} {}: {}", one.key, one.text, one.hint);
                note(found, "words of mails", State::Bad, said);
            }
        }
    }
}

/// Whether lists can be printed.
fn font(config: &Config, found: &mut Findings) {
    let (state, said) = match Fonts::find(config.pdf.font.as_deref(), config.pdf.index) {
        Ok(fonts) => (State::Good, fonts.name().to_owned()),
        Err(NoFont::Absent) => {
            let todo = "install fonts-noto-cjk, or name a file with a Japanese font in [pdf] font";
            (State::Warning, format!("none is installed, so no PDF can be made; {todo}"))
        }
        Err(wrong) => (State::Bad, format!("{wrong}; correct [pdf] font and font_index")),
    };
    note(found, "font for PDF", state, said);
}

/// Whether this machine's clock goes with the one that all nodes share.
fn note_clock(skew: Skew, found: &mut Findings) {
    let (state, ms) = match skew {
        Skew::Alone => return,
        Skew::Small(ms) => (State::Good, ms),
        Skew::Large(ms) => (State::Warning, ms),
        Skew::TooLarge(ms) => (State::Bad, ms),
    };
    let mut said = format!("{ms} ms ahead of the database's");
    if state != State::Good {
        said.push_str("; set both machines' clocks by NTP");
    }
    note(found, "clock", state, said);
}

/// Whether a CRL ends so soon that its keeper must have failed.
async fn lists(
    open: &Open,
    config: &Config,
    conn: &mut Conn,
    found: &mut Findings,
) -> Result<(), crate::db::Error> {
    let all = alarm::of_crls(conn).await?;
    let now = open.clock.now();
    let due: Vec<_> = all.iter().filter(|one| one.is_due(now)).collect();
    if due.is_empty() {
        note(found, "CRL", State::Good, format!("none of {} ends soon", all.len()));
    }
    for one in due {
        let told = match &config.notice.operator_email {
            Some(operator) => format!("{operator} is told by mail"),
            None => "set notice.operator_email to be told by mail".to_owned(),
        };
        let said = format!("{}: {}; {told}", one.subject, one.ends.rfc3339());
        note(found, "CRL", State::Warning, said);
    }
    Ok(())
}

fn ports(config: &Config, found: &mut Findings) {
    let server = &config.server;
    for address in [server.listen, server.plain_listen, server.admin_listen] {
        let (state, said) = match free(address) {
            Ok(()) => (State::Good, format!("{address} is free")),
            Err(error) => (State::Warning, format!("{address}: {error} (is sekisho running?)")),
        };
        note(found, "port", state, said);
    }
}

fn free(address: SocketAddr) -> std::io::Result<()> {
    TcpListener::bind(address).map(drop)
}

fn mail(config: &Config, found: &mut Findings) {
    match &config.mail.transport {
        Transport::Folder(dir) => {
            let said = format!("written to {}, not sent", dir.display());
            let state = if writable(dir) { State::Good } else { State::Bad };
            note(found, "mail", state, said);
        }
        Transport::Smtp { host, port, .. } => match reach(host, *port) {
            Ok(()) => note(found, "mail", State::Good, format!("{host}:{port} answers")),
            Err(error) => note(found, "mail", State::Bad, format!("{host}:{port}: {error}")),
        },
    }
}

fn reach(host: &str, port: u16) -> std::io::Result<()> {
    TcpStream::connect((host, port)).map(drop)
}

/// The folder, or the nearest one above it that is there, may be written to.
fn writable(dir: &Path) -> bool {
    dir.ancestors()
        .find(|one| one.exists())
        .and_then(|one| fs::metadata(one).ok())
        .is_some_and(|meta| !meta.permissions().readonly())
}

async fn database(open: &Open, config: &Config, found: &mut Findings) {
    match open.db(config).await {
        Err(failure) => note(found, "database", State::Bad, failure.error().to_owned()),
        Ok(db) => {
            note(found, "database", State::Good, "answers, at this program's schema");
            if let Err(error) = contents(open, config, &db, found).await {
                note(found, "database", State::Bad, error.to_string());
            }
        }
    }
}

async fn contents(
    open: &Open,
    config: &Config,
    db: &Db,
    found: &mut Findings,
) -> Result<(), crate::db::Error> {
    note_clock(Skew::look(db, &open.clock).await?, found);
    let mut conn = db.conn().await?;
    lists(open, config, &mut conn, found).await?;
    match audit::verify(&mut conn).await? {
        Verdict::Whole(rows) => note(found, "audit chain", State::Good, format!("{rows} rows")),
        Verdict::Broken { seq, why } => {
            note(found, "audit chain", State::Bad, format!("broken at row {seq}: {why}"));
        }
    }
    let (waiting, given_up) = jobs::counts(&mut conn).await?;
    let state = if given_up == 0 { State::Good } else { State::Warning };
    note(found, "jobs", state, format!("{waiting} waiting, {given_up} given up"));
    Ok(())
}
