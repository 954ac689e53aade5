//! The pages of an item with made-up values.

use askama::Template;

use super::item::choice;
use super::store::{Item, Terms};
use super::words;
use crate::base::{Day, Moment};
use crate::deduction::items::book::BookItem;
use crate::deduction::items::history::Entry;
use crate::deduction::items::pages::{CancelPage, NewForm, Subject, item_page, new_page};
use crate::deduction::items::{Amounts, Member, Op, State as Standing, Way, words as shared};
use crate::deduction::ledger::types::LedgerType;
use crate::deduction::period::{Closed, Kind, Open, Period};
use crate::web::{Mistakes, Shell};

#[allow(clippy::unnecessary_wraps, reason = "pages take it so")]
pub(in crate::deduction::ledger) fn open() -> Result<Open, Closed> {
    let period = Period {
        id: "p".into(),
        group_no: "16000004".into(),
        kind: Kind::Monthly,
        deduct_ym: "2026-12".into(),
        close_on: Day::new(2026, 12, 10).expect("a day"),
        pay_on: Day::new(2026, 12, 25).expect("a day"),
        requested_at: None,
        results_at: None,
        version: 1,
    };
    Ok(Open::of_periods(vec![period]))
}

pub(in crate::deduction::ledger) fn some_type() -> LedgerType {
    LedgerType {
        code: "101".into(),
        name: "組合費".into(),
        default_amount: 3_500,
        active: true,
        ..LedgerType::default()
    }
}

pub(in crate::deduction::ledger) fn some_item(state: Standing) -> Item {
    Item {
        id: "i-1".into(),
        member: Member {
            id: "m-1".into(),
            employee_no: "10000012".into(),
            kana_name: "オガサワラ　リュウノスケ".into(),
            kana_key: "オガサワラリュウノスケ".into(),
            kanji_name: "小笠原　龍之介".into(),
            workplace: "中央営業所".into(),
            left_on: None,
            version: 1,
        },
        type_code: "101".into(),
        type_name: "組合費".into(),
        terms: Terms {
            amounts: Amounts { monthly: 3_800, summer: 7_000, winter: 0 },
            start_ym: "2024-04".into(),
            end_ym: Some("2027-03".into()),
            note: "育児休業の間は減額, 「本人申出」\n復職予定 2027年4月".into(),
        },
        base: Some(Amounts { monthly: 3_500, summer: 7_000, winter: 0 }),
        state,
        version: 3,
    }
}

pub(in crate::deduction::ledger) fn some_entry() -> Entry {
    Entry {
        id: "h-1".into(),
        at: Moment::from_unix(1_795_000_000),
        op: Op::Change,
        way: Way::Bulk,
        employee_no: "10000012".into(),
        kana_name: "オガサワラ　リュウノスケ".into(),
        kanji_name: "小笠原　龍之介".into(),
        label: "101 組合費".into(),
        account_no: String::new(),
        old: [Some(3_500), Some(7_000), Some(0)],
        new: [Some(3_800), Some(7_000), Some(0)],
        actor: "組合　花子（hanako02）".into(),
    }
}

pub(in crate::deduction::ledger) fn pages(
    shell: &dyn Fn(&str) -> Shell,
) -> Vec<(&'static str, String)> {
    let page = |state, open, mistakes, may| {
        let subject = Subject { item: some_item(state), history: vec![some_entry()], open };
        let page = item_page(shell(words::ONE), subject, may, None, mistakes);
        page.expect("made").render().expect("rendered")
    };
    let mut stale = Mistakes::default();
    stale.add_general(shared::STALE);
    stale.add_general(shared::by_whom("2026/11/21 10:00:05", "組合　花子（hanako02）", "変更"));
    let closed = Err(Closed::Over("2026年11月 月例".into()));
    let item = some_item(Standing::Changed);
    let cancel = CancelPage::of(shell(words::CANCEL), &item, &open().expect("open"));
    let mut pages = new_pages(shell);
    pages.extend([
        ("item", page(Standing::Changed, open(), Mistakes::default(), true)),
        ("item-cancelled", page(Standing::Cancelled, open(), Mistakes::default(), true)),
        ("item-stale", page(Standing::Changed, open(), stale, true)),
        ("item-closed", page(Standing::Active, closed, Mistakes::default(), true)),
        ("item-view-only", page(Standing::Active, open(), Mistakes::default(), false)),
        ("item-cancel", cancel.expect("made").render().expect("rendered")),
    ]);
    pages
}

fn new_pages(shell: &dyn Fn(&str) -> Shell) -> Vec<(&'static str, String)> {
    let page = |open, types: &[LedgerType], mistakes| {
        let item = Item::blank(String::new(), "2026-12");
        let form = NewForm { item, ..NewForm::default() };
        let around = (8, open, types.iter().map(choice).collect());
        let page = new_page::<Item>(shell(words::NEW), &form, around, mistakes);
        page.expect("made").render().expect("rendered")
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("employee_no", words::EMPLOYEE_NO, "入力してください。");
    mistakes.add("type_code", words::TYPE, words::CHOOSE_TYPE);
    let closed = Err(Closed::Closing("2026年12月 月例".into()));
    let types = [some_type()];
    vec![
        ("item-new", page(open(), &types, Mistakes::default())),
        ("item-new-wrong", page(open(), &types, mistakes)),
        ("item-new-closed", page(closed, &types, Mistakes::default())),
        ("item-new-no-type", page(open(), &[], Mistakes::default())),
    ]
}
