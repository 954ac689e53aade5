//! Who sent, who confirmed: in the history, and in the chain.

use super::{HISTORY, confirm, exported, found, imported, ledger, results, send, text, work};
use crate::deduction::union::KEY;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use sekisho::db::params;

both_engines! {
    async fn who_confirmed_an_import_is_told_and_not_who_sent_it(fresh: &Fresh) {
        // R004-139, R004-163
        let union = ledger(fresh, 3).await;
        let sender = union.clerk(CONTRACT.0, "hanako02", None).await;
        let confirmer = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let file = text(&exported(&sender, "utf8").await).replace(",1500,", ",1700,");
        let at = imported(&union, &sender, "keep", file.as_bytes()).await;
        confirm(&union, &confirmer, &at).await.leads_to(&at);
        confirmer.get(&at).await.says(200, &["取込を確定した人", "（jiro0003）"]);
        let ids = [
            union.world.find("hanako02").await.expect("there").id,
            union.world.find("jiro0003").await.expect("there").id,
        ];
        let rows = union.world.audit().await;
        for (action, actor, whose) in [
            ("transfer-send", "hanako02", &ids[0]),
            ("transfer-confirm", "jiro0003", &ids[1]),
            ("ledger-import", "jiro0003", &ids[1]),
        ] {
            let told: Vec<_> = rows.iter().filter(|row| row.action == action).collect();
            assert_eq!(told.len(), 1, "{action}");
            assert_eq!((told[0].actor.as_str(), told[0].user_id.as_ref()), (actor, Some(whose)));
            assert!(told[0].ip.is_some() && told[0].serial.is_some(), "{:?}", told[0]);
        }
        let sql = "SELECT DISTINCT actor FROM item_history WHERE contract_no = $1";
        let actors: Vec<String> =
            union.conn().await.query(sql, params![KEY.contract_no]).await.expect("asked");
        assert!(actors.len() == 1 && actors[0].ends_with("（jiro0003）"), "{actors:?}");
    }

    async fn the_people_of_the_contract_see_no_name_of_the_operator_s(fresh: &Fresh) {
        // R004-163
        let (union, period) = results::requested(fresh, 3).await;
        let desk = results::desk(&union).await;
        let good = results::file(&union, &period, &[]).await;
        let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
        let what = format!("result.{period}");
        let at = send(&desk, &path, &[("what", &what)], good.as_bytes()).await.location;
        work(&union).await;
        confirm(&union, &desk, &at).await.leads_to(&at);
        desk.get(&at).await.says(200, &["取込を確定した人", "operator9"]);
        let id = found(&union, &at).await.id;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{HISTORY}/{id}")).await;
        page.says(200, &["取込を確定した人", "運営者"]).hides("operator9");
        let rows = union.world.audit().await;
        let told = rows.iter().find(|row| row.action == "result-receive").expect("a row");
        assert!(told.actor == "operator9" && told.ip.is_some(), "{told:?}");
    }
}
