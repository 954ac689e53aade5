//! A whole cycle of 賃金控除, told on both engines with the moving clock: every sum on screen,
//! as CSV and as PDF is the same, and counted once more by a script (`recount.py`) that
//! knows nothing but the files. `entry` is what clerks enter, `turn` a period from its
//! closing to its まとめ入金, `papers` the three forms of lists; `races` is who wins when
//! two do something at once, `downloads` names each file of the manual.

mod downloads;
mod entry;
mod papers;
mod races;
mod turn;

use sekisho::db::params;
use sekisho::deduction::period::Kind;

use self::entry::{CANCELLED, CHANGED, Entry, NEW};
use self::turn::Turn;
use super::lists::{OF_REQUESTS, entered};
use super::union::{GROUP, KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};

/// Members of the union.
const MEMBERS: i64 = 300;
const DESK: &str = "/operator/deduction";
const OPERATORS: &str = "90000001";

/// The union's clerk, signed in at this moment.
async fn clerk(union: &Union) -> Window<'_> {
    union.clerk(CONTRACT.0, "kumiai001", None).await
}

/// The operator, signed in at this moment.
async fn operator(union: &Union) -> Window<'_> {
    let world = &union.world;
    let user = if let Some(user) = world.find("operator01").await {
        user
    } else {
        world.contract(OPERATORS, "Hajime9#", &[]).await;
        let kind = sekisho::identity::users::Kind::Operator;
        world.user_of(OPERATORS, "operator01", kind, "Abcde1#x").await
    };
    let before = "UPDATE certificates SET status = 'superseded' WHERE user_id = $1";
    union.conn().await.execute(before, params![&user.id]).await.expect("one certificate");
    let holder = world.certificate(&user, "active").await;
    let token = world.session(&user, &holder).await;
    world.window(&holder).with_session(&token)
}

/// 300 members with 400 items of 労金控除 and 300 of 賃控元帳; half of these pay in winter too.
/// The operator opens 年末一時金 of this year.
async fn union(fresh: &Fresh) -> Union {
    let union = entered(fresh, MEMBERS).await;
    for sql in [
        "DELETE FROM rokin_items WHERE contract_no = $1 AND group_no = $2 AND id LIKE '%-1' \
         AND CAST(employee_no AS BIGINT) % 3 <> 0",
        "UPDATE ledger_items SET amount_winter = 3000 WHERE contract_no = $1 AND group_no = $2 \
         AND CAST(employee_no AS BIGINT) % 2 = 0",
        "DELETE FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = 'winter'",
    ] {
        assert!(union.run(KEY, sql, &[]).await > 0, "{sql}");
    }
    let desk = operator(&union).await;
    let new = format!("{DESK}/{}/{GROUP}/periods/new", CONTRACT.0);
    desk.get(&new).await.says(200, &[]);
    let dates = [("deduct_ym", "2026-12"), ("close_on", "2026-12-04"), ("pay_on", "2026-12-10")];
    desk.post(&new, &[&[("kind", "winter")][..], &dates].concat())
        .await
        .leads_to(&format!("{DESK}/{}/{GROUP}?done=period", CONTRACT.0));
    drop(desk);
    union
}

/// The request lists whose address says none of these words.
fn without(words: &[&str]) -> Vec<&'static str> {
    let said = |path: &&str| !words.iter().any(|word| path.contains(word));
    OF_REQUESTS.into_iter().filter(said).collect()
}

/// 年末一時金: closed, answered, paid.
async fn winter(union: &Union) {
    let printed = |path: &str| path.ends_with("rokin/lists/requests") || path.contains("results");
    let turn = Turn::begin(union, Kind::Winter, printed).await;
    union.at("2026-12-04T23:59:59");
    turn.stands().await;
    union.at("2026-12-05T00:00:00");
    assert_eq!(union.close_due().await, 1);
    let lists = without(&["counter", "moved"]);
    turn.requested(&lists, "2026年12月 年末一時金", "2026年12月05日").await;
    union.at("2026-12-09T10:00:00");
    turn.answered("2026年12月09日").await;
    let lines = turn.deducted().await;
    turn.stops(lines[0], "stop").await;
    turn.confirms("16000004-202612-301").await;
    turn.is_sent("16000004-202612-301").await;
}

/// 月例 of December, from the closing to what goes out.
async fn december(union: &Union) -> Turn<'_> {
    // What was never requested before is all 異動分: these papers are January's.
    let printed =
        |path: &str| !["moved", "-rokin", "ledger/items"].iter().any(|word| path.contains(word));
    let turn = Turn::begin(union, Kind::Monthly, printed).await;
    union.at("2026-12-10T23:59:59");
    let entry = Entry::of(union).await;
    let left = entry.a_second_before().await;
    turn.stands().await;
    union.at("2026-12-11T00:00:00");
    entry.a_second_later(union, &left).await;
    turn.requested(&OF_REQUESTS, "2026年12月 月例", "2026年12月11日").await;
    union.at("2026-12-25T15:00:00");
    turn.answered("2026年12月25日").await;
    let lines = turn.deducted().await;
    for line in &lines[..3] {
        turn.stops(*line, "stop").await;
    }
    turn.confirms("16000004-202612-101").await;
    turn.is_fixed(lines[3]).await;
    turn.undoes("16000004-202612-101").await;
    turn.stops(lines[1], "resume").await;
    turn.stops(lines[3], "stop").await;
    turn.confirms("16000004-202612-102").await;
    turn.is_sent("16000004-202612-102").await;
    turn
}

/// The next period: what was changed goes on with its new amount, what was cancelled is gone.
async fn january(union: &Union, december: &Turn<'_>) {
    let printed = |path: &str| path.contains("moved") || path.contains("errors");
    let turn = Turn::begin(union, Kind::Monthly, printed).await;
    union.at("2027-01-08T23:59:59");
    Entry::of(union).await.for_january().await;
    turn.stands().await;
    union.at("2027-01-09T00:00:00");
    assert_eq!(union.close_due().await, 1);
    turn.requested(&without(&["counter"]), "2027年1月 月例", "2027年01月09日").await;
    turn.follows(december).await;
    for (number, label, before, now) in [
        (CHANGED, "積立預金", 8_000, 9_000),
        (NEW, "積立預金", 5_000, 5_000),
        (CANCELLED, "ローン返済", 0, 0),
        ("10000002", "出資金", 3_074, 0),
    ] {
        let asked = december.asked(number, label);
        assert_eq!((asked, turn.asked(number, label)), (before, now), "{number} {label}");
    }
}

async fn number(union: &Union, sql: &str) -> i64 {
    union.conn().await.one(sql, params![]).await.expect("asked").expect("a number")
}

both_engines! {
    // R004-107 to R004-112, R004-117 to R004-135, R004-140, R004-141, R004-147, RX-10
    async fn every_yen_is_accounted_for_from_end_to_end(fresh: &Fresh) {
        let union = union(fresh).await;
        Entry::of(&union).await.by_page().await;
        winter(&union).await;
        let december = december(&union).await;
        january(&union, &december).await;
        // Three closings, two answers, three confirmations of which one was undone; no more.
        for (action, times) in [
            ("period-add", 1),
            ("deduction-close", 3),
            ("result-receive", 2),
            ("deposit-stop", 5),
            ("deposit-resume", 1),
            ("deposit-confirm", 3),
            ("deposit-undo", 1),
            ("deposit-send", 2),
        ] {
            assert_eq!(union.world.audited(action, "done").await, times, "{action}");
        }
        assert_eq!(number(&union, "SELECT COUNT(*) FROM deposits").await, 3);
        let standing = "SELECT COUNT(*) FROM deposits WHERE undone_at IS NULL";
        assert_eq!(number(&union, standing).await, 2);
    }
}
