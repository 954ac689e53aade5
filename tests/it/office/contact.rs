//! お問い合わせ without a login, and the operator's list of them.

use sekisho::app::App;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::identity::users::Kind;
use sekisho::mail::Mailer;
use sekisho::site;

use super::{PASSWORD, inside};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};

const FORM: &str = "/help/contact";
const THANKS: &str = "/help/contact/thanks";
const DESK: &str = "/operator/contacts";

const GOOD: [(&str, &str); 5] = [
    ("company", "サンプル社労士事務所"),
    ("name", "事務　良子"),
    ("email", "ryoko@office.example.jp"),
    ("tel", "03-5563-7662"),
    ("body", "契約数を教えてください。\r\n<b>急ぎ</b>です。"),
];

/// Opens the form; the key that it was given.
async fn opened(window: &Window<'_>) -> String {
    let page = window.get(FORM).await;
    page.says(200, &["お問い合わせ内容", "会社名・事務所名", "電話番号", "送信"]);
    let (_, rest) = page.html.split_once("name=\"key\" value=\"").expect("a key");
    rest.split('"').next().expect("a value").to_owned()
}

async fn send(window: &Window<'_>, key: &str) -> Page {
    let form: Vec<_> = GOOD.into_iter().chain([("key", key)]).collect();
    window.post(FORM, &form).await
}

both_engines! {
    async fn anybody_asks_and_the_operator_answers(fresh: &Fresh) {
        // R002-39, R001-103
        let mut world = World::whole(fresh).await;
        let mut config = world.app.config.clone();
        config.notice.operator_email = Some("ops@center.example.jp".into());
        let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
        let app = App::with(config, world.clock.clone(), fresh.db.clone(), mailer).expect("an app");
        world.serve(app, |app| site::site(app).router);
        let visitor = world.visitor();
        visitor.get("/help").await.says(200, &["href=\"/help/contact\""]);
        let key = opened(&visitor).await;
        send(&visitor, &key).await.leads_to(THANKS);
        // The second click of the same form.
        send(&visitor, &key).await.leads_to(THANKS);
        visitor.get(THANKS).await.says(200, &["お問い合わせを受け付けました。"]);
        world.work().await;
        let sent = world.mail.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].1.to, "ops@center.example.jp");
        assert_eq!(sent[0].1.subject, "お問い合わせがありました-関所");
        assert!(sent[0].1.body.contains("ryoko@office.example.jp"), "{}", sent[0].1.body);
        let operator = world.user("Oper6789", Kind::Operator, PASSWORD).await;
        let desk = inside(&world, &operator).await;
        desk.get("/home").await.says(200, &["お問い合わせへ"]);
        desk.get(DESK).await.says(200, &["該当件数: ", "1件", "事務　良子", "未処理"]);
        let path = format!("{DESK}/{key}");
        desk.get(&path).await.says(200, &["契約数を教えてください。\n&#60;b&#62;急ぎ", "処理済みにする"]);
        let done = format!("{path}/done");
        desk.post(&done, &[]).await.leads_to(&format!("{path}?done=done"));
        desk.post(&done, &[]).await.leads_to(&format!("{path}?done=done-before"));
        desk.get(&format!("{path}?done=done")).await.says(200, &["処理済みにしました。", "Oper6789"]);
        assert_eq!(world.audited("contact-done", "done").await, 1);
        desk.get(&format!("{DESK}?state=no")).await.says(200, &["条件に合うお問い合わせはありません。"]);
        desk.get(&format!("{DESK}?state=yes")).await.says(200, &["状態：処理済み"]);
        desk.get(&format!("{DESK}/nobody")).await.says(404, &[]);
        // Nobody else reads them.
        let master = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = inside(&world, &master).await;
        for path in [DESK, path.as_str()] {
            window.get(path).await.says(403, &[]);
        }
    }

    async fn ten_in_ten_minutes_come_from_one_place(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let visitor = world.visitor();
        for _ in 0..10 {
            let key = opened(&visitor).await;
            send(&visitor, &key).await.leads_to(THANKS);
        }
        let key = opened(&visitor).await;
        send(&visitor, &key).await.says(429, &["10:10まで受け付けられません", "契約数を教えて"]);
        world.clock.advance_ms(10 * MINUTE_MS);
        send(&visitor, &key).await.leads_to(THANKS);
        // Without an address to tell, nobody is told.
        world.work().await;
        assert!(world.mail.sent().is_empty());
    }

    async fn a_bad_form_keeps_what_was_typed(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let visitor = world.visitor();
        let key = opened(&visitor).await;
        let empty = visitor.post(FORM, &[("key", &key)]).await;
        for name in ["company", "name", "email", "body"] {
            assert!(empty.says(422, &[]).mistake_at(name).is_some(), "{name}");
        }
        let page = visitor.post(FORM, &[("key", &key), ("body", "<script>")]).await;
        page.says(422, &["&#60;script&#62;", &key]);
        visitor.post(FORM, &[("key", "x")]).await.says(400, &[]);
        visitor.post_foreign(FORM, &GOOD).await.says(403, &[]);
    }

    async fn a_long_list_is_turned_page_by_page(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let visitor = world.visitor();
        for number in 0..52 {
            let key = opened(&visitor).await;
            let name = format!("第{number:02}号");
            let form: Vec<_> = GOOD.into_iter().filter(|(field, _)| *field != "name")
                .chain([("name", name.as_str()), ("key", key.as_str())]).collect();
            visitor.post(FORM, &form).await.leads_to(THANKS);
            world.clock.advance_ms(if number % 10 == 9 { 10 * MINUTE_MS } else { SECOND_MS });
        }
        let operator = world.user("Oper6789", Kind::Operator, PASSWORD).await;
        let desk = inside(&world, &operator).await;
        let first = desk.get(DESK).await;
        first.says(200, &["52件", "第51号", "第02号"]).hides("第01号");
        let (_, rest) = first.html.split_once("href=\"/operator/contacts?after=").expect("a page");
        let after = rest.split('"').next().expect("a key");
        let second = desk.get(&format!("{DESK}?after={after}")).await;
        second.says(200, &["第01号", "第00号"]).hides("第02号");
    }
}
