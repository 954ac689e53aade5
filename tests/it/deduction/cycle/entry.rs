//! What the union's clerk enters by page: new, changed, cancelled, in both books; up to the
//! last second, and not a second later.

use super::super::ledger::{self, LIST as LEDGER};
use super::super::rokin::changes::{LIST as ROKIN, change, confirm, hidden, new_item};
use super::super::union::{GROUP, Union, item};
use super::clerk;
use crate::support::site::{Page, Window};

/// Whose item is changed, a second before the end too.
pub const CHANGED: &str = "10000000";
/// Whose items are cancelled.
pub const CANCELLED: &str = "10000001";
/// Who is new.
pub const NEW: &str = "20001";

/// The clerk at work.
pub struct Entry<'u> {
    clerk: Window<'u>,
}

/// Pages that were open when the period closed.
pub struct Left {
    item: Page,
    cancel: Page,
    new: Page,
}

impl<'u> Entry<'u> {
    pub async fn of(union: &'u Union) -> Self {
        Self { clerk: clerk(union).await }
    }

    /// New, changed and cancelled in both books.
    pub async fn by_page(&self) {
        self.changes(CHANGED, ["7,500", "0", "12,000"]).await;
        self.cancels(&format!("{ROKIN}/{}", item(GROUP, CANCELLED, 0))).await;
        let page = self.clerk.get(&format!("{ROKIN}/new")).await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let sent = self.clerk.post(&format!("{ROKIN}/new"), &new_item(&key, &periods)).await;
        sent.leads_to(&format!("{ROKIN}/{key}?done=added"));
        let id = ledger_item(0);
        let page = self.clerk.get(&format!("{LEDGER}/{id}")).await;
        let to = [("amount_monthly", "1,800"), ("amount_winter", "3,000"), ("start_ym", "2026-12")];
        let done = ledger::change(&self.clerk, &page, &id, &to).await;
        done.leads_to(&format!("{LEDGER}/{id}?done=changed"));
        self.cancels(&format!("{LEDGER}/{}", ledger_item(1))).await;
        self.adds_to_the_ledger().await;
    }

    async fn adds_to_the_ledger(&self) {
        let page = self.clerk.get(&format!("{LEDGER}/new?employee_no={NEW}")).await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let mut form = vec![("key", key.as_str()), ("periods", periods.as_str())];
        form.extend([("employee_no", NEW), ("type_code", "001"), ("start_ym", "2026-12")]);
        for empty in ["kana_name", "kanji_name", "workplace", "end_ym", "note"] {
            form.push((empty, ""));
        }
        for amount in ["amount_monthly", "amount_summer", "amount_winter"] {
            form.push((amount, ""));
        }
        let sent = self.clerk.post(&format!("{LEDGER}/new"), &form).await;
        sent.leads_to(&format!("{LEDGER}/{key}?done=added"));
    }

    /// A change in the last second counts; other pages stay open.
    pub async fn a_second_before(&self) -> Left {
        self.changes(CHANGED, ["8,000", "0", "12,000"]).await;
        let path = format!("{ROKIN}/{}", item(GROUP, CHANGED, 0));
        Left {
            item: self.clerk.get(&path).await,
            cancel: self.clerk.get(&format!("{path}/cancel")).await,
            new: self.clerk.get(&format!("{ROKIN}/new")).await,
        }
    }

    /// A second later everything is refused, and one is told why: before the request is
    /// fixed, and after.
    pub async fn a_second_later(&self, union: &Union, left: &Left) {
        self.is_told(left, "2026年12月 月例分は締め切りました。").await;
        assert_eq!(union.close_due().await, 1);
        self.is_told(left, "2026年12月 月例分は締切日を過ぎたため、変更できません。").await;
        let id = item(GROUP, CHANGED, 0);
        let now = self.clerk.get(&format!("{ROKIN}/{id}")).await;
        now.says(200, &["8,000円", "2027年1月分の控除から反映されます。"]).hides("9,500");
        self.clerk.get(&format!("{ROKIN}?employee_no=20001")).await.says(200, &["1件"]);
    }

    async fn is_told(&self, left: &Left, why: &str) {
        let id = item(GROUP, CHANGED, 0);
        let to = ["9,500", "0", "0"];
        change(&self.clerk, &left.item, &id, to).await.says(409, &[why]);
        let cancel = format!("{ROKIN}/{id}/cancel");
        confirm(&self.clerk, &left.cancel, &cancel).await.says(409, &[why]);
        let (key, periods) = (hidden(&left.new, "key"), hidden(&left.new, "periods"));
        let new = self.clerk.post(&format!("{ROKIN}/new"), &new_item(&key, &periods)).await;
        new.says(409, &[why, "value=\"7654321\""]);
    }

    /// One goes on with another amount, one is cancelled.
    pub async fn for_january(&self) {
        let gone = format!("{ROKIN}/{}", item(GROUP, CANCELLED, 0));
        self.clerk.get(&gone).await.says(404, &[]);
        self.changes(CHANGED, ["9,000", "0", "12,000"]).await;
        let page = self.clerk.get(&format!("{ROKIN}/{}", item(GROUP, CHANGED, 0))).await;
        page.says(200, &["前回の依頼", "8,000円", "9,000円"]);
        self.cancels(&format!("{ROKIN}/{}", item(GROUP, "10000002", 0))).await;
        self.cancels(&format!("{LEDGER}/{}", ledger_item(0))).await;
    }

    async fn changes(&self, number: &str, amounts: [&str; 3]) {
        let id = item(GROUP, number, 0);
        let page = self.clerk.get(&format!("{ROKIN}/{id}")).await;
        let done = change(&self.clerk, &page, &id, amounts).await;
        done.leads_to(&format!("{ROKIN}/{id}?done=changed"));
    }

    async fn cancels(&self, path: &str) {
        let page = self.clerk.get(&format!("{path}/cancel")).await;
        let done = confirm(&self.clerk, &page, &format!("{path}/cancel")).await;
        done.leads_to(&format!("{path}?done=cancelled"));
    }
}

fn ledger_item(n: i64) -> String {
    format!("lm{GROUP}-{n}")
}
