//! Starts of `serve` that cannot succeed end at once with one clear error; a stop is orderly.

use std::fs;
use std::net::TcpListener;

use super::run::{House, PASSWORD, Said, sekisho};

/// Seconds within which a start must have failed.
const PROMPTLY: &str = "30";

/// A `serve` that is expected to end by itself. Its log lines are no error lines.
fn failed(house: &House) -> Said {
    let mut command = house.command("timeout");
    let ended = command.args([PROMPTLY, sekisho(), "serve"]).output().expect("timeout");
    assert_ne!(ended.status.code(), Some(124), "it went on serving");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(ended.stdout), text(ended.stderr));
    assert!(!out.contains("ready"), "{out}");
    let log = |line: &&str| !line.starts_with(|c: char| c.is_ascii_digit());
    let err: Vec<_> = err.lines().filter(log).collect();
    Said { code: ended.status.code(), out, err: err.join("\n") }
}

#[test]
fn it_gets_ready_and_stops_in_order_when_told() {
    for house in House::both("start-good") {
        house.run("demo").good();
        // More than once: asked in the very moment it is ready, it must not just die.
        for _ in 0..5 {
            let (code, last) = house.serve().stop();
            assert_eq!((code, last.as_str()), (Some(0), "stopped"));
        }
        house.run("audit verify").good();
    }
}

#[test]
fn a_taken_port_is_named() {
    let house = House::new("start-port");
    for name in
        ["SEKISHO_SERVER__LISTEN", "SEKISHO_SERVER__PLAIN_LISTEN", "SEKISHO_SERVER__ADMIN_LISTEN"]
    {
        let address = house.setting(name);
        let taken = TcpListener::bind(address).unwrap();
        let said = failed(&house);
        said.refused(address);
        said.refused("[server]");
        drop(taken);
    }
    let serving = house.serve();
    failed(&house).refused(house.setting("SEKISHO_SERVER__LISTEN"));
    assert_eq!(serving.stop().0, Some(0), "the second start disturbed the first");
}

#[test]
fn a_ca_that_does_not_open_is_named() {
    let mut house = House::bare("start-ca");
    failed(&house).refused("sekisho init");
    house.run("init").good();
    house.set("SEKISHO_CA_PASSPHRASE", "wrong");
    failed(&house).refused("passphrase");
    house.set("SEKISHO_CA_PASSPHRASE", "");
    fs::rename(house.path("var/ca/passphrase"), house.path("kept")).unwrap();
    failed(&house).refused("passphrase");
    fs::rename(house.path("kept"), house.path("var/ca/passphrase")).unwrap();
    let key = house.path("var/ca/issuing.key.pem");
    let whole = fs::read(&key).unwrap();
    for spoilt in [&whole[..whole.len() / 2], b"", b"no PEM"] {
        fs::write(&key, spoilt).unwrap();
        failed(&house).refused("issuing.key.pem");
    }
    fs::remove_file(&key).unwrap();
    failed(&house).refused("issuing.key.pem");
    fs::create_dir(&key).unwrap();
    failed(&house).refused("issuing.key.pem");
    fs::remove_dir(&key).unwrap();
    fs::copy(house.path("var/ca/root.key.pem"), &key).unwrap();
    failed(&house).refused("issuing.key.pem");
    fs::write(&key, whole).unwrap();
    fs::rename(house.path("var/ca"), house.path("kept")).unwrap();
    failed(&house).refused("sekisho init");
    fs::rename(house.path("kept"), house.path("var/ca")).unwrap();
    assert_eq!(house.serve().stop().0, Some(0));
}

#[test]
fn a_server_certificate_that_is_missing_or_spoilt_is_named() {
    let house = House::new("start-tls");
    for name in ["localhost.pem", "localhost.key.pem", "enroll.localhost.pem"] {
        let path = house.path(&format!("var/tls/{name}"));
        let whole = fs::read(&path).unwrap();
        fs::write(&path, b"spoilt").unwrap();
        failed(&house).refused(name);
        fs::remove_file(&path).unwrap();
        let said = failed(&house);
        said.refused(name);
        said.refused("sekisho init");
        fs::create_dir(&path).unwrap();
        failed(&house).refused(name);
        fs::remove_dir(&path).unwrap();
        fs::write(&path, whole).unwrap();
    }
    // The one's key does not fit the other's certificate, as a renewal leaves it that was
    // killed between the two files: another pair is issued.
    let key = house.path("var/tls/localhost.key.pem");
    fs::copy(house.path("var/tls/enroll.localhost.key.pem"), key).unwrap();
    assert_eq!(house.serve().stop().0, Some(0));
}

#[test]
fn certificates_from_elsewhere_must_be_there_and_fit() {
    let mut house = House::new("start-own");
    house.set("SEKISHO_TLS__CERTIFICATE", "own.pem");
    house.set("SEKISHO_TLS__KEY", "own.key");
    failed(&house).refused("own.pem");
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost";
    for name in ["own", "other"] {
        let line = format!("{make} -keyout {name}.key -out {name}.pem");
        assert_eq!(house.tool("openssl", &line).code, Some(0));
    }
    assert_eq!(house.serve().stop().0, Some(0));
    house.set("SEKISHO_TLS__KEY", "other.key");
    failed(&house).refused("[tls]");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    for house in House::both("start-newer") {
        house.sql(
            "INSERT INTO schema_migrations SELECT 999, '0999_future', sha256, applied_at \
             FROM schema_migrations WHERE number = 1",
        );
        let newer = "at schema 999";
        failed(&house).refused(newer);
        house.run("init").refused(newer);
        house.run("db migrate").refused(newer);
        house.run("user list").refused(newer);
        house.feed(PASSWORD, "contract add 15000001 --name x").refused(newer);
        house.sql("DELETE FROM schema_migrations WHERE number = 999");
        house.sql("UPDATE schema_migrations SET sha256 = 'x' WHERE number = 2");
        failed(&house).refused("was changed after it was applied");
    }
}

#[test]
fn a_database_that_is_none_is_named() {
    let house = House::new("start-garbage");
    let clear = || {
        for name in ["sekisho.db", "sekisho.db-wal", "sekisho.db-shm"] {
            let _ = fs::remove_file(house.path("var").join(name));
        }
    };
    clear();
    failed(&house).refused("sekisho init");
    clear();
    house.write(
        "var/sekisho.db",
        "this is no database, but it is long enough for a header. ".repeat(99),
    );
    failed(&house).refused("database");
    house.run("init").refused("database");
    house.run("audit verify").refused("database");
    clear();
    fs::create_dir(house.path("var/sekisho.db")).unwrap();
    failed(&house).refused("database");
}

#[test]
fn a_postgres_that_does_not_answer_is_named_without_its_password() {
    let mut house = House::new("start-pg");
    house.set("SEKISHO_DATA__DATABASE", "postgres://app:hunter2@127.0.0.1:1/x");
    let said = failed(&house);
    said.refused("PostgreSQL");
    assert!(!said.err.contains("hunter2"), "{said:?}");
}

#[test]
fn a_mail_password_that_is_not_there_is_named() {
    let mut house = House::new("start-mail");
    house.set("SEKISHO_MAIL__TRANSPORT", "smtp");
    house.set("SEKISHO_MAIL__SMTP_USER", "someone");
    house.set("SEKISHO_MAIL__SMTP_PASSWORD_FILE", "none");
    let said = failed(&house);
    said.refused("none");
    said.refused("[mail]");
}
