//! The ways on which the contract becomes known only in the middle.

use sekisho::identity::terms::{Hours, Preset, Stored};
use sekisho::identity::users::Kind;

use super::gate::put_terms;
use crate::pages::apply::{AUTH, FILE, ID, ISSUE, PASSWORD, issue, prove, to_issue};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, World, moment};

const PROOF: &str = "/enroll/master";
const FORM: &str = "/enroll/master/form";

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

    async fn the_operator_gets_a_certificate_at_any_hour(fresh: &Fresh) {
        let world = world(fresh).await;
        world.user(ID, Kind::Operator, PASSWORD).await;
        close(&world);
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
    }
}
