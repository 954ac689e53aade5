//! What the operator does on the command line, felt at the running gateway at once.

use std::process::Command;

use sekisho::db::Engine;

use crate::support::clerk::Clerk;
use crate::support::server::Server;
use crate::support::tools::run;

const PASSWORD: &str = "Abcde1#xyz";

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_works_when_its_command_returns_and_no_longer_when_revoked_sqlite() {
    comes_and_goes(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_works_when_its_command_returns_and_no_longer_when_revoked_postgresql() {
    comes_and_goes(Engine::Postgres).await;
}

async fn comes_and_goes(engine: Engine) {
    // R004-04, RX-04
    let server = Server::start(engine).await;
    let login = format!("{}/login", server.portal_url());
    let absent = Clerk::new(&server).get(&login).expect("an answer");
    assert_eq!((absent.status, absent.refusal.as_str()), (403, "certificate-absent"));
    for _ in 0..3 {
        let clerk = with_new_certificate(&server, "jiro0003");
        let answer = clerk.get(&login).expect("an answer");
        assert_eq!((answer.status, answer.refusal.as_str()), (200, ""), "{}", answer.text());
        server.must(&["cert", "revoke", "--user", "jiro0003", "--reason", "superseded"]);
        for path in ["/login", "/home", "/"] {
            let url = format!("{}{path}", server.portal_url());
            let answer = clerk.get(&url).expect("an answer");
            assert_eq!(answer.refusal, "certificate-revoked", "{path}: {}", answer.status);
        }
    }
}

/// Issues a certificate on the command line; a window that presents it.
pub fn with_new_certificate(server: &Server, user: &str) -> Clerk {
    let (file, pem) = (server.folder().join("one.p12"), server.folder().join("one.pem"));
    let _none_before = std::fs::remove_file(&file);
    let (status, _, errors) =
        server.cli_with_input(&["cert", "issue", user, "--out", "one.p12"], PASSWORD);
    assert!(status.success(), "{errors}");
    let mut openssl = Command::new("openssl");
    openssl.arg("pkcs12").arg("-in").arg(&file).arg("-out").arg(&pem);
    run(openssl.args(["-nodes", "-passin"]).arg(format!("pass:{PASSWORD}")));
    Clerk::with_certificate(server, pem)
}
