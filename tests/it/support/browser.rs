//! Debian's Chromium, driven the way a person would use it.
//!
//! Each browser has a home folder of its own: certificate store, profile and
//! downloads are thrown away with it. A certificate that fits is chosen without
//! the picker, because nobody can click in it. Chromium resolves every name
//! below `localhost` by itself.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::chromium::{Driver, PATIENCE, capabilities, store};
use super::screens;
use super::tools::{program, run};

/// How often we look where the browser has no event for us.
const LOOK: Duration = Duration::from_millis(50);
/// More browsers at a time than cores only make each of them late.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A running browser; it and its driver are killed when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// The session at the driver, for what fantoccini has no method for.
    session: String,
    driver: Driver,
    fetched: Mutex<HashSet<PathBuf>>,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// Starts a browser that trusts this root certificate (PEM or DER file), if one is given.
    pub async fn start(root: Option<&Path>) -> Self {
        let turn = TURNS.acquire().await.expect("the semaphore is never closed");
        let (driver, port) = Driver::start(root);
        let address = format!("http://127.0.0.1:{port}");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&driver.home))
            .connect(&address)
            .await
            .expect("Chromium starts");
        let limits = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(PATIENCE));
        client.update_timeouts(limits).await.expect("the driver takes our time limits");
        let id = client.session_id().await.expect("the driver answers").expect("a session is open");
        let session = format!("{address}/session/{id}");
        Self { client, session, driver, fetched: Mutex::default(), _turn: turn }
    }

    /// Opens an address and waits until the page is loaded.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|e| panic!("{url} does not open: {e}"));
    }

    /// The address shown now.
    pub async fn url(&self) -> String {
        self.client.current_url().await.expect("the driver answers").to_string()
    }

    /// What a person can read on the page.
    pub async fn text(&self) -> String {
        self.try_text().await.expect("a page is shown")
    }

    /// Types into the field of this name, in place of what stood there.
    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.field(name).await;
        field.clear().await.unwrap_or_else(|e| panic!("field {name} cannot be emptied: {e}"));
        field.send_keys(value).await.unwrap_or_else(|e| panic!("field {name} takes no keys: {e}"));
    }

    /// What stands in the field of this name.
    pub async fn value(&self, name: &str) -> String {
        let value = self.field(name).await.prop("value").await.expect("the driver answers");
        value.unwrap_or_default()
    }

    /// Clicks the box or radio button of this name and value.
    pub async fn tick(&self, name: &str, value: &str) {
        let path = format!("//input[@name={} and @value={}]", quoted(name), quoted(value));
        self.click(&path, &format!("choice {name} = {value}")).await;
    }

    /// Clicks the button or link that bears this label.
    pub async fn press(&self, label: &str) {
        let text = quoted(label);
        let path = format!(
            "//button[normalize-space()={text}] | //a[normalize-space()={text}] | \
             //summary[normalize-space()={text}] | //input[@type='submit' and @value={text}]"
        );
        self.click(&path, &format!("button or link {label}")).await;
    }

    /// Waits until this text can be read on the page.
    pub async fn wait_for(&self, text: &str) {
        self.wait_for_all(&[text]).await;
    }

    /// Waits until all of this can be read on one page; what the page reads.
    pub async fn wait_for_all(&self, words: &[&str]) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            // Between two pages there is no text to ask for.
            let shown = self.try_text().await.unwrap_or_default();
            let missing: Vec<_> = words.iter().filter(|word| !shown.contains(**word)).collect();
            if missing.is_empty() {
                return shown;
            }
            if tokio::time::Instant::now() > deadline {
                let url = self.client.current_url().await;
                panic!("{missing:?} do not appear at {url:?}; it reads:\n{shown}");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Imports a PKCS#12 file into the certificate store of the running browser.
    pub fn import_p12(&self, file: &Path, password: &str) {
        let secret = self.driver.home.join("p12-password");
        fs::write(&secret, password).expect("the home folder can be written");
        let mut import = Command::new(program("pk12util"));
        import.arg("-i").arg(file).arg("-w").arg(&secret).args(["-d", &store(&self.driver.home)]);
        run(&mut import);
        let _ = fs::remove_file(secret);
    }

    /// The names of the certificates in the store, as `certutil -L` lists them with their trust.
    pub fn certificates(&self) -> String {
        run(Command::new(program("certutil")).args(["-L", "-d", &store(&self.driver.home)]))
    }

    /// Waits for a download to be complete; its path. Each is given once.
    pub async fn download(&self) -> PathBuf {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(file) = self.new_download() {
                return file;
            }
            assert!(tokio::time::Instant::now() < deadline, "nothing was downloaded");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Keeps the whole page as `tests/screenshots/NAME-{1280,390}.png`.
    ///
    /// Fails when the page is wider than the window: nobody scrolls sideways in ours.
    pub async fn screenshot(&self, name: &str) {
        for width in screens::WIDTHS {
            let window =
                json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
            self.devtools("Emulation.setDeviceMetricsOverride", window).await;
            let size =
                self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].take();
            let clip =
                json!({"x": 0, "y": 0, "width": width, "height": size["height"], "scale": 1});
            let how = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
            let png = self.devtools("Page.captureScreenshot", how).await;
            let png = png["data"].as_str().expect("a picture comes as base64").as_bytes();
            let png = data_encoding::BASE64.decode(png).expect("base64");
            let file = screens::save(name, width, &png);
            let wide = size["width"].as_f64().expect("a page has a width");
            assert!(wide <= f64::from(width), "{} scrolls sideways: {wide} px", file.display());
        }
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    /// One command of the Chrome `DevTools` protocol; its result.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters}).to_string();
        let request = hyper::Request::post(format!("{}/goog/cdp/execute", self.session))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .expect("a well-formed request");
        let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.expect("the driver answers");
        let ok = answer.status().is_success();
        let body = answer.into_body().collect().await.expect("the driver answers").to_bytes();
        assert!(ok, "{command}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice::<Value>(&body).expect("the driver answers JSON")["value"].take()
    }

    async fn try_text(&self) -> Option<String> {
        let text = self.client.execute("return document.body.innerText", vec![]).await.ok()?;
        text.as_str().map(str::to_owned)
    }

    async fn field(&self, name: &str) -> fantoccini::elements::Element {
        let path = format!("//*[@name={} and not(@type='hidden')]", quoted(name));
        self.find(&path, &format!("field {name}")).await
    }

    async fn click(&self, path: &str, what: &str) {
        let element = self.find(path, what).await;
        element.click().await.unwrap_or_else(|e| panic!("{what} cannot be clicked: {e}"));
        // The page begins what the click asked for in a turn of its own, after the driver has
        // answered. When it had two turns, a navigation has begun, and whatever comes next
        // waits for the new page. An error is the new page, there already.
        let turns = "const done = arguments[0]; setTimeout(() => setTimeout(done))";
        let _ = self.client.execute_async(turns, vec![]).await;
    }

    async fn find(&self, path: &str, what: &str) -> fantoccini::elements::Element {
        match self.client.find(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(e) => {
                panic!("no {what} at {} ({e}); it reads:\n{}", self.url().await, self.text().await)
            }
        }
    }

    fn new_download(&self) -> Option<PathBuf> {
        let mut fetched = self.fetched.lock().expect("no test panicked in here");
        let files =
            fs::read_dir(self.driver.home.join("downloads")).ok()?.flatten().map(|e| e.path());
        // Chromium writes to `.crdownload` or a hidden name and renames at the end.
        let whole = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            !name.starts_with('.') && !name.ends_with(".crdownload")
        };
        let new = files.filter(whole).find(|file| !fetched.contains(file))?;
        fetched.insert(new.clone());
        Some(new)
    }
}

/// An `XPath` literal; `XPath` 1.0 has no escapes.
fn quoted(text: &str) -> String {
    assert!(!(text.contains('"') && text.contains('\'')), "no XPath literal can hold {text}");
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::super::tools::TempDir;
    use super::*;

    const FORM: &str = "data:text/html;charset=utf-8,<meta name=viewport content='width=device-width'>\
        <h1>関所</h1><form onsubmit=\"document.body.append('こんにちは、'+who.value+how.value);return false\">\
        <input name=who value=old><label><input type=radio name=how value=さん>さん</label>\
        <button>あいさつする</button></form>\
        <a download=x.p12 href='data:application/x-pkcs12;base64,AAEC'>保存する</a>";

    #[tokio::test]
    async fn a_form_is_filled_sent_and_pictured() {
        let browser = Browser::start(None).await;
        browser.goto(FORM).await;
        browser.fill("who", "労金太郎").await;
        assert_eq!(browser.value("who").await, "労金太郎");
        browser.tick("how", "さん").await;
        browser.press("あいさつする").await;
        browser.wait_for("こんにちは、労金太郎さん").await;
        assert!(browser.text().await.starts_with("関所"));
        browser.screenshot("self-test").await;
        for width in screens::WIDTHS {
            let file = super::super::tools::repository()
                .join(format!("tests/screenshots/self-test-{width}.png"));
            let (wide, high) = screens::png_size(&fs::read(file).unwrap());
            assert_eq!(wide, width);
            assert!(high >= 100, "{high}");
        }
        browser.press("保存する").await;
        let file = browser.download().await;
        assert_eq!(file.file_name().unwrap(), "x.p12");
        assert_eq!(fs::read(&file).unwrap(), [0, 1, 2]);
    }

    #[tokio::test]
    async fn names_below_localhost_lead_here_and_a_p12_goes_in_while_it_runs() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || answer_with_host(&listener));
        let folder = TempDir::new("p12");
        let (root, p12) = certificates(&folder);
        let browser = Browser::start(Some(&root)).await;
        browser.goto(&format!("http://enroll.localhost:{port}/")).await;
        browser.wait_for(&format!("host: enroll.localhost:{port}")).await;
        assert_eq!(browser.url().await, format!("http://enroll.localhost:{port}/"));
        browser.import_p12(&p12, "P@ssw0rd1");
        let list = browser.certificates();
        assert!(list.contains("Sekisho Root") && list.contains("taro01"), "{list}");
    }

    #[tokio::test]
    async fn what_is_read_after_a_click_is_the_next_page() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || answer_slowly(&listener));
        let browser = Browser::start(None).await;
        browser.goto(&format!("http://localhost:{port}/0")).await;
        for step in 0..12 {
            browser.fill("typed", &step.to_string()).await;
            browser.press("次へ").await;
            let text = browser.text().await;
            assert!(text.contains(&format!("page /{}", step + 1)), "{step}: {text}");
        }
    }

    #[tokio::test]
    async fn nothing_of_a_dropped_browser_stays() {
        let browser = Browser::start(None).await;
        let home = browser.driver.home.path().to_owned();
        drop(browser);
        assert!(!home.exists());
        assert!(!processes().contains(&*home.to_string_lossy()));
    }

    #[test]
    fn a_label_with_quotes_is_found_all_the_same() {
        assert_eq!(quoted("登録へ(F7)"), "\"登録へ(F7)\"");
        assert_eq!(quoted("a\"b"), "'a\"b'");
    }

    /// Answers every request late, with a form that leads to the next page.
    fn answer_slowly(listener: &TcpListener) {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let next = path[1..].parse::<u32>().map_or(0, |number| number + 1);
            std::thread::sleep(Duration::from_millis(100));
            let page = format!(
                "<!DOCTYPE html><p>page {path}</p><form method=post action=/{next}>\
                 <input name=typed><button>次へ</button></form>"
            );
            let length = page.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html;charset=utf-8\r\n\
                 content-length: {length}\r\n\r\n{page}"
            );
        }
    }

    /// Answers every request with the line that names the host.
    fn answer_with_host(listener: &TcpListener) {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..read]).to_lowercase();
            let host = head.lines().find(|line| line.starts_with("host:")).unwrap_or("no host");
            let length = host.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain\r\n\
                 content-length: {length}\r\n\r\n{host}"
            );
        }
    }

    /// A self-signed certificate and the same with its key as PKCS#12, made by OpenSSL.
    fn certificates(folder: &TempDir) -> (PathBuf, PathBuf) {
        let (key, pem, p12) = (folder.join("k"), folder.join("c"), folder.join("p"));
        let mut make = Command::new(program("openssl"));
        make.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args(["-days", "30", "-subj", "/CN=taro01", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&pem);
        run(&mut make);
        let mut pack = Command::new(program("openssl"));
        pack.args(["pkcs12", "-export", "-name", "taro01", "-passout", "pass:P@ssw0rd1", "-inkey"])
            .arg(&key)
            .arg("-in")
            .arg(&pem)
            .arg("-out")
            .arg(&p12);
        run(&mut pack);
        // Another certificate is trusted: NSS keeps one name for equal ones.
        let other = folder.join("r");
        let mut root = Command::new(program("openssl"));
        root.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-384",
            "-nodes",
        ])
        .args(["-days", "30", "-subj", "/CN=Root", "-keyout", "/dev/null", "-out"])
        .arg(&other);
        run(&mut root);
        (other, p12)
    }

    /// The arguments of all processes.
    fn processes() -> String {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let lines = entries.map(|e| fs::read(e.path().join("cmdline")).unwrap_or_default());
        String::from_utf8_lossy(&lines.collect::<Vec<_>>().concat()).into_owned()
    }
}
