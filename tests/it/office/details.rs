//! 詳細の追加: what the fields hold, the pair that must match, guessing it.

use sekisho::base::clock::MINUTE_MS;
use sekisho::db::params;

use super::{
    CUSTOMER, DETAILS, DONE, EMAIL, OFFICE, START, TEL, add_office, at_details, office, with,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;
use crate::support::tools::at_once;

/// R002-34: which of the two it is, is not said.
const NO_MATCH: &str = "CustomerId（お客様番号）とTel（電話番号）が、ご契約の内容と一致しません。";

async fn refused(world: &World) -> usize {
    world.audited("signup", "refused").await
}

both_engines! {
    async fn each_field_speaks_at_its_edges(fresh: &Fresh) {
        // R002-26, R002-27, R002-28, R002-29, R002-30, R002-33, RX-01
        let world = office(fresh, 3).await;
        let window = at_details(&world, EMAIL).await;
        let long = "𠮷".repeat(257);
        let wrong: [(&str, &str, &str); 10] = [
            ("password", "Abcdef1", "8～64桁"),
            ("password", "abcdefg1", "3種類以上"),
            ("password_confirm", "Abcdefg2", "一致しません"),
            ("customer_no", "28123", "28から始まる6桁の数字"),
            ("customer_no", "2812345", "28から始まる6桁の数字"),
            ("customer_no", "271234", "28から始まる6桁の数字"),
            ("display_name", "", "入力してください"),
            ("display_name", &long, "1～256文字"),
            ("tel", "", "入力してください"),
            ("tel", "内線1", "市外局番から"),
        ];
        for (name, value, message) in wrong {
            let page = window.post(DETAILS, &with(&[(name, value)])).await;
            let said = page.says(422, &[]).hides("Abcdefg1").mistake_at(name).unwrap_or_default();
            assert!(said.contains(message), "{name}={value}: {said:?}");
        }
        // None of these was a guess.
        assert_eq!(refused(&world).await, 0);
        let name = "𠮷".repeat(256);
        let edges = with(&[
            ("display_name", &name), ("tel", "０３５５６３７６６２"), ("customer_no", "２８１２３４"),
            ("password", "ABCDEF1#"), ("password_confirm", "ABCDEF1#"),
        ]);
        window.post(DETAILS, &edges).await.leads_to(DONE);
        let user = world.find(EMAIL).await.expect("registered");
        assert_eq!((user.name, user.tel.as_str()), (name, "０３５５６３７６６２"));
    }

    async fn the_one_the_other_or_both_being_wrong_is_the_same(fresh: &Fresh) {
        // R002-34
        let world = office(fresh, 3).await;
        add_office(&world, "15000005", "285555", 3).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contract_terms SET tel_key = '0466000000', tel = '0466-00-0000' \
                   WHERE contract_no = '15000005'";
        conn.execute(sql, params![]).await.expect("set");
        drop(conn);
        let window = at_details(&world, EMAIL).await;
        let mut pages = Vec::new();
        for (customer_no, tel) in [
            ("280000", TEL), (CUSTOMER, "03-5563-7663"), ("280000", "03-5563-7663"),
            // Both exist, of two contracts.
            (CUSTOMER, "0466-00-0000"),
        ] {
            let page = window.post(DETAILS, &with(&[("customer_no", customer_no), ("tel", tel)])).await;
            page.says(422, &[NO_MATCH, "どちらか、または両方が違います。"]);
            let plain = |html: &str, typed: &str| html.replace(&format!("value=\"{typed}\""), "");
            pages.push(plain(&plain(&page.html, customer_no), tel));
        }
        assert!(pages.iter().all(|html| *html == pages[0]), "they tell one from the other");
        assert!(world.find(EMAIL).await.is_none());
        // Whose number or telephone it was, finds it in the log.
        assert_eq!(refused(&world).await, 3);
        let rows = world.audit().await;
        let seen = rows.iter().filter(|row| row.result == "refused");
        assert!(seen.clone().all(|row| row.contract_no.as_deref() == Some(OFFICE)), "{rows:?}");
        window.post(DETAILS, &with(&[])).await.leads_to(DONE);
    }

    async fn a_way_has_five_pairs_and_a_number_ten(fresh: &Fresh) {
        // R002-34
        let world = office(fresh, 3).await;
        let wrong = with(&[("tel", "03-5563-7663")]);
        for way in ["a@office.example.jp", "b@office.example.jp"] {
            let window = at_details(&world, way).await;
            for _ in 0..4 {
                window.post(DETAILS, &wrong).await.says(422, &[NO_MATCH]);
            }
            let last = window.post(DETAILS, &wrong).await;
            last.says(422, &["メールアドレスの入力からやり直してください。", "action=\"/signup\""]);
            window.post(DETAILS, &with(&[])).await.says(409, &[&format!("href=\"{START}\"")]);
        }
        // Ten with one number: it waits, the right telephone too.
        let window = at_details(&world, EMAIL).await;
        let waits = "10:10まで受け付けられません";
        window.post(DETAILS, &with(&[])).await.says(429, &[waits]);
        window.post(DETAILS, &wrong).await.says(429, &[waits]);
        assert_eq!(refused(&world).await, 10);
        world.clock.advance_ms(10 * MINUTE_MS);
        window.post(DETAILS, &with(&[])).await.leads_to(DONE);
    }

    async fn pairs_sent_at_once_are_ten_for_a_number(fresh: &Fresh) {
        // R002-34
        let world = office(fresh, 3).await;
        let mut windows = Vec::new();
        for way in 0..4 {
            windows.push(at_details(&world, &format!("a{way}@office.example.jp")).await);
        }
        let guess = async |number: usize| {
            let tel = format!("03-5563-{number:04}");
            windows[number % 4].beside(None).post(DETAILS, &with(&[("tel", &tel)])).await
        };
        let pages = at_once((0..40).map(guess)).await;
        let compared = pages.iter().filter(|page| page.status == 422).count();
        assert_eq!((compared, refused(&world).await), (10, 10));
        // Whoever's tries are used up learns nothing from the right one.
        let window = at_details(&world, EMAIL).await;
        window.post(DETAILS, &with(&[])).await.says(429, &["受け付けられません"]);
    }

    async fn one_telephone_cannot_try_all_numbers(fresh: &Fresh) {
        // R002-34
        let world = office(fresh, 3).await;
        for number in 0..10 {
            let window = at_details(&world, &format!("a{number}@office.example.jp")).await;
            let customer = format!("28{number:04}");
            window.post(DETAILS, &with(&[("customer_no", &customer)])).await.says(422, &[NO_MATCH]);
        }
        let window = at_details(&world, EMAIL).await;
        window.post(DETAILS, &with(&[])).await.says(429, &["受け付けられません"]);
    }

    async fn a_contract_that_ended_or_takes_nobody_is_no_match(fresh: &Fresh) {
        // R002-34
        let world = office(fresh, 3).await;
        add_office(&world, "15000006", "286666", 3).await;
        let window = at_details(&world, EMAIL).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET closed_at = $1 WHERE contract_no = $2";
        conn.execute(sql, params![world.clock.now(), OFFICE]).await.expect("closed");
        let sql = "UPDATE contract_terms SET login_kind = 'user_id' WHERE contract_no = $1";
        conn.execute(sql, params!["15000006"]).await.expect("set");
        drop(conn);
        window.post(DETAILS, &with(&[])).await.says(422, &[NO_MATCH]);
        window.post(DETAILS, &with(&[("customer_no", "286666")])).await.says(422, &[NO_MATCH]);
    }

    async fn the_contracts_own_policy_comes_before_the_presets(fresh: &Fresh) {
        // R002-26, R001-05
        let world = office(fresh, 3).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let preset = sekisho::identity::terms::Preset::Office.policy();
        let own = sekisho::identity::policy::Policy { min_length: 12, ..preset };
        let now = world.clock.now();
        sekisho::identity::policy::put(&mut tx, OFFICE, &own, now).await.expect("a policy");
        tx.commit().await.expect("committed");
        let window = at_details(&world, EMAIL).await;
        let page = window.post(DETAILS, &with(&[])).await;
        let said = page.says(422, &[]).mistake_at("password").unwrap_or_default();
        assert!(said.contains("12～64桁"), "{said}");
        let long = with(&[("password", "Abcdefghijk1"), ("password_confirm", "Abcdefghijk1")]);
        window.post(DETAILS, &long).await.leads_to(DONE);
    }
}
