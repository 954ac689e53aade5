//! A file that was lost before its first use: who may replace it (`reissue_unused`).

use sekisho::app::App;
use sekisho::mail::Mailer;

use super::apply::{
    CODE, ID, PASSWORD, RESULT, certificates, issue, open, prove, to_issue, world_with_master,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{World, moment};

const SAID: &str = "有効な電子証明書がすでに発行されています。更新は";

/// From now on people may replace a lost file themselves.
fn let_them(world: &mut World) {
    let mut config = world.app.config.clone();
    config.certificate.reissue_unused = true;
    let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
    let (clock, db) = (world.clock.clone(), world.app.db.clone());
    let app = App::with(config, clock, db, mailer).expect("an app");
    world.serve(app, |app| sekisho::site::site(app).router);
}

fn states(all: &[(String, String, Option<String>)]) -> Vec<&str> {
    all.iter().map(|one| one.1.as_str()).collect()
}

both_engines! {
    async fn a_lost_file_is_replaced_by_the_person_where_that_is_allowed(fresh: &Fresh) {
        // R004-72
        let mut world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
        // By default the operator must revoke it first.
        let other = world.visitor();
        prove(&other, ID, PASSWORD).await.says(422, &[
            SAID, "いまのPCで使い続ける", "PCを替えた", "/help/request-form", "失効等依頼書",
        ]);
        world.clock.advance_ms(1_000);
        let_them(&mut world);
        let other = world.visitor();
        to_issue(&world, &other).await;
        issue(&other).await;
        open(&other.get("/certificate/file").await, PASSWORD);
        let all = certificates(&world).await;
        assert_eq!(states(&all), ["revoked", "active"]);
        assert_eq!(all[0].2.as_deref(), Some("superseded"));
        let chain = world.audit().await;
        let row = chain.iter().find(|row| row.action == "certificate-revoke").expect("audited");
        assert_eq!(row.serial.as_deref(), Some(all[0].0.as_str()));
    }

    async fn one_in_use_is_never_replaced_before_its_renewal(fresh: &Fresh) {
        // R004-72, R004-80, R004-81
        let mut world = world_with_master(fresh).await;
        let_them(&mut world);
        let user = world.find(ID).await.expect("there");
        let holder = world.certificate(&user, "active").await;
        let window = world.window(&holder);
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
        prove(&world.visitor(), ID, PASSWORD).await.says(422, &[SAID]);
        world.clock.set(moment("2027-10-22T00:00:00+09:00"));
        let renewing = world.visitor();
        prove(&renewing, ID, PASSWORD).await.leads_to(CODE);
    }

    async fn a_renewal_says_how_long_the_old_one_goes_on(fresh: &Fresh) {
        // R004-81
        let world = world_with_master(fresh).await;
        let user = world.find(ID).await.expect("there");
        world.certificate(&user, "active").await;
        let first = world.visitor();
        world.clock.set(moment("2027-10-25T10:00:00+09:00"));
        to_issue(&world, &first).await;
        let both = "いまの電子証明書は、新しい電子証明書を最初に使うまで（または2027年11月21日まで）使えます。";
        first.get("/certificate/issue").await.says(200, &["電子証明書を更新します。", both]);
        issue(&first).await;
        first.get(RESULT).await.says(200, &[both]);
        assert_eq!(states(&certificates(&world).await), ["retiring", "active"]);
    }

    async fn a_first_issue_speaks_of_no_renewal(fresh: &Fresh) {
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        window.get("/certificate/issue").await.says(200, &[]).hides("更新します");
        issue(&window).await;
        window.get(RESULT).await.says(200, &[]).hides("いまの電子証明書は");
    }
}
