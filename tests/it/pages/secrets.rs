//! What must never lie around: passwords, codes, private keys.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use sekisho::db::{Engine, params};
use tracing_subscriber::fmt::MakeWriter;

use super::apply::{CODE, FILE, ID, ISSUE, PASSWORD};
use super::apply::{issue, mailed_code, open, prove, to_issue, world_with_master};
use crate::support::db::{Fresh, both_engines};

/// Everything that is stored, in hexadecimal, so that any bytes can be looked for.
pub async fn stored(fresh: &Fresh) -> String {
    let mut conn = fresh.db.conn().await.expect("a connection");
    let tables = match fresh.db.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
             WHERE table_schema = 'public'"
        }
    };
    let tables: Vec<String> = conn.query(tables, params![]).await.expect("asked");
    assert!(tables.len() > 10, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let columns = match fresh.db.engine() {
            Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Engine::Postgres => format!(
                "SELECT CAST(column_name AS TEXT) FROM information_schema.columns \
                 WHERE table_name = '{table}' AND table_schema = 'public'"
            ),
        };
        for column in conn.query::<String>(&columns, params![]).await.expect("asked") {
            let hex = match fresh.db.engine() {
                Engine::Sqlite => format!("LOWER(HEX({column}))"),
                Engine::Postgres => format!(
                    "CASE pg_typeof({column})::text WHEN 'bytea' THEN \
                     SUBSTR(CAST({column} AS TEXT), 3) \
                     ELSE ENCODE(CONVERT_TO(CAST({column} AS TEXT), 'UTF8'), 'hex') END"
                ),
            };
            let sql = format!("SELECT COALESCE({hex}, '') FROM {table}");
            let rows: Vec<String> = conn.query(&sql, params![]).await.expect("asked");
            all.push_str(&rows.join(" "));
            all.push(' ');
        }
    }
    all
}

pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

both_engines! {
    async fn neither_password_nor_code_nor_key_is_stored(fresh: &Fresh) {
        // R004-67, R004-74
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        let waiting = stored(fresh).await;
        assert!(waiting.contains(&hex(ID.as_bytes())), "the search works");
        let code = mailed_code(&world).await;
        window.get(CODE).await.says(200, &[]);
        let as_text = hex(format!(": {code}").as_bytes());
        // Neither while the mail waits, sealed, nor afterwards.
        for now in [waiting, stored(fresh).await] {
            assert!(!now.contains(&hex("認証コード: ".as_bytes())), "the mail lies open");
            assert!(!now.contains(&as_text) && !now.contains(&hex(PASSWORD.as_bytes())));
            assert!(!now.split(' ').any(|value| value == hex(code.as_bytes())));
        }
        window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
        issue(&window).await;
        let file = window.get(FILE).await;
        let held = open(&file, PASSWORD);
        let now = stored(fresh).await;
        assert!(now.contains(&hex(&held.leaf)), "the certificate is stored");
        assert!(now.contains(&hex(ID.as_bytes())));
        // RFC 5915: an OCTET STRING of 32 bytes holds the private number.
        let start = held.key.windows(5).position(|at| at == [2, 1, 1, 4, 32]).expect("a P-256 key");
        let number = &held.key[start + 5..start + 37];
        for secret in [number, &held.key[..], &file.bytes[..], PASSWORD.as_bytes()] {
            assert!(!now.contains(&hex(secret)));
        }
        if fresh.db.engine() == Engine::Sqlite {
            // Not in pages that are free again or in the log of writes either.
            for end in ["", "-wal"] {
                let mut path = fresh.file().into_os_string();
                path.push(end);
                let all = std::fs::read(path).unwrap_or_default();
                assert!(!all.windows(32).any(|bytes| bytes == number), "{end}");
                let typed = PASSWORD.as_bytes();
                assert!(!all.windows(typed.len()).any(|bytes| bytes == typed), "{end}");
            }
        }
        for file in std::fs::read_dir(world.data()).expect("a folder").flatten() {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            assert!(!bytes.windows(32).any(|at| at == number), "{}", file.path().display());
        }
    }

    async fn nothing_secret_is_logged(fresh: &Fresh) {
        // R004-67, R004-74
        let log = Log::default();
        let reader = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        let _until_the_end = tracing::subscriber::set_default(reader);
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        prove(&window, ID, "Chigau1#").await.says(422, &[]);
        to_issue(&world, &window).await;
        let code = mailed_code(&world).await;
        issue(&window).await;
        open(&window.get(FILE).await, PASSWORD);
        let doubled = [("user_id", ID), ("password", PASSWORD), ("password", PASSWORD)];
        window.get("/certificate").await.says(200, &[]);
        window.post("/certificate", &doubled).await.says(400, &[]);
        tracing::info!("the end of the test");
        let said = log.text();
        assert!(said.contains("the end of the test"), "the log is read: {said}");
        assert!(said.contains("doubled") || said.contains("form"), "a refused form is told: {said}");
        for secret in [PASSWORD, "Chigau1#", code.as_str()] {
            assert!(!said.contains(secret), "{secret} is logged:\n{said}");
        }
    }
}

/// Keeps what is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("not poisoned")).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
