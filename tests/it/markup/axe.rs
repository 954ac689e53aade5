//! axe-core in Chromium finds no violation of WCAG 2.1 AA in any page, on an office PC and
//! on a telephone (JIS X 8341-3 asks for the same).

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{Laid, Pages};
use crate::support::browser::Browser;
use crate::support::screens::WIDTHS;
use crate::support::tools::{TempDir, repository, whole};

/// Runs the rules of WCAG 2.0 and 2.1, A and AA; what they find, in one line each.
const RUN: &str = "axe.run(document, {runOnly: {type: 'tag', values: \
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}, resultTypes: ['violations']}) \
    .then(found => found.violations.flatMap(rule => rule.nodes.map(node => \
    rule.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)))";

/// What axe says without being right: a part of its line, and why.
const WRONG: &[(&str, &str)] = &[];

/// Serves a folder, with axe in every page.
struct Served {
    port: u16,
    missing: Missing,
}

/// What a page asked for and the folder lacks: without its style a page is another one.
type Missing = Arc<Mutex<BTreeSet<String>>>;

impl Served {
    fn new(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let (folder, script, missing) = (folder.to_owned(), Arc::new(axe()), Missing::default());
        let of = missing.clone();
        // It ends with the tests: nothing else can stop a thread that waits.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, script, of) = (folder.clone(), Arc::clone(&script), of.clone());
                std::thread::spawn(move || drop(answer(stream, &folder, (&script, &of))));
            }
        });
        Self { port, missing }
    }
}

/// The script, of the version that `tests/requirements.txt` names.
fn axe() -> Vec<u8> {
    let lib = repository().join("tests/.venv/lib");
    let pythons = fs::read_dir(&lib).into_iter().flatten().flatten().map(|entry| entry.path());
    let file = |python: PathBuf| python.join("site-packages/axe_playwright_python/axe.min.js");
    let found = pythons.map(file).find(|file| file.is_file());
    let found =
        found.unwrap_or_else(|| panic!("axe.min.js is missing: run `scripts/test --prepare`"));
    fs::read(found).expect("read")
}

fn answer(
    mut stream: TcpStream,
    folder: &Path,
    (axe, missing): (&[u8], &Missing),
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let path = first.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let path = path.trim_start_matches('/');
    let (kind, body) = if path == "axe.min.js" {
        ("text/javascript", axe.to_vec())
    } else {
        let body = fs::read(folder.join(path)).unwrap_or_else(|_| {
            missing.lock().expect("nobody panics").insert(path.to_owned());
            Vec::new()
        });
        match path.rsplit('.').next() {
            Some("html") => {
                let page = String::from_utf8_lossy(&body).into_owned();
                let with = page.replace("</body>", "<script src=\"/axe.min.js\"></script></body>");
                // What forwards by itself would be another page by the time it is looked at.
                let stays = with.replace("http-equiv=\"refresh\"", "name=\"refresh\"");
                ("text/html; charset=utf-8", stays.into_bytes())
            }
            Some("css") => ("text/css", body),
            Some("svg") => ("image/svg+xml", body),
            Some("js") => ("text/javascript", body),
            _ => ("application/octet-stream", body),
        }
    };
    let length = body.len();
    // What every page takes is kept, and axe as the browser compiled it: it is large.
    let keep = if kind.starts_with("text/html") { "no-store" } else { "public, max-age=3600" };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: {keep}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

/// What axe finds on the pages at these widths.
async fn find(folder: &Path, pages: &[Laid], widths: &[u32]) -> Vec<String> {
    let served = Served::new(folder);
    let browser = Browser::start(None).await;
    let (mut found, mut shown) = (Vec::new(), 0);
    for page in pages {
        browser.goto(&format!("http://127.0.0.1:{}/{}", served.port, page.path)).await;
        for width in widths {
            if shown != *width {
                shown = *width;
                let window =
                    json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
                browser.devtools("Emulation.setDeviceMetricsOverride", window).await;
            }
            let ask = json!({"expression": RUN, "awaitPromise": true, "returnByValue": true});
            let said = browser.devtools("Runtime.evaluate", ask).await;
            let lines = serde_json::from_value::<Vec<String>>(said["result"]["value"].clone());
            let lines = lines
                .unwrap_or_else(|_| panic!("{}: axe does not answer: {}", page.path, short(&said)));
            found.extend(lines.iter().map(|line| format!("{} at {width}: {line}", page.path)));
        }
    }
    let missing = served.missing.lock().expect("nobody panics").clone();
    let missing: Vec<_> = missing.into_iter().filter(|path| path != "favicon.ico").collect();
    assert!(missing.is_empty(), "pages ask for what is not there: {missing:?}");
    found.retain(|line| !WRONG.iter().any(|(part, _)| line.contains(part)));
    found
}

fn short(said: &Value) -> String {
    said.to_string().chars().take(500).collect()
}

/// Both widths of all pages where everything is asked for. Else the samples as a telephone
/// shows them, where it is harder, as a PC does the walked pages that are no samples, and of
/// those that are built alike one.
async fn holds(pages: &Pages, others: &[Laid], width: u32) {
    let (chosen, widths) = if whole() {
        (pages.all.clone(), WIDTHS.to_vec())
    } else {
        (pages.unlike(others), vec![width])
    };
    let begun = tokio::time::Instant::now();
    let (one, other) = chosen.split_at(chosen.len() / 2);
    let (mut found, more) =
        tokio::join!(find(&pages.folder, one, &widths), find(&pages.folder, other, &widths));
    found.extend(more);
    let (of, seconds) = (pages.all.len(), begun.elapsed().as_secs_f32());
    eprintln!("axe looked at {} of {of} pages in {seconds:.1} s", chosen.len());
    let count = found.len();
    assert!(found.is_empty(), "{count} violations in {of} pages:\n{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sample_page_shuts_anybody_out() {
    holds(&Pages::samples(), &[], WIDTHS[1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_one_can_walk_to_shuts_anybody_out() {
    holds(&Pages::walked().await, &Pages::samples().all, WIDTHS[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_what_is_wrong() {
    let folder = TempDir::new("axe");
    let page = "<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><title>x</title></head>\
        <body><main><h1>x</h1><img src=x.png><p style='color:#999;background:#fff'>読みにくい文字</p></main></body></html>";
    fs::write(folder.join("wrong.html"), page).unwrap();
    fs::write(folder.join("x.png"), "").unwrap();
    let laid = Laid { path: "wrong.html".into(), file: folder.join("wrong.html") };
    let found = find(folder.path(), &[laid], &WIDTHS[..1]).await;
    for rule in ["image-alt", "color-contrast"] {
        assert!(found.iter().any(|line| line.contains(rule)), "{rule} is not found: {found:#?}");
    }
}
