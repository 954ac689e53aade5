//! Two do something at once: one wins, the other is told, and nothing is doubled. Two edits of
//! one item of 労金控除 are in `rokin/changes.rs`, two confirmations in `deposit/confirm.rs`.

use sekisho::base::money::group;
use sekisho::db::params;
use sekisho::deduction::transfers::State;

use super::super::deposit::{confirmation, send};
use super::super::ledger::{self, LIST as LEDGER};
use super::super::rokin::changes::hidden;
use super::super::transfers::results::{both_sums, desk, file, received, requested};
use super::super::transfers::{self, confirm, digest, exported, found, id, imported, text, work};
use super::super::union::Union;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use crate::support::window::{Page, Window};

const DEPOSIT: &str = "/deduction/rokin/deposit";

async fn number(union: &Union, sql: &str) -> i64 {
    union.conn().await.one(sql, params![]).await.expect("asked").expect("a number")
}

/// The form that changes the 月例 of an item that `transfers::ledger` made.
async fn changed(clerk: &Window<'_>, page: &Page, id: &str, monthly: &str) -> Page {
    let terms = [("amount_monthly", monthly), ("amount_winter", "3,000"), ("start_ym", "2024-04")];
    ledger::change(clerk, page, id, &terms).await
}

/// 月例 and version of an item, and how often its history tells of it.
async fn stands(union: &Union, id: &str) -> (i64, i64, i64) {
    let sql = "SELECT amount_monthly, version, (SELECT COUNT(*) FROM item_history h \
               WHERE h.item_id = i.id) FROM ledger_items i WHERE i.id = $1";
    union.conn().await.one(sql, params![id]).await.expect("asked").expect("an item")
}

async fn audited(union: &Union, action: &str) -> i64 {
    i64::try_from(union.world.audited(action, "done").await).expect("few")
}

/// Confirmations against imports: who won how often.
struct Deposits {
    imports: i64,
    confirmations: i64,
    /// The line of 労金控除 that the last file said was not deducted.
    unable: i64,
}

impl Deposits {
    async fn run(
        &mut self,
        union: &Union,
        (desk, clerk): (&Window<'_>, &Window<'_>),
        period: &str,
        clerk_first: bool,
    ) {
        // A corrected file each time, so that what is paid is another sum.
        let unable = if self.unable == 1 { 3 } else { 1 };
        let text = file(union, period, &[(unable, "0", "休職", "")]).await;
        let at = received(union, desk, period, &text).await;
        let shown = digest(&desk.get(&at).await);
        desk.post(&format!("{at}/apply"), &[("digest", &shown)]).await.leads_to(&at);
        let path = format!("{DEPOSIT}/confirm");
        let form = confirmation(&clerk.get(&format!("{path}?period={period}")).await);
        let page = if clerk_first {
            tokio::join!(send(clerk, &path, &form), work(union)).0
        } else {
            tokio::join!(work(union), send(clerk, &path, &form)).1
        };
        let standing = "SELECT COUNT(*) FROM deposits WHERE undone_at IS NULL";
        if page.location.ends_with("done=confirmed") {
            self.confirmations += 1;
            desk.get(&at).await.says(200, &["まとめ入金を確定したため"]);
            let paid = number(union, "SELECT amount FROM deposits WHERE undone_at IS NULL").await;
            assert_eq!(form[3], ("amount".to_owned(), paid.to_string()), "what was seen is paid");
            undo(clerk, period).await;
            // Given up, so that the next is the only one.
            desk.post(&format!("{at}/drop"), &[]).await.leads_to(&at);
        } else {
            (self.imports, self.unable) = (self.imports + 1, unable);
            page.says(409, &["最新の内容を確かめる"]);
            assert_eq!(found(union, &at).await.state, State::Done);
        }
        assert_eq!(number(union, standing).await, 0);
        let sums = both_sums(union, period).await;
        assert!(sums.is_answered() && sums.requested == sums.ok + sums.unable, "{sums:?}");
    }
}

async fn undo(clerk: &Window<'_>, period: &str) {
    let page = clerk.get(&format!("{DEPOSIT}/undo?period={period}")).await;
    let form = [("period", period), ("key", &hidden(&page, "key"))];
    let undone = clerk.post(&format!("{DEPOSIT}/undo"), &form).await;
    assert!(undone.location.ends_with("done=undone"), "{}", undone.location);
}

/// Edits against imports of one item: who won how often.
#[derive(Default)]
struct Edits {
    imports: i64,
    edits: i64,
}

impl Edits {
    async fn run(&mut self, union: &Union, (clerk, other): (&Window<'_>, &Window<'_>), round: i64) {
        let id = id(1);
        let (in_file, typed) = (2_000 + round, 3_000 + round);
        let table = with_amount(&text(&exported(clerk, "utf8").await), &id, in_file);
        let at = imported(union, clerk, "keep", table.as_bytes()).await;
        let shown = digest(&clerk.get(&at).await);
        clerk.post(&format!("{at}/apply"), &[("digest", &shown)]).await.leads_to(&at);
        let page = other.get(&format!("{LEDGER}/{id}")).await;
        let words = typed.to_string();
        let edit = match round % 3 {
            0 => tokio::join!(changed(other, &page, &id, &words), work(union)).0,
            1 => tokio::join!(work(union), changed(other, &page, &id, &words)).1,
            _ => {
                work(union).await;
                changed(other, &page, &id, &words).await
            }
        };
        let stood = match (edit.status.as_u16(), found(union, &at).await.state) {
            (303, State::Reading | State::Ready) => {
                self.edits += 1;
                work(union).await;
                clerk.get(&at).await.says(200, &["ほかの方が明細を変更しました"]);
                clerk.post(&format!("{at}/drop"), &[]).await.leads_to(&at);
                typed
            }
            (409, State::Done) => {
                self.imports += 1;
                let now = format!("{}円", group(in_file));
                edit.says(409, &["ほかの担当者がこの明細を更新したため", &now, "hanako02"]);
                in_file
            }
            both => panic!("one wins, the other is told: {both:?}"),
        };
        assert_eq!(stands(union, &id).await, (stood, 2 + round, 1 + round), "once each");
    }
}

/// The table with another 月例 of the item `id`.
fn with_amount(table: &str, id: &str, yen: i64) -> String {
    let lines = table.split_inclusive("\r\n").map(|line| {
        let mut cells: Vec<_> = line.split(',').map(str::to_owned).collect();
        if cells[0] == id {
            cells[6] = yen.to_string();
        }
        cells.join(",")
    });
    lines.collect()
}

both_engines! {
    // R004-129
    async fn of_two_edits_of_one_item_at_once_one_wins(fresh: &Fresh) {
        let union = transfers::ledger(fresh, 3).await;
        let one = union.clerk(CONTRACT.0, "hanako02", None).await;
        let two = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let id = id(1);
        let path = format!("{LEDGER}/{id}");
        let (first, second) = (one.get(&path).await, two.get(&path).await);
        let (a, b) = tokio::join!(
            changed(&one, &first, &id, "1,800"),
            changed(&two, &second, &id, "1,900")
        );
        let (told, stood, mine, who) = match (a.status.as_u16(), b.status.as_u16()) {
            (303, 409) => (b, 1_800, "1,900", "hanako02"),
            (409, 303) => (a, 1_900, "1,800", "jiro0003"),
            both => panic!("one wins, the other is told: {both:?}"),
        };
        let now = if stood == 1_800 { "1,800円" } else { "1,900円" };
        told.says(409, &["ほかの担当者がこの明細を更新したため", now, who, &format!("value=\"{mine}\"")]);
        assert_eq!(stands(&union, &id).await, (stood, 2, 1));
        assert_eq!(union.world.audited("ledger-change", "done").await, 1);
    }

    // R004-125, R004-127
    async fn a_confirmation_while_results_are_imported_takes_all_of_them_or_none(fresh: &Fresh) {
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let at = received(&union, &desk, &period, &file(&union, &period, &[]).await).await;
        confirm(&union, &desk, &at).await;
        let mut race = Deposits { imports: 1, confirmations: 0, unable: 0 };
        for round in 0..6 {
            race.run(&union, (&desk, &clerk), &period, round % 2 == 0).await;
        }
        eprintln!("{} imports, {} confirmations", race.imports, race.confirmations);
        assert_eq!(number(&union, "SELECT COUNT(*) FROM deposits").await, race.confirmations);
        for (action, times) in [
            ("result-receive", race.imports),
            ("deposit-confirm", race.confirmations),
            ("deposit-undo", race.confirmations),
        ] {
            assert_eq!(audited(&union, action).await, times, "{action}");
        }
    }

    // R004-125
    async fn a_page_of_confirmation_from_before_an_import_is_too_old(fresh: &Fresh) {
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let at = received(&union, &desk, &period, &file(&union, &period, &[]).await).await;
        confirm(&union, &desk, &at).await;
        let path = format!("{DEPOSIT}/confirm");
        let form = confirmation(&clerk.get(&format!("{path}?period={period}")).await);
        let text = file(&union, &period, &[(1, "0", "休職", "")]).await;
        let at = received(&union, &desk, &period, &text).await;
        confirm(&union, &desk, &at).await;
        send(&clerk, &path, &form).await.says(409, &["最新の内容を確かめる"]);
        assert_eq!(number(&union, "SELECT COUNT(*) FROM deposits").await, 0);
        let now = confirmation(&clerk.get(&format!("{path}?period={period}")).await);
        assert_ne!(now[2], form[2], "another number");
        assert!(send(&clerk, &path, &now).await.location.ends_with("done=confirmed"));
    }

    // R004-129, R004-138
    async fn an_import_and_an_edit_of_one_item_take_turns(fresh: &Fresh) {
        let union = transfers::ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let other = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let mut race = Edits::default();
        for round in 0..6 {
            race.run(&union, (&clerk, &other), round).await;
        }
        eprintln!("{} imports, {} edits", race.imports, race.edits);
        assert_eq!(number(&union, "SELECT COUNT(*) FROM ledger_items").await, 9);
        let told = number(&union, "SELECT COUNT(*) FROM item_history").await;
        assert_eq!(told, race.imports + race.edits);
        assert_eq!(audited(&union, "ledger-import").await, race.imports);
        assert_eq!(audited(&union, "ledger-change").await, race.edits);
    }
}
