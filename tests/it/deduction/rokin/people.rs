//! Who an item is deducted from: what is wrong with them is put right by a clerk.

use sekisho::deduction::items::members;
use sekisho::deduction::rokin::Item;
use sekisho::identity::rights::Mode;

use super::changes::{LIST, hidden, stored};
use crate::deduction::union::{KEY, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window};

const PEOPLE: &str = "/deduction/rokin/members";

async fn with_items(fresh: &Fresh) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, 20).await;
    union.rokin_items(KEY, 1).await;
    union
}

fn seventh() -> String {
    item(KEY.group_no, "10000007", 0)
}

async fn page_of(union: &Union, clerk: &Window<'_>) -> (String, Page) {
    let of = format!("{PEOPLE}/{}", stored(union, &seventh()).await.member_id);
    let page = clerk.get(&of).await;
    (of, page)
}

async fn correct(clerk: &Window<'_>, of: &str, page: &Page, changes: &[(&str, &str)]) -> Page {
    let version = hidden(page, "version");
    let mut fields = vec![
        ("version", version.as_str()),
        ("employee_no", "10000007"),
        ("kana_name", "ヤマダ　タロウ"),
        ("kanji_name", "山田　太郎"),
        ("workplace", "本社総務部"),
        ("left_on", ""),
    ];
    for (name, value) in changes {
        let field = fields.iter_mut().find(|field| field.0 == *name).expect("a field");
        field.1 = value;
    }
    clerk.post(of, &fields).await
}

both_engines! {
    async fn number_and_names_are_put_right_in_all_items(fresh: &Fresh) {
        // R004-117, R004-120
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let at = format!("{LIST}/{}", seventh());
        clerk.get(&at).await.says(200, &["この方の職員番号・氏名・職場を直す"]);
        let (of, page) = page_of(&union, &clerk).await;
        page.says(200, &["控除を受ける方の登録変更", "10000007", "英字・数字・ハイフン 8桁以内"]);
        let done = correct(&clerk, &of, &page, &[("employee_no", "２００００７"), ("left_on", "2026-11-30")]).await;
        done.leads_to(&format!("{of}?done=changed"));
        clerk.get(&done.location).await.says(200, &["変更しました。", "200007", "2026年11月30日"]);
        let Item { employee_no, kana_name, .. } = stored(&union, &seventh()).await;
        assert_eq!((employee_no.as_str(), kana_name.as_str()), ("200007", "ヤマダ　タロウ"));
        clerk.get(&format!("{LIST}?employee_no=200007")).await.says(200, &["山田　太郎"]);
        assert_eq!(union.world.audited("member-change", "done").await, 1);
        // The same once more changes nothing and is not written down.
        let again = clerk.get(&of).await;
        let same = [("employee_no", "200007"), ("left_on", "2026-11-30")];
        correct(&clerk, &of, &again, &same).await.leads_to(&format!("{of}?done=changed"));
        assert_eq!(union.world.audited("member-change", "done").await, 1);
    }

    async fn what_is_wrong_is_told_and_changes_nothing(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let (of, page) = page_of(&union, &clerk).await;
        for (field, value, told) in [
            ("employee_no", "10000008", "登録済みです"),
            ("employee_no", "123456789", "8桁以内"),
            ("kana_name", "山田", "カナで入力してください"),
            ("kanji_name", "", "入力してください"),
            ("left_on", "きのう", "2026-12-31"),
        ] {
            let answer = correct(&clerk, &of, &page, &[(field, value)]).await;
            answer.says(422, &[told, value]);
        }
        let member = members::find(&mut union.conn().await, KEY, "10000007").await.unwrap();
        assert_eq!(member.expect("there").version, 1);
        assert_eq!(union.world.audited("member-change", "done").await, 0);
    }

    async fn the_second_of_two_is_told_and_nothing_is_lost(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let first = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let second = union.clerk(CONTRACT.0, "kumiai002", None).await;
        let (of, page) = page_of(&union, &first).await;
        correct(&first, &of, &page, &[("workplace", "大阪支社")]).await.leads_to(&format!("{of}?done=changed"));
        let late = correct(&second, &of, &page, &[("kanji_name", "山田　次郎")]).await;
        late.says(409, &["ほかの担当者", "大阪支社", "山田　次郎"]);
        let member = members::find(&mut union.conn().await, KEY, "10000007").await.unwrap().unwrap();
        assert_eq!((member.workplace.as_str(), member.version), ("大阪支社", 2));
    }

    async fn nothing_is_put_right_while_a_request_is_made(fresh: &Fresh) {
        // R004-147
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let (of, page) = page_of(&union, &clerk).await;
        union.at("2026-12-11T00:00:00");
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        correct(&clerk, &of, &page, &[]).await.says(409, &["締め切りました"]);
        assert_eq!(union.close_due().await, 1);
        correct(&clerk, &of, &page, &[]).await.leads_to(&format!("{of}?done=changed"));
    }

    async fn who_may_only_look_and_strangers_do_not_come_there(fresh: &Fresh) {
        // RX-06, R004-146
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let (of, page) = page_of(&union, &clerk).await;
        let viewer = union.limited("mirudake1", Mode::View).await;
        viewer.get(&of).await.says(403, &[]);
        correct(&viewer, &of, &page, &[]).await.says(403, &[]);
        viewer.get(&format!("{LIST}/{}", seventh())).await.hides("を直す");
        let other = union.other_contract().await;
        let stranger = union.clerk(other.contract_no, "yosonohito", None).await;
        stranger.get(&of).await.says(404, &[]);
        correct(&stranger, &of, &page, &[]).await.says(409, &[]);
        assert_eq!(union.world.audited("member-change", "done").await, 0);
    }
}
