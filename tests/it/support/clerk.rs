//! Somebody at a browser without scripts: curl with a cookie jar, over real TLS.

use std::path::PathBuf;
use std::process::Command;

use super::server::Server;
use super::tools::{TempDir, program};

/// A browser window; cookies survive the server.
pub struct Clerk {
    folder: TempDir,
    root: PathBuf,
    certificate: Option<PathBuf>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Location`, or empty.
    pub location: String,
    /// `Sekisho-Refusal`, or empty.
    pub refusal: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What stands between `from` and the next `to`.
    pub fn between(&self, from: &str, to: &str) -> Option<String> {
        let text = self.text();
        let start = text.find(from)? + from.len();
        let length = text[start..].find(to)?;
        Some(text[start..start + length].to_owned())
    }
}

impl Clerk {
    /// A window that trusts the server's root certificate.
    pub fn new(server: &Server) -> Self {
        let folder = TempDir::new("clerk");
        Self { folder, root: server.root_cert_path(), certificate: None }
    }

    /// The same with a certificate (PEM with its key).
    pub fn with_certificate(server: &Server, pem: PathBuf) -> Self {
        Self { certificate: Some(pem), ..Self::new(server) }
    }

    /// `None` when the server did not answer to the end.
    pub fn get(&self, url: &str) -> Option<Answer> {
        self.send(url, &[])
    }

    /// Sends a form with the token of the page at `form_url`.
    pub fn post(&self, form_url: &str, url: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let page = self.get(form_url)?;
        let Some(token) = page.between("name=\"csrf\" value=\"", "\"") else { return Some(page) };
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.send(url, &all)
    }

    /// The cookies it keeps: `name=value`.
    pub fn cookies(&self) -> Vec<String> {
        let jar = std::fs::read_to_string(self.folder.join("jar")).unwrap_or_default();
        let lines = jar.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        lines
            .filter_map(|line| {
                let columns: Vec<_> = line.split('\t').collect();
                Some(format!("{}={}", columns.get(5)?, columns.get(6)?))
            })
            .collect()
    }

    fn send(&self, url: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let (jar, body) = (self.folder.join("jar"), self.folder.join("body"));
        let mut curl = Command::new(program("curl"));
        curl.args(["--silent", "--max-time", "20", "--cacert"]).arg(&self.root);
        curl.arg("--cookie").arg(&jar).arg("--cookie-jar").arg(&jar).arg("--output").arg(&body);
        // `*.localhost` is this machine; curl may ask a name server otherwise.
        curl.args(["--connect-to", "enroll.localhost::127.0.0.1:"]);
        curl.args(["--write-out", "%{http_code}\n%header{location}\n%header{sekisho-refusal}\n"]);
        if let Some(pem) = &self.certificate {
            curl.arg("--cert").arg(pem);
        }
        for (name, value) in fields {
            curl.arg("--data-urlencode").arg(format!("{name}={value}"));
        }
        let output = curl.arg(url).output().expect("curl runs");
        if !output.status.success() {
            return None;
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = said.lines();
        let mut next = || lines.next().unwrap_or_default().to_owned();
        let status = next().parse().expect("a status");
        let (location, refusal) = (next(), next());
        let body = std::fs::read(&body).unwrap_or_default();
        Some(Answer { status, location, refusal, body })
    }
}
