//! 削除 and 削除の完了.

use sekisho::identity::users::Kind;

use super::{PASSWORD, general, master, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

both_engines! {
    async fn a_colleague_is_deleted_with_certificate_and_session(fresh: &Fresh) {
        // R004-98
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = signed_in(&world, &holder, PASSWORD).await;
        window.get("/members/users/Hanako12/delete").await.says(200, &[
            "Hanako12", "労金　太郎", "元に戻せません", "電子証明書は失効します", "削除する",
        ]);
        assert!(world.find("Hanako12").await.is_some(), "looking deletes nobody");
        let typed = [("id", hanako.id.as_str())];
        let done = window.post("/members/users/Hanako12/delete", &typed).await;
        done.leads_to("/members/users/Hanako12/deleted");
        window.get(&done.location).await.says(200, &["削除の完了", "Hanako12", "一覧へ(F4)"]);
        assert!(world.find("Hanako12").await.is_none());
        assert_eq!(world.status(&holder).await, "revoked");
        hers.get("/home").await.leads_to("/login");
        hers.post("/login", &[("password", PASSWORD)]).await.says(422, &[]);
        assert_eq!(world.audited("user-delete", "done").await, 1);
        // Sent twice: nothing more happens, and the page says what was done.
        window.post("/members/users/Hanako12/delete", &typed).await
            .leads_to("/members/users/Hanako12/deleted");
        assert_eq!(world.audited("user-delete", "done").await, 1);
        window.get("/members/users").await.says(200, &["1件"]).hides("Hanako12");
    }

    async fn who_has_the_same_id_by_now_is_not_deleted_by_an_old_page(fresh: &Fresh) {
        // R004-98
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let first = general(&world, "Hanako12").await;
        window.get("/members/users/Hanako12/delete").await.says(200, &[]);
        window.post("/members/users/Hanako12/delete", &[("id", &first.id)]).await
            .leads_to("/members/users/Hanako12/deleted");
        world.clock.advance_ms(1_000);
        general(&world, "Hanako12").await;
        window.post("/members/users/Hanako12/delete", &[("id", &first.id)]).await
            .leads_to("/members/users/Hanako12/deleted");
        assert!(world.find("Hanako12").await.is_some());
    }

    async fn an_operator_in_the_contract_is_deleted_by_no_master(fresh: &Fresh) {
        // R004-98, RX-06: by no address
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let operator = world.user("Unei0001", Kind::Operator, PASSWORD).await;
        let page = "/members/users/Unei0001/delete";
        window.get("/members/users").await.says(200, &[]);
        window.get(page).await.says(403, &[]);
        window.post(page, &[("id", &operator.id)]).await.says(403, &[]);
        assert!(world.find("Unei0001").await.is_some());
        assert_eq!(world.audited("user-delete", "done").await, 0);
    }

    async fn neither_the_master_nor_anybody_elses_people_are_deleted(fresh: &Fresh) {
        // R004-101, RX-06
        let world = World::whole(fresh).await;
        let (own, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = signed_in(&world, &holder, PASSWORD).await;
        window.get("/members/users/Taro6789/delete").await.says(403, &[]);
        window.get("/members/users").await.says(200, &[]);
        window.post("/members/users/Taro6789/delete", &[("id", &own.id)]).await.says(403, &[]);
        hers.get("/members/users/Hanako12/delete").await.says(403, &[]);
        world.contract("15000001", "Hajime1#", &[]).await;
        let theirs = world.user_of("15000001", "Yoso1234", Kind::General, PASSWORD).await;
        window.post("/members/users/Yoso1234/delete", &[("id", &theirs.id)]).await;
        assert!(world.find("Yoso1234").await.is_some());
        assert!(world.find("Taro6789").await.is_some());
    }
}
