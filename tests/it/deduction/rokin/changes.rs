//! What clerks do with items: 追加登録, 変更, 解除 and taking it back.

use sekisho::base::id::new_id;
use sekisho::db::params;
use sekisho::deduction::items::{Amounts, State, history, members};
use sekisho::deduction::rokin::{Item, store};

use crate::deduction::union::{KEY, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window};

pub const LIST: &str = "/deduction/rokin/items";

/// The value of a hidden field of the page.
pub fn hidden(page: &Page, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.html.split_once(&start).unwrap_or_else(|| panic!("{name} is missing"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

pub async fn stored(union: &Union, id: &str) -> Item {
    store::find(&mut union.conn().await, KEY, id).await.unwrap().expect("an item")
}

/// Sends the form of the item's page with these amounts: 月例, 夏季一時金, 年末一時金.
pub async fn change(window: &Window<'_>, page: &Page, id: &str, amounts: [&str; 3]) -> Page {
    let (version, periods) = (hidden(page, "version"), hidden(page, "periods"));
    let fields = [
        ("version", version.as_str()),
        ("periods", &periods),
        ("amount_monthly", amounts[0]),
        ("amount_summer", amounts[1]),
        ("amount_winter", amounts[2]),
    ];
    window.post(&format!("{LIST}/{id}"), &fields).await
}

/// Sends a form that has only version and periods.
pub async fn confirm(window: &Window<'_>, page: &Page, path: &str) -> Page {
    let (version, periods) = (hidden(page, "version"), hidden(page, "periods"));
    window.post(path, &[("version", &version), ("periods", &periods)]).await
}

/// The fields of 新規登録 for somebody new.
pub fn new_item<'a>(key: &'a str, periods: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("key", key),
        ("periods", periods),
        ("employee_no", "２０００１"),
        ("kana_name", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("kanji_name", "山田　花子"),
        ("workplace", "本社総務部"),
        ("product", "saving"),
        ("account_no", "7654321"),
        ("amount_monthly", "5,000"),
        ("amount_summer", ""),
        ("amount_winter", "２０，０００円"),
    ]
}

/// The same with one field otherwise.
pub fn but<'a>(
    fields: &[(&'static str, &'a str)],
    name: &str,
    value: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let other =
        |(one, old): &(&'static str, &'a str)| (*one, if *one == name { value } else { old });
    fields.iter().map(other).collect()
}

async fn with_items(fresh: &Fresh) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, 20).await;
    union.rokin_items(KEY, 2).await;
    union
}

const ONE: &str = "10000000";

both_engines! {
    // R004-117, R004-118
    async fn somebody_new_is_registered_with_an_item(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(LIST).await.says(200, &["新規登録", "該当件数"]);
        let page = clerk.get("/deduction/rokin/items/new").await;
        page.says(200, &["労金控除明細新規登録", "2026年12月分の控除から反映されます。"]);
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let sent = clerk.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await;
        sent.leads_to(&format!("{LIST}/{key}?done=added"));
        let told = clerk.get(&sent.location).await;
        told.says(200, &["登録しました。2026年12月分の控除から反映されます。", "山田　花子",
            "ヤマダ　ハナコ", "5,000円", "20,000円", "新規", "労金　太郎（hanako02）"]);
        let item = stored(&union, &key).await;
        assert_eq!((item.base, item.state, &*item.effective_ym), (None, State::New, "2026-12"));
        let half = "SELECT kana_half FROM members WHERE contract_no = $1 AND employee_no = '20001'";
        let half: Option<String> = union.conn().await.one(half, params![CONTRACT.0]).await.unwrap();
        assert_eq!(half.as_deref(), Some("ﾔﾏﾀﾞ ﾊﾅｺ"));
        clerk.get(&format!("{LIST}?kana=やまだ")).await.says(200, &["1件", "20001"]);
        assert_eq!(union.world.audited("rokin-add", "done").await, 1);
        // A second item needs no names: 追加登録.
        let more = clerk.get(&format!("{LIST}/new?employee_no=20001")).await;
        more.says(200, &["value=\"20001\"", "value=\"山田　花子\""]);
        let fields = new_item(&key, &periods);
        let second = new_id(union.world.clock.now());
        let fields = but(&but(&fields, "key", &second), "account_no", "1111111");
        let fields = but(&but(&fields, "kanji_name", ""), "kana_name", "");
        clerk.post(&format!("{LIST}/new"), &fields).await
            .leads_to(&format!("{LIST}/{second}?done=added"));
        assert_eq!(stored(&union, &second).await.member_id, item.member_id);
    }

    async fn a_second_click_registers_nothing_twice(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/rokin/items/new").await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let fields = new_item(&key, &periods);
        let twice = [clerk.post(&format!("{LIST}/new"), &fields).await,
            clerk.post(&format!("{LIST}/new"), &fields).await];
        for one in twice {
            one.leads_to(&format!("{LIST}/{key}?done=added"));
        }
        clerk.get(&format!("{LIST}?employee_no=20001")).await.says(200, &["1件"]);
        assert_eq!(union.world.audited("rokin-add", "done").await, 1);
        // The same once more with a form of its own is told, with the way to the first.
        let other = new_id(union.world.clock.now());
        let again = clerk.post(&format!("{LIST}/new"), &but(&fields, "key", &other)).await;
        again.says(409, &["すでに登録されています", &format!("href=\"{LIST}/{key}\"")]);
        let no_key = clerk.post(&format!("{LIST}/new"), &but(&fields, "key", "1")).await;
        assert_eq!(no_key.status.as_u16(), 409);
    }

    async fn what_is_typed_wrong_is_told_at_its_field_and_kept(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/rokin/items/new").await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let good = new_item(&key, &periods);
        for (name, value) in [
            ("employee_no", "20%01"),
            ("employee_no", "123456789"),
            ("kana_name", "山田"),
            ("kanji_name", ""),
            ("product", "gold"),
            ("account_no", "123"),
            ("amount_monthly", "10,000,000"),
            ("amount_summer", "-1"),
        ] {
            let wrong = clerk.post(&format!("{LIST}/new"), &but(&good, name, value)).await;
            wrong.says(422, &["7654321".replace("7654321", if name == "account_no" { "123" } else { "7654321" }).as_str()]);
            assert!(wrong.mistake_at(name).is_some(), "{name}");
        }
        // A known number with another's names.
        let member = members::find(&mut union.conn().await, KEY, ONE).await.unwrap().unwrap();
        let other = clerk.post(&format!("{LIST}/new"), &but(&good, "employee_no", ONE)).await;
        other.says(422, &[&member.kanji_name, "登録済みです"]);
        assert!(other.mistake_at("kanji_name").is_some() && other.mistake_at("kana_name").is_some());
        clerk.get(&format!("{LIST}?employee_no=20001")).await.says(200, &["条件に合う控除明細はありません"]);
    }

    // R004-117
    async fn amounts_are_changed_and_changed_back(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, ONE, 0);
        let before = stored(&union, &id).await;
        assert_eq!(before.state, State::Active);
        let page = clerk.get(&format!("{LIST}/{id}")).await;
        page.says(200, &["前回の依頼", "3,000円", "変更(F8)", "解除"]);
        change(&clerk, &page, &id, ["8,000", "0", "10000"]).await
            .leads_to(&format!("{LIST}/{id}?done=changed"));
        let now = stored(&union, &id).await;
        let amounts = Amounts { monthly: 8_000, summer: 0, winter: 10_000 };
        assert_eq!((now.amounts, now.base, now.state), (amounts, before.base, State::Changed));
        assert_eq!((now.version, &*now.effective_ym), (before.version + 1, "2026-12"));
        let told = clerk.get(&format!("{LIST}/{id}?done=changed")).await;
        told.says(200, &["変更しました。2026年12月分", "3,000円 → 8,000円"]);
        // Back to what was last requested: 継続 again.
        change(&clerk, &told, &id, ["3,000", "0", "10,000"]).await
            .leads_to(&format!("{LIST}/{id}?done=changed"));
        assert_eq!(stored(&union, &id).await.state, State::Active);
        let rows = history::of_item(&mut union.conn().await, KEY, &id, 20).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(union.world.audited("rokin-change", "done").await, 2);
        for wrong in [["0", "0", "0"], ["x", "0", "0"], ["99999999", "", ""]] {
            let page = clerk.get(&format!("{LIST}/{id}")).await;
            let again = change(&clerk, &page, &id, wrong).await;
            again.says(422, &[]);
            assert!(again.mistake_at("amount_monthly").is_some());
        }
    }

    // R004-117
    async fn an_item_is_cancelled_after_a_confirmation_and_taken_back(fresh: &Fresh) {
        // R004-119
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, ONE, 0);
        let path = format!("{LIST}/{id}/cancel");
        let page = clerk.get(&path).await;
        let member = members::find(&mut union.conn().await, KEY, ONE).await.unwrap().unwrap();
        page.says(200, &[&member.kanji_name, ONE, "積立預金を解除します", "2026年12月分から"]);
        assert_eq!(stored(&union, &id).await.state, State::Active, "not by looking");
        for _ in 0..2 {
            confirm(&clerk, &page, &path).await.leads_to(&format!("{LIST}/{id}?done=cancelled"));
        }
        let told = clerk.get(&format!("{LIST}/{id}?done=cancelled")).await;
        told.says(200, &["解除しました。", "解除を取り消す"]).hides("変更(F8)");
        assert_eq!(stored(&union, &id).await.state, State::Cancelled);
        clerk.get(&path).await.says(409, &["最新の画面へ"]);
        let restore = format!("{LIST}/{id}/restore");
        for _ in 0..2 {
            confirm(&clerk, &told, &restore).await.leads_to(&format!("{LIST}/{id}?done=restored"));
        }
        assert_eq!(stored(&union, &id).await.state, State::Active);
        assert_eq!(union.world.audited("rokin-cancel", "done").await, 1);
        assert_eq!(union.world.audited("rokin-restore", "done").await, 1);
        let history = clerk.get("/deduction/rokin/history").await;
        history.says(200, &["労金控除明細更新履歴照会", "解除の取消", "2件"]);
        clerk.get("/deduction/rokin/history?employee_no=99").await.says(200, &["記録はありません"]);
    }

    async fn the_second_of_two_clerks_is_told_and_loses_nothing(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let one = union.clerk(CONTRACT.0, "hanako02", None).await;
        let two = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let id = item(KEY.group_no, ONE, 0);
        let (first, second) =
            (one.get(&format!("{LIST}/{id}")).await, two.get(&format!("{LIST}/{id}")).await);
        change(&one, &first, &id, ["8,000", "0", "0"]).await
            .leads_to(&format!("{LIST}/{id}?done=changed"));
        let told = change(&two, &second, &id, ["9,000", "0", "0"]).await;
        told.says(409, &["ほかの担当者がこの明細を更新したため", "労金　太郎（hanako02）", "8,000円",
            "value=\"9,000\""]);
        assert_eq!(stored(&union, &id).await.amounts.monthly, 8_000);
        // Having seen it, the second may still go on.
        change(&two, &told, &id, ["9,000", "0", "0"]).await
            .leads_to(&format!("{LIST}/{id}?done=changed"));
        assert_eq!(stored(&union, &id).await.amounts.monthly, 9_000);
        // And a cancellation is not passed by.
        let seen = one.get(&format!("{LIST}/{id}")).await;
        let page = two.get(&format!("{LIST}/{id}/cancel")).await;
        confirm(&two, &page, &format!("{LIST}/{id}/cancel")).await
            .leads_to(&format!("{LIST}/{id}?done=cancelled"));
        change(&one, &seen, &id, ["1", "0", "0"]).await
            .says(409, &["jiro0003", "解除を取り消す"]).hides("変更(F8)");
        assert_eq!(stored(&union, &id).await.amounts.monthly, 9_000);
    }

    async fn changes_at_the_same_instant_take_turns(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let one = union.clerk(CONTRACT.0, "hanako02", None).await;
        let two = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let id = item(KEY.group_no, ONE, 0);
        let (first, second) =
            (one.get(&format!("{LIST}/{id}")).await, two.get(&format!("{LIST}/{id}")).await);
        let (a, b) = tokio::join!(
            change(&one, &first, &id, ["8,000", "0", "0"]),
            change(&two, &second, &id, ["9,000", "0", "0"])
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "one wins, the other is told");
        assert_eq!(union.world.audited("rokin-change", "done").await, 1);
        assert_eq!(stored(&union, &id).await.version, 2);
    }

    // R004-163
    async fn what_is_at_the_counter_is_changed_by_nobody_here(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, "10000005", 0);
        let page = clerk.get(&format!("{LIST}/{id}")).await;
        page.says(200, &["窓口扱いです。内容の変更は、お取扱店の窓口で承ります。"])
            .hides("変更(F8)").hides("name=\"periods\"");
        let token = union.token(KEY).await;
        let fields = [("version", "1"), ("periods", &*token), ("amount_monthly", "1")];
        for way in ["", "/cancel"] {
            let refused = clerk.post(&format!("{LIST}/{id}{way}"), &fields).await;
            refused.says(409, &["窓口扱い"]);
        }
        clerk.get(&format!("{LIST}/{id}/cancel")).await.says(409, &["最新の画面へ"]);
        assert_eq!(stored(&union, &id).await.version, 1);
    }

    async fn a_cancelled_item_is_not_taken_back_beside_another_like_it(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, ONE, 0);
        let account = stored(&union, &id).await.account_no;
        let page = clerk.get(&format!("{LIST}/{id}/cancel")).await;
        confirm(&clerk, &page, &format!("{LIST}/{id}/cancel")).await;
        let new = clerk.get(&format!("{LIST}/new?employee_no={ONE}")).await;
        let (key, periods) = (hidden(&new, "key"), hidden(&new, "periods"));
        let fields = new_item(&key, &periods);
        let fields = but(&but(&fields, "employee_no", ONE), "account_no", &account);
        let fields = but(&but(&fields, "kanji_name", ""), "kana_name", "");
        let fields = but(&fields, "workplace", "");
        clerk.post(&format!("{LIST}/new"), &fields).await.says(409, &["すでに登録されています"]);
    }
}
