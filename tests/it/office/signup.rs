//! From the address to the right code.

use sekisho::base::clock::MINUTE_MS;
use sekisho::db::params;
use sekisho::identity::users::Kind;

use super::{
    AGAIN, CODE, CUSTOMER, DETAILS, DONE, EMAIL, OFFICE, PASSWORD, START, add_office, at_details,
    codes, last_code, office, registered, start, with,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;
use crate::support::tools::at_once;

const OVER: &str = "このコードはもう使えません。";

both_engines! {
    async fn codes_asked_for_at_once_are_ten(fresh: &Fresh) {
        // R002-18
        let world = office(fresh, 3).await;
        let ask = async |_| {
            let window = world.visitor();
            start(&window, EMAIL).await
        };
        let pages = at_once((0..20).map(ask)).await;
        assert_eq!(pages.iter().filter(|page| page.location == CODE).count(), 10);
        assert_eq!(codes(&world, EMAIL).await.len(), 10);
    }

    async fn somebody_registers_from_the_top_page_to_the_end(fresh: &Fresh) {
        // R002-17..20, R002-22, R002-23, R002-25, R002-32, R002-35, R002-41
        let world = office(fresh, 3).await;
        let window = world.visitor();
        window.get("/").await.says(200, &[
            "アカウントをお持ちでない場合、作成できます", "enroll.localhost:8443/signup",
        ]);
        window.get(START).await.says(200, &["メールアドレス", "次へ", "キャンセル", "1 / 4"]);
        let begun = window.post(START, &[("email", "Jimu@Office.example.jp")]).await;
        begun.leads_to(CODE);
        assert!(begun.set_cookies[0].contains("Max-Age=3600"), "{:?}", begun.set_cookies);
        world.work().await;
        let (_, mail) = world.mail.sent().pop().expect("a mail");
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (EMAIL, "アカウント確認コード"));
        let code = last_code(&world, EMAIL).await;
        let body = format!(
            "アカウント確認コード\n\n\
             関所のアカウントの検証に次のコードを使用してください。コードが使用できるのは 30 分間のみです。\n\n\
             アカウント確認コード: {code}\n\n\
             コードを要求していない場合は、このメールは無視できます。\n"
        );
        assert_eq!(mail.body, body);
        assert!(code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        window.get(CODE).await.says(200, &[
            "コードの入力", "jimu@office.example.jp にコードを送信しました", "←", "次へ", "2 / 4",
            "href=\"/signup\"", "メーラーの受信設定", "すでに登録済のメールアドレス",
            "入力したメールアドレスが違う", "sekisho@localhost",
        ]);
        // Pasted with blanks around and within.
        let pasted = format!(" {} {}\n", &code[..4], &code[4..]);
        window.post(CODE, &[("code", &pasted)]).await.leads_to(DETAILS);
        window.get(DETAILS).await.says(200, &[
            "詳細の追加", "アカウントをセットアップするには、もう少し情報が必要です。",
            "パスワード", "パスワードを再入力してください", "CustomerId", "表示名", "Tel",
            "キャンセル", "次へ", "3 / 4", "最小文字数：8文字以上", "3種類以上", "28から始まる6桁の数字",
            "1文字～256文字", "「苗字を漢字で」「イニシャルで」", "ソフトウェアキーボード",
        ]);
        window.post(DETAILS, &with(&[])).await.leads_to(DONE);
        window.get(DONE).await.says(200, &[
            "確認", ">OK</a>", "4 / 4", "10:10から", "電子証明書発行",
            "アカウントの設定をしています。10分ほどしたらメニュー右上からログインしてください",
        ]).hides(PASSWORD);
        let user = world.find("JIMU@office.example.jp").await.expect("registered");
        assert_eq!((user.login_id.as_str(), user.email.as_str()), (EMAIL, EMAIL));
        assert_eq!((user.contract_no.as_str(), user.name.as_str()), (OFFICE, "事務　良子"));
        assert!(!user.password_temporary);
        assert_eq!(world.audited("signup", "done").await, 1);
        // R002-06: no mail but the code.
        world.work().await;
        assert_eq!(world.mail.sent().len(), 1);
    }

    async fn the_address_is_not_told_to_be_registered_before_the_right_code(fresh: &Fresh) {
        // R002-04, R002-24, R002-49
        let world = office(fresh, 3).await;
        registered(&world, EMAIL).await;
        let (known, unknown) = (world.visitor(), world.visitor());
        let other = "hoka@office.example.jp";
        let (first, second) = (start(&known, EMAIL).await, start(&unknown, other).await);
        assert_eq!((first.status, &first.location), (second.status, &second.location));
        let plain = |html: String, email: &str, csrf: &str| html.replace(email, "").replace(csrf, "");
        let first = known.get(CODE).await.html;
        let second = unknown.get(CODE).await.html;
        assert_eq!(plain(first, EMAIL, &known.csrf()), plain(second, other, &unknown.csrf()));
        let (ours, theirs) = (codes(&world, EMAIL).await, codes(&world, other).await);
        assert_eq!((ours.len(), theirs.len()), (2, 1));
        let sent = world.mail.sent();
        let body = |email: &str, code: &str| {
            let found = sent.iter().rev().find(|(_, mail)| mail.to == email);
            found.expect("a mail").1.body.replace(code, "")
        };
        assert_eq!(body(EMAIL, &ours[1]), body(other, &theirs[0]));
        // Wrong codes tell nothing either.
        let wrong = |code: &str| if code == "00000000" { "00000001" } else { "00000000" }.to_owned();
        for (window, email, code) in [(&known, EMAIL, &ours[1]), (&unknown, other, &theirs[0])] {
            window.post(CODE, &[("code", &wrong(code))]).await.says(422, &["コードが違います。"])
                .hides("すでに登録されています");
            window.post(CODE, &[("code", code)]).await.leads_to(DETAILS);
            assert!(!email.is_empty());
        }
        unknown.get(DETAILS).await.says(200, &["詳細の追加"]);
        known.get(DETAILS).await.says(200, &[
            "パスワードの入力", "すでに登録されています", "使用できるメールアドレスは1回のみです。",
            "別のメールアドレス", "パスワードを忘れた方はこちら", "href=\"/password/forgot\"",
            ">サインイン</button>",
        ]).hides("CustomerId");
        // The form of the other page registers nobody.
        known.post(DETAILS, &with(&[])).await.leads_to(DETAILS);
        let sign_in = "/signup/password";
        known.post(sign_in, &[("password", "Chigau12")]).await.says(422, &["パスワードが違います。"]);
        let right = known.post(sign_in, &[("password", PASSWORD)]).await;
        right.leads_to("https://localhost:8443/login");
    }

    async fn a_code_is_good_for_thirty_minutes_and_five_tries(fresh: &Fresh) {
        // R002-21
        let world = office(fresh, 3).await;
        let window = world.visitor();
        start(&window, EMAIL).await.leads_to(CODE);
        let code = last_code(&world, EMAIL).await;
        window.get(CODE).await.says(200, &["30分間有効"]);
        world.clock.advance_ms(30 * MINUTE_MS);
        window.post(CODE, &[("code", &code)]).await.says(422, &[OVER]);
        window.post(AGAIN, &[]).await.leads_to(CODE);
        let second = last_code(&world, EMAIL).await;
        let wrong = if second == "00000000" { "00000001" } else { "00000000" };
        for left in (1..5).rev() {
            let said = window.post(CODE, &[("code", wrong)]).await.mistake_at("code");
            assert!(said.is_some_and(|said| said.contains(&format!("あと{left}回"))));
        }
        window.post(CODE, &[("code", wrong)]).await.says(422, &[OVER]);
        window.post(CODE, &[("code", &second)]).await.says(422, &[OVER]);
        window.post(AGAIN, &[]).await.leads_to(CODE);
        let third = last_code(&world, EMAIL).await;
        world.clock.advance_ms(30 * MINUTE_MS - 1);
        window.post(CODE, &[("code", &third)]).await.leads_to(DETAILS);
    }

    async fn the_arrow_leads_back_to_another_address(fresh: &Fresh) {
        // R002-40
        let world = office(fresh, 3).await;
        let window = world.visitor();
        start(&window, "gimu@office.example.jp").await.leads_to(CODE);
        window.get(START).await.says(200, &["value=\"gimu@office.example.jp\""]);
        window.post(START, &[("email", EMAIL)]).await.leads_to(CODE);
        window.get(CODE).await.says(200, &["jimu@office.example.jp にコードを送信しました"]);
        let code = last_code(&world, EMAIL).await;
        window.post(CODE, &[("code", &code)]).await.leads_to(DETAILS);
    }

    async fn a_double_click_sends_one_code(fresh: &Fresh) {
        // R002-46
        let world = office(fresh, 3).await;
        let window = world.visitor();
        window.get(START).await.says(200, &[]);
        let twin = window.beside(None);
        let form = [("email", EMAIL)];
        let (first, second) = tokio::join!(window.post(START, &form), twin.post(START, &form));
        first.leads_to(CODE);
        second.leads_to(CODE);
        assert_eq!(codes(&world, EMAIL).await.len(), 1);
        let code = last_code(&world, EMAIL).await;
        twin.post(CODE, &[("code", &code)]).await.leads_to(DETAILS);
        window.post(CODE, &[("code", &code)]).await.leads_to(DETAILS);
    }

    async fn a_closed_browser_goes_on_within_the_hour(fresh: &Fresh) {
        // R002-43
        let world = office(fresh, 3).await;
        let window = world.visitor();
        start(&window, EMAIL).await.leads_to(CODE);
        window.reopen(&["__Host-sekisho-flow"]);
        window.get(START).await.says(200, &["途中の登録があります", "href=\"/signup/code\""]);
        let code = last_code(&world, EMAIL).await;
        window.get(CODE).await.says(200, &[]);
        window.post(CODE, &[("code", &code)]).await.leads_to(DETAILS);
        window.reopen(&["__Host-sekisho-flow"]);
        window.get(START).await.says(200, &["href=\"/signup/details\""]);
        // A step that is not the present one leads on.
        window.get(CODE).await.says(409, &["href=\"/signup/details\""]);
        window.get(DONE).await.says(409, &["href=\"/signup/details\""]);
        world.clock.advance_ms(60 * MINUTE_MS - 1);
        window.get(DETAILS).await.says(200, &[]);
        world.clock.advance_ms(1);
        window.post(DETAILS, &with(&[])).await.says(409, &["href=\"/signup\""]);
        assert!(world.find(EMAIL).await.is_none());
    }

    async fn one_address_gets_ten_codes_an_hour(fresh: &Fresh) {
        let world = office(fresh, 3).await;
        for _ in 0..10 {
            start(&world.visitor(), EMAIL).await.leads_to(CODE);
        }
        start(&world.visitor(), EMAIL).await.says(429, &["コードの送信が続いたため"]);
        start(&world.visitor(), "hoka@office.example.jp").await.leads_to(CODE);
        world.clock.advance_ms(60 * MINUTE_MS);
        start(&world.visitor(), EMAIL).await.leads_to(CODE);
    }

    async fn one_place_begins_a_hundred_ways_in_ten_minutes(fresh: &Fresh) {
        let world = office(fresh, 3).await;
        for number in 0..100 {
            start(&world.visitor(), &format!("a{number}@office.example.jp")).await.leads_to(CODE);
        }
        start(&world.visitor(), EMAIL).await.says(429, &["10:10まで受け付けられません"]);
        world.clock.advance_ms(10 * MINUTE_MS);
        start(&world.visitor(), EMAIL).await.leads_to(CODE);
    }

    async fn what_is_no_address_is_told_at_its_field(fresh: &Fresh) {
        // R002-05
        let world = office(fresh, 3).await;
        let window = world.visitor();
        for odd in ["", "jimu", "a b@office.example.jp", "a/b@office.example.jp"] {
            let page = start(&window, odd).await;
            assert!(page.says(422, &[]).mistake_at("email").is_some(), "{odd}");
        }
        window.post_foreign(START, &[("email", EMAIL)]).await.says(403, &[]);
        start(&window, "taro@docomo.ne.jp").await.leads_to(CODE);
    }

    async fn nobody_can_register_where_no_contract_offers_it(fresh: &Fresh) {
        // R002-17
        let world = World::whole(fresh).await;
        world.visitor().get("/").await.says(200, &[]).hides("アカウントをお持ちでない場合");
        world.visitor().get(START).await.says(404, &[]);
        add_office(&world, OFFICE, CUSTOMER, 3).await;
        world.visitor().get(START).await.says(200, &[]);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET closed_at = $1 WHERE contract_no = $2";
        conn.execute(sql, params![world.clock.now(), OFFICE]).await.expect("closed");
        world.visitor().get(START).await.says(404, &[]);
    }

    async fn a_deleted_address_can_register_anew(fresh: &Fresh) {
        // R002-45
        let world = office(fresh, 3).await;
        let first = registered(&world, EMAIL).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        sekisho::identity::users::delete(&mut tx, &first.id, world.clock.now()).await.expect("gone");
        tx.commit().await.expect("committed");
        let window = at_details(&world, EMAIL).await;
        window.post(DETAILS, &with(&[])).await.leads_to(DONE);
        let second = world.find(EMAIL).await.expect("registered");
        assert_ne!(first.id, second.id);
        assert_eq!(second.kind, Kind::Master, "nobody else is there");
    }
}
