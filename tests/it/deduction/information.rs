//! The first page (DC671101).

use sekisho::base::Day;
use sekisho::base::id::new_id;
use sekisho::identity::messages::{self, Message};

use super::union::Union;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

/// The rows of one block of the schedule.
fn block<'p>(page: &'p str, from: &str, to: &str) -> Vec<&'p str> {
    let (_, rest) = page.split_once(&format!("<h3>{from}</h3>")).expect(from);
    let (block, _) = rest.split_once(to).expect(to);
    block.split("<tr>").skip(2).collect()
}

async fn post(union: &Union, day: &str, subject: &str, body: &str) {
    let now = union.world.clock.now();
    let message = Message {
        id: new_id(now),
        contract_no: Some(CONTRACT.0.to_owned()),
        audience: "all".to_owned(),
        posted_on: Day::parse(day).expect("a day"),
        until_on: None,
        subject: subject.to_owned(),
        body: body.to_owned(),
        version: 1,
        withdrawn_at: None,
    };
    let mut tx = union.world.app.db.begin().await.expect("begun");
    messages::insert(&mut tx, &message, ("operator01", now)).await.expect("posted");
    tx.commit().await.expect("committed");
}

both_engines! {
    async fn the_schedule_has_the_closed_period_and_the_one_of_now(fresh: &Fresh) {
        // R004-110..114
        let union = Union::new(fresh).await;
        union.at("2026-12-11T00:00:00");
        assert_eq!(union.close_due().await, 1);
        union.at("2027-01-09T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let page = clerk.get("/home").await.html;
        let monthly = block(&page, "月例", "夏季一時金");
        assert_eq!(monthly.len(), 2, "{monthly:?}");
        assert!(monthly[0].contains("2027年1月") && monthly[0].contains("締切中"), "{monthly:?}");
        assert!(monthly[0].contains("2027年01月08日") && monthly[0].contains("2027年01月09日"));
        assert!(monthly[1].contains("2027年2月") && monthly[1].contains("入力中"), "{monthly:?}");
        for (from, to) in [("夏季一時金", "年末一時金"), ("年末一時金", "</section>")] {
            let rows = block(&page, from, to);
            assert!(rows.len() == 1 && rows[0].contains("入力中"), "{rows:?}");
        }
    }

    async fn messages_stand_with_their_day_newest_first(fresh: &Fresh) {
        // R004-116, R004-151
        let union = Union::new(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        clerk.get("/home").await.says(200, &["お知らせはありません。"]);
        post(&union, "2026-11-02", "古い件名", "古い本文").await;
        post(&union, "2026-11-20", "新しい件名", "一行目\n二行目").await;
        let page = clerk.get("/home").await.html;
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
        let order = ["掲載日", "件名", "メッセージ", "2026年11月20日", "新しい件名", "二行目", "2026年11月2日", "古い件名"];
        assert!(order.is_sorted_by_key(|text| at(text)), "{page}");
    }
}
