//! What a configuration may and may not say.

use super::*;

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    let name = format!("sekisho-config-{}.toml", crate::base::id::random_digits(10));
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, text).expect("temp file");
    let read = Config::load(Some(&path), &Environment::of(env));
    std::fs::remove_file(&path).expect("remove");
    read
}

fn keys_of(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|p| p.key.as_str()).collect()
}

#[test]
fn the_defaults_are_valid_and_the_example_is_the_defaults() {
    let config = load(&example(), &[]).expect("the example is valid");
    assert_eq!(config.portal_url(), "https://localhost:8443");
    assert_eq!(config.enroll_url(), "https://enroll.localhost:8443");
    assert_eq!(config.idle_minutes, 60);
    assert_eq!(config.certificate.validity_days, 366);
}

#[test]
fn certificates_name_a_host_in_full_or_an_address() {
    let url = |portal, listen| {
        let env =
            [("SEKISHO_SERVER__PORTAL_HOST", portal), ("SEKISHO_SERVER__PLAIN_LISTEN", listen)];
        load("", &env).expect("valid").plain_url()
    };
    assert_eq!(url("localhost", "127.0.0.1:8080"), "http://127.0.0.1:8080");
    assert_eq!(url("localhost", "0.0.0.0:80"), "http://127.0.0.1");
    assert_eq!(url("localhost", "[::1]:8080"), "http://[::1]:8080");
    assert_eq!(url("portal.example.jp", "0.0.0.0:80"), "http://portal.example.jp");
}

#[test]
fn the_example_file_is_the_one_the_program_prints() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/sekisho.example.toml");
    let there = std::fs::read_to_string(file).expect("the example file");
    assert_eq!(there.trim_end(), example().trim_end(), "run `sekisho config example` again");
}

#[test]
fn every_problem_is_reported_at_once() {
    let text =
        "[server]\nlisten = 5\nlisten_port = 1\n[mail]\nfrom = \"nobody\"\n[nonsense]\na = 1\n";
    let problems = load(text, &[("SEKISHO_SESSION__IDLE_MINUTES", "soon")]).expect_err("wrong");
    assert_eq!(
        keys_of(&problems),
        [
            "mail.from",
            "nonsense.a",
            "server.listen",
            "server.listen_port",
            "SEKISHO_SESSION__IDLE_MINUTES"
        ]
    );
    assert!(problems.iter().all(|p| !p.hint.is_empty()));
}

#[test]
fn a_doubled_key_names_its_line() {
    let problems = load("[server]\nlisten = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n", &[])
        .expect_err("doubled");
    assert!(problems[0].text.contains("line 3"), "{problems:?}");
}

#[test]
fn a_mistyped_key_is_guessed() {
    let problems = load("[server]\nportal_hots = \"a\"\n", &[]).expect_err("unknown");
    assert_eq!(problems[0].hint, "did you mean `server.portal_host`?");
}

#[test]
fn a_missing_named_file_is_an_error_but_a_missing_usual_file_is_not() {
    let env = Environment::default();
    let missing = Path::new("/nonexistent/sekisho.toml");
    assert!(Config::load(Some(missing), &env).is_err());
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = load("[session]\nidle_minutes = 10\n", &[("SEKISHO_SESSION__IDLE_MINUTES", "5")])
        .expect("valid");
    assert_eq!(config.idle_minutes, 5);
    let problems = load("", &[("SEKISHO_SESION__IDLE", "5")]).expect_err("unknown");
    assert_eq!(problems[0].key, "SEKISHO_SESION__IDLE");
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    let text = "[server]\nenroll_host = \"localhost\"\nplain_listen = \"127.0.0.1:8443\"\n[tls]\ncertificate = \"a.pem\"\n";
    let problems = load(text, &[]).expect_err("contradictions");
    assert_eq!(keys_of(&problems), ["server.enroll_host", "server.plain_listen", "tls.key"]);
}

#[test]
fn hours_of_use_are_times_of_one_day_and_a_list_of_days() {
    // R004-01
    let config = load("[hours]\nmode = \"business\"\n", &[]).expect("valid");
    assert!(config.hours.business);
    assert_eq!((config.hours.open, config.hours.close), (480, 1_200));
    let wrong = load("[hours]\nopen = \"8:00\"\nmode = \"weekdays\"\n", &[]).expect_err("wrong");
    assert_eq!(keys_of(&wrong), ["hours.mode", "hours.open"]);
    let turned = load("[hours]\nopen = \"20:00\"\nclose = \"08:00\"\n", &[]).expect_err("turned");
    assert_eq!(keys_of(&turned), ["hours.close"]);
    let list = std::env::temp_dir().join(format!("closed-{}", crate::base::id::random_digits(10)));
    std::fs::write(&list, "08-14 夏季休業\nsoon\n13-01\n").expect("temp file");
    let path = list.to_str().expect("ASCII");
    let bad = load("", &[("SEKISHO_HOURS__CLOSED_DATES", path)]).expect_err("bad lines");
    std::fs::remove_file(&list).expect("remove");
    assert_eq!(keys_of(&bad), ["hours.closed_dates"; 2]);
    assert!(bad[0].text.contains("line 2") && bad[1].text.contains("line 3"), "{bad:?}");
    let missing = load("", &[("SEKISHO_HOURS__CLOSED_DATES", path)]).expect_err("no file");
    assert!(missing[0].text.contains("cannot be read"), "{missing:?}");
}

#[test]
fn a_database_password_is_never_shown() {
    let env = Environment::of(&[("SEKISHO_DATA__DATABASE", "postgres://app:hunter2@db/sekisho")]);
    let shown = Config::show(None, &env).expect("valid");
    let all: String = shown.iter().map(|s| s.value.clone()).collect();
    assert!(all.contains("postgres://app:***@db/sekisho"));
    assert!(!all.contains("hunter2"));
}
