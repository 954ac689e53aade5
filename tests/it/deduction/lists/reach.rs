//! Who reaches which list, by URL too (R004-145, R004-146, RX-06, RX-07).

use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::{Function, Mode, set_function};

use super::{CHOOSERS, OF_REQUESTS, clerk, period, requested};
use crate::deduction::union::{KEY, OTHER, OTHER_GROUP, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

/// The person from now on has the function so.
async fn set(union: &Union, login_id: &str, function: Function, mode: Mode) {
    let user = union.world.find(login_id).await.expect("there");
    let mut tx = union.world.app.db.begin().await.expect("begun");
    set_function(&mut tx, &user.id, function, mode).await.expect("set");
    tx.commit().await.expect("committed");
}

both_engines! {
    // R004-146
    async fn who_may_only_look_has_every_list_and_every_file(fresh: &Fresh) {
        let union = requested(fresh, 3).await;
        let window = union.limited("miru0005", Mode::View).await;
        for chooser in CHOOSERS {
            window.get(chooser).await.says(200, &[]);
        }
        for path in OF_REQUESTS {
            window.get(path).await.says(200, &[]);
            window.get(&format!("{path}/csv")).await.says(200, &[]);
        }
        window.get(OF_REQUESTS[0]).await.says(200, &["CSV", "印刷（PDF）"]);
        window.get(&format!("{}/pdf", OF_REQUESTS[0])).await.says(200, &[]);
        window.get("/deduction/rokin/lists/employer/zengin").await.says(200, &[]);
    }

    // RX-07
    async fn who_has_it_hidden_is_refused_everywhere(fresh: &Fresh) {
        let union = requested(fresh, 3).await;
        let window = union.limited("kakure06", Mode::Hide).await;
        for path in CHOOSERS.iter().chain(&OF_REQUESTS) {
            window.get(path).await.says(403, &[]);
        }
        for path in OF_REQUESTS {
            for end in ["csv", "pdf"] {
                window.get(&format!("{path}/{end}")).await.says(403, &[]);
            }
        }
        window.get("/deduction/rokin/lists/employer/zengin").await.says(403, &[]);
        assert_eq!(union.world.audited("list-download", "done").await, 0);
    }

    // RX-07, R004-145
    async fn without_賃控元帳_the_employer_s_list_holds_労金控除_alone(fresh: &Fresh) {
        let union = requested(fresh, 3).await;
        let window = clerk(&union).await;
        set(&union, "hanako02", Function::Ledger, Mode::Hide).await;
        let chooser = window.get("/deduction/rokin/employer").await;
        chooser.says(200, &["lists/employer-rokin", "lists/employer-moved-rokin"]);
        chooser.hides("lists/employer?").hides("lists/employer-moved?");
        window.get("/deduction/rokin/lists/employer-rokin").await
            .says(200, &["労金控除"]).hides("組合費");
        for path in ["employer", "employer/csv", "employer/pdf", "employer/zengin", "employer-moved"] {
            window.get(&format!("/deduction/rokin/lists/{path}")).await.says(403, &[]);
        }
        window.get("/deduction/ledger/combined").await.says(403, &[]);
        window.get("/deduction/ledger/combined/lists/requests").await.says(403, &[]);
        set(&union, "hanako02", Function::Ledger, Mode::Show).await;
        set(&union, "hanako02", Function::Rokin, Mode::Hide).await;
        window.get("/deduction/ledger/requests").await.says(200, &["賃控元帳控除依頼リスト"]);
        window.get("/deduction/ledger/combined").await.says(403, &[]);
        window.get("/deduction/rokin/lists/employer-rokin").await.says(403, &[]);
    }

    // RX-06
    async fn another_group_s_and_another_contract_s_period_are_not_there(fresh: &Fresh) {
        let union = requested(fresh, 3).await;
        let id = period(&union, true).await;
        let other = Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP };
        union.group(other, &Service::OF_GROUPS).await;
        union.other_contract().await;
        let neighbour = union.clerk(CONTRACT.0, "tonari03", Some(OTHER_GROUP)).await;
        let stranger = union.clerk(OTHER, "yosono04", None).await;
        let ours = union.clerk(CONTRACT.0, "hanako02", Some(KEY.group_no)).await;
        for path in CHOOSERS.iter().chain(&OF_REQUESTS) {
            let asked = format!("{path}?period={id}");
            ours.get(&asked).await.says(200, &[]);
            for window in [&neighbour, &stranger] {
                window.get(&asked).await.says(404, &[]);
            }
        }
        for path in OF_REQUESTS {
            for end in ["csv", "pdf"] {
                let asked = format!("{path}/{end}?period={id}");
                neighbour.get(&asked).await.says(404, &[]);
                stranger.get(&asked).await.says(404, &[]);
            }
        }
        let zengin = format!("/deduction/rokin/lists/employer/zengin?period={id}");
        stranger.get(&zengin).await.says(404, &[]);
        neighbour.get("/deduction/rokin/lists/nothing").await.says(404, &[]);
        // In the other group nothing is fixed.
        neighbour.get("/deduction/rokin/requests").await.says(200, &["まだありません。"]);
    }
}
