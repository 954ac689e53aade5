//! The CA over the years: its next generation, keys on a token, a CA from
//! elsewhere, certificates renewed and exchanged while the server runs.

mod import;
mod renewal;
mod rotation;
mod token;
mod verify;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sekisho::base::{Moment, Secret};
use sekisho::pki::bundle;
use tokio::time::{Instant, sleep};

use crate::support::dial::At;
use crate::support::papers::Paper;
use crate::support::server::Server;
use crate::support::tools::program;

/// A password that may protect anything.
const PASSWORD: &str = "Abcd-123";
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

impl At for Server {
    fn address(&self) -> SocketAddr {
        let port = self.portal_url();
        let port = port.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        SocketAddr::from(([127, 0, 0, 1], port))
    }
}

/// Issues a certificate for `user` by the command line, beside the server.
fn issue(server: &Server, user: &str) -> Paper {
    let file = format!("{user}.p12");
    let arguments = ["cert", "issue", user, "--out", &file];
    let (status, said, errors) = server.cli_with_input(&arguments, &format!("{PASSWORD}\n"));
    assert!(status.success(), "{said}{errors}");
    unpack(&server.folder().join(file))
}

/// What a `.p12` holds.
fn unpack(path: &Path) -> Paper {
    let bytes = fs::read(path).expect("the file is there");
    let held = bundle::read(&bytes, &Secret::from(PASSWORD)).expect("it opens");
    let chain = [&[held.leaf], held.chain.as_slice()].concat();
    Paper {
        chain: chain.into_iter().map(CertificateDer::from).collect(),
        key: PrivateKeyDer::try_from(held.key.to_vec()).expect("a key"),
        not_before: Moment::from_ms(0),
        not_after: Moment::from_ms(0),
    }
}

/// The names of CAs that the portal tells clients, as OpenSSL prints them.
fn hints(server: &Server) -> Vec<String> {
    let said = handshake(server);
    let names = said.lines().skip_while(|line| !line.starts_with("Acceptable client"));
    let names = names.skip(1).take_while(|line| line.contains("CN"));
    let mut names: Vec<String> =
        names.map(|line| line.rsplit("CN = ").next().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

/// What `openssl s_client` tells of a handshake with the portal.
fn handshake(server: &Server) -> String {
    let address = server.address().to_string();
    let mut command = Command::new(program("openssl"));
    command.args(["s_client", "-connect", &address, "-servername", "localhost"]);
    let output = command.stdin(std::process::Stdio::null()).output().expect("openssl runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits until `holds`; what it last saw is in the failure.
async fn until<T: std::fmt::Debug>(mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let seen = look();
        if holds(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "in the end: {seen:?}");
        sleep(Duration::from_millis(50)).await;
    }
}
