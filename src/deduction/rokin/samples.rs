//! The pages as people see them: rendered from sample items, held to what they promise, and
//! laid under `target/samples/deduction/` to be opened in a browser.

use std::fs;
use std::path::Path;

use askama::Template;
use axum::http::HeaderMap;

use super::{Item, LIST, Product, words};
use crate::base::Moment;
use crate::base::calendar::{Calendar, ClosedDates};
use crate::db::{Conn, Db, Target, params};
use crate::deduction::items::book::BookItem;
use crate::deduction::items::history::{Entry, Op, Way};
use crate::deduction::items::list::Wanted;
use crate::deduction::items::listed::Items;
use crate::deduction::items::pages::{
    CancelPage, NewForm, Subject, dressed, item_page, list_page, member_page, new_page,
};
use crate::deduction::items::search::Asked;
use crate::deduction::items::{Amounts, State, words as shared};
use crate::deduction::period::{Closed, Kind, Open, entry, open_first};
use crate::deduction::scope::Key;
use crate::identity::groups::{self, Group};
use crate::web::sheet::{Sheet, View, remembered};
use crate::web::{Contact, Frame, Mistakes, Shell, Visitor, asset, assets};

const KEY: Key<'static> = Key { contract_no: "30000001", group_no: "16000004" };

fn shell(title: &str) -> Shell {
    let contact = Contact {
        name: "賃金控除事務サポートデスク".into(),
        tel: "0120-000-000".into(),
        branch: "明細内容の変更は、お取扱店へお問い合わせください。".into(),
        ..Contact::default()
    };
    let frame = Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        contact,
        ..Frame::default()
    };
    Shell::new(&frame, title)
        .visitor(Visitor {
            contract_name: "サンプル会員".into(),
            user_name: "組合担当".into(),
            header_id: "rokin12_30000001_0a1b2c3d".into(),
            group_no: Some("16000004".into()),
            ..Visitor::default()
        })
        .menu_item("トップページ", "/home", false)
        .menu_item("労金控除事務", "/deduction/rokin", true)
        .menu_item("賃控元帳事務", "/deduction/ledger", false)
        .menu_item("共通機能", "/settings", false)
        .crumb("トップページ", "/home")
        .crumb("労金控除事務", "/deduction/rokin")
        .crumb_here()
}

fn now() -> Moment {
    Moment::parse("2026-11-21T01:00:00Z").expect("an instant")
}

/// 1,200 members.
const MEMBERS: &str = "INSERT INTO members (contract_no, member_id, group_no, employee_no, \
    kana_name, kana_key, kanji_name, workplace) \
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 1200) \
    SELECT $1, 'm' || i, $2, CAST(10000000 + i * 37 AS TEXT), \
    CASE i % 3 WHEN 0 THEN 'ヤマダ　タロウ' WHEN 1 THEN 'オガサワラ　リュウノスケ' \
    ELSE 'サトウ　ユミコ' END, CASE i % 3 WHEN 0 THEN 'ヤマダタロウ' \
    WHEN 1 THEN 'オガサワラリュウノスケ' ELSE 'サトウユミコ' END, \
    CASE i % 3 WHEN 0 THEN '山田　太郎' WHEN 1 THEN '小笠原　龍之介' ELSE '佐藤　由美子' END, \
    CASE WHEN $3 > 0 THEN '本社総務部' ELSE '' END FROM n";
/// An item for each of them.
const ITEMS: &str = "INSERT INTO rokin_items (contract_no, id, group_no, member_id, \
    employee_no, kana_key, product, account_no, amount_monthly, amount_summer, amount_winter, \
    state, effective_ym, source, version, updated_at) \
    SELECT contract_no, 'i' || member_id, group_no, member_id, employee_no, kana_key, \
    CASE n % 4 WHEN 0 THEN 'saving' WHEN 1 THEN 'loan' WHEN 2 THEN 'share' ELSE 'mutual' END, \
    CAST(1000000 + n * 613 AS TEXT), 3000 + n % 23 * 1000, 20000, 0, \
    CASE n % 7 WHEN 3 THEN 'new' WHEN 5 THEN 'changed' WHEN 6 THEN 'cancelled' \
    ELSE 'active' END, '2026-11', CASE WHEN n % 13 = 5 THEN 'counter' ELSE 'web' END, 1, $3 \
    FROM (SELECT m.*, CAST(m.employee_no AS BIGINT) / 37 AS n FROM members m \
    WHERE m.contract_no = $1 AND m.group_no = $2) x";

/// A database of its own with sample items, which goes with its folder.
struct Sampled {
    db: Db,
    folder: std::path::PathBuf,
}

impl Sampled {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sekisho-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let db = Db::open(&Target::Sqlite(folder.join("db"))).await.expect("opened");
        db.migrate(now()).await.expect("a schema");
        let mut tx = db.begin().await.expect("begun");
        let sql = "INSERT INTO contracts (contract_no, kind, name, failures, locks, created_at) \
                   VALUES ($1, 'member', 'サンプル会員', 0, 0, $2)";
        tx.execute(sql, params![KEY.contract_no, now()]).await.expect("a contract");
        let group = Group {
            group_no: KEY.group_no.into(),
            name: "サンプル労働組合　本部".into(),
            kana: "サンプルロウドウクミアイ　ホンブ".into(),
            branch: "本店営業部".into(),
            number_digits: 8,
            kana_limit: 20,
            services: Vec::new(),
        };
        groups::insert(&mut tx, KEY.contract_no, &group).await.expect("a group");
        let calendar = Calendar::new(ClosedDates::default());
        let kind = (Kind::Monthly, now());
        open_first(&mut tx, KEY, &calendar, kind).await.expect("a period");
        for sql in [MEMBERS, ITEMS] {
            let values = params![KEY.contract_no, KEY.group_no, now()];
            tx.execute(sql, values).await.expect("rows");
        }
        tx.commit().await.expect("committed");
        Self { db, folder }
    }

    async fn conn(&self) -> Conn {
        self.db.conn().await.expect("a connection")
    }

    async fn list(&self, asked: &Asked, may_change: bool) -> String {
        let choices = Product::choices();
        let (search, mistakes) = asked.search(&choices).expect("ours");
        let (title, may) = (shell(words::TITLE), (may_change, &choices));
        if !mistakes.is_empty() {
            return html(&list_page::<Item>(title, asked, (mistakes, may), None));
        }
        let sorting = asked.sorting(&search).expect("ours");
        let items = Items::of(Item::LISTING, KEY, Wanted { search, sorting }, false);
        let mut conn = self.conn().await;
        let count = items.totals(&mut conn).await.expect("counted").count;
        let (place, at) = (asked.place(LIST), asked.at().expect("ours"));
        let files = remembered(&HeaderMap::new());
        let view = View::read(&items, &mut conn, (&place, &at), files).await.expect("a page");
        let list = dressed::<Item>(asked, &items.wanted, (view, count), may);
        html(&list_page::<Item>(title, asked, (mistakes, may), Some(list)))
    }

    async fn open(&self) -> Result<Open, Closed> {
        entry::look(&mut self.conn().await, KEY, now()).await.expect("asked")
    }
}

impl Drop for Sampled {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn html(page: &impl Template) -> String {
    page.render().expect("renders")
}

fn item(state: State, at_counter: bool) -> Item {
    let amounts = Amounts { monthly: 8_000, summer: 20_000, winter: 0 };
    Item {
        id: "019ab0c1-0000-7000-8000-000000000001".into(),
        member_id: "m".into(),
        employee_no: "10002345".into(),
        kana_name: "オガサワラ　リュウノスケ".into(),
        kanji_name: "小笠原　龍之介".into(),
        workplace: "本社総務部".into(),
        product: Product::Saving,
        account_no: "1234567".into(),
        amounts,
        base: Some(Amounts { monthly: 5_000, ..amounts }),
        state,
        at_counter,
        effective_ym: "2026-12".into(),
        version: 3,
    }
}

fn history() -> Vec<Entry> {
    let entry = |minutes: i64, op, way, old: Option<i64>, new: Option<i64>| Entry {
        id: format!("{minutes}"),
        at: now().plus_minutes(-minutes),
        op,
        way,
        employee_no: "10002345".into(),
        kana_name: "オガサワラ　リュウノスケ".into(),
        kanji_name: "小笠原　龍之介".into(),
        label: "積立預金".into(),
        account_no: "1234567".into(),
        old: [old, old.map(|_| 20_000), old.map(|_| 0)],
        new: [new, new.map(|_| 20_000), new.map(|_| 0)],
        actor: "労金　花子（hanako02）".into(),
    };
    vec![
        entry(3, Op::Change, Way::Page, Some(5_000), Some(8_000)),
        entry(60 * 24 * 40, Op::Change, Way::File, Some(3_000), Some(5_000)),
        entry(60 * 24 * 400, Op::Add, Way::Page, None, Some(3_000)),
    ]
}

fn subject(item: Item, open: Result<Open, Closed>) -> Subject<Item> {
    Subject { item, history: history(), open }
}

#[tokio::test]
async fn the_list_shows_its_count_its_filters_and_its_order() {
    // R004-43, R004-117
    let sampled = Sampled::new("rokin-list").await;
    let all = sampled.list(&Asked::default(), true).await;
    assert!(all.contains("該当件数: <strong class=\"number\">1,000件以上</strong>"));
    assert!(all.contains("rel=\"next\"") && !all.contains("screen-id"));
    let asked = Asked { state: "new".into(), sort: "-monthly".into(), ..Asked::default() };
    let html = sampled.list(&asked, true).await;
    assert!(html.contains("状態：新規<"));
    assert_eq!(html.matches("aria-sort=\"descending\"").count(), 1);
    assert!(html.contains("<option value=\"new\" selected>新規"));
    assert!(html.contains("name=\"sort\" value=\"-monthly\""));
    assert!(html.contains("<span class=\"state state-warn\">新規</span>"));
    assert!(html.contains("詳細・変更") && html.contains("新規登録"));
    let viewed = sampled.list(&asked, false).await;
    assert!(!viewed.contains("新規登録") && !viewed.contains("詳細・変更"));
}

#[tokio::test]
async fn an_empty_list_says_so_and_leads_out_of_its_filters() {
    let sampled = Sampled::new("rokin-none").await;
    let asked = Asked { employee_no: "9".into(), ..Asked::default() };
    let found = sampled.list(&asked, true).await;
    assert!(found.contains(words::NONE_FOUND));
    assert!(found.contains("<a href=\"/deduction/rokin/items\">条件をすべて外す</a>"));
    sampled.conn().await.execute("DELETE FROM rokin_items", params![]).await.expect("gone");
    let all = sampled.list(&Asked::default(), true).await;
    assert!(all.contains("控除明細はまだありません。") && !all.contains("<table"));
    let wrong = Asked { employee_no: "<b>%".into(), ..Asked::default() };
    let wrong = sampled.list(&wrong, true).await;
    assert!(wrong.contains("<title>入力エラー：労金控除明細照会"));
    assert!(!wrong.contains("<b>") && !wrong.contains("<table"));
}

#[tokio::test]
async fn the_pages_can_be_opened_in_a_browser() {
    let sampled = Sampled::new("rokin-pages").await;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples/deduction");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    let by_kana = Asked { kana: "ﾔﾏ".into(), state: "new".into(), ..Asked::default() };
    let wrong = Asked { employee_no: "10%".into(), ..Asked::default() };
    let good = Mistakes::default;
    let one = |state, at_counter, may_change, open, mistakes| {
        let title = shell(words::ITEM_TITLE);
        let subject = subject(item(state, at_counter), open);
        html(&item_page(title, subject, may_change, None, mistakes).expect("made"))
    };
    let open = sampled.open().await;
    let mut stale = Mistakes::default();
    stale.add_general(shared::STALE);
    stale.add_general("2026/11/21 09:57:00　労金　花子（hanako02）：変更");
    let closing = || Err(Closed::Closing("2026年12月 月例".into()));
    let new = |mistakes, open| {
        let (title, around) = (shell(words::NEW_TITLE), (8, open, Product::choices()));
        html(&new_page::<Item>(title, &NewForm::default(), around, mistakes).expect("made"))
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("kana_name", words::KANA, "「山」は使えません。カナで入力してください。");
    mistakes.add("account_no", words::ACCOUNT_NO, words::ACCOUNT_WRONG);
    let is_open = open.clone().expect("open");
    let member = |mistakes| {
        let member = item(State::Active, false).core().member;
        let title = shell(shared::MEMBER).narrow();
        html(&member_page(title, Item::PAGES, member, (None, mistakes), (8, 20)))
    };
    let cancel = CancelPage::of(shell(words::CANCEL_TITLE), &item(State::Active, false), &is_open);
    let pages = [
        ("rokin-list", sampled.list(&Asked::default(), true).await),
        ("rokin-filtered", sampled.list(&by_kana, true).await),
        ("rokin-wrong", sampled.list(&wrong, true).await),
        ("rokin-item", one(State::Changed, false, true, open.clone(), good())),
        ("rokin-item-view", one(State::Changed, false, false, open.clone(), good())),
        ("rokin-item-counter", one(State::Active, true, true, open.clone(), good())),
        ("rokin-item-cancelled", one(State::Cancelled, false, true, open.clone(), good())),
        ("rokin-item-stale", one(State::Changed, false, true, open.clone(), stale)),
        ("rokin-item-closing", one(State::Changed, false, true, closing(), good())),
        ("rokin-cancel", html(&cancel.expect("made"))),
        ("rokin-member", member(good())),
        (
            "rokin-member-wrong",
            member(Mistakes::one("employee_no", "職員番号", "入力してください。")),
        ),
        ("rokin-new", new(good(), open.clone())),
        ("rokin-new-wrong", new(mistakes, open)),
    ];
    for (name, page) in pages {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, page.replace(&asset(""), "")).expect("written");
        assert!(page.contains("<h1>"), "{name}");
    }
}
