//! 財形貯蓄事務 of an employer: what came by file, on pages, as lists, and who may see it.

mod receiving;
mod scale;
mod seeing;

use sekisho::base::clock::DAY_MS;
use sekisho::deduction::received::Received;
use sekisho::deduction::zaikei::receive;
use sekisho::identity::contracts::Service;
use sekisho::identity::users::Kind;

use crate::support::db::Fresh;
use crate::support::site::{Window, World};

/// The employer's contract, and another one's.
const EMPLOYER: &str = "15000005";
const OTHER: &str = "15000055";
const ALL: [Service; 3] = [Service::Zaikei, Service::ZaikeiBalance, Service::ZaikeiIncentive];

/// A world with an employer whose contract includes `services`.
async fn employer(fresh: &Fresh, services: &[Service]) -> World {
    let world = World::whole(fresh).await;
    world.contract(EMPLOYER, "Hajime5#", services).await;
    world
}

/// Somebody of the contract, signed in.
async fn person<'w>(world: &'w World, contract_no: &str, login_id: &str) -> Window<'w> {
    let user = world.user_of(contract_no, login_id, Kind::Master, "Abcde1#x").await;
    let holder = world.certificate(&user, "active").await;
    let token = world.session(&user, &holder).await;
    world.window(&holder).with_session(&token)
}

/// Takes the file, a day after the one before.
async fn receive(world: &World, text: &str) -> Received {
    world.clock.advance_ms(DAY_MS);
    let mut tx = world.app.db.begin().await.expect("begun");
    let received = receive::insert(&mut tx, EMPLOYER, text, world.clock.now()).await;
    tx.commit().await.expect("committed");
    received.expect("taken")
}

/// 職員番号, カナ氏名, 生年月日, 財形種類, 口座番号, 契約日, 非課税申告額, yen.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, i64);

fn cells((number, kana, birth, kind, account, opened, limit, _): &Row<'_>) -> String {
    format!("{number},{kana},髙田　太郎,{birth},{kind},{account},{opened},{limit}")
}

/// A 預入依頼書.
fn deposit(timing: &str, base_on: &str, rows: &[Row<'_>]) -> String {
    let row = |row: &Row<'_>| format!("\r\n{timing},{base_on},{},{},12000", cells(row), row.7);
    receive::DEPOSIT.join(",") + &rows.iter().map(row).collect::<String>()
}

/// A 加入者残高一覧表.
fn balances(base_on: &str, rows: &[Row<'_>]) -> String {
    let row = |row: &Row<'_>| format!("\r\n{base_on},{},{}", cells(row), row.7 * 100);
    receive::BALANCES.join(",") + &rows.iter().map(row).collect::<String>()
}

/// 奨励金.
fn incentives(timing: &str, base_on: &str, rows: &[Row<'_>]) -> String {
    let row = |row: &Row<'_>| {
        let cells = cells(&(row.0, row.1, row.2, row.3, row.4, row.5, "", row.7));
        format!("\r\n{timing},{base_on},{}{}", cells, row.7 / 100)
    };
    receive::INCENTIVES.join(",") + &rows.iter().map(row).collect::<String>()
}

const FIRST: [Row<'static>; 4] = [
    ("000101", "ヤマダ　タロウ", "1980-04-02", "一般", "3000001", "2005-04-01", "", 10_000),
    ("000101", "ヤマダ　タロウ", "1980-04-02", "住宅", "3000002", "2006-04-01", "2500000", 20_000),
    ("000102", "サトウ　ハナコ", "1990-12-31", "年金", "3000003", "2015-04-01", "3850000", 15_000),
    ("000103", "スズキ　ケン", "1985-01-01", "一般", "3000004", "2010-04-01", "", 5_000),
];
/// The first stopped one plan, the second saves more, the third left, and somebody joined.
const SECOND: [Row<'static>; 4] = [
    ("000101", "ヤマダ　タロウ", "1980-04-02", "一般", "3000001", "2005-04-01", "", 0),
    ("000101", "ヤマダ　タロウ", "1980-04-02", "住宅", "3000002", "2006-04-01", "2500000", 20_000),
    ("000102", "サトウ　ハナコ", "1990-12-31", "年金", "3000003", "2015-04-01", "3850000", 18_000),
    ("000104", "タナカ　ユミ", "2001-07-07", "一般", "3000005", "2026-10-01", "", 3_000),
];
