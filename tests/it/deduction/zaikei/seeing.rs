//! The pages of 財形貯蓄事務.

use sekisho::identity::contracts::Service;
use sekisho::identity::rights::{Function, Mode, set_function};
use sekisho::identity::users::Kind;

use super::{
    ALL, EMPLOYER, FIRST, OTHER, SECOND, balances, deposit, employer, incentives, person, receive,
};
use crate::deduction::forms::{rows, same};
use crate::support::db::{Fresh, both_engines};

const PAGES: [&str; 12] = [
    "/deduction/zaikei/lines",
    "/deduction/zaikei/statements",
    "/deduction/zaikei/export",
    "/deduction/zaikei/lists/details",
    "/deduction/zaikei/lists/details/csv",
    "/deduction/zaikei/lists/details/pdf",
    "/deduction/zaikei/lists/changes",
    "/deduction/zaikei/lists/changes/csv",
    "/deduction/zaikei/lists/changes/pdf",
    "/deduction/zaikei/lists/alarms",
    "/deduction/zaikei/lists/alarms/csv",
    "/deduction/zaikei/lists/alarms/pdf",
];
const BALANCES: [&str; 3] = [
    "/deduction/zaikei/balances",
    "/deduction/zaikei/balances/csv",
    "/deduction/zaikei/balances/pdf",
];
const INCENTIVES: [&str; 3] = [
    "/deduction/zaikei/incentives",
    "/deduction/zaikei/incentives/csv",
    "/deduction/zaikei/incentives/pdf",
];

both_engines! {
    // R004-55, R004-148, R004-149, R004-151
    async fn an_employer_lands_on_its_information_with_its_menu(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let user = world.user_of(EMPLOYER, "jigyo001", Kind::Master, "Abcde1#x").await;
        let holder = world.certificate(&user, "active").await;
        let token = world.session(&user, &holder).await;
        let window = world.window(&holder).with_session(&token);
        let page = window.get("/home").await;
        page.says(200, &["まだ受信していません。", "作成基準日"]);
        receive(&world, &deposit("月例", "2026-10-20", &FIRST)).await;
        receive(&world, &deposit("夏季一時金", "2026-06-05", &FIRST[..1])).await;
        receive(&world, &balances("2026-09-30", &FIRST)).await;
        receive(&world, &incentives("一時金", "2026-07-15", &FIRST)).await;
        receive(&world, &deposit("月例", "2026-11-20", &SECOND)).await;
        // A day each: the session is over.
        let token = world.session(&user, &holder).await;
        let window = world.window(&holder).with_session(&token);
        let page = window.get("/home").await;
        page.says(200, &[
            "財形貯蓄 インフォメーション", "DC671101", "お知らせ", "最新受信情報",
            "預入依頼書（月例） 2026年11月26日 受信",
        ]);
        for (document, timing, base_on) in [
            ("預入依頼書", "月例", "2026年11月20日"),
            ("預入依頼書", "夏季一時金", "2026年06月05日"),
            ("預入依頼書", "年末一時金", ""),
            ("加入者残高一覧表", "", "2026年09月30日"),
            ("奨励金", "月例", ""),
            ("奨励金", "一時金", "2026年07月15日"),
        ] {
            page.says(200, &[&format!("{document}</th><td>{timing}</td><td>{base_on}</td>")]);
        }
        let menu = ["トップページ", "財形貯蓄事務", "共通機能", "システム管理機能", "ログアウト"];
        page.says(200, &menu).hides("労金控除事務").hides("賃控元帳事務").hides("入金グループ選択");
        window.get("/deduction/zaikei").await.says(200, &[
            "財形積立明細照会", "財形積立明細書出力", "財形積立明細データエクスポート",
            "加入者残高一覧表", "奨励金",
        ]);
    }

    // R004-150
    async fn balances_and_incentives_are_there_only_if_contracted(fresh: &Fresh) {
        let world = employer(fresh, &[Service::Zaikei]).await;
        receive(&world, &deposit("月例", "2026-10-20", &FIRST)).await;
        let kept = receive(&world, &balances("2026-09-30", &FIRST)).await;
        receive(&world, &incentives("月例", "2026-07-15", &FIRST)).await;
        let window = person(&world, EMPLOYER, "jigyo001").await;
        window.get("/home").await.says(200, &["預入依頼書（月例）"]).hides("残高一覧表").hides("奨励金");
        window.get("/deduction/zaikei").await.says(200, &[]).hides("残高一覧表").hides("奨励金");
        for path in BALANCES.iter().chain(&INCENTIVES) {
            window.get(path).await.says(403, &[]);
            window.get(&format!("{path}?batch={}", kept.id)).await.says(403, &[]);
        }
        // Another document's reception is none of 預入依頼書.
        for path in PAGES {
            window.get(&format!("{path}?batch={}", kept.id)).await.says(404, &[]);
        }
    }

    // R004-150, R004-152, R004-153, R004-154
    async fn screen_csv_and_pdf_have_the_same_rows_and_sums(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        receive(&world, &deposit("月例", "2026-10-20", &FIRST)).await;
        let second = receive(&world, &deposit("月例", "2026-11-20", &SECOND)).await.id;
        let kept = receive(&world, &balances("2026-09-30", &FIRST)).await.id;
        let paid = receive(&world, &incentives("月例", "2026-07-15", &FIRST)).await.id;
        let window = person(&world, EMPLOYER, "jigyo001").await;
        let page = window.get("/deduction/zaikei/statements").await;
        page.says(200, &[
            "財形積立明細書", "4件", "41,000円", "財形積立変更明細書", "21,000円", "預入依頼書のみ",
            "財形アラーム明細一覧表", "0件", "2026年10月20日",
        ]);
        let page = window.get("/deduction/zaikei/export").await;
        page.says(200, &["財形積立明細書", "財形積立変更明細書"]).hides("財形アラーム");
        let query = format!("batch={second}");
        let [details, changes] =
            ["/deduction/zaikei/lists/details", "/deduction/zaikei/lists/changes"];
        same(&window, (details, &query), 4, ("積立額", 41_000)).await;
        same(&window, (changes, &query), 4, ("変更後積立額", 21_000)).await;
        same(&window, (BALANCES[0], &format!("batch={kept}")), 4, ("残高", 5_000_000)).await;
        same(&window, (INCENTIVES[0], &format!("batch={paid}")), 4, ("奨励金", 500)).await;
        let told = rows(&window, &format!("{changes}/csv?{query}")).await;
        let told: Vec<_> =
            told[1..].iter().map(|row| [&*row[0], &*row[3], &*row[5], &*row[6], &*row[7]]).collect();
        assert_eq!(told, [
            ["000101", "一般", "中止", "10000", "0"],
            ["000102", "年金", "変更", "15000", "18000"],
            ["000104", "一般", "新規", "", "3000"],
            ["000103", "一般", "中止", "5000", "0"],
        ]);
        let page = window.get("/deduction/zaikei/lines?employee_no=000101").await;
        page.says(200, &["財形積立明細照会", "2件", "20,000円", "2,500,000円", "12,000円"]);
        let page = window.get("/deduction/zaikei/lines?kana=%EF%BD%BB%EF%BE%84%EF%BD%B3").await;
        page.says(200, &["1件", "サトウ", "2015/04/01"]).hides("ヤマダ");
    }

    // RX-06, RX-07
    async fn others_and_those_it_is_hidden_from_see_nothing(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        world.contract(OTHER, "Hajime6#", &ALL).await;
        let ours = receive(&world, &deposit("月例", "2026-10-20", &FIRST)).await.id;
        let kept = receive(&world, &balances("2026-09-30", &FIRST)).await.id;
        let stranger = person(&world, OTHER, "tanin001").await;
        for (path, id) in PAGES.map(|path| (path, &ours)).into_iter().chain(BALANCES.map(|path| (path, &kept))) {
            stranger.get(&format!("{path}?batch={id}")).await.says(404, &[]).hides("ヤマダ");
        }
        stranger.get("/home").await.says(200, &["まだ受信していません。"]);
        let window = person(&world, EMPLOYER, "jigyo001").await;
        let user = world.find("jigyo001").await.unwrap();
        window.get("/home").await.says(200, &["財形貯蓄事務"]);
        let sql = "UPDATE users SET kind = 'general' WHERE id = $1";
        let mut tx = world.app.db.begin().await.unwrap();
        tx.execute(sql, sekisho::db::params![&user.id]).await.unwrap();
        set_function(&mut tx, &user.id, Function::Zaikei, Mode::Hide).await.unwrap();
        tx.commit().await.unwrap();
        for path in PAGES.iter().chain(&BALANCES).chain(&INCENTIVES) {
            window.get(path).await.says(403, &[]);
        }
        window.get("/home").await.says(200, &[]).hides("財形貯蓄事務").hides("作成基準日");
    }
}
