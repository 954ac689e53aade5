//! The files for administrators, read back by others' eyes.

use std::process::Command;

use data_encoding::BASE64;
use sekisho::app::{Ca, Folder as CaFolder};
use sekisho::config::{Config, Environment};
use serde_json::{Value, json};

use super::database;
use crate::support::site::{Page, World};
use crate::support::tool::Folder;
use crate::support::tools::{program, run};

/// What an operator may call the house.
const HOUSE: &str = "労金 & \"関所\" <株> '\u{2019}x\\";

/// A world whose authority is named `HOUSE` and has two issuing CAs.
async fn world(fresh: &crate::support::db::Fresh) -> World {
    let world = World::whole(fresh).await;
    let folder = Folder::new();
    let data = folder.path().to_str().expect("an ASCII path");
    let config = Config::load(None, &Environment::of(&[("SEKISHO_DATA__DIR", data)]));
    let config = config.expect("the defaults are valid");
    let authority = CaFolder::of(&config);
    authority.create(HOUSE, world.clock.now()).expect("a CA");
    let next = authority.draft_next(HOUSE, world.clock.now(), None).expect("the next one");
    next.put().expect("it is in force");
    world.app.ca.replace(Ca::open(&config).expect("it opens"));
    world
}

async fn file(world: &World, name: &str, kind: &str, saved: &str) -> Page {
    let page = world.visitor().get(&format!("/help/admin/{name}")).await;
    assert_eq!(page.status.as_u16(), 200, "{name}");
    let header = |name: &str| page.headers[name].to_str().expect("ASCII").to_owned();
    assert_eq!(header("content-type"), kind);
    assert!(
        header("content-disposition").starts_with(&format!("attachment; filename=\"{saved}\""))
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    page
}

/// Fails unless `entries` let our portal have certificates of each of our issuing CAs,
/// newest first, and no others.
#[track_caller]
fn ours_only(entries: &[String], world: &World) {
    let ca = world.app.ca.get();
    let signers: Vec<_> = ca.generations().iter().rev().collect();
    assert_eq!((entries.len(), signers.len()), (2, 2));
    for (entry, signer) in entries.iter().zip(signers) {
        let entry: Value = serde_json::from_str(entry).expect("the entry is JSON");
        let own = sekisho::pki::inspect::parse(signer.authority.certificate_der());
        let own = own.expect("a certificate");
        let issuer = json!({ "CN": own.common_name, "O": HOUSE });
        let wanted = json!({ "pattern": "https://localhost:8443", "filter": { "ISSUER": issuer } });
        assert_eq!(entry, wanted);
    }
    assert_ne!(entries[0], entries[1]);
}

#[tokio::test]
async fn windows_reads_the_policy_of_both_browsers() {
    // R003-33
    let fresh = database().await;
    let world = world(&fresh).await;
    let kind = "text/x-ms-regedit; charset=utf-16";
    let page = file(&world, "browsers.reg", kind, "sekisho-browsers.reg").await;
    let units = page.bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text = String::from_utf16(&units.collect::<Vec<_>>()).expect("UTF-16LE");
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some("Windows Registry Editor Version 5.00"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let keys: Vec<&str> = text.split("\r\n").filter(|line| line.starts_with('[')).collect();
    let of = |browser| {
        format!(r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\{browser}\AutoSelectCertificateForUrls]")
    };
    assert_eq!(keys, [of(r"Microsoft\Edge"), of(r"Google\Chrome")]);
    let values = |name: &str| -> Vec<String> {
        let start = format!("\"{name}\"=");
        lines.clone().filter_map(|line| line.strip_prefix(&*start)).map(unquoted).collect()
    };
    for (first, second) in values("1").into_iter().zip(values("2")) {
        ours_only(&[first, second], &world);
    }
    assert_eq!((values("1").len(), values("2").len(), values("3").len()), (2, 2, 0));
}

/// A quoted value of a `.reg` file as regedit takes it.
fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes");
    let mut chars = inner.chars();
    let mut value = String::new();
    while let Some(c) = chars.next() {
        assert_ne!(c, '"', "a quote stands free in {text}");
        value.push(if c == '\\' { chars.next().expect("an escaped one") } else { c });
    }
    value
}

#[tokio::test]
async fn the_same_policy_is_there_as_json() {
    let fresh = database().await;
    let world = world(&fresh).await;
    let page = file(&world, "browsers.json", "application/json", "sekisho-browsers.json").await;
    let policy: Value = serde_json::from_slice(&page.bytes).expect("JSON");
    assert_eq!(policy.as_object().map(serde_json::Map::len), Some(1));
    let entries = policy["AutoSelectCertificateForUrls"].as_array().expect("a list");
    let text = |entry: &Value| entry.as_str().expect("a dictionary as text").to_owned();
    ours_only(&entries.iter().map(text).collect::<Vec<_>>(), &world);
}

#[tokio::test]
async fn apples_profile_holds_our_certificates_and_nothing_else() {
    // R004-165
    const READ: &str = "import base64, json, plistlib, sys
def plain(value):
    if isinstance(value, bytes): return base64.b64encode(value).decode()
    if isinstance(value, dict): return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list): return [plain(v) for v in value]
    return value
print(json.dumps(plain(plistlib.load(open(sys.argv[1], 'rb'), fmt=plistlib.FMT_XML))))";
    let fresh = database().await;
    let world = world(&fresh).await;
    let kind = "application/x-apple-aspen-config";
    let page =
        file(&world, "certificates.mobileconfig", kind, "sekisho-certificates.mobileconfig").await;
    let folder = Folder::new();
    let path = folder.file("profile", &page.bytes);
    let read = run(Command::new(program("python3")).args(["-c", READ, &path]));
    let profile: Value = serde_json::from_str(&read).expect("JSON");
    assert_eq!(profile["PayloadType"], "Configuration");
    assert_eq!(profile["PayloadVersion"], 1);
    let ca = world.app.ca.get();
    let wanted = [
        ("com.apple.security.root", ca.root_der()),
        ("com.apple.security.pkcs1", ca.generations()[1].authority.certificate_der()),
        ("com.apple.security.pkcs1", ca.generations()[0].authority.certificate_der()),
    ];
    let payloads = profile["PayloadContent"].as_array().expect("a list");
    assert_eq!(payloads.len(), wanted.len());
    let mut names = vec![&profile["PayloadUUID"]];
    for (payload, (kind, der)) in payloads.iter().zip(wanted) {
        assert_eq!(payload["PayloadType"], kind);
        assert_eq!(payload["PayloadContent"], BASE64.encode(der));
        let shown = payload["PayloadDisplayName"].as_str().expect("text");
        assert!(shown.ends_with(&format!("（{HOUSE}）")), "{shown}");
        names.push(&payload["PayloadUUID"]);
    }
    names.sort_unstable_by_key(|uuid| uuid.as_str());
    names.dedup();
    assert_eq!(names.len(), 4, "each has its own number");
    let again = world.visitor().get("/help/admin/certificates.mobileconfig").await;
    assert_eq!(again.bytes, page.bytes, "the same each time");
}

#[tokio::test]
async fn the_script_knows_our_certificates_by_their_issuers_name() {
    // R003-24, R003-28
    let fresh = database().await;
    let world = world(&fresh).await;
    let kind = "text/plain; charset=utf-8";
    let page = file(&world, "import.ps1", kind, "sekisho-import.ps1").await;
    let text = std::str::from_utf8(&page.bytes).expect("UTF-8");
    assert!(text.starts_with('\u{feff}'), "Windows PowerShell 5.1 needs the mark");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(!text.contains("@@"), "something was not filled in");
    let ca = world.app.ca.get();
    let issuer = |at: usize| BASE64.encode(ca.generations()[at].authority.subject_der());
    for part in [
        format!("'{}',\r\n    '{}'\r\n", issuer(1), issuer(0)),
        format!("$Root = '{}'", BASE64.encode(ca.root_der())),
        "$Portal = 'https://localhost:8443/'".to_owned(),
        "Import-PfxCertificate -FilePath $File -CertStoreLocation 'Cert:\\CurrentUser\\My' -Password".to_owned(),
        "Import-Certificate -FilePath $File -CertStoreLocation 'Cert:\\CurrentUser\\Root'".to_owned(),
        "-AsSecureString".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}");
    }
    assert!(!text.contains("-Exportable") && !text.contains("ConvertTo-SecureString"));
    for (open, shut) in [('{', '}'), ('(', ')'), ('[', ']')] {
        assert_eq!(text.matches(open).count(), text.matches(shut).count(), "{open} and {shut}");
    }
}

#[tokio::test]
async fn the_page_shows_what_the_files_hold_and_what_to_mind() {
    let fresh = database().await;
    let world = world(&fresh).await;
    let page = world.visitor().get("/help/admin").await;
    page.says(
        200,
        &[
            "href=\"/help/admin/browsers.reg\"",
            "href=\"/help/admin/browsers.json\"",
            "href=\"/help/admin/import.ps1\"",
            "href=\"/help/admin/certificates.mobileconfig\"",
            "href=\"/ca/root.crt\"",
            "が重なり、前の値が消えます",
            "署名していません。",
            "「未署名」",
            "労金 &#38; &#34;関所&#34; &#60;株&#62;",
        ],
    );
    page.hides("<株>");
}
