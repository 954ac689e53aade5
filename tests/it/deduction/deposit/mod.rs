//! まとめ入金: stops, the confirmation and its undoing, and the papers.

mod confirm;
mod papers;
mod stops;

use sekisho::db::params;
use sekisho::deduction::period::{self, Kind};
use sekisho::deduction::scope::Key;
use sekisho::deduction::sums::{self, Book, Sums};
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::Mode;

use super::union::{GROUP, KEY, OTHER_GROUP, Union};
use crate::support::db::Fresh;
use crate::support::site::{CONTRACT, Page, Window};

const DEPOSIT: &str = "/deduction/rokin/deposit";
const STOPS: &str = "/deduction/rokin/stops";

/// A union whose 月例 of December was answered: forty members with two items each, every
/// tenth line 控除不能.
pub struct Answered {
    pub union: Union,
    /// The period's id.
    pub period: String,
}

impl Answered {
    pub async fn new(fresh: &Fresh) -> Self {
        let closed = Self::closed(fresh).await;
        closed.answer(KEY, &closed.period).await;
        closed
    }

    /// Requested, but not answered.
    pub async fn closed(fresh: &Fresh) -> Self {
        let union = Union::new(fresh).await;
        union
            .group(Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP }, &Service::OF_GROUPS)
            .await;
        union.members(KEY, 1, 41).await;
        union.rokin_items(KEY, 2).await;
        union.at("2026-12-11T00:00:01");
        assert!(union.close_due().await > 0);
        let period = newest(&union, KEY).await;
        Self { union, period }
    }

    /// The results come, as an import would write them.
    pub async fn answer(&self, key: Key<'_>, period: &str) {
        let now = self.union.world.clock.now();
        let mut tx = self.union.world.app.db.begin().await.expect("begun");
        let sql = "UPDATE request_lines SET \
                   result = CASE WHEN line_no % 10 = 3 THEN 'unable' ELSE 'ok' END, \
                   reason = CASE WHEN line_no % 10 = 3 THEN '欠勤のため' ELSE NULL END \
                   WHERE contract_no = $1 AND period_id = $2 AND amount > 0 \
                   AND error_code IS NULL";
        tx.execute(sql, params![key.contract_no, period]).await.expect("answered");
        let sql = "UPDATE periods SET results_at = $3 WHERE contract_no = $1 AND id = $2";
        tx.execute(sql, params![key.contract_no, period, now]).await.expect("noted");
        sums::count(&mut tx, key.contract_no, period).await.expect("counted");
        tx.commit().await.expect("committed");
    }

    pub async fn clerk(&self, login_id: &str) -> Window<'_> {
        self.union.clerk(CONTRACT.0, login_id, Some(GROUP)).await
    }

    /// Somebody for whom 労金控除 is 閲覧のみ.
    pub async fn viewer(&self, login_id: &str) -> Window<'_> {
        self.union.limited_in(GROUP, login_id, Mode::View).await
    }

    pub async fn sums(&self) -> Sums {
        let mut conn = self.union.conn().await;
        sums::of(&mut conn, CONTRACT.0, &self.period, Book::Rokin).await.expect("asked")
    }

    /// The sums counted anew from the lines: what they are kept as must be the same.
    pub async fn check_sums(&self) {
        let kept = self.sums().await;
        let mut tx = self.union.world.app.db.begin().await.expect("begun");
        sums::count(&mut tx, CONTRACT.0, &self.period).await.expect("counted");
        tx.commit().await.expect("committed");
        assert_eq!(kept, self.sums().await);
        assert_eq!(kept.requested.amount, kept.ok.amount + kept.unable.amount);
    }

    /// Numbers of lines with this result, in order.
    pub async fn lines(&self, result: &str) -> Vec<i64> {
        let sql = "SELECT line_no FROM request_lines WHERE contract_no = $1 AND period_id = $2 \
                   AND result = $3 ORDER BY line_no";
        let values = params![CONTRACT.0, &self.period, result];
        self.union.conn().await.query(sql, values).await.expect("asked")
    }

    /// The address of the page that asks before a line is stopped.
    pub fn stop(&self, line: i64) -> String {
        format!("{STOPS}/{}-{line}", self.period)
    }

    pub fn at(&self, path: &str) -> String {
        format!("{path}?period={}", self.period)
    }

    /// Confirms, as the page asks for it; the answer.
    pub async fn confirm(&self, clerk: &Window<'_>) -> Page {
        let form = confirmation(&clerk.get(&self.at(&format!("{DEPOSIT}/confirm"))).await);
        send(clerk, &format!("{DEPOSIT}/confirm"), &form).await
    }

    /// Takes what stands back.
    pub async fn undo(&self, clerk: &Window<'_>) {
        let undo = clerk.get(&self.at(&format!("{DEPOSIT}/undo"))).await;
        let (period, key) = (hidden(&undo, "period"), hidden(&undo, "key"));
        let done =
            clerk.post(&format!("{DEPOSIT}/undo"), &[("period", &period), ("key", &key)]).await;
        done.leads_to(&format!("{}&done=undone", self.at(DEPOSIT)));
    }

    /// How many deposits the contract has, undone ones too.
    pub async fn deposits(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM deposits";
        self.union.conn().await.one(sql, params![]).await.expect("asked").expect("a number")
    }
}

/// The newest period of 月例 that was requested.
pub async fn newest(union: &Union, key: Key<'_>) -> String {
    let fixed = period::store::fixed(&mut union.conn().await, key, 9).await.expect("asked");
    let monthly = fixed.into_iter().find(|period| period.kind == Kind::Monthly);
    monthly.expect("a period").id
}

/// The hidden fields of the form on the page.
pub fn confirmation(page: &Page) -> Vec<(String, String)> {
    ["period", "key", "count", "amount"].map(|name| (name.to_owned(), hidden(page, name))).to_vec()
}

pub fn hidden(page: &Page, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.html.split_once(&from).unwrap_or_else(|| panic!("{name}: {}", page.html));
    rest.split_once('"').expect("a value").0.to_owned()
}

pub async fn send(window: &Window<'_>, path: &str, form: &[(String, String)]) -> Page {
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    window.post(path, &fields).await
}
