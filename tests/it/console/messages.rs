//! お知らせ: written by the operator, read by those they are for.

use sekisho::db::params;

use super::{between, centre, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::Window;

const MESSAGES: &str = "/operator/messages";

async fn add(desk: &Window<'_>, fields: &[(&str, &str)]) {
    let blank = desk.get(&format!("{MESSAGES}/new")).await;
    let key = between(&blank, "name=\"key\" value=\"", "\"").to_owned();
    let all: Vec<_> =
        fields.iter().copied().chain([("key", key.as_str()), ("version", "1")]).collect();
    desk.post(&format!("{MESSAGES}/new"), &all).await.leads_to(&format!("{MESSAGES}?done=added"));
    // The same form once more adds nothing.
    desk.post(&format!("{MESSAGES}/new"), &all).await.leads_to(&format!("{MESSAGES}?done=added"));
}

both_engines! {
    async fn a_message_is_shown_to_those_it_is_for_between_its_days(fresh: &Fresh) {
        // RX-06
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        desk.get(MESSAGES).await.says(200, &["お知らせはまだありません。"]);
        let master = signed_in(&centre.world, &centre.holder).await;
        master.get("/home").await.says(200, &["お知らせはありません。"]);
        let message = |audience: &'static str, subject: &'static str, from: &'static str| {
            [("audience", audience), ("subject", subject), ("body", "一行目\n二行目"), ("posted_on", from)]
        };
        add(&desk, &message("member", "会員の件名", "2026-11-21")).await;
        add(&desk, &message("office", "社労士の件名", "2026-11-21")).await;
        add(&desk, &message("all", "明日の件名", "2026-11-22")).await;
        let mut other = message("all", "別契約の件名", "2026-11-21").to_vec();
        other.push(("contract_no", "15000009"));
        add(&desk, &other).await;
        let mut ended = message("all", "終わった件名", "2026-11-01").to_vec();
        ended.push(("until_on", "2026-11-20"));
        add(&desk, &ended).await;
        desk.get(MESSAGES).await.says(200, &["5件", "掲載前", "終了", "掲載中"]);
        let home = master.get("/home").await;
        home.says(200, &["会員の件名", "2026年11月21日", "一行目"]);
        for not in ["社労士の件名", "明日の件名", "別契約の件名", "終わった件名"] {
            home.hides(not);
        }
        assert_eq!(centre.world.audited("message-add", "done").await, 5);
    }

    async fn a_message_is_changed_once_and_taken_back(fresh: &Fresh) {
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        add(&desk, &[("audience", "all"), ("subject", "件名"), ("body", "本文"), ("posted_on", "2026-11-21")]).await;
        let mut conn = centre.world.app.db.conn().await.expect("a connection");
        let id: String = conn.one("SELECT id FROM messages", params![]).await.expect("asked").expect("there");
        drop(conn);
        let here = format!("{MESSAGES}/{id}");
        desk.get(&here).await.says(200, &["件名", "本文", "変更する"]);
        let form = |subject: &'static str| [
            ("audience", "all"), ("subject", subject), ("body", "本文"),
            ("posted_on", "2026-11-21"), ("version", "1"),
        ];
        desk.post(&here, &form("")).await.says(422, &["件名を入力してください。"]);
        desk.post(&here, &form("新しい件名")).await.leads_to(&format!("{MESSAGES}?done=changed"));
        desk.post(&here, &form("古い件名")).await.says(409, &["お知らせの最新の内容へ"]);
        desk.get("/home").await.says(200, &["新しい件名"]);
        desk.get(&format!("{here}/withdraw")).await.says(200, &["新しい件名", "取り下げる"]);
        desk.post(&format!("{here}/withdraw"), &[]).await.leads_to(&format!("{MESSAGES}?done=withdrawn"));
        desk.get("/home").await.says(200, &["お知らせはありません。"]);
        desk.get(&here).await.says(409, &[]);
    }
}
