//! What came of a request: deducted, not deducted, other names.

use super::{clerk, column, period, requested, rows};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};

/// The employer's results come: every tenth line was not deducted, every seventh has
/// another name.
pub async fn come(union: &Union) {
    let now = union.world.clock.now();
    let sql = "UPDATE request_lines SET result = CASE WHEN line_no % 10 = 3 THEN 'unable' ELSE 'ok' END, \
         reason = CASE WHEN line_no % 10 = 3 THEN '休職中' ELSE NULL END, \
         kana_reported = CASE WHEN line_no % 7 = 2 THEN 'チガウ　ナマエ' ELSE kana_name END, \
         kana_differs = (line_no % 7 = 2) WHERE contract_no = $1 AND amount > 0 \
         AND error_code IS NULL AND $2 = $2";
    union.run(KEY, sql, &[]).await;
    let id = period(union, true).await;
    let mark =
        "UPDATE periods SET results_at = $4 WHERE contract_no = $1 AND group_no = $2 AND id = $3";
    union.run(KEY, mark, &[&id, &now]).await;
    let mut tx = union.world.app.db.begin().await.expect("begun");
    sekisho::deduction::sums::count(&mut tx, KEY.contract_no, &id).await.expect("counted");
    tx.commit().await.expect("committed");
}

both_engines! {
    // R004-127, R004-135
    async fn each_requested_line_is_deducted_or_listed_as_unable(fresh: &Fresh) {
        let union = requested(fresh, 60).await;
        let window = clerk(&union).await;
        let asked = rows(&window, "/deduction/rokin/lists/requests").await;
        come(&union).await;
        let results = "/deduction/rokin/lists/results";
        let unable = rows(&window, "/deduction/rokin/lists/unable").await;
        let all = rows(&window, results).await;
        assert_eq!(all.len(), asked.len());
        let words = column(&window, results, "結果").await;
        let reasons = column(&window, results, "控除不能の理由").await;
        let yen = |cells: Vec<String>| -> i64 { cells.iter().map(|yen| yen.parse::<i64>().expect("yen")).sum() };
        let deducted = yen(column(&window, results, "控除額").await);
        let requested = yen(column(&window, "/deduction/rokin/lists/requests", "依頼額").await);
        let not = yen(column(&window, "/deduction/rokin/lists/unable", "依頼額").await);
        assert_eq!(requested, deducted + not);
        assert_eq!(words.iter().filter(|word| *word == "控除不能").count(), unable.len());
        assert_eq!(reasons.iter().filter(|reason| *reason == "休職中").count(), unable.len());
        assert!(words.iter().all(|word| ["控除済", "控除不能"].contains(&word.as_str())));
    }

    // R004-127
    async fn other_names_stand_side_by_side(fresh: &Fresh) {
        let union = requested(fresh, 60).await;
        come(&union).await;
        let window = clerk(&union).await;
        let path = "/deduction/rokin/lists/differs";
        let ours = column(&window, path, "カナ氏名（登録）").await;
        let theirs = column(&window, path, "カナ氏名（企業の結果）").await;
        assert!(!ours.is_empty() && ours.iter().all(|name| name != "チガウ　ナマエ"));
        assert!(theirs.iter().all(|name| name == "チガウ　ナマエ"));
        window.get(path).await.says(200, &["カナ氏名（登録）", "チガウ　ナマエ"]);
    }
}
