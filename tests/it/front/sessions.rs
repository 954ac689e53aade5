//! What a request of somebody who is signed in leaves behind.

use sekisho::audit::Event;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::users::Kind;
use tokio::time::{Duration, Instant};

use super::gate::{Gate, PASSWORD};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::{Answer, BOTH, Http, Line};

/// Signs in; the session's cookie.
pub async fn sign_in(line: &mut Line) -> String {
    let form = line.get("/login").await;
    let cookie = cookie_of(&form).unwrap_or_default();
    let csrf = form.body.rsplit_once("name=\"csrf\" value=\"").expect("a form").1;
    let csrf = csrf.split('"').next().expect("a token");
    let body = format!("csrf={csrf}&password=Abcde1%23x");
    let fields =
        [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str())];
    let entered = line.send("POST", "/login", &fields, &body).await.expect("an answer");
    assert_eq!(entered.status, 303, "{}", entered.body);
    entered
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .find(|line| line.starts_with("__Host-sekisho-session="))
        .and_then(|line| line.split(';').next())
        .expect("a session")
        .to_owned()
}

fn cookie_of(answer: &Answer) -> Option<String> {
    let line = answer.headers.get("set-cookie")?.to_str().ok()?;
    Some(line.split(';').next()?.to_owned())
}

async fn page(line: &mut Line, path: &str, cookie: &str) -> (u16, String) {
    let answer = line.ask("GET", path, &[("cookie", cookie)]).await;
    let to = answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    (answer.status, to.to_owned())
}

both_engines! {
    async fn a_session_is_good_with_its_own_certificate_only(fresh: &Fresh) {
        // R004-09, R004-37, R004-38, RX-05
        let gate = Gate::open(fresh).await;
        let taro = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let jiro = gate.world.user("Jiro6789", Kind::General, PASSWORD).await;
        let (of_taro, of_jiro) = (gate.issue(&taro).await, gate.issue(&jiro).await);
        let mut taros = gate.line(&of_taro, Http::One).await;
        let cookie = sign_in(&mut taros).await;
        assert_eq!(page(&mut taros, "/home", &cookie).await.0, 200);
        let mut jiros = gate.line(&of_jiro, Http::Two).await;
        let to_login = (303, "/login".to_owned());
        for path in ["/home", "/settings", "/contract/invoices", "/session"] {
            assert_eq!(page(&mut jiros, path, &cookie).await, to_login, "{path}");
        }
        // Two people on one PC, each with their own.
        let second = sign_in(&mut jiros).await;
        assert_ne!(cookie, second);
        assert_eq!(page(&mut taros, "/home", &cookie).await.0, 200);
        assert_eq!(page(&mut taros, "/home", &second).await, to_login);
        gate.close().await;
    }

    async fn sixty_minutes_without_an_operation_end_it_over_the_wire(fresh: &Fresh) {
        // R004-15, RX-05
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        for http in BOTH {
            let mut line = gate.line(&paper, http).await;
            let cookie = sign_in(&mut line).await;
            for _ in 0..2 {
                gate.world.clock.advance_ms(60 * MINUTE_MS - SECOND_MS);
                assert_eq!(page(&mut line, "/home", &cookie).await.0, 200, "59:59");
            }
            gate.world.clock.advance_ms(60 * MINUTE_MS);
            let ended = page(&mut line, "/home", &cookie).await;
            assert_eq!(ended, (303, "/login?ended=idle".to_owned()));
            let told = line.get("/login?ended=idle").await;
            assert!(told.body.contains("60分間操作がなかったため、自動的にログアウトしました。"));
        }
        gate.close().await;
    }

    async fn fifty_pages_write_nothing(fresh: &Fresh) {
        // RX-05: an operation is noted in memory
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        let mut line = gate.line(&paper, Http::Two).await;
        let cookie = sign_in(&mut line).await;
        assert_eq!(page(&mut line, "/home", &cookie).await.0, 200);
        // What the sign-in itself leaves to be written comes to rest first.
        let deadline = Instant::now() + Duration::from_secs(20);
        let quiet = loop {
            let before = trace(fresh).await;
            for _ in 0..50 {
                gate.world.clock.advance_ms(SECOND_MS);
                assert_eq!(page(&mut line, "/home", &cookie).await.0, 200);
            }
            if trace(fresh).await == before {
                break before;
            }
            assert!(Instant::now() < deadline, "pages write to the database");
        };
        // The measure does see a write.
        let event = Event { actor: "cli:test", action: "probe", ..Event::default() };
        gate.change("UPDATE users SET name = name WHERE id = $1", params![&user.id], event).await;
        assert_ne!(trace(fresh).await, quiet);
        gate.close().await;
    }
}

/// Something that changes with every write to the database.
async fn trace(fresh: &Fresh) -> String {
    use sekisho::db::Engine;
    match fresh.db.engine() {
        Engine::Sqlite => {
            let part = |end: &str| {
                let mut path = fresh.file().into_os_string();
                path.push(end);
                std::fs::read(path).map(|all| sekisho::base::secret::sha256_hex(&all)).ok()
            };
            format!("{:?} {:?}", part(""), part("-wal"))
        }
        Engine::Postgres => {
            // Which transaction last touched each row of these tables.
            let mut conn = fresh.db.conn().await.expect("a connection");
            let mut all = Vec::new();
            for table in ["sessions", "users", "audit", "audit_head", "certificates", "jobs"] {
                let sql = format!(
                    "SELECT COALESCE(STRING_AGG(CAST(xmin AS TEXT), ' ' ORDER BY CAST(xmin AS TEXT)), '') \
                     FROM {table}"
                );
                all.push(conn.one::<String>(&sql, params![]).await.expect("asked").expect("a row"));
            }
            all.join("/")
        }
    }
}
