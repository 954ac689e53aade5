//! Licences, who becomes 管理者, and the wait before the first login.

use sekisho::base::clock::MINUTE_MS;
use sekisho::identity::users::{Kind, User};

use super::{DETAILS, DONE, EMAIL, OFFICE, PASSWORD, at_details, office, registered, with};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

const FULL: &str = "登録アカウントがいっぱいです。現在の契約数は3アカウントです。";

fn address(number: usize) -> String {
    format!("a{number}@office.example.jp")
}

async fn kind_of(world: &World, number: usize) -> Option<Kind> {
    world.find(&address(number)).await.map(|user| user.kind)
}

both_engines! {
    async fn three_licences_take_three_people_and_not_a_fourth(fresh: &Fresh) {
        // RX-08, R002-10, R002-12, R002-38, R002-42
        let world = office(fresh, 3).await;
        for number in 1..=3 {
            registered(&world, &address(number)).await;
        }
        assert_eq!(kind_of(&world, 1).await, Some(Kind::Master));
        assert_eq!(kind_of(&world, 3).await, Some(Kind::General));
        let fourth = at_details(&world, &address(4)).await;
        let full = fourth.post(DETAILS, &with(&[])).await;
        full.says(409, &["アカウント作成エラー", FULL, "href=\"/help/contact\""]);
        assert_eq!(kind_of(&world, 4).await, None);
        assert_eq!(world.audited("signup", "done").await, 3);
        // When somebody has left, the same way goes on.
        let mut tx = world.app.db.begin().await.expect("begun");
        let third = world_find(&world, 3).await;
        sekisho::identity::users::delete(&mut tx, &third.id, world.clock.now()).await.expect("gone");
        tx.commit().await.expect("committed");
        fourth.get(DETAILS).await.says(200, &["詳細の追加"]);
        fourth.post(DETAILS, &with(&[])).await.leads_to(DONE);
        let fifth = at_details(&world, &address(5)).await;
        fifth.post(DETAILS, &with(&[])).await.says(409, &[FULL]);
    }

    async fn two_who_were_added_by_hand_leave_the_managers_place(fresh: &Fresh) {
        // R002-10, R002-38
        let world = office(fresh, 3).await;
        for number in 8..=9 {
            world.user_of(OFFICE, &address(number), Kind::General, PASSWORD).await;
        }
        registered(&world, &address(1)).await;
        assert_eq!(kind_of(&world, 1).await, Some(Kind::Master));
        let second = at_details(&world, &address(2)).await;
        second.post(DETAILS, &with(&[])).await.says(409, &[FULL]);
    }

    async fn of_two_who_come_at_once_one_is_the_manager(fresh: &Fresh) {
        // R002-10
        let world = office(fresh, 3).await;
        let (first, second) = (at_details(&world, &address(1)).await, at_details(&world, &address(2)).await);
        let form = with(&[]);
        let (one, other) = tokio::join!(first.post(DETAILS, &form), second.post(DETAILS, &form));
        one.leads_to(DONE);
        other.leads_to(DONE);
        let kinds = [kind_of(&world, 1).await, kind_of(&world, 2).await];
        assert!(kinds.contains(&Some(Kind::Master)) && kinds.contains(&Some(Kind::General)), "{kinds:?}");
    }

    async fn the_last_licence_is_given_once(fresh: &Fresh) {
        // RX-08, R002-38
        let world = office(fresh, 1).await;
        let (first, second) = (at_details(&world, &address(1)).await, at_details(&world, &address(2)).await);
        let form = with(&[]);
        let (one, other) = tokio::join!(first.post(DETAILS, &form), second.post(DETAILS, &form));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
        assert_eq!(world.audited("signup", "done").await, 1);
    }

    async fn pressing_again_finishes_and_never_registers_twice(fresh: &Fresh) {
        // R002-46, R002-02
        let world = office(fresh, 3).await;
        let window = at_details(&world, EMAIL).await;
        let (twin, form) = (window.beside(None), with(&[]));
        let (first, second) = tokio::join!(window.post(DETAILS, &form), twin.post(DETAILS, &form));
        first.leads_to(DONE);
        second.leads_to(DONE);
        window.post(DETAILS, &form).await.leads_to(DONE);
        window.post(DETAILS, &with(&[("tel", "")])).await.leads_to(DONE);
        assert_eq!(world.audited("signup", "done").await, 1);
        window.get(DONE).await.says(200, &["確認", EMAIL]);
    }

    async fn two_windows_with_one_address_register_it_once(fresh: &Fresh) {
        // R002-04
        let world = office(fresh, 3).await;
        let (first, second) = (at_details(&world, EMAIL).await, at_details(&world, EMAIL).await);
        let form = with(&[]);
        let (one, other) = tokio::join!(first.post(DETAILS, &form), second.post(DETAILS, &form));
        let mut ends = [one.location, other.location];
        ends.sort();
        assert_eq!(ends, [DETAILS, DONE]);
        assert_eq!(world.audited("signup", "done").await, 1);
        for window in [&first, &second] {
            let page = window.get(DETAILS).await;
            assert!(page.status == 409 || page.html.contains("パスワードの入力"), "{}", page.status);
        }
    }

    async fn the_first_login_is_possible_after_ten_minutes(fresh: &Fresh) {
        // R002-01, R002-35, R002-36, R002-44, R002-47
        let world = office(fresh, 3).await;
        let user: User = registered(&world, EMAIL).await;
        let holder = world.certificate(&user, "active").await;
        let window = world.window(&holder);
        window.get("/home").await.leads_to("/login");
        window.get("/login").await.says(200, &["パスワード"]);
        world.clock.advance_ms(10 * MINUTE_MS - 1);
        let early = window.post("/login", &[("password", PASSWORD)]).await;
        early.says(403, &["アカウントの設定をしています。10:10からログインできます。"]);
        // Who does not know the password does not learn of it.
        window.post("/login", &[("password", "Chigau12")]).await.says(422, &["パスワードが違います。"])
            .hides("アカウントの設定");
        world.clock.advance_ms(1);
        window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    }
}

async fn world_find(world: &World, number: usize) -> User {
    world.find(&address(number)).await.expect("registered")
}
