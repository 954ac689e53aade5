//! アクセス権限管理, step by step as a browser without script takes it.

use std::slice::from_ref;
use std::sync::Arc;

use sekisho::identity::Holder;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::{self, Role};
use sekisho::identity::users::{Kind, User};

use super::html::{Form, forms};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

const PASSWORD: &str = "Abcde1#x";
const PATH: &str = "/settings/roles";
const EDIT: &str = "/settings/roles/edit";

async fn signed_in<'w>(world: &'w World, user: &User) -> Window<'w> {
    let holder: Arc<Holder> = world.certificate(user, "active").await;
    let token = world.session(user, &holder).await;
    world.window(&holder).with_session(&token)
}

/// Presses the button with this value, with what else is filled in or ticked.
async fn press(window: &Window<'_>, page: &Page, button: &str, more: &[(&str, &str)]) -> Page {
    let with = |form: &Form| form.fields.last().is_some_and(|(_, value)| value == button);
    let form = forms(&page.html, EDIT).into_iter().find(with);
    let form = form.unwrap_or_else(|| panic!("no button {button} on:\n{}", page.html));
    assert_eq!(form.action, EDIT);
    let own = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let own =
        own.filter(|(name, _)| !more.iter().any(|(other, _)| other == name && other == &"name"));
    let all: Vec<_> = own.chain(more.iter().copied()).collect();
    window.post(EDIT, &all).await
}

async fn holders(world: &World, role: Role) -> Vec<String> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let given = rights::given(&mut conn, CONTRACT.0).await.expect("asked");
    given.into_iter().filter(|(one, _)| *one == role).map(|(_, id)| id).collect()
}

both_engines! {
    async fn a_right_is_given_and_taken_on_the_screen(fresh: &Fresh) {
        // R001-27, R001-28, R001-32
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let hanako = world.user("Hanako12", Kind::Employee, PASSWORD).await;
        let window = signed_in(&world, &taro).await;
        window.get("/settings").await.says(200, &["アクセス権限管理", PATH]);
        let page = window.get(PATH).await;
        page.says(200, &["編集", "大区分", "小区分", "機能", "○", "-", "障がい種類設定", EDIT]);
        page.says(200, &["ご契約担当者", "人事部長、部門責任者", "人事部管理職"]);
        let page = window.get(EDIT).await;
        let page = press(&window, &page, "detail:hr-all", &[]).await;
        page.says(200, &["対象者はまだいません", "対象者を追加", "更新", "キャンセル"]);
        let page = press(&window, &page, "search:hr-all", &[]).await;
        page.says(200, &["検索"]).hides("Hanako12");
        let page = press(&window, &page, "search:hr-all", &[("name", "ＨＡＮＡＫＯ")]).await;
        let pick = |user: &User| format!("name=\"pick\" value=\"{}\"", user.id);
        page.says(200, &["Hanako12", "適用", &pick(&hanako)]).hides(&pick(&taro));
        let page = press(&window, &page, "apply:hr-all", &[("pick", &hanako.id)]).await;
        page.says(200, &["Hanako12", "解除", "未保存"]);
        assert!(holders(&world, Role::HrAll).await.is_empty(), "nothing is saved yet");
        let table = press(&window, &page, "table", &[]).await;
        table.says(200, &["追加 1人（未保存）"]);
        press(&window, &table, "save", &[]).await.leads_to("/settings/roles?saved=yes");
        window.get("/settings/roles?saved=yes").await.says(200, &["アクセス権限を更新しました。"]);
        assert_eq!(holders(&world, Role::HrAll).await, from_ref(&hanako.id));
        // The same form again changes nothing.
        press(&window, &table, "save", &[]).await;
        assert_eq!(world.audited("role-give", "done").await, 1);
        let theirs = signed_in(&world, &hanako).await;
        theirs.get("/hr/employees").await.says(200, &[]);
        theirs.get(PATH).await.says(403, &[]);

        let page = press(&window, &window.get(EDIT).await, "detail:hr-all", &[]).await;
        let tick = format!("hr-all:{}", hanako.id);
        let ticked = press(&window, &page, "table", &[("removed", &tick)]).await;
        ticked.says(200, &["削除 1人（未保存）"]);
        let page = press(&window, &ticked, "detail:hr-all", &[]).await;
        assert!(page.html.contains("checked"), "the tick is kept");
        press(&window, &ticked, "save", &[]).await.leads_to("/settings/roles?saved=yes");
        assert!(holders(&world, Role::HrAll).await.is_empty());
        theirs.get("/hr/employees").await.says(403, &[]);
        let rows = world.audit().await;
        let row = rows.iter().find(|row| row.action == "role-take").expect("a row");
        assert_eq!(row.user_id.as_deref(), Some(hanako.id.as_str()));
        assert_eq!((row.actor.as_str(), row.detail.as_str()), ("Taro6789", "hr-all"));
    }

    async fn who_was_just_added_can_be_taken_out_again_and_cancelling_changes_nothing(fresh: &Fresh) {
        // R001-29, R001-30
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let hanako = world.user("Hanako12", Kind::General, PASSWORD).await;
        let window = signed_in(&world, &taro).await;
        let page = window.get(EDIT).await;
        let page = press(&window, &page, "detail:billing", &[]).await;
        let page = press(&window, &page, "search:billing", &[]).await;
        let page = press(&window, &page, "search:billing", &[]).await;
        let none = press(&window, &page, "apply:billing", &[]).await;
        none.says(422, &["対象者を1人以上選んでから"]);
        let page = press(&window, &none, "apply:billing", &[("pick", &hanako.id)]).await;
        let undo = format!("undo:billing:{}", hanako.id);
        press(&window, &page, &undo, &[]).await.says(200, &["対象者はまだいません"]).hides("Hanako12");
        page.says(200, &["<a class=\"back\" href=\"/settings/roles\">キャンセル</a>"]);
        window.get(PATH).await.says(200, &[]);
        assert!(holders(&world, Role::Billing).await.is_empty());
        assert_eq!(world.audited("role-give", "done").await, 0);
    }

    async fn nobody_locks_themselves_or_the_master_out(fresh: &Fresh) {
        // R001-35
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let hanako = world.user("Hanako12", Kind::Employee, PASSWORD).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        for user in [&taro, &hanako] {
            let whose = (CONTRACT.0, user.id.as_str());
            let now = world.clock.now();
            rights::give(&mut tx, whose, Role::HrSystem, "test", now).await.expect("given");
        }
        tx.commit().await.expect("committed");
        let window = signed_in(&world, &hanako).await;
        let page = press(&window, &window.get(EDIT).await, "detail:hr-system", &[]).await;
        page.says(200, &["マスターユーザーの方は、いつもこの権限を持ちます。", "ご自身は外せません"]);
        for user in [&taro, &hanako] {
            let tick = format!("hr-system:{}", user.id);
            assert!(!page.html.contains(&format!("name=\"removed\" value=\"{tick}\"")));
            let sent = press(&window, &page, "save", &[("removed", &tick)]).await;
            sent.says(200, &["その方の変更を外しました"]);
        }
        assert_eq!(holders(&world, Role::HrSystem).await.len(), 2);
    }

    async fn a_form_names_nobody_of_another_contract(fresh: &Fresh) {
        // RX-06
        let world = World::whole(fresh).await;
        world.contract("25000002", "Hajime1#", &[Service::Invoice]).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let other = world.user_of("25000002", "Yosono12", Kind::Master, PASSWORD).await;
        let window = signed_in(&world, &taro).await;
        let page = press(&window, &window.get(EDIT).await, "detail:hr-all", &[]).await;
        let added = format!("hr-all:{}", other.id);
        for button in ["save", "table", "search:hr-all"] {
            press(&window, &page, button, &[("added", &added)]).await.says(200, &[]).hides("Yosono12");
        }
        assert!(holders(&world, Role::HrAll).await.is_empty());
        assert_eq!(world.audited("role-give", "done").await, 0);
        // Only roles of services that the contract includes.
        let theirs = signed_in(&world, &other).await;
        theirs.get(PATH).await.says(200, &["請求担当者"]).hides("全権管理者");
        theirs.get(EDIT).await.says(200, &[]);
        theirs.post(EDIT, &[("step", "detail:hr-all")]).await.says(404, &[]);
        theirs.post(EDIT, &[("step", "detail:owner")]).await.says(400, &[]);
    }

    async fn a_right_takes_any_number_of_people(fresh: &Fresh) {
        // R001-34
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let mut fields = vec![("step".to_owned(), "save".to_owned())];
        for n in 0..300 {
            let id = sekisho::base::id::new_id(world.clock.now());
            let user = User {
                id: id.clone(),
                login_id: format!("Jinji{n:04}"),
                kind: Kind::Employee,
                ..taro.clone()
            };
            sekisho::identity::users::insert(&mut tx, &user).await.expect("a person");
            fields.push(("added".to_owned(), format!("hr-staff:{id}")));
        }
        tx.commit().await.expect("committed");
        let window = signed_in(&world, &taro).await;
        window.get(EDIT).await.says(200, &[]);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        window.post(EDIT, &fields).await.leads_to("/settings/roles?saved=yes");
        window.get(PATH).await.says(200, &["300人"]);
        assert_eq!(holders(&world, Role::HrStaff).await.len(), 300);
    }
}
