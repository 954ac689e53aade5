//! The ways on which the contract becomes known only in the middle.

use sekisho::app::people;
use sekisho::identity::terms::{Hours, Preset, Stored};
use sekisho::identity::users::Kind;

use super::gate::put_terms;
use crate::pages::apply::{AUTH, FILE, ID, ISSUE, PASSWORD, issue, prove, to_issue};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, World, moment};

const PROOF: &str = "/enroll/master";
const FORM: &str = "/enroll/master/form";
const FORGOT: &str = "/password/forgot";
const RESET: &str = "/password/forgot/reset";
const DETAILS: &str = "/signup/details";
const MAIL: &str = "hanako@human.example.jp";

async fn world(fresh: &Fresh) -> World {
    let world = World::whole(fresh).await;
    let own = Stored { hours: Some(Hours::Business), ..Stored::of(Preset::Rokin) };
    put_terms(&world, CONTRACT.0, &own).await;
    world.clock.set(moment("2026-11-20T19:58:00+09:00"));
    world
}

fn close(world: &World) {
    world.clock.set(moment("2026-11-20T20:00:00+09:00"));
}

#[track_caller]
fn is_closed(page: &Page) {
    page.says(503, &["月～金曜日 8:00～20:00", "次は 11月24日（火） 8:00 から"]);
    assert_eq!(page.headers["sekisho-refusal"], "closed-hours");
    assert_eq!(page.headers["retry-after"], (84 * 3_600).to_string().as_str());
}

both_engines! {
    async fn a_master_registers_in_the_hours_of_use_alone(fresh: &Fresh) {
        // R004-01
        let world = world(fresh).await;
        let proof = [("contract_no", CONTRACT.0), ("initial_password", CONTRACT.1)];
        let window = world.visitor();
        window.get(PROOF).await.says(200, &["DC583101"]);
        window.post(PROOF, &proof).await.leads_to(FORM);
        window.get(FORM).await.says(200, &["DC584101"]);
        close(&world);
        is_closed(&window.post(FORM, &[
            ("user_id", ID), ("password", PASSWORD), ("password_confirm", PASSWORD),
            ("user_name", "労金　太郎"), ("email", "taro@union.example.jp"),
            ("email_confirm", "taro@union.example.jp"),
        ]).await);
        assert!(world.find(ID).await.is_none());
        let late = world.visitor();
        late.get(PROOF).await.says(200, &["DC583101"]);
        is_closed(&late.post(PROOF, &proof).await);
        // A wrong password tells nobody of which contract it might be.
        late.get(PROOF).await.says(200, &[]);
        late.post(PROOF, &[("contract_no", CONTRACT.0), ("initial_password", "Hajime9#")]).await
            .says(422, &["契約番号または初期パスワードが違います。"]);
    }

    async fn a_certificate_is_made_in_the_hours_of_use_and_fetched_afterwards(fresh: &Fresh) {
        // R004-01
        let world = world(fresh).await;
        world.user(ID, Kind::Master, PASSWORD).await;
        let made = world.visitor();
        to_issue(&world, &made).await;
        let waits = world.visitor();
        issue(&made).await;
        world.user("Jiro6789", Kind::General, PASSWORD).await;
        prove(&waits, "Jiro6789", PASSWORD).await.leads_to("/certificate/code");
        close(&world);
        let file = made.get(FILE).await;
        assert_eq!(file.status.as_u16(), 200, "a file that is made is handed out");
        let code = crate::pages::apply::mailed_code(&world).await;
        waits.get("/certificate/code").await.says(200, &[]);
        waits.post("/certificate/code", &[("code", &code)]).await.leads_to(ISSUE);
        is_closed(&waits.get(ISSUE).await);
        is_closed(&waits.post(ISSUE, &[("format", "modern")]).await);
        let late = world.visitor();
        late.get(AUTH).await.says(200, &["DC586101"]);
        is_closed(&late.post(AUTH, &[("user_id", "Jiro6789"), ("password", PASSWORD)]).await);
        let sql = "SELECT COUNT(*) FROM certificates";
        let mut conn = world.app.db.conn().await.expect("a connection");
        let made: Option<i64> = conn.one(sql, sekisho::db::params![]).await.expect("asked");
        assert_eq!(made, Some(1));
    }

    async fn a_forgotten_password_waits_for_the_hours_of_use(fresh: &Fresh) {
        // R004-01, R000-25
        let world = world(fresh).await;
        let own = Stored { hours: Some(Hours::Business), ..Stored::of(Preset::Portal) };
        put_terms(&world, CONTRACT.0, &own).await;
        let before = world.user(MAIL, Kind::General, PASSWORD).await;
        let window = world.visitor();
        window.get(FORGOT).await.says(200, &[]);
        window.post(FORGOT, &[("user_id", MAIL)]).await.leads_to(RESET);
        world.work().await;
        let mail = world.mail.sent().pop().expect("a mail").1;
        let (_, code) = mail.body.split_once("認証番号: ").expect("a code");
        let code = code.lines().next().expect("a line").to_owned();
        close(&world);
        // Before the code is right, nothing tells whose contract is closed.
        let form = |code| [("code", code), ("password", "nihonbashi7")];
        window.get(RESET).await.says(200, &[]);
        let wrong = if code == "000000" { "111111" } else { "000000" };
        window.post(RESET, &form(wrong)).await.says(422, &[]);
        is_closed(&window.post(RESET, &form(&code)).await);
        let after = world.find(MAIL).await.expect("the person");
        assert_eq!(after.password_hash, before.password_hash);
    }

    async fn a_registration_by_mail_waits_for_the_hours_of_use_at_each_step(fresh: &Fresh) {
        // R004-01, R000-16..18
        let world = world(fresh).await;
        let own = Stored { hours: Some(Hours::Business), ..Stored::of(Preset::Portal) };
        put_terms(&world, CONTRACT.0, &own).await;
        let user = world.user(MAIL, Kind::General, PASSWORD).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let (config, now) = (&world.app.config, world.clock.now());
        people::invite(&mut tx, config, &user, &PASSWORD.into(), now).await.expect("invited");
        tx.commit().await.expect("committed");
        world.work().await;
        let mail = world.mail.sent().pop().expect("a mail").1;
        let (_, code) = mail.body.split_once("認証番号: ").expect("a code");
        let code = [("code", code.lines().next().expect("a line"))];
        let proof = [("user_id", MAIL), ("password", PASSWORD)];
        let begun = || async {
            let window = world.visitor();
            window.get("/activate").await.says(200, &[]);
            window.post("/activate", &proof).await.leads_to("/activate/code");
            window.get("/activate/code").await.says(200, &[]);
            window
        };
        let (slow, slower) = (begun().await, begun().await);
        slower.post("/activate/code", &code).await.leads_to("/activate/password");
        slower.get("/activate/password").await.says(200, &[]);
        close(&world);
        is_closed(&slow.post("/activate/code", &code).await);
        is_closed(&slower.post("/activate/password", &[("new_password", "nihonbashi7")]).await);
        let after = world.find(MAIL).await.expect("the person");
        assert_eq!(after.password_hash, user.password_hash);
    }

    async fn nobody_signs_up_outside_the_hours_of_use(fresh: &Fresh) {
        // R004-01, R002-33
        let world = world(fresh).await;
        let own = Stored {
            hours: Some(Hours::Business),
            customer_no: Some("281234".to_owned()),
            tel: "03-0000-0000".to_owned(),
            licences: Some(3),
            ..Stored::of(Preset::Office)
        };
        put_terms(&world, CONTRACT.0, &own).await;
        let window = world.visitor();
        window.get("/signup").await.says(200, &[]);
        window.post("/signup", &[("email", MAIL)]).await.leads_to("/signup/code");
        world.work().await;
        let mail = world.mail.sent().pop().expect("a mail").1;
        let (_, code) = mail.body.split_once("アカウント確認コード: ").expect("a code");
        let code = code.lines().next().expect("a line").to_owned();
        window.get("/signup/code").await.says(200, &[]);
        window.post("/signup/code", &[("code", &code)]).await.leads_to(DETAILS);
        close(&world);
        let details = |customer_no| [
            ("password", "Tsukiji2026"), ("password_confirm", "Tsukiji2026"),
            ("customer_no", customer_no), ("display_name", "事務　良子"), ("tel", "03-0000-0000"),
        ];
        window.get(DETAILS).await.says(200, &[]);
        window.post(DETAILS, &details("289999")).await.says(422, &[]);
        is_closed(&window.post(DETAILS, &details("281234")).await);
        assert!(world.find(MAIL).await.is_none());
    }

    async fn the_operator_gets_a_certificate_at_any_hour(fresh: &Fresh) {
        let world = world(fresh).await;
        world.user(ID, Kind::Operator, PASSWORD).await;
        close(&world);
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
    }
}
