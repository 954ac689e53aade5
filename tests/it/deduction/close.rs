//! The closing itself: once, whole or not at all, and what it leaves.

use sekisho::base::calendar::{Calendar, ClosedDates};
use sekisho::db::{Db, params};
use sekisho::deduction::period::{self, Kind, Period, store};
use sekisho::deduction::sums::{self, Book};

use super::lists::entered;
use super::union::{KEY, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::tools::at_once;

const OVER: &str = "2026-12-11T00:00:00";

/// The unfixed period of a kind.
async fn open(union: &Union, kind: Kind) -> Option<Period> {
    let periods = store::unfixed(&mut union.conn().await, KEY).await.expect("asked");
    periods.into_iter().find(|period| period.kind == kind)
}

async fn number(union: &Union, sql: &str) -> i64 {
    let values = params![KEY.contract_no, KEY.group_no];
    let sql = sql.replace("{here}", "contract_no = $1 AND $2 = $2");
    union.conn().await.one(&sql, values).await.expect("asked").expect("a number")
}

async fn lines(union: &Union) -> i64 {
    number(union, "SELECT COUNT(*) FROM request_lines WHERE {here}").await
}

/// Closes the period as another node would, on its own connection.
async fn close(db: &Db, union: &Union, id: &str, commit: bool) -> bool {
    let calendar = Calendar::new(ClosedDates::default());
    let mut tx = db.begin().await.expect("begun");
    let now = union.world.clock.now();
    let done = period::close::close(&mut tx, KEY, id, ("system", &calendar), now).await;
    let done = done.expect("closed");
    if commit {
        tx.commit().await.expect("committed");
    }
    done
}

async fn state(union: &Union, table: &str, id: &str) -> String {
    let sql = format!("SELECT state FROM {table} WHERE contract_no = $1 AND id = $2");
    let values = params![KEY.contract_no, id];
    union.conn().await.one(&sql, values).await.expect("asked").expect("an item")
}

both_engines! {
    // R004-112
    async fn a_period_closes_once_and_not_before_its_day_is_over(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        union.at("2026-12-10T23:59:59");
        assert_eq!((union.close_due().await, lines(&union).await), (0, 0));
        let id = open(&union, Kind::Monthly).await.expect("open").id;
        assert!(!close(&fresh.db, &union, &id, true).await, "not yet");
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        let (fixed, written) = (union.world.clock.now(), lines(&union).await);
        assert!(written > 0);
        let period = store::find(&mut union.conn().await, KEY, &id).await.expect("asked").expect("there");
        assert_eq!(period.requested_at, Some(fixed));
        assert_eq!(union.close_due().await, 0);
        assert!(!close(&fresh.db, &union, &id, true).await, "a second time");
        assert_eq!(lines(&union).await, written);
        assert_eq!(union.world.audited("deduction-close", "done").await, 1);
    }

    async fn two_nodes_at_once_close_it_once(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        union.at(OVER);
        let id = open(&union, Kind::Monthly).await.expect("open").id;
        let nodes = [fresh.again().await, fresh.again().await, fresh.again().await];
        let done = at_once(nodes.iter().map(|db| close(db, &union, &id, true))).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let items = number(&union, "SELECT COUNT(DISTINCT item_id) FROM request_lines WHERE {here}").await;
        assert_eq!(lines(&union).await, items);
        assert_eq!(union.world.audited("deduction-close", "done").await, 1);
        assert_eq!(open(&union, Kind::Monthly).await.expect("one").deduct_ym, "2027-01");
    }

    async fn a_kill_in_the_middle_leaves_everything_as_it_was(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        union.at(OVER);
        let id = open(&union, Kind::Monthly).await.expect("open").id;
        assert!(close(&fresh.db, &union, &id, false).await);
        assert_eq!(lines(&union).await, 0);
        let period = open(&union, Kind::Monthly).await.expect("still open");
        assert_eq!((period.id.as_str(), period.deduct_ym.as_str()), (&*id, "2026-12"));
        let new = item(KEY.group_no, "10000003", 0);
        assert_eq!(state(&union, "rokin_items", &new).await, "new");
        assert_eq!(number(&union, "SELECT COUNT(*) FROM period_sums WHERE {here}").await, 0);
        assert_eq!(union.close_due().await, 1);
        assert!(lines(&union).await > 0);
    }

    async fn the_next_period_opens_by_rule(fresh: &Fresh) {
        let union = entered(fresh, 1).await;
        for (over, closed, next, close_on, pay_on) in [
            (OVER, "2026-12", "2027-01", "2027-01-08", "2027-01-25"),
            ("2027-01-09T00:00:00", "2027-01", "2027-02", "2027-02-10", "2027-02-25"),
        ] {
            assert_eq!(open(&union, Kind::Monthly).await.expect("open").deduct_ym, closed);
            union.at(over);
            assert_eq!(union.close_due().await, 1);
            let period = open(&union, Kind::Monthly).await.expect("open");
            assert_eq!(period.deduct_ym, next);
            assert_eq!((period.close_on.to_string(), period.pay_on.to_string()), (close_on.to_owned(), pay_on.to_owned()));
        }
    }

    async fn without_a_rule_the_operator_opens_the_next(fresh: &Fresh) {
        let union = entered(fresh, 1).await;
        union.run(KEY, "DELETE FROM period_rules WHERE contract_no = $1 AND group_no = $2", &[]).await;
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        assert_eq!(open(&union, Kind::Monthly).await, None);
    }

    async fn a_period_that_is_there_already_is_kept(fresh: &Fresh) {
        let union = entered(fresh, 1).await;
        // January was requested by hand before December.
        let sql = "INSERT INTO periods (contract_no, id, group_no, kind, deduct_ym, close_on, \
                   pay_on, requested_at, results_at, version) \
                   SELECT $1, 'by-hand', $2, 'monthly', '2027-01', '2026-12-01', '2027-01-25', \
                   $3, NULL, 1 FROM deposit_groups WHERE contract_no = $1 AND group_no = $2";
        union.run(KEY, sql, &[&union.world.clock.now()]).await;
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        assert_eq!(open(&union, Kind::Monthly).await, None, "no second January");
    }

    async fn what_was_requested_is_what_changes_are_told_from(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        let of = |number: &str, k| item(KEY.group_no, number, k);
        let (new, changed, cancelled) = (of("10000003", 0), of("10000009", 0), of("10000014", 0));
        for (id, before) in [(&new, "new"), (&changed, "changed"), (&cancelled, "cancelled")] {
            assert_eq!(state(&union, "rokin_items", id).await, before);
        }
        let last = "UPDATE ledger_items SET end_ym = '2026-12' WHERE contract_no = $1 \
                    AND group_no = $2 AND employee_no = '10000001'";
        union.run(KEY, last, &[]).await;
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        for (id, after) in [(&new, "active"), (&changed, "active"), (&cancelled, "ended")] {
            assert_eq!(state(&union, "rokin_items", id).await, after);
        }
        let based = "SELECT COUNT(*) FROM rokin_items WHERE {here} AND state = 'active' \
                     AND (base_monthly IS NULL OR base_monthly <> amount_monthly)";
        assert_eq!(number(&union, based).await, 0);
        let ledger = format!("lm{}-", KEY.group_no);
        assert_eq!(state(&union, "ledger_items", &format!("{ledger}0")).await, "active");
        assert_eq!(state(&union, "ledger_items", &format!("{ledger}1")).await, "ended");
    }

    async fn a_bonus_requests_its_own_amounts_and_settles_nothing(fresh: &Fresh) {
        // R004-110
        let union = entered(fresh, 20).await;
        let sql = "UPDATE rokin_items SET amount_summer = 20000 WHERE contract_no = $1 \
                   AND group_no = $2 AND employee_no <= '10000004'";
        union.run(KEY, sql, &[]).await;
        union.at("2027-05-21T00:00:00");
        let summer = open(&union, Kind::Summer).await.expect("open");
        assert_eq!(summer.deduct_ym, "2027-06");
        assert!(close(&fresh.db, &union, &summer.id, true).await);
        let all = lines(&union).await;
        let right = "SELECT COUNT(*) FROM request_lines WHERE {here} AND amount = 20000 \
                     AND movement = 'new' AND book = 'rokin'";
        assert_eq!((number(&union, right).await, all > 0), (all, true));
        let new = item(KEY.group_no, "10000003", 0);
        assert_eq!(state(&union, "rokin_items", &new).await, "new", "until the month closes");
        assert_eq!(open(&union, Kind::Summer).await.expect("next").deduct_ym, "2028-06");
        assert_eq!(open(&union, Kind::Monthly).await.expect("open").deduct_ym, "2026-12");
    }

    async fn a_last_month_ends_when_its_bonus_was_requested_too(fresh: &Fresh) {
        // R004-110
        let union = entered(fresh, 20).await;
        let soon = "UPDATE periods SET deduct_ym = '2026-12', close_on = '2026-12-18', \
                    pay_on = '2026-12-25' WHERE contract_no = $1 AND group_no = $2 AND kind = 'winter'";
        union.run(KEY, soon, &[]).await;
        let last = "UPDATE ledger_items SET end_ym = '2026-12', amount_winter = 3000 \
                    WHERE contract_no = $1 AND group_no = $2 AND employee_no = '10000001'";
        assert_eq!(union.run(KEY, last, &[]).await, 1);
        let id = format!("lm{}-1", KEY.group_no);
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        assert_eq!(state(&union, "ledger_items", &id).await, "active", "its bonus is to come");
        union.at("2026-12-19T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let asked = format!("SELECT COUNT(*) FROM request_lines l JOIN periods p ON p.id = l.period_id \
                     WHERE l.contract_no = $1 AND $2 = $2 AND l.item_id = '{id}' AND l.amount = 3000 \
                     AND p.kind = 'winter'");
        assert_eq!(number(&union, &asked).await, 1);
        assert_eq!(state(&union, "ledger_items", &id).await, "ended");
    }

    async fn what_a_group_does_not_use_any_more_is_not_requested(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        let drop = "DELETE FROM deposit_group_services WHERE contract_no = $1 AND group_no = $2 \
                    AND service = 'ledger'";
        assert_eq!(union.run(KEY, drop, &[]).await, 1);
        union.at(OVER);
        assert_eq!(union.close_due().await, 1);
        let of = |book| format!("SELECT COUNT(*) FROM request_lines WHERE {{here}} AND book = '{book}'");
        assert_eq!(number(&union, &of("ledger")).await, 0);
        assert!(number(&union, &of("rokin")).await > 0);
    }

    async fn a_month_that_would_be_over_already_stays_open_for_a_day(fresh: &Fresh) {
        let union = entered(fresh, 1).await;
        let rule = "UPDATE period_rules SET close_months_before = 2 WHERE contract_no = $1 \
                    AND group_no = $2 AND kind = 'monthly'";
        union.run(KEY, rule, &[]).await;
        union.at(OVER);
        assert_eq!((union.close_due().await, union.close_due().await), (1, 0));
        let next = open(&union, Kind::Monthly).await.expect("open");
        // 11 December 2026 is a Friday.
        assert_eq!((next.deduct_ym.as_str(), next.close_on.to_string().as_str()), ("2027-01", "2026-12-14"));
    }

    async fn a_month_whose_pay_is_over_is_left_to_the_operator(fresh: &Fresh) {
        let union = entered(fresh, 1).await;
        union.at("2027-02-01T00:00:00");
        assert_eq!((union.close_due().await, union.close_due().await), (1, 0));
        assert_eq!(open(&union, Kind::Monthly).await, None);
    }

    // RX-10
    async fn sums_are_what_the_lines_come_to(fresh: &Fresh) {
        let union = entered(fresh, 120).await;
        union.at(OVER);
        let id = open(&union, Kind::Monthly).await.expect("open").id;
        assert_eq!(union.close_due().await, 1);
        for book in Book::ALL {
            let kept = sums::of(&mut union.conn().await, KEY.contract_no, &id, book).await.expect("kept");
            for (sum, which) in [
                (kept.requested, "amount > 0 AND error_code IS NULL"),
                (kept.moved, "movement <> 'none' AND error_code IS NULL"),
                (kept.error, "error_code IS NOT NULL"),
            ] {
                let sql = |what| format!("SELECT CAST({what} AS BIGINT) FROM request_lines \
                    WHERE {{here}} AND book = '{}' AND {which}", book.word());
                let count = number(&union, &sql("COUNT(*)")).await;
                let yen = number(&union, &sql("COALESCE(SUM(amount), 0)")).await;
                assert_eq!((sum.count, sum.amount), (count, yen), "{book:?} {which}");
            }
        }
    }
}
