//! The power goes off while a file is read, and while it is applied: afterwards there is all
//! of it or nothing, and the server goes on by itself.

use std::fmt::Write as _;

use sekisho::base::id::new_id;
use sekisho::base::{Clock, Secret};
use sekisho::db::{Db, Engine, Target, params};
use sekisho::deduction::period::entry;
use sekisho::deduction::scope::Key;
use sekisho::deduction::transfers::acts::By;
use sekisho::deduction::transfers::ledger::COLUMNS;
use sekisho::deduction::transfers::store::{self, Coming};
use sekisho::deduction::transfers::{Kind, Options, State, Transfer};
use tokio::time::{Duration, Instant, sleep};

use crate::support::server::Server;
use crate::support::tools::whole;

/// Rows of a file: enough that a kill meets it half read.
const ROWS: i64 = if whole() { 6_000 } else { 2_400 };
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_a_file_is_taken_in_leaves_all_or_nothing_on_sqlite() {
    survives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_a_file_is_taken_in_leaves_all_or_nothing_on_postgresql() {
    survives(Engine::Postgres).await;
}

async fn survives(engine: Engine) {
    // RX-07
    let mut server = Server::start(engine).await;
    let house = House::of(engine, &server).await;
    let kills = if whole() { 5 } else { 1 };
    let id = house.send(1_000).await;
    house.until(&id, State::Ready).await;
    house.confirm(&id).await;
    let begun = Instant::now();
    house.until(&id, State::Done).await;
    let (applied, mut amount) = (begun.elapsed(), 1_000);
    for part in 1..=kills {
        amount += 1;
        let id = house.send(amount).await;
        house.until_read(&id, ROWS * part / (kills + 1)).await;
        server.kill9();
        assert_eq!(house.with(amount).await, 0, "killed while it was read");
        server.restart();
        house.until(&id, State::Ready).await;
        let counts = house.found(&id).await.counts;
        assert_eq!((counts.changed, counts.refused), (ROWS, 0), "{counts:?}");
        house.confirm(&id).await;
        house.until_claimed(&id).await;
        sleep(applied * u32::try_from(part).expect("small") / 8).await;
        server.kill9();
        let there = house.with(amount).await;
        assert!(there == 0 || there == ROWS, "killed while it was applied: {there} of {ROWS}");
        server.restart();
        house.until(&id, State::Done).await;
        assert_eq!(house.with(amount).await, ROWS);
        assert_eq!(house.history(amount).await, ROWS, "once each");
    }
    server.must(&["audit", "verify"]);
}

struct House {
    db: Db,
    contract_no: String,
    group_no: String,
}

impl House {
    /// A group of the demo that is entered for, with members and items of ours.
    async fn of(engine: Engine, server: &Server) -> Self {
        let target = match engine {
            Engine::Sqlite => Target::Sqlite(server.folder().join("var/sekisho.db")),
            Engine::Postgres => {
                let url = server.setting("SEKISHO_DATA__DATABASE").expect("an address");
                Target::Postgres(Secret::new(url))
            }
        };
        let db = Db::open(&target).await.expect("it opens");
        let mut tx = db.begin().await.expect("begun");
        let sql = "SELECT contract_no, group_no FROM periods \
                   WHERE requested_at IS NULL AND kind = 'monthly' ORDER BY contract_no LIMIT 1";
        let (contract_no, group_no): (String, String) =
            tx.one(sql, params![]).await.expect("asked").expect("the demo has a group");
        let sql = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, \
                   position, used_from, active, version) \
                   VALUES ($1, 'K01', '停電', 'テイデン', 0, 99, '2020-04', TRUE, 1)";
        tx.execute(sql, params![&contract_no]).await.expect("a type");
        let numbers = "WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL \
                       SELECT i + 1 FROM n WHERE i + 1 < $3)";
        let sql = format!(
            "INSERT INTO members (contract_no, member_id, group_no, employee_no, kana_name, \
             kana_key, kana_half, kanji_name, workplace, version) {numbers} \
             SELECT $1, 'k-' || CAST(i AS TEXT), $2, CAST(90000000 + i AS TEXT), 'テイデン', \
             'テイデン', 'ﾃｲﾃﾞﾝ', '停電', '', 1 FROM n"
        );
        tx.execute(&sql, params![&contract_no, &group_no, ROWS]).await.expect("members");
        let sql = "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
                   kana_key, type_code, amount_monthly, amount_summer, amount_winter, start_ym, \
                   note, state, version, updated_at) SELECT $1, 'i' || member_id, $2, member_id, \
                   employee_no, kana_key, 'K01', 1, 0, 0, '2024-04', '', 'new', 1, 0 \
                   FROM members WHERE contract_no = $1 AND member_id LIKE 'k-%'";
        tx.execute(sql, params![&contract_no, &group_no]).await.expect("items");
        tx.commit().await.expect("committed");
        Self { db, contract_no, group_no }
    }

    /// Sends a file in which all our items have this amount.
    async fn send(&self, amount: i64) -> String {
        let mut text = format!("{}\r\n", COLUMNS.join(","));
        for i in 0..ROWS {
            let number = 90_000_000 + i;
            write!(text, "ik-{i},{number},テイデン,停電,K01,停電,{amount},0,0,202404,,\r\n")
                .expect("a line");
        }
        let now = Clock::system().now();
        let key = Key { contract_no: &self.contract_no, group_no: &self.group_no };
        let mut tx = self.db.begin().await.expect("begun");
        let open = entry::look(&mut tx, key, now).await.expect("asked").expect("open");
        let coming = Coming {
            id: new_id(now),
            contract_no: self.contract_no.clone(),
            group_no: Some(self.group_no.clone()),
            period_id: None,
            kind: Kind::Ledger,
            file_name: "停電.csv".to_owned(),
            options: Options { cancel_missing: false, token: open.token(), ..Options::default() },
            content: text.into_bytes(),
            user_id: None,
            actor: "test".to_owned(),
        };
        assert!(store::insert(&mut tx, &coming, now).await.expect("sent"));
        tx.commit().await.expect("committed");
        coming.id
    }

    async fn found(&self, id: &str) -> Transfer {
        let mut conn = self.db.conn().await.expect("a connection");
        store::find(&mut conn, id).await.expect("asked").expect("there")
    }

    async fn until(&self, id: &str, state: State) {
        self.wait(id, |now| now.state == state).await;
    }

    async fn until_read(&self, id: &str, rows: i64) {
        self.wait(id, |now| now.done_rows >= rows).await;
    }

    async fn wait(&self, id: &str, is: impl Fn(&Transfer) -> bool) {
        let begun = Instant::now();
        loop {
            let now = self.found(id).await;
            if is(&now) {
                return;
            }
            let settled = matches!(now.state, State::Refused | State::Dropped | State::Failed);
            assert!(!settled && begun.elapsed() < PATIENCE, "{now:?}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn until_claimed(&self, id: &str) {
        let begun = Instant::now();
        let sql = "SELECT COUNT(*) FROM jobs WHERE payload = $1 AND claimed_until = 0";
        while begun.elapsed() < PATIENCE {
            let mut conn = self.db.conn().await.expect("a connection");
            if conn.one::<i64>(sql, params![id]).await.expect("asked") == Some(0) {
                return;
            }
            drop(conn);
            sleep(Duration::from_millis(5)).await;
        }
        panic!("nobody claims it");
    }

    async fn confirm(&self, id: &str) {
        let digest = self.found(id).await.digest;
        let mut tx = self.db.begin().await.expect("begun");
        let now = Clock::system().now();
        assert!(store::confirm(&mut tx, (id, &digest), &By::default(), now).await.expect("asked"));
        tx.commit().await.expect("committed");
    }

    async fn with(&self, amount: i64) -> i64 {
        let sql = "SELECT COUNT(*) FROM ledger_items WHERE type_code = 'K01' \
                   AND amount_monthly = $1";
        let mut conn = self.db.conn().await.expect("a connection");
        conn.one(sql, params![amount]).await.expect("asked").expect("a count")
    }

    async fn history(&self, amount: i64) -> i64 {
        let sql = "SELECT COUNT(*) FROM item_history WHERE item_id LIKE 'ik-%' \
                   AND new_monthly = $1";
        let mut conn = self.db.conn().await.expect("a connection");
        conn.one(sql, params![amount]).await.expect("asked").expect("a count")
    }
}
