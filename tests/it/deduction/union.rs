//! A union that deducts: a world with an 入金グループ, its open periods, and members with
//! items made by SQL, many at once.

use sekisho::base::calendar::{Calendar, ClosedDates};
use sekisho::db::{Conn, ToValue, Values, params};
use sekisho::deduction::ledger;
use sekisho::deduction::period::{self, Kind, entry};
use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::identity::groups::{self, Group};
use sekisho::identity::rights::{Function, Mode, set_function};
use sekisho::identity::users::{self, Kind as Person};

use crate::support::db::Fresh;
use crate::support::site::{CONTRACT, Window, World, moment};

/// The first group, and another of the same contract.
pub const GROUP: &str = "16000004";
pub const OTHER_GROUP: &str = "16000012";
/// Another contract.
pub const OTHER: &str = "15000009";
/// The group `GROUP` of our contract.
pub const KEY: Key<'static> = Key { contract_no: CONTRACT.0, group_no: GROUP };
const PASSWORD: &str = "Abcde1#x";

/// A world in which the contract `CONTRACT` has the group `GROUP` with everything in it.
/// It is 21 November 2026; 月例 is entered for December 2026, which closes on the 10th.
pub struct Union {
    pub world: World,
}

impl Union {
    pub async fn new(fresh: &Fresh) -> Self {
        let union = Self { world: World::whole(fresh).await };
        union.group(KEY, &Service::OF_GROUPS).await;
        union
    }

    /// Opens a group with the usual periods.
    pub async fn group(&self, key: Key<'_>, services: &[Service]) {
        let group = Group {
            group_no: key.group_no.to_owned(),
            name: format!("サンプル労働組合　{}", key.group_no),
            kana: "サンプルロウドウクミアイ".to_owned(),
            branch: "本店営業部".to_owned(),
            number_digits: 8,
            kana_limit: 20,
            services: services.to_vec(),
        };
        let now = self.world.clock.now();
        let calendar = Calendar::new(ClosedDates::default());
        let mut tx = self.world.app.db.begin().await.expect("begun");
        groups::insert(&mut tx, key.contract_no, &group).await.expect("a group");
        for kind in Kind::ALL {
            period::open_first(&mut tx, key, &calendar, (kind, now)).await.expect("a period");
        }
        tx.commit().await.expect("committed");
    }

    /// Adds a second contract with everything, and a group of the same number as ours.
    pub async fn other_contract(&self) -> Key<'static> {
        self.world.contract(OTHER, "Hajime2#", &Service::ALL).await;
        let key = Key { contract_no: OTHER, group_no: GROUP };
        self.group(key, &Service::OF_GROUPS).await;
        key
    }

    pub async fn conn(&self) -> Conn {
        self.world.app.db.conn().await.expect("a connection")
    }

    /// A statement about the group: `$1` contract, `$2` group, then `more`.
    pub async fn run(&self, key: Key<'_>, sql: &str, more: &[&dyn AnyValue]) -> u64 {
        let mut values = vec![key.contract_no.to_value(), key.group_no.to_value()];
        values.extend(more.iter().map(|value| value.value()));
        let mut conn = self.conn().await;
        let done = conn.execute(sql, Values::from(values)).await;
        drop(conn);
        if sql.contains("ledger_items (") || sql.starts_with("UPDATE ledger_items") {
            // What the program keeps with every change of its own.
            let mut tx = self.world.app.db.begin().await.expect("begun");
            ledger::sums::count(&mut tx, key).await.expect("counted");
            tx.commit().await.expect("committed");
        }
        done.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// Adds members with the 職員番号 `10000000 + n` for each n of `from..to`; their names
    /// are mixed from 40 kana.
    pub async fn members(&self, key: Key<'_>, from: i64, to: i64) {
        let kana = |step: &str| format!("substr('{KANA}', CAST(1 + ({step}) % 40 AS INTEGER), 1)");
        let name =
            [kana("i * 7"), kana("i / 40 + i"), kana("i / 3"), kana("i * 11 + 5")].join(" || ");
        let sql = format!(
            "INSERT INTO members (contract_no, member_id, group_no, employee_no, kana_name, \
             kana_key, kana_half, kanji_name, workplace, version) \
             WITH RECURSIVE n (i) AS (SELECT CAST($3 AS BIGINT) UNION ALL \
             SELECT i + 1 FROM n WHERE i + 1 < $4) \
             SELECT $1, 'm' || $2 || '-' || CAST(i AS TEXT), $2, CAST(10000000 + i AS TEXT), \
             {name}, {name}, 'ﾔﾏﾀﾞ ﾀﾛｳ', '山田　' || CAST(i AS TEXT), '本社総務部', 1 FROM n"
        );
        self.run(key, &sql, &[&from, &to]).await;
    }

    /// Adds `each` items of 労金控除 to every member of the group: of every product, a
    /// twentieth each of the states but 継続, a thirteenth 窓口扱い. The ids are those of
    /// [`item`].
    pub async fn rokin_items(&self, key: Key<'_>, each: i64) {
        let sql = "INSERT INTO rokin_items (contract_no, id, group_no, member_id, employee_no, \
             kana_key, product, account_no, amount_monthly, amount_summer, amount_winter, \
             base_monthly, base_summer, base_winter, state, effective_ym, source, version, \
             updated_at) \
             WITH RECURSIVE k (k) AS (SELECT CAST(0 AS BIGINT) UNION ALL \
             SELECT k + 1 FROM k WHERE k + 1 < $3) \
             SELECT $1, 'i' || $2 || '-' || x.employee_no || '-' || CAST(k AS TEXT), $2, \
             x.member_id, x.employee_no, x.kana_key, \
             CASE (x.i + k) % 4 WHEN 0 THEN 'saving' WHEN 1 THEN 'loan' WHEN 2 THEN 'share' \
             ELSE 'mutual' END, CAST(1000000 + (x.i * 613 + k) % 9000000 AS TEXT), \
             3000 + (x.i * 37 + k) % 50000, 0, 10000, \
             CASE (x.i + k) % 20 WHEN 3 THEN NULL WHEN 9 THEN CAST(1 AS BIGINT) \
             ELSE 3000 + (x.i * 37 + k) % 50000 END, \
             CASE (x.i + k) % 20 WHEN 3 THEN NULL ELSE CAST(0 AS BIGINT) END, \
             CASE (x.i + k) % 20 WHEN 3 THEN NULL ELSE CAST(10000 AS BIGINT) END, \
             CASE (x.i + k) % 20 WHEN 3 THEN 'new' WHEN 9 THEN 'changed' WHEN 14 THEN 'cancelled' \
             ELSE 'active' END, '2026-11', \
             CASE WHEN (x.i + k) % 13 = 5 THEN 'counter' ELSE 'web' END, 1, $4 \
             FROM (SELECT member_id, employee_no, kana_key, \
             CAST(employee_no AS BIGINT) - 10000000 AS i FROM members \
             WHERE contract_no = $1 AND group_no = $2) x CROSS JOIN k";
        self.run(key, sql, &[&each, &self.world.clock.now()]).await;
    }

    /// Somebody of `contract_no` who is signed in, in the group chosen (there must be one
    /// only, or `group` says which).
    pub async fn clerk(
        &self,
        contract_no: &str,
        login_id: &str,
        group: Option<&str>,
    ) -> Window<'_> {
        self.person(contract_no, login_id, (Person::General, Mode::Show), group).await
    }

    /// A general user for whom 労金控除 and 賃控元帳 are as `mode` says.
    pub async fn limited(&self, login_id: &str, mode: Mode) -> Window<'_> {
        self.person(CONTRACT.0, login_id, (Person::General, mode), None).await
    }

    /// As `limited`, in one of several groups.
    pub async fn limited_in(&self, group: &str, login_id: &str, mode: Mode) -> Window<'_> {
        self.person(CONTRACT.0, login_id, (Person::General, mode), Some(group)).await
    }

    async fn person(
        &self,
        contract_no: &str,
        login_id: &str,
        (kind, mode): (Person, Mode),
        group: Option<&str>,
    ) -> Window<'_> {
        let user = match self.world.find(login_id).await {
            Some(user) => user,
            None => self.world.user_of(contract_no, login_id, kind, PASSWORD).await,
        };
        let mut tx = self.world.app.db.begin().await.expect("begun");
        let before = "UPDATE certificates SET status = 'superseded' WHERE user_id = $1";
        tx.execute(before, params![&user.id]).await.expect("one certificate");
        let settled = "UPDATE users SET password_temporary = $2 WHERE id = $1";
        tx.execute(settled, params![&user.id, false]).await.expect("settled");
        for function in [Function::Rokin, Function::Ledger] {
            set_function(&mut tx, &user.id, function, mode).await.expect("set");
        }
        tx.commit().await.expect("committed");
        assert!(users::find(&mut self.conn().await, &user.id).await.expect("asked").is_some());
        let holder = self.world.certificate(&user, "active").await;
        let token = self.world.session(&user, &holder).await;
        if let Some(group) = group {
            self.world.choose(&token, group).await;
        }
        self.world.window(&holder).with_session(&token)
    }

    /// What forms carry now to say for which periods they were shown.
    pub async fn token(&self, key: Key<'_>) -> String {
        let now = self.world.clock.now();
        let open = entry::look(&mut self.conn().await, key, now).await.expect("asked");
        open.expect("open").token()
    }

    /// Moves the clock to an instant of Japan: `2026-12-10T23:59:59`.
    pub fn at(&self, when: &str) {
        self.world.clock.set(moment(&format!("{when}+09:00")));
    }

    /// Everything that is due: closings too.
    pub async fn close_due(&self) -> usize {
        period::close::close_due(&self.world.app).await.expect("closed")
    }
}

/// The id of the item `k` of the member with this 職員番号 that `rokin_items` made.
pub fn item(group: &str, employee_no: &str, k: usize) -> String {
    format!("i{group}-{employee_no}-{k}")
}

const KANA: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリ";

/// What can be bound, whatever its type.
pub trait AnyValue {
    fn value(&self) -> sekisho::db::Value;
}

impl<T: ToValue> AnyValue for T {
    fn value(&self) -> sekisho::db::Value {
        self.to_value()
    }
}
