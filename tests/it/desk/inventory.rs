//! The list of all certificates: search, order, pages, and the file.

use std::collections::HashSet;

use sekisho::certificates::inventory::LINES_A_PAGE;
use sekisho::db::params;
use sekisho::identity::users::Kind;

use super::{CERTIFICATES, Office, PASSWORD, office};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window};

/// The serial numbers that a page links to, in order.
fn serials(page: &Page) -> Vec<String> {
    let start = format!("href=\"{CERTIFICATES}/");
    let links = page.html.split(start.as_str()).skip(1);
    links.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

async fn found(desk: &Window<'_>, query: &str) -> Vec<String> {
    let page = desk.get(&format!("{CERTIFICATES}?{query}")).await;
    page.says(200, &[]);
    serials(&page)
}

async fn with_many(office: &Office, more: usize) {
    for number in 0..more {
        office.world.clock.advance_ms(1_000);
        let id = format!("Many{number:04}");
        let user = office.world.user(&id, Kind::Employee, PASSWORD).await;
        office.world.certificate(&user, "active").await;
    }
}

both_engines! {
    async fn certificates_are_found_by_whom_which_and_when(fresh: &Fresh) {
        let office = office(fresh).await;
        let world = &office.world;
        world.contract("15000007", "Hajime2#", &[]).await;
        let other = world.user_of("15000007", "Saburo78", Kind::Master, PASSWORD).await;
        let other = world.certificate(&other, "active").await;
        let gone = world.certificate(&office.master, "superseded").await;
        let desk = office.desk().await;
        let (ours, operator) = (office.holder.serial.clone(), office.operator.serial.clone());
        let all: HashSet<_> = found(&desk, "").await.into_iter().collect();
        assert_eq!(all.len(), 4);
        assert_eq!(found(&desk, "user_id=Saburo").await, std::slice::from_ref(&other.serial));
        assert_eq!(found(&desk, "user_id=aburo").await, [""; 0]);
        assert_eq!(found(&desk, "user_id=saburo").await, [""; 0], "letters' case counts");
        assert_eq!(found(&desk, "contract_no=15000007").await, std::slice::from_ref(&other.serial));
        assert_eq!(found(&desk, "state=superseded").await, std::slice::from_ref(&gone.serial));
        let typed = format!("serial={}", ours.to_uppercase());
        assert_eq!(found(&desk, &typed).await, std::slice::from_ref(&ours));
        assert_eq!(found(&desk, "within=30").await, [""; 0]);
        desk.get(&format!("{CERTIFICATES}?within=30&state=active")).await.says(200, &[
            "条件に合う電子証明書はありません。", "状態：有効", "有効期限まで：30日以内",
        ]);
        // RX-04: the last 30 days, to the day.
        world.clock.set(crate::support::site::moment("2027-10-23T00:00:00+09:00"));
        let desk = office.desk().await;
        let mut soon = found(&desk, "within=30").await;
        soon.sort();
        let mut wanted = vec![ours, operator, other.serial.clone()];
        wanted.sort();
        assert_eq!(soon, wanted);
        for strange in ["state=gone", "within=x", "sort=name", "after=zz", "after=00&before=00"] {
            desk.get(&format!("{CERTIFICATES}?{strange}")).await.says(400, &[]);
        }
        desk.get(&format!("{CERTIFICATES}?user_id=%0A{}", "x".repeat(61))).await.says(422, &["60文字以内"]);
        desk.get(&format!("{CERTIFICATES}?after=00")).await.says(409, &["一覧の先頭へ"]);
    }

    async fn one_whose_time_is_over_is_listed_as_ended(fresh: &Fresh) {
        let office = office(fresh).await;
        let mut conn = office.world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE certificates SET not_after = $1 WHERE serial = $2";
        let over = office.world.clock.now().plus_minutes(-1);
        conn.execute(sql, params![over, &office.holder.serial]).await.expect("ended");
        drop(conn);
        let desk = office.desk().await;
        assert_eq!(found(&desk, "state=expired").await, std::slice::from_ref(&office.holder.serial));
        assert_eq!(found(&desk, "state=active").await, std::slice::from_ref(&office.operator.serial));
    }

    async fn pages_follow_each_other_without_gap_in_every_order(fresh: &Fresh) {
        let office = office(fresh).await;
        with_many(&office, LINES_A_PAGE + 3).await;
        let desk = office.desk().await;
        for sort in ["", "user", "-user", "ends", "-ends", "issued"] {
            let first = desk.get(&format!("{CERTIFICATES}?sort={sort}")).await;
            first.says(200, &["55件"]);
            let rows = serials(&first);
            assert_eq!(rows.len(), LINES_A_PAGE, "{sort}");
            let after = format!("sort={sort}&after={}", rows[LINES_A_PAGE - 1]);
            let rest = found(&desk, &after).await;
            let all: HashSet<_> = rows.iter().chain(&rest).collect();
            assert_eq!(all.len(), 55, "{sort}");
            let back = format!("sort={sort}&before={}", rest[0]);
            assert_eq!(found(&desk, &back).await, rows, "{sort}");
        }
    }

    async fn the_inventory_leaves_as_a_file_that_spreadsheets_read(fresh: &Fresh) {
        let office = office(fresh).await;
        let mut conn = office.world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE certificates SET status = 'revoked', revoked_at = $1, \
                   reason = 'superseded', note = $2 WHERE serial = $3";
        let now = office.world.clock.now();
        let values = params![now, "=HYPERLINK(\"x\"),\n二行目", &office.holder.serial];
        conn.execute(sql, values).await.expect("noted");
        drop(conn);
        let desk = office.desk().await;
        let file = desk.get(&format!("{CERTIFICATES}.csv")).await;
        file.says(200, &[]);
        assert!(file.bytes.starts_with(b"\xef\xbb\xbfserial,user,contract,"), "{}", file.html);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let name = file.headers["content-disposition"].to_str().expect("ASCII");
        assert!(name.contains("20261121") && name.contains(".csv"), "{name}");
        assert!(file.html.contains(&format!("{},Taro6789,15000000,サンプル会員,user,revoked,", office.holder.serial)));
        assert!(file.html.contains("\"'=HYPERLINK(\"\"x\"\"),\n二行目\"\r\n"), "{}", file.html);
        let some = desk.get(&format!("{CERTIFICATES}.csv?state=revoked")).await;
        assert!(!some.html.contains("operator01"));
        assert_eq!(office.world.audited("inventory-download", "done").await, 2);
    }
}
