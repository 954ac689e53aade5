//! What the database decides by a CASE, held to the rules over every case.

use sekisho::db::params;
use sekisho::deduction::period::close::MOVEMENT;
use sekisho::deduction::period::{Kind, store};
use sekisho::deduction::rules::Movement;
use sekisho::deduction::sums::{self, Book, Sum};

use super::lists::entered;
use super::union::KEY;
use crate::support::db::{Fresh, both_engines};

/// A requested line, as the sums see it.
#[derive(Clone, Copy, Debug)]
struct Line {
    book: Book,
    amount: i64,
    result: Option<&'static str>,
    error: Option<&'static str>,
    movement: Movement,
    counter: bool,
    differs: bool,
    stopped: bool,
}

impl Line {
    fn has_moved(&self) -> bool {
        self.movement != Movement::None
    }
}

/// A line of every mixture, each with an amount of its own.
fn mixtures() -> Vec<Line> {
    let results = [None, Some("ok"), Some("unable")];
    let of = |at: i64| {
        let bit = |place: i64| at >> place & 1 == 1;
        let result = results[usize::try_from(at / 64).expect("small")];
        Line {
            book: if bit(0) { Book::Rokin } else { Book::Ledger },
            amount: 1_000 + at * at,
            result,
            error: bit(1).then_some("kana"),
            movement: if bit(2) { Movement::Changed } else { Movement::None },
            counter: bit(3),
            differs: bit(4),
            stopped: bit(5),
        }
    };
    (0..192).map(of).collect()
}

fn sum(lines: &[Line], which: impl Fn(&Line) -> bool, yen: impl Fn(&Line) -> i64) -> Sum {
    let found: Vec<_> = lines.iter().filter(|line| which(line)).collect();
    let count = i64::try_from(found.len()).expect("small");
    Sum { count, amount: found.into_iter().map(yen).sum() }
}

both_engines! {
    // R004-120
    async fn a_line_moves_in_the_database_as_the_rules_say(fresh: &Fresh) {
        let mut conn = fresh.db.conn().await.expect("a connection");
        let sql = format!(
            "SELECT {MOVEMENT} FROM (SELECT CAST($1 AS BIGINT) AS amount, \
             CAST($2 AS BIGINT) AS amount_before, CAST($3 AS TEXT) AS error_code) y"
        );
        // Only what was requested is looked at: before it was more than nothing.
        for before in [None, Some(1), Some(5_000), Some(6_000)] {
            for amount in [0, 1, 5_000, 6_000] {
                for error in [None, Some("kana")] {
                    let now = error.is_none().then_some(amount);
                    let word: Option<String> =
                        conn.one(&sql, params![amount, before, error]).await.expect("asked");
                    let said = Movement::of(before, now).word();
                    assert_eq!(word.as_deref(), Some(said), "{before:?} {amount} {error:?}");
                }
            }
        }
    }

    // R004-124, R004-125, R004-127, RX-10
    async fn every_yen_of_a_period_is_in_its_place(fresh: &Fresh) {
        let union = entered(fresh, 120).await;
        let unfixed = store::unfixed(&mut union.conn().await, KEY).await.expect("asked");
        let monthly = unfixed.into_iter().find(|period| period.kind == Kind::Monthly);
        let period = monthly.expect("open").id;
        union.at("2026-12-11T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let lines = mixtures();
        let mut tx = fresh.db.begin().await.expect("begun");
        let gone = "DELETE FROM request_lines WHERE contract_no = $1 AND period_id = $2 \
                    AND line_no > 192";
        tx.execute(gone, params![KEY.contract_no, &period]).await.expect("gone");
        let sql = "UPDATE request_lines SET book = $4, amount = $5, result = $6, \
                   error_code = $7, movement = $8, at_counter = $9, kana_differs = $10, \
                   stopped = $11 WHERE contract_no = $1 AND period_id = $2 AND line_no = $3";
        for (line_no, line) in (1_i64..).zip(&lines) {
            let values = params![
                KEY.contract_no, &period, line_no, line.book.word(), line.amount, line.result,
                line.error, line.movement.word(), line.counter, line.differs, line.stopped
            ];
            assert_eq!(tx.execute(sql, values).await.expect("written"), 1, "{line_no}");
        }
        sums::count(&mut tx, KEY.contract_no, &period).await.expect("counted");
        for book in Book::ALL {
            let kept = sums::of(&mut tx, KEY.contract_no, &period, book).await.expect("kept");
            let lines: Vec<_> = lines.iter().copied().filter(|line| line.book == book).collect();
            let all = |line: &Line| line.amount;
            let requested = |line: &Line| if line.error.is_none() { line.amount } else { 0 };
            let ok = |line: &Line| line.result == Some("ok");
            assert_eq!(kept.requested, sum(&lines, |line| line.error.is_none(), all));
            assert_eq!(kept.moved, sum(&lines, Line::has_moved, requested));
            assert_eq!(kept.counter, sum(&lines, |line| line.has_moved() && line.counter, requested));
            assert_eq!(kept.error, sum(&lines, |line| line.error.is_some(), all));
            assert_eq!(kept.ok, sum(&lines, ok, all));
            assert_eq!(kept.unable, sum(&lines, |line| line.result == Some("unable"), all));
            assert_eq!(kept.differs, sum(&lines, |line| line.differs, all));
            assert_eq!(kept.stopped, sum(&lines, |line| ok(line) && line.stopped, all));
            assert_eq!(kept.paid(), sum(&lines, |line| ok(line) && !line.stopped, all));
        }
    }
}
