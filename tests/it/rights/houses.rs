//! Seven contracts with different rules, data of every module in each, everything of a
//! contract bearing its mark; and what the operator finds to be done.

use sekisho::base::Moment;
use sekisho::base::id::{new_id, random_digits};
use sekisho::db::{Tx, params};
use sekisho::identity::accounts;
use sekisho::identity::contracts::{self, CertificateMode, Service};
use sekisho::identity::groups::{self, Group};
use sekisho::identity::lockout::Attempts;
use sekisho::identity::maintenance;
use sekisho::identity::rights::Role;
use sekisho::identity::terms::{self, Preset, Stored};
use sekisho::identity::users::{self, Kind, User};
use sekisho::members::manuals::{self, Manual};
use sekisho::{contract, deduction, hr};

use crate::support::site::{CONTRACT, World};

/// The 入金グループ of every contract that deducts; the first contract has another one.
pub const GROUP: &str = "16000004";
const OTHER_GROUP: &str = "16000012";

/// A contract of the cast.
pub struct House {
    pub number: &'static str,
    /// Stands in every name of its rows, in full-width and in half-width ones.
    pub marks: [&'static str; 2],
    preset: Preset,
    /// What kind of contract it is: its people read what is for that kind.
    kind: &'static str,
    services: &'static [Service],
}

/// All contracts. The fourth runs the service; the fifth has no people and no certificate
/// yet, and its initial password is closed.
pub const HOUSES: [House; 7] = [
    House {
        number: CONTRACT.0,
        marks: ["甲組の印", "KouGumi"],
        preset: Preset::Rokin,
        kind: "member",
        services: &Service::ALL,
    },
    House {
        number: "25000002",
        marks: ["乙社の印", "OtsuSha"],
        preset: Preset::MyNumber,
        kind: "member",
        services: &Service::ALL,
    },
    House {
        number: "35000003",
        marks: ["丙社の印", "HeiSha0"],
        preset: Preset::Hr,
        kind: "member",
        services: &[Service::Hr],
    },
    House {
        number: "90000001",
        marks: ["運営の印", "UneiSha"],
        preset: Preset::Rokin,
        kind: "member",
        services: &[],
    },
    House {
        number: "45000004",
        marks: ["丁社の印", "TeiSha0"],
        preset: Preset::MyNumber,
        kind: "member",
        services: &[Service::MyNumber],
    },
    House {
        number: "55000005",
        marks: ["戊所の印", "bosho00"],
        preset: Preset::Office,
        kind: "office",
        services: &[],
    },
    House {
        number: "65000006",
        marks: ["己派の印", "kihaken"],
        preset: Preset::Portal,
        kind: "client",
        services: &[Service::Invoice],
    },
];

impl House {
    /// Whether its people log in with their addresses.
    pub fn by_email(&self) -> bool {
        [Preset::Office, Preset::Portal].contains(&self.preset)
    }

    /// The login ID of its person with this number.
    pub fn login_id(&self, number: usize) -> String {
        let at = if self.by_email() { "@example.jp" } else { "" };
        format!("{}{number:02}{at}", self.marks[1])
    }

    /// The login ID of somebody who is locked, before those of all others.
    pub fn locked(&self) -> String {
        format!("Aa{}0", self.marks[1])
    }

    fn mode(&self) -> CertificateMode {
        match self.number {
            "25000002" => CertificateMode::Company { code: "123456".to_owned() },
            "45000004" => CertificateMode::Company { code: "654321".to_owned() },
            _ => CertificateMode::User,
        }
    }
}

/// Adds the contracts with their data, and what is for all; the page of the manual of one
/// role.
pub async fn furnish(world: &World) -> (String, Role) {
    for house in &HOUSES[1..] {
        world.contract_of(house.number, "Hajime1#", house.services, house.mode()).await;
    }
    let now = world.clock.now();
    let mut tx = world.app.db.begin().await.expect("begun");
    for house in &HOUSES {
        fill(&mut tx, house, now).await;
    }
    second_group(&mut tx, HOUSES[0].number).await;
    let closed = Attempts { closed_at: Some(now), ..Attempts::default() };
    contracts::set_attempts(&mut tx, HOUSES[4].number, &closed).await.expect("closed");
    accounts::fill(&mut tx, HOUSES[5].number, 4, now).await.expect("accounts");
    let withheld = for_all(&mut tx, now).await;
    tx.commit().await.expect("committed");
    withheld
}

/// Data of every module that the contract includes.
async fn fill(tx: &mut Tx, house: &House, now: Moment) {
    let customer_no = (house.preset == Preset::Office).then(|| "281234".to_owned());
    let stored = Stored { customer_no, ..Stored::of(house.preset) };
    terms::put(tx, house.number, &stored).await.expect("terms");
    let sql = "UPDATE contracts SET kind = $1 WHERE contract_no = $2";
    tx.execute(sql, params![house.kind, house.number]).await.expect("a kind");
    if house.services.contains(&Service::Invoice) {
        contract::demo(tx, house.number, now).await.expect("invoices");
    }
    deduction::demo::small(tx, (house.number, 3), now).await.expect("items");
    if house.services.contains(&Service::Hr) {
        hr::demo(tx, house.number, now).await.expect("employees");
    }
    shared(tx, house, now.ms()).await;
}

async fn second_group(tx: &mut Tx, number: &str) {
    let first = groups::find(tx, number, GROUP).await.expect("asked").expect("the first");
    let second = Group { group_no: OTHER_GROUP.to_owned(), ..first };
    groups::insert(tx, number, &second).await.expect("a group");
}

/// What no contract has of its own; the page of the manual of one role.
async fn for_all(tx: &mut Tx, now: Moment) -> (String, Role) {
    let role = Role::ALL[0];
    put(tx, ("みなさまの手引き", "all"), None, now).await;
    put(tx, ("管理者用操作マニュアル", "office"), None, now).await;
    let withheld = put(tx, ("担当の方の手引き", "all"), Some(role), now).await;
    let sql = "INSERT INTO contact_requests (id, company, name, email, tel, body, received_at) \
               VALUES ($1, 'サンプル商店', '商店　一郎', 'ichiro@shop.example.jp', '', '契約数', $2)";
    tx.execute(sql, params![new_id(now), now]).await.expect("an inquiry");
    let window = maintenance::Window {
        id: new_id(now),
        from: now.plus_minutes(7 * 24 * 60),
        to: now.plus_minutes(7 * 24 * 60 + 240),
        message: "機器の入れ替えのため、休止します。".to_owned(),
        announced: now,
        created_by: "test".to_owned(),
        created_at: now,
        withdrawn_at: None,
    };
    assert!(maintenance::insert(tx, &window).await.expect("a time out of service"));
    (format!("/settings/manuals/{withheld}"), role)
}

/// Puts a manual in; our id of it.
async fn put(
    tx: &mut Tx,
    (name, audience): (&str, &str),
    role: Option<Role>,
    now: Moment,
) -> String {
    let bytes = "手順".as_bytes();
    let manual = Manual {
        id: new_id(now),
        audience: audience.to_owned(),
        role: role.map(|role| role.word().to_owned()),
        position: 1,
        name: name.to_owned(),
        comment: String::new(),
        file_name: "tejun.txt".to_owned(),
        size_bytes: i64::try_from(bytes.len()).expect("short"),
        updated_at: now,
        version: 1,
    };
    assert!(manuals::insert(tx, &manual, bytes, "test").await.expect("a manual"));
    manual.id
}

/// Ties somebody of `house` to its next free account.
pub async fn tie(tx: &mut Tx, house: &House, user: &User, now: Moment) {
    let free = accounts::offered(tx, house.number).await.expect("asked").expect("a free account");
    let place = (house.number, free.as_str());
    let tied = accounts::tie(tx, place, &user.id, user.kind == Kind::Master, now);
    assert!(tied.await.expect("tied"));
}

/// Adds somebody who is locked for an hour.
pub async fn lock(tx: &mut Tx, user: &User, now: Moment) {
    let user = User { kind: Kind::General, ..user.clone() };
    users::insert(tx, &user).await.expect("a person");
    let locked = Attempts { locked_until: Some(now.plus_minutes(60)), ..Attempts::default() };
    users::set_attempts(tx, &user.id, &locked).await.expect("locked");
}

/// Every row of a contract bears its mark.
pub async fn mark(world: &World) {
    let mut tx = world.app.db.begin().await.expect("begun");
    for house in &HOUSES {
        for (table, column) in [
            ("contracts", "name"),
            ("users", "name"),
            ("billing_ids", "name"),
            ("deposit_groups", "name"),
            ("members", "kanji_name"),
            ("employees", "family_name"),
        ] {
            let sql = format!("UPDATE {table} SET {column} = $1 WHERE contract_no = $2");
            tx.execute(&sql, params![house.marks[0], house.number]).await.expect(table);
        }
    }
    tx.commit().await.expect("committed");
}

/// What no module has: お知らせ, 依頼書, manuals.
async fn shared(tx: &mut Tx, house: &House, now: i64) {
    let id = format!("{}{}", house.number, random_digits(8));
    let sql = "INSERT INTO messages (id, contract_no, audience, posted_on, subject, body, \
               created_by, created_at, version) \
               VALUES ($1, $2, 'all', '2026-11-01', $3, $3, 'test', $4, 1)";
    let values = params![&id, house.number, house.marks[0], now];
    tx.execute(sql, values).await.expect("a message");
    let sql = "INSERT INTO paper_requests (id, kind, contract_no, received_on, requested_by, \
               reason, note, recorded_by, recorded_at) \
               VALUES ($1, 'unblock', $2, '2026-11-01', $3, '', '', 'test', $4)";
    let id = new_id(Moment::from_ms(now));
    let values = params![&id, house.number, house.marks[0], now];
    tx.execute(sql, values).await.expect("a request");
}
