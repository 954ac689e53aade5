//! The next issuing CA, made while people work.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use sekisho::db::Engine;
use sekisho::pki::inspect;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{PATIENCE, hints, issue, until};
use crate::cli::run::{House, PASSWORD};
use crate::support::dial::{At, BOTH, Dial, Http};
use crate::support::papers::Paper;
use crate::support::server::Server;

/// People who ask without pause, on fresh and on kept connections, until told to stop.
struct Load {
    people: JoinSet<()>,
    stop: Arc<AtomicBool>,
    served: Arc<AtomicU32>,
}

#[derive(Clone, Copy)]
struct Place(std::net::SocketAddr);

impl At for Place {
    fn address(&self) -> std::net::SocketAddr {
        self.0
    }
}

impl Load {
    fn new() -> Self {
        Self { people: JoinSet::new(), stop: Arc::default(), served: Arc::default() }
    }

    /// Each request must be answered with the login page of `paper`'s holder.
    fn add(&mut self, server: &Server, paper: &Paper, user: &'static str) {
        for http in BOTH {
            for kept in [false, true] {
                let (stop, count) = (self.stop.clone(), self.served.clone());
                let (dial, place) = (Dial::to("localhost", Some(paper)), Place(server.address()));
                self.people.spawn(async move {
                    let mut line = dial.open(&place, http).await;
                    while !stop.load(Ordering::Relaxed) {
                        if !kept {
                            line = dial.open(&place, http).await;
                        }
                        let answer = line.get("/login").await;
                        assert_eq!(answer.status, 200, "{user} {http:?} {kept}: {answer:?}");
                        assert!(answer.body.contains(user), "{user}: {}", answer.body);
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        }
    }

    fn served(&self) -> u32 {
        self.served.load(Ordering::Relaxed)
    }

    async fn end(mut self) -> u32 {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.people.join_next().await {
            ended.expect("every request was answered");
        }
        self.served()
    }
}

/// Certificates are good a moment after the command that issued them.
async fn is_served(server: &Server, paper: &Paper) {
    let deadline = Instant::now() + PATIENCE;
    while Dial::to("localhost", Some(paper)).get(server, Http::One, "/login").await.status != 200 {
        assert!(Instant::now() < deadline, "{}", server.log());
    }
}

async fn no_request_fails(engine: Engine) {
    let server = Server::start(engine).await;
    let old = issue(&server, "jiro0003");
    is_served(&server, &old).await;
    let first = ["Sekisho Issuing CA 2026", "Sekisho Root CA 2026"].map(without_year);
    assert_eq!(hints(&server).into_iter().map(without_year).collect::<Vec<_>>(), first);
    let mut load = Load::new();
    load.add(&server, &old, "jiro0003");
    until(|| load.served(), |served| *served > 20).await;
    let said = server.must(&["ca", "rotate"]);
    assert!(said.contains("issuing CA 2 is in force"), "{said}");
    assert!(said.contains("issuing CA 1 goes on for 54"), "{said}");
    // Only our CAs' names, and all of them: a browser offers certificates of both.
    let rotated = Instant::now();
    let names = until(|| hints(&server), |names| names.len() == 3).await;
    assert!(rotated.elapsed() < Duration::from_secs(5), "{:?}", rotated.elapsed());
    let both = ["Sekisho Issuing CA 2026", "Sekisho Issuing CA 2026 G2", "Sekisho Root CA 2026"]
        .map(without_year);
    assert_eq!(names.into_iter().map(without_year).collect::<Vec<_>>(), both);
    let new = issue(&server, "hanako02");
    let issuer = inspect::parse_der(&new.chain[0]).unwrap().issuer;
    assert!(issuer.ends_with(" G2"), "{issuer}");
    is_served(&server, &new).await;
    load.add(&server, &new, "hanako02");
    let by_then = load.served();
    until(|| load.served(), |served| *served > by_then + 60).await;
    server.must(&["ca", "rotate"]);
    until(|| hints(&server), |names| names.len() == 4).await;
    let by_then = load.served();
    until(|| load.served(), |served| *served > by_then + 60).await;
    assert!(load.end().await > 140);
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

/// The year stands in the names, and tests are run in others.
fn without_year(name: impl AsRef<str>) -> String {
    let words = name.as_ref().split(' ');
    words.filter(|word| !word.starts_with("20")).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn no_request_fails_while_the_ca_is_rotated_on_sqlite() {
    no_request_fails(Engine::Sqlite).await;
}

#[tokio::test]
async fn no_request_fails_while_the_ca_is_rotated_on_postgresql() {
    no_request_fails(Engine::Postgres).await;
}

#[tokio::test]
async fn a_broken_file_changes_nothing_and_is_told() {
    let server = Server::start(Engine::Sqlite).await;
    let paper = issue(&server, "jiro0003");
    is_served(&server, &paper).await;
    let broken = server.folder().join("var/ca/issuing-2.pem");
    fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    until(|| server.log(), |log| log.contains("the old stay in force")).await;
    is_served(&server, &paper).await;
    assert_eq!(hints(&server).len(), 2);
    fs::remove_file(&broken).unwrap();
    until(|| server.log(), |log| log.contains("are in force")).await;
    server.must(&["ca", "rotate"]);
    until(|| hints(&server), |names| names.len() == 3).await;
    is_served(&server, &paper).await;
}

#[test]
fn every_generation_has_its_own_name_and_a_chain_that_openssl_accepts() {
    for house in House::both("rotate") {
        let house = house.peopled();
        for number in 2..=3 {
            let told = house.json("ca rotate");
            assert_eq!(told["current"]["generation"], number);
            assert_eq!(told["current"]["key_store"], "file");
            assert_eq!(told["older"].as_array().unwrap().len(), number - 1);
            assert!(told["older"][0]["days_left"].as_i64().unwrap() > 5_000);
        }
        let shown = house.json("ca show");
        let shown = shown.as_array().unwrap();
        let mut names: Vec<_> = shown.iter().map(|one| one["subject"].to_string()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), shown.len(), "no two share a name: {names:?}");
        house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
        let line = format!("pkcs12 -in taro.p12 -nokeys -passin pass:{PASSWORD} -out taro.pem");
        house.tool("openssl", &line).good();
        let line = "verify -CAfile var/ca/root.pem -untrusted var/ca/issuing-3.pem taro.pem";
        assert!(house.tool("openssl", line).good().contains("taro.pem: OK"));
        house.run("cert verify taro.pem").good();
        let rows = house.json("audit list");
        let of = |name: &str| {
            rows.as_array()
                .unwrap()
                .iter()
                .any(|row| row["action"] == "ca-rotate" && row["target"] == name)
        };
        assert!(of("issuing-2") && of("issuing-3"), "{rows:#}");
        house.run("audit verify").good();
        let newest = house.run("ca export issuing");
        let third = house.run("ca export issuing --generation 3");
        assert_eq!(newest.good(), third.good());
        assert_ne!(newest.out, house.run("ca export issuing --generation 1").out);
        house.run("ca export issuing --generation 4").refused("no such issuing CA");
        house.run("doctor").good();
    }
}

#[test]
fn a_root_key_kept_offline_is_asked_for_and_taken_from_its_file() {
    let house = House::new("offline").peopled();
    fs::rename(house.path("var/ca/root.key.pem"), house.path("kept.pem")).unwrap();
    house.run("ca rotate").refused("--root-key FILE");
    house.run("doctor").good();
    let shown = house.json("ca show");
    assert_eq!(shown[0]["key_store"], "away");
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    let other = House::new("offline-other");
    fs::copy(other.path("var/ca/root.key.pem"), house.path("other.pem")).unwrap();
    fs::copy(other.path("var/ca/passphrase"), house.path("other.pass")).unwrap();
    house.run("ca rotate --root-key other.pem").refused("the passphrase does not open");
    house
        .run("ca rotate --root-key other.pem --passphrase-file other.pass")
        .refused("does not belong to the certificate");
    house.run("ca rotate --root-key none.pem").refused("none.pem");
    assert_eq!(house.json("ca show").as_array().unwrap().len(), 5, "nothing was made");
    house.run("ca rotate --root-key kept.pem").good();
    assert!(!house.path("var/ca/root.key.pem").exists(), "it stays offline");
    assert_eq!(house.json("ca show").as_array().unwrap().len(), 6);
}

#[test]
fn a_rotation_that_was_killed_leaves_the_old_ca_or_a_whole_new_one() {
    let house = House::new("rotate-killed").peopled();
    let mut killed = 0;
    for micros in (0..10).map(|step| 10_000 + step * 30_000) {
        killed += u32::from(house.killed_after(micros, "", "ca rotate"));
        house.run("doctor").good();
    }
    assert!(killed > 0, "some were killed: {killed}");
    house.run("ca rotate").good();
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    house.run("audit verify").good();
}

#[test]
fn two_rotations_at_once_do_not_share_a_number() {
    let house = House::new("rotate-twice");
    let said: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| house.run("ca rotate"))).collect();
        runs.into_iter().map(|run| run.join().expect("it ends")).collect()
    });
    let done = said.iter().filter(|one| one.code == Some(0)).count();
    assert!(done >= 1, "{said:?}");
    for refused in said.iter().filter(|one| one.code != Some(0)) {
        refused.refused("another run is changing the CA");
    }
    let issuing = house.json("ca show");
    let issuing = issuing.as_array().unwrap().iter().filter(|one| one["kind"] == "issuing");
    assert_eq!(issuing.count(), done + 1);
    house.run("doctor").good();
}

#[test]
fn a_number_that_another_node_took_is_not_given_again() {
    for house in House::both("rotate-nodes") {
        house.run("ca rotate").good();
        // The database is the same; what was made lies on the other node alone.
        let files = ["issuing-2.key.pem", "issuing-2.pem"];
        let (here, away) = (
            |name| house.path(&format!("var/ca/{name}")),
            |name| house.path(&format!("away-{name}")),
        );
        for name in files {
            fs::rename(here(name), away(name)).unwrap();
        }
        let words = "issuing-2 was made on another node: copy its DIR/ca here first";
        house.run("ca rotate").refused(words);
        assert!(files.iter().all(|name| !here(name).exists()), "nothing was made");
        for name in files {
            fs::rename(away(name), here(name)).unwrap();
        }
        assert_eq!(house.json("ca rotate")["current"]["generation"], 3);
        house.run("audit verify").good();
    }
}

#[test]
fn a_data_directory_from_before_the_generations_goes_on_unchanged() {
    use sekisho::base::{Clock, Secret};
    use sekisho::pki::{Authority, Profiles};
    // Made with the library alone, in the layout that every version has read.
    let house = House::bare("before");
    let now = Clock::system().now();
    let (profiles, pass) = (Profiles::built_in().unwrap(), Secret::from("old passphrase"));
    let root = Authority::new_root(&profiles.root, "関所", now).unwrap();
    let issuing = root.new_intermediate(&profiles.issuing, "関所", now).unwrap();
    let server = root.new_intermediate(&profiles.server_ca, "関所", now).unwrap();
    fs::create_dir_all(house.path("var/ca")).unwrap();
    for (name, ca) in [("root", &root), ("issuing", &issuing), ("server-ca", &server)] {
        house.write(&format!("var/ca/{name}.pem"), ca.to_pem());
        house.write(&format!("var/ca/{name}.key.pem"), ca.key_pem(&pass).unwrap().as_bytes());
    }
    house.write("var/ca/passphrase", "old passphrase\n");
    house.run("init").good();
    let house = house.peopled();
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    assert_eq!(fs::read_to_string(house.path("var/ca/issuing.pem")).unwrap(), issuing.to_pem());
    let shown = house.json("ca show");
    assert_eq!((&shown[1]["name"], &shown[1]["generation"]), (&"issuing".into(), &1.into()));
    assert_eq!(shown[1]["sha256"], issuing.sha256_hex());
    house.run("ca rotate").good();
    house.run("ca crl --out x.crl").good();
}
