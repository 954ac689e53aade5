//! まとめ入金依頼書 and the lists of what it leaves out: on screen, as CSV, as PDF.

use sekisho::base::money::Yen;

use super::{Answered, DEPOSIT, hidden};
use crate::support::db::{Fresh, both_engines};

const UPDATES: &str = "/deduction/rokin/updates";

both_engines! {
    async fn the_papers_say_the_same_as_the_pages(fresh: &Fresh) {
        // R004-125, R004-126, R004-146
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        for line in answered.lines("ok").await.into_iter().take(3) {
            let path = answered.stop(line);
            let version = hidden(&clerk.get(&path).await, "version");
            clerk.post(&path, &[("version", &version), ("act", "stop")]).await;
        }
        // No paper before the confirmation.
        for paper in ["request", "request.pdf", "paid", "paid.pdf", "updates", "updates.csv"] {
            clerk.get(&answered.at(&format!("{DEPOSIT}/{paper}"))).await.says(409, &["まとめ入金確定へ"]);
        }
        answered.confirm(&clerk).await;
        let sums = answered.sums().await;
        assert_eq!(sums.stopped.count, 3);
        // Whoever only looks may have them.
        let viewer = answered.viewer("miru0001").await;
        let request = viewer.get(&answered.at(&format!("{DEPOSIT}/request"))).await;
        let paid = Yen(sums.paid().amount).ja();
        request.says(200, &["まとめ入金依頼書", "16000004-202612-101", &paid, "種目別の内訳", "御中"]);
        let pdf = viewer.get(&answered.at(&format!("{DEPOSIT}/request.pdf"))).await;
        assert_eq!(pdf.status, 200, "{}", pdf.html);
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        let list = viewer.get(&answered.at(&format!("{DEPOSIT}/paid"))).await;
        list.says(200, &["まとめ入金明細", &paid]).hides("欠勤のため");
        let csv = viewer.get(&answered.at(&format!("{DEPOSIT}/paid.csv"))).await;
        assert_eq!(column(&csv.html, "控除金額"), (sums.paid().count, sums.paid().amount));
        let left_out = viewer.get(&answered.at(&format!("{DEPOSIT}/updates"))).await;
        let both = sums.unable + sums.stopped;
        left_out.says(200, &["まとめ入金更新明細書", &Yen(both.amount).ja(), "欠勤のため", "入金中止"]);
        let csv = viewer.get(&answered.at(&format!("{DEPOSIT}/updates.csv"))).await;
        assert_eq!(column(&csv.html, "控除金額"), (both.count, both.amount));
        assert!(csv.html.contains("2026/12/11"));
        let stops = viewer.get(&answered.at("/deduction/rokin/stops.csv")).await;
        assert_eq!(column(&stops.html, "控除金額"), (sums.requested.count, sums.requested.amount));
        // What is not paid in any case has an empty cell: a sign would be guarded as a formula.
        assert!(!stops.html.contains('－') && stops.html.contains(",控除不能,\r\n"));
        let web = viewer.get(&answered.at(UPDATES)).await;
        web.says(200, &["まとめ入金WEB更新依頼明細書", &Yen(sums.stopped.amount).ja(), "kumiai001"]).hides("欠勤");
        let csv = viewer.get(&answered.at("/deduction/rokin/updates.csv")).await;
        assert_eq!(column(&csv.html, "控除金額"), (3, sums.stopped.amount));
        for pdf in [format!("{DEPOSIT}/paid.pdf"), format!("{DEPOSIT}/updates.pdf"), format!("{UPDATES}.pdf")] {
            let pdf = viewer.get(&answered.at(&pdf)).await;
            assert_eq!(pdf.status, 200, "{}", pdf.html);
            assert!(pdf.bytes.starts_with(b"%PDF-"));
        }
    }
}

/// Lines of a CSV file, and what a column of it comes to.
fn column(file: &str, head: &str) -> (i64, i64) {
    let mut lines = file.trim_start_matches('\u{feff}').lines();
    let heads: Vec<_> = lines.next().expect("heads").split(',').collect();
    let at = heads.iter().position(|one| one.trim_matches('"') == head).expect("the column");
    let amounts: Vec<i64> = lines
        .map(|line| line.split(',').nth(at).expect("a cell").parse().expect("a number"))
        .collect();
    (i64::try_from(amounts.len()).expect("few"), amounts.iter().sum())
}
