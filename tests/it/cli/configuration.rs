//! `config check|show|example`.

use std::fs;

use super::run::House;

#[test]
fn the_example_is_a_good_file_that_changes_nothing() {
    let house = House::bare("conf-example");
    let example = house.run("config example");
    fs::create_dir(house.path("config")).unwrap();
    let shown = |house: &House| {
        let shown = house.json("config show");
        let values = shown.as_array().unwrap().iter();
        values.map(|one| [one["key"].clone(), one["value"].clone()]).collect::<Vec<_>>()
    };
    let before = shown(&house);
    house.write("config/sekisho.toml", example.good());
    house.run("config check").good();
    assert_eq!(shown(&house), before);
    let kept = crate::support::tools::repository().join("config/sekisho.example.toml");
    assert_eq!(fs::read_to_string(kept).unwrap(), example.out, "the kept example is out of date");
}

#[test]
fn every_problem_is_told_at_once() {
    let mut house = House::bare("conf-all");
    house.write(
        "x.toml",
        "[server]\nlistn = \"127.0.0.1:1\"\nthreads = 999\nportal_host = \"UPPER\"\n\
         [mail]\ntransport = \"pigeon\"\nfrom = 3\n[nothing]\nx = 1\n",
    );
    house.set("SEKISHO_CERTIFICATE__VALIDITY_DAYS", "many");
    house.set("SEKISHO_SERVER__LISTEM", "127.0.0.1:1");
    let said = house.run("--config x.toml config check");
    said.refused("8 problems");
    for words in [
        "server.listn is not a setting: did you mean `server.listen`?",
        "server.threads 999 is out of range: write 0 to 256",
        "server.portal_host",
        "mail.transport",
        "write one of: folder, smtp",
        "mail.from",
        "nothing.x is not a setting",
        "SEKISHO_CERTIFICATE__VALIDITY_DAYS",
        "SEKISHO_SERVER__LISTEM",
    ] {
        said.refused(words);
    }
    assert_eq!(said.err.lines().count(), 9);
    house.run("--config x.toml init").refused("8 problems");
    assert!(!house.path("var").exists());
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    let mut house = House::bare("conf-contradict");
    house.set("SEKISHO_SERVER__ENROLL_HOST", "localhost");
    house.set("SEKISHO_MAIL__SMTP_USER", "someone");
    house.set("SEKISHO_TLS__KEY", "key.pem");
    let listen = house.setting("SEKISHO_SERVER__LISTEN").to_owned();
    house.set("SEKISHO_SERVER__ADMIN_LISTEN", listen);
    let said = house.run("config check");
    for words in
        ["server.enroll_host", "mail.smtp_password_file", "tls.certificate", "server.admin_listen"]
    {
        said.refused(words);
    }
}

#[test]
fn a_file_that_cannot_be_taken_is_one_error_with_its_line() {
    let house = House::bare("conf-file");
    let check = |text: &str| {
        house.write("x.toml", text);
        house.run("--config x.toml config check")
    };
    check("[server]\nthreads = 1\nthreads = 2\n").refused("x.toml line 3: duplicate key");
    check("[server]\n[mail]\n[server]\n").refused("x.toml line 3");
    check("[server\n").refused("x.toml line 1");
    check("[data]\ndir = \"\\u0007\"\n").refused("control character");
    house.write("x.toml", b"\xff\xfe");
    house.run("--config x.toml config check").refused("x.toml cannot be read");
    house.run("--config none.toml config check").refused("none.toml cannot be read");
    fs::create_dir(house.path("folder")).unwrap();
    house.run("--config folder config check").refused("folder cannot be read");
    fs::create_dir_all(house.path("config/sekisho.toml")).unwrap();
    house.run("config check").refused("config/sekisho.toml cannot be read");
}

#[test]
fn the_environment_is_stronger_than_the_file_and_both_are_named() {
    let mut house = House::bare("conf-source");
    house.write("x.toml", "[session]\nidle_minutes = 5\n[lockout]\nfailures = 4\n");
    house.set("SEKISHO_SESSION__IDLE_MINUTES", "7");
    let shown = house.run("--config x.toml --data elsewhere config show");
    for line in [
        "session.idle_minutes = 7  # SEKISHO_SESSION__IDLE_MINUTES",
        "lockout.failures = 4  # x.toml",
        "lockout.lock_minutes = 60  # default",
        "data.dir = \"elsewhere\"  # --data",
    ] {
        assert!(shown.good().lines().any(|one| one == line), "{line} in {}", shown.out);
    }
}

#[test]
fn a_database_password_is_never_shown() {
    let mut house = House::bare("conf-secret");
    for url in [
        "postgres://app:hunter2@db/sekisho",
        "postgres://app:hun%40ter2@db/sekisho?sslmode=require",
        "postgres://app:a?hunter2@db/sekisho",
        "postgres:///sekisho?password=hunter2@x&host=y/sekisho",
        "postgres:///sekisho?host=/run&user=app&password=hunter2",
        "postgresql://db/sekisho?PASSWORD=hunter2&user=app",
    ] {
        house.set("SEKISHO_DATA__DATABASE", url);
        for line in ["config show", "config show --json", "config check", "user list", "doctor"] {
            let said = house.run(line);
            let all = said.out + &said.err;
            assert!(!all.contains("hunter2") && !all.contains("ter2@"), "{line}: {all}");
        }
        let shown = house.run("config show");
        assert!(shown.good().contains("***"), "{}", shown.out);
        assert!(shown.good().contains("sekisho"), "{}", shown.out);
    }
    house.set("SEKISHO_DATA__DATABASE", "mysql://app:hunter2@db/x");
    let said = house.run("config check");
    said.refused("postgres://");
    said.refused("SEKISHO_DATA__DATABASE");
    assert!(!said.err.contains("hunter2"), "{said:?}");
}
